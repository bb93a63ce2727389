// Plays every session in a browser, on its own demo network, which is the same each time.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { startNetwork } from '../../net/network.mjs';
import { FaultProxy } from '../../net/proxy.mjs';
import { startSite } from '../../net/site.mjs';
import { withToys } from '../../toys/script.mjs';
import { folderForPages } from '../built.mjs';
import { startLine } from '../direct/line.mjs';
import { targets } from '../stage.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const BUILT = folderForPages();

/**
 * @typedef {object} World
 * @property {Awaited<ReturnType<typeof startNetwork>>} net
 * @property {() => Promise<void>} dark silences the first lane and all of the dApp's own endpoints
 */

/**
 * @param {(net: World["net"]) => Promise<{page: (url: string) => Promise<import("puppeteer-core").Page>,
 *   close: () => Promise<unknown>}>} open a browser
 * @param {(world: World) => Promise<void>} [met] runs once the dApp has used its endpoints
 * @returns {Promise<Record<string, Record<string, any>>>} the outcome of each step, by session
 */
export async function playAll(open, met = async () => {}) {
  await build({
    entryPoints: [here('all.mjs')],
    outfile: `${BUILT}all.js`,
    bundle: true,
    format: 'iife',
    logLevel: 'error',
    target: 'es2022',
  });
  const net = await startNetwork();
  const own = await new FaultProxy('127.50.0.1', net.nodes[2].anvil).listen();
  const [line, ofWallet] = [
    await startLine('127.50.0.1', net.nodes[1].anvil),
    await startLine('127.40.0.1', net.nodes[0].anvil),
  ];
  const what = await targets(net);
  const wallet = JSON.stringify({ url: net.wallet.url, line: ofWallet.url, account: what.account });
  const toys = withToys(`assign(window, new LiveWallet(${wallet}));`);
  const scripts = `<script>${toys}</script><script src="/built/all.js"></script>`;
  const site = await startSite({
    network: net,
    roots: { '/built/': BUILT },
    pages: { '/dapp': `<!doctype html><meta charset="utf-8"><title>dApp</title>${scripts}` },
  });
  const browser = await open(net);
  try {
    const page = await browser.page(`${site.url}dapp`);
    const scene = { ...what, own: own.url, spare: `${own.url}spare`, line: line.url };
    await page.evaluate((all) => /** @type {any} */ (window).meet(all), scene);
    await met({
      net,
      dark: async () => {
        await net.nodes[0].setFault('dark');
        await own.setFault('dark');
        line.state.fault = 'silent';
      },
    });
    /** @type {Record<string, Record<string, any>>} */
    const seen = {};
    for (const name of await page.evaluate(() => Object.keys(/** @type {any} */ (window).sessions))) {
      seen[name] = await page.evaluate(
        (session, all) => /** @type {any} */ (window).sessions[session](all),
        name,
        scene,
      );
    }
    return seen;
  } finally {
    await browser.close();
    await Promise.allSettled([own, line, ofWallet, site, net].map((each) => each.close()));
  }
}
