// What every browser test needs: the demo network, a site with a dApp page, and a browser with Breakwater.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { ownEndpoint } from '../../www/js/providers.js';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { folderForPages } from './built.mjs';
import { launch } from './harness.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
export const BUILT = folderForPages();

/** The libraries of the dApp page, bundled into one file. */
async function bundle() {
  await build({
    entryPoints: [here('pages/dapp.mjs')],
    outfile: `${BUILT}dapp.js`,
    bundle: true,
    format: 'iife',
    logLevel: 'error',
    target: 'es2022',
  });
}

/** @param {string} [first] scripts of the page that run before anything else */
export const dappPage = (first = '') =>
  `<!doctype html><meta charset="utf-8"><title>dApp</title>${first}<script src="/built/dapp.js"></script><body>A dApp.`;

/**
 * @typedef {import("./harness.mjs").LaunchOptions & {network?: import("../net/network.mjs").Options,
 *   sockets?: boolean}} StageOptions
 */

/**
 * Starts everything. Close it in `after`.
 * @param {StageOptions} [options] `sockets`: each endpoint has its WebSocket in the settings
 */
export async function stage({ sockets = false, ...options } = {}) {
  const [net] = await Promise.all([startNetwork(options.network), bundle()]);
  const site = await startSite({
    network: net,
    roots: { '/built/': BUILT, '/toys/': here('../toys/') },
    pages: { '/dapp': dappPage() },
  });
  const session = await launch(undefined, { settings: net.settings({}, sockets), ...options });
  return {
    net,
    site,
    session,
    /** A tab on the dApp page with its provider found. @param {string} [path] */
    async dapp(path = 'dapp') {
      const page = await session.newPage(`${site.url}${path}`);
      await find(page);
      return page;
    },
    async close() {
      await session.close();
      await Promise.allSettled([site.close(), net.close()]);
    },
  };
}

/**
 * Waits for a provider announced by EIP-6963 and keeps it as `window.found`.
 * @param {import("puppeteer-core").Page} page @param {string} [name] part of the announced name
 */
export async function find(page, name = 'Breakwater') {
  await page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        window.addEventListener('eip6963:announceProvider', (event) => {
          const { info, provider } = /** @type {CustomEvent} */ (event).detail;
          if (!info.name.includes(wanted)) return;
          Object.assign(window, { found: provider });
          resolve(undefined);
        });
        window.dispatchEvent(new Event('eip6963:requestProvider'));
      }),
    name,
  );
}

/**
 * One request of the page.
 * @param {import("puppeteer-core").Page} page
 * @param {string} method
 * @param {unknown[]} [params]
 * @returns {Promise<any>} `{result}` or `{code, message, data}`
 */
export const ask = (page, method, params = []) =>
  page.evaluate(
    (m, p) =>
      /** @type {any} */ (window).found.request({ method: m, params: p }).then(
        (/** @type {any} */ result) => ({ result }),
        (/** @type {any} */ { code, message, data }) => ({ code, message, data }),
      ),
    method,
    params,
  );

/**
 * What a dApp reads.
 * @param {Awaited<ReturnType<typeof startNetwork>>} net
 * @returns {Promise<import("./pages/dapp.mjs").Targets>}
 */
export async function targets(net) {
  const newest = await net.nodes[0].anvil.rpc('eth_getBlockByNumber', ['latest', false]);
  return {
    account: net.accounts[1],
    token: net.contracts.token.address,
    oddity: net.contracts.oddity.address,
    block: newest.hash,
    tx: newest.transactions[0],
  };
}

/**
 * A provider that asks an honest node directly, for the right answers.
 * @param {Awaited<ReturnType<typeof startNetwork>>} net
 */
export const honest = (net) => ownEndpoint(net.nodes[2].anvil.url);

/**
 * Looks again and again until something holds. Otherwise the test's own time limit ends it.
 * @template T @param {() => Promise<T>} look @param {(seen: T) => boolean} good @param {string} what
 * @returns {Promise<T>}
 */
export async function until(look, good, what, ms = 60_000) {
  const end = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (good(seen)) return seen;
    if (Date.now() > end) throw new Error(`${what} did not come; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

/**
 * What the open popup shows, once it holds. A document reports some things only while a popup is open.
 * @param {import("./harness.mjs").Session} session @param {string} host @param {(shown: any) => boolean} good
 * @param {string} what for the failure
 */
export async function opened(session, host, good, what) {
  await session.evalBackground(async () => {
    const tabs = await chrome.tabs.query({});
    const message = { type: 'panel-opened' };
    await Promise.allSettled(
      tabs.map(({ id }) => (id === undefined ? undefined : chrome.tabs.sendMessage(id, message))),
    );
  });
  return until(() => session.snapshot(host), good, what);
}
