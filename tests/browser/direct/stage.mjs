// The demo network, a dApp that reads through its own URL, and a browser with Breakwater. The dApp's endpoint is the
// node behind `net.wallet`, which is not one of the person's endpoints.

import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { startNetwork } from '../../net/network.mjs';
import { startSite } from '../../net/site.mjs';
import { folderForPages } from '../built.mjs';
import { BROWSER, launch } from '../harness.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const BUILT = folderForPages();
const PAGE =
  '<!doctype html><meta charset="utf-8"><title>dApp</title><script src="/built/dapps.js"></script>' +
  '<script src="/built/lines.js"></script><script src="/built/listen.js"></script><body>A dApp.';

/** @param {import("../harness.mjs").LaunchOptions} [options] */
export async function stage(options = {}) {
  const [net] = await Promise.all([
    startNetwork(),
    build({
      entryPoints: [here('dapps.mjs'), here('lines.mjs'), here('listen.mjs')],
      outdir: BUILT,
      bundle: true,
      format: 'iife',
      logLevel: 'error',
      target: 'es2022',
    }),
  ]);
  const site = await startSite({ network: net, roots: { '/built/': BUILT }, pages: { '/dapp': PAGE } });
  const session = await launch(BROWSER, { settings: net.settings(), ...options });
  return {
    net,
    site,
    session,
    /** A tab on the dApp page. */
    dapp: () => session.newPage(`${site.url}dapp`),
    async close() {
      await session.close();
      await Promise.allSettled([site.close(), net.close()]);
    },
  };
}

/**
 * A whole session of one library in the page.
 * @param {import("puppeteer-core").Page} page
 * @param {string} name
 * @param {string} url
 * @param {unknown} targets
 */
export const session = (page, name, url, targets) =>
  page.evaluate((lib, to, what) => /** @type {any} */ (window).direct[lib](to, what), name, url, targets);
