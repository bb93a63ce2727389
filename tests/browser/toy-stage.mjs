// A page with toy wallets in it, for the tests of what real wallets do to a page.
//
// `before` runs before any content script (as a wallet that injects first), `after` in the page's first script (as
// one that injects late). The toys' own answers are words; what came from the chain is hex.
import assert from 'node:assert/strict';
import { launch } from './harness.mjs';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { withToys } from '../toys/script.mjs';

/** The network, the site and the browser of one file of tests. */
export async function toyStage() {
  const net = await startNetwork({ nodes: 2 });
  const site = await startSite({ network: net });
  const session = await launch(undefined, { settings: net.settings() });
  await session.evalBackground(async () => {
    while ((await chrome.scripting.getRegisteredContentScripts()).length < 2) await new Promise((r) => { setTimeout(r, 20); });
  });
  /** @type {import('puppeteer-core').Page[]} */
  const open = [];
  let pages = 0;
  return {
    net,
    site,
    session,
    /**
     * A page with toys in it; the one before is closed.
     * @param {{before?: string, after?: string, body?: string, host?: string}} parts scripts that may use the toys
     */
    async visit({ before: first, after: then, body = '', host = '127.0.0.1' }) {
      for (const page of open.splice(0)) await page.close();
      const path = `/hazard-${++pages}`;
      const script = then ? `<script>${withToys(then)}</script>` : '';
      site.pages[path] = `<!doctype html><head><meta charset="utf-8">${script}</head><body>${body}`;
      const page = await session.newPage();
      open.push(page);
      if (first) await page.evaluateOnNewDocument(withToys(first));
      await page.goto(`http://${host}:${site.port}${path}`);
      return page;
    },
    async close() {
      await session.close();
      await Promise.allSettled([site.close(), net.close()]);
    },
  };
}

/** In a page: one read, one signature, what reached the wallet. @param {import('puppeteer-core').Page} page @param {string} [which] */
export const exercise = (page, which = 'window.ethereum') => page.evaluate(async (source) => {
  const provider = new Function(`return ${source}`)();
  const block = await provider.request({ method: 'eth_blockNumber' });
  const signed = await provider.request({ method: 'personal_sign', params: ['0x00', '0x01'] });
  const calls = /** @type {any} */ (window).toy.calls.map((/** @type {any} */ c) => c.method);
  return { block, signed, reads: calls.filter((/** @type {string} */ m) => m === 'eth_blockNumber').length, same: provider === /** @type {any} */ (window).toy };
}, which);

/** @param {any} seen @param {boolean} [same] whether the page holds the wallet's own object */
export function guarded(seen, same = false) {
  assert.match(seen.block, /^0x[0-9a-f]+$/);
  assert.deepEqual([seen.signed, seen.reads, seen.same], ['0x51', 0, same]);
}
