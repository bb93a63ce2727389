// Over a hundred situations of fetch, XMLHttpRequest and WebSocket: in a browser without us, with the direct reads in
// the page, and with the whole extension, whose only endpoint is dead. A page must not notice a difference unless a
// lane answers for it.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { launch } from './harness.mjs';
import { FETCH } from './platform/fetch.mjs';
import { FETCH_RPC } from './platform/fetch-rpc.mjs';
import { openBrowser } from './platform/open.mjs';
import { REQUEST } from './platform/request.mjs';
import { startWorld } from './platform/server.mjs';
import { SOCKET } from './platform/socket.mjs';
import { XHR } from './platform/xhr.mjs';

/** Chain 1 is guarded, and nothing can answer. */
const SETTINGS = {
  version: 1,
  own_chain: 1,
  chains: [{ id: 1, name: 'Ethereum', endpoints: [{ url: 'http://127.10.0.7:1/', name: 'Dead' }] }],
};
const BROWSER = /** @type {'chromium' | 'firefox'} */ (process.env.BROWSER ?? 'chromium');

describe(`platform behaviour, ${BROWSER}`, () => {
  /** @type {Record<string, any>} */
  let off;
  /** @type {Record<string, any>} */
  let on;
  /** @type {Record<string, any>} */
  let installed;

  before(async () => {
    const browser = await openBrowser(BROWSER);
    try {
      [off, on] = [await runOnce(browser, false), await runOnce(browser, true)];
    } finally {
      await browser.close();
    }
    const session = await launch(BROWSER, { settings: SETTINGS });
    try {
      installed = await runOnce(session.browser, false);
    } finally {
      await session.close();
    }
  });

  for (const [name] of [...FETCH, ...FETCH_RPC, ...REQUEST, ...XHR, ...SOCKET]) {
    it(name, () => {
      assert.notEqual(off[name], 'did not end');
      assert.deepEqual(on[name], off[name], 'the direct reads in the page');
      assert.deepEqual(installed[name], off[name], 'the whole extension');
    });
  }
});

/**
 * Each run has its own world, so that it does not find the cookies or connections of the run before.
 * @param {import('puppeteer-core').Browser} browser
 * @param {boolean} wrapped
 */
async function runOnce(browser, wrapped) {
  const world = await startWorld();
  try {
    const page = await browser.newPage();
    await page.goto(`${world.page}/site`);
    const { page: origin, rpc, ws, dead } = world;
    const text = await page.evaluate(
      async (wrap, given) => {
        const address = '/src/tests/browser/platform/run.mjs';
        const { runAll } = await import(address);
        return runAll(wrap, given);
      },
      wrapped,
      { page: origin, rpc, ws, dead },
    );
    await page.close();
    return withoutPorts(JSON.parse(text), world);
  } finally {
    await world.close();
  }
}

/** @param {any} results @param {{page: string, rpc: string}} world */
function withoutPorts(results, { page, rpc }) {
  return JSON.parse(
    JSON.stringify(results).replaceAll(new URL(page).port, 'PORT').replaceAll(new URL(rpc).port, 'PORT'),
  );
}
