// A browser with Breakwater, and pages in which toy wallets inject before us or after us.
import { launch } from './harness.mjs';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { withToys } from '../toys/script.mjs';
import assert from 'node:assert/strict';

/** Starts everything. Close it in `after`. */
export async function toyStage() {
  const net = await startNetwork({ nodes: 2 });
  const site = await startSite({ network: net });
  const session = await launch(undefined, { settings: net.settings() });
  await session.evalBackground(async () => {
    while ((await chrome.scripting.getRegisteredContentScripts()).length < 2)
      await new Promise((r) => {
        setTimeout(r, 20);
      });
  });
  /** @type {import('puppeteer-core').Page[]} */
  const open = [];
  let pages = 0;

  /**
   * The only page, with toys in it. `before` runs before any content script, like a wallet that injects first. `after`
   * runs in the page's first script, like one that injects late.
   * @param {{before?: string, after?: string, body?: string}} parts scripts that may use the toys
   */
  async function visit({ before: first, after: then, body = '' }) {
    for (const page of open.splice(0)) await page.close();
    // On a busy machine the worker may be slow to wake. A hanging toy must not get the read because of that.
    await session.snapshot();
    const path = `/toys-${++pages}`;
    const script = then ? `<script>${withToys(then)}</script>` : '';
    site.pages[path] = `<!doctype html><head><meta charset="utf-8">${script}</head><body>${body}`;
    const page = await session.newPage();
    open.push(page);
    if (first) await page.evaluateOnNewDocument(withToys(first));
    await page.goto(`http://127.0.0.1:${site.port}${path}`);
    return page;
  }

  /** The site is switched on or off, for new pages too. @param {boolean} wanted */
  async function switched(wanted) {
    await session.setSettings({ ...net.settings(), sites_off: wanted ? [] : ['127.0.0.1'] });
    await session.evalBackground(async (there) => {
      const excluded = async () =>
        Boolean((await chrome.scripting.getRegisteredContentScripts())[0]?.excludeMatches?.length);
      while ((await excluded()) === there)
        await new Promise((r) => {
          setTimeout(r, 20);
        });
    }, wanted);
  }

  async function close() {
    await session.close();
    await Promise.allSettled([site.close(), net.close()]);
  }
  return { net, site, session, visit, switched, close };
}

/**
 * Runs in a page: one read and one signature. The toy does not answer reads unless told to. It may be asked as a lane,
 * and must not win.
 * @param {import('puppeteer-core').Page} page
 * @param {string} [which] the provider, as an expression
 * @param {boolean} [answers] whether the toy answers reads
 */
export const exercise = (page, which = 'window.ethereum', answers = false) =>
  page.evaluate(
    async (source, reads) => {
      const provider = new Function(`return ${source}`)();
      const { toy } = /** @type {any} */ (window);
      toy.hangs = !reads;
      const block = await provider.request({ method: 'eth_blockNumber' });
      const signed = await provider.request({ method: 'personal_sign', params: ['0x00', '0x01'] });
      toy.hangs = false;
      return { block, signed, same: provider === toy };
    },
    which,
    answers,
  );

/** @param {any} seen the result of `exercise` @param {boolean} [same] whether the page holds the wallet's own object */
export function guarded(seen, same = false) {
  assert.match(seen.block, /^0x[0-9a-f]+$/);
  assert.deepEqual([seen.signed, seen.same], ['0x51', same]);
}
