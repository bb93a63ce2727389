// A wallet does not answer a transaction. The popup says what it is waiting for, and gives it an endpoint on one click.
// The call itself is never touched.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from './stage.mjs';
import { toyStage } from './toy-stage.mjs';

/** @type {Awaited<ReturnType<typeof toyStage>>} */
let on;
/** @type {import('puppeteer-core').Page} */
let page;

/** Shortens one delay of the page: the 15 s before a wallet counts as late. */
const IMPATIENT = `const real = window.setTimeout;
  window.setTimeout = (run, ms, ...rest) => real(run, ms === 15000 ? 50 : ms, ...rest);`;
/** A wallet whose person has not decided yet; \`confirm\` decides. */
const UNDECIDED = `const toy = window.toy = new PlainWallet();
  const answer = toy.request.bind(toy);
  toy.request = (args) => {
    if (args.method !== 'eth_sendTransaction') return answer(args);
    toy.calls.push(args);
    return toy.pending = new Promise((resolve) => { toy.confirm = resolve; });
  };
  assign(window, toy);`;

before(async () => {
  on = await toyStage();
  page = await on.visit({ before: IMPATIENT, after: UNDECIDED });
});
after(() => on?.close());

const tab = () =>
  on.session.evalBackground(async (part) => {
    const tabs = await chrome.tabs.query({});
    return tabs.find((one) => one.url?.includes(part))?.id;
  }, '/toys-');

/** @param {(popup: import('puppeteer-core').Page) => Promise<unknown>} then */
async function inPopup(then) {
  const popup = await on.session.extensionPage(`popup/popup.html?host=127.0.0.1&tab=${await tab()}`);
  await then(popup);
  await popup.close();
}
/** @param {import('puppeteer-core').Page} popup */
const said = (popup) => popup.evaluate(() => document.querySelector('.site-waits')?.textContent ?? '');

test('a transaction arrives unchanged; the popup names its method', async () => {
  const seen = await page.evaluate(async () => {
    const { ethereum, toy } = /** @type {any} */ (window);
    await ethereum.request({ method: 'eth_blockNumber' }); // so that the chain is in use and unfolded in the popup
    const request = { method: 'eth_sendTransaction', params: [{ to: '0x5ec7e7' }] };
    const sent = ethereum.request(request);
    /** @type {any} */ (window).sent = sent;
    return { same: toy.calls.at(-1) === request, promise: sent === toy.pending };
  });
  assert.deepEqual(seen, { same: true, promise: true });
  await inPopup(async (popup) => {
    const text = await until(
      () => said(popup),
      (now) => now.includes('eth_sendTransaction'),
      'the sentence',
    );
    assert.match(text, /Your wallet has not answered eth_sendTransaction for \d+ s/);
    assert.ok(!text.includes('5ec7e7'));
  });
});

test('hanging wallet reads: a dark endpoint, worker dead or not', async () => {
  await page.evaluate(() => {
    /** @type {any} */ (window).toy.hangs = true;
  });
  await on.session.killWorker();
  await inPopup((popup) =>
    until(
      () => said(popup),
      (now) => now.includes('its own endpoint looks dark'),
      'the dark endpoint',
    ),
  );
});

test('one click gives the wallet an endpoint and says the outcome', async () => {
  const click = (/** @type {import('puppeteer-core').Page} */ popup, /** @type {string} */ what) =>
    until(
      () =>
        popup.evaluate((text) => {
          const found = [...document.querySelectorAll('.endpoint-line, .endpoint-more button')].find((one) =>
            one.textContent?.includes(text),
          );
          /** @type {HTMLElement | undefined} */ (found)?.click();
          return found !== undefined;
        }, what),
      (clicked) => clicked,
      what,
    );
  const { endpoints } = on.net.settings().chains[0];
  await inPopup(async (popup) => {
    await click(popup, endpoints[1].name);
    for (const refuses of [false, true]) {
      await page.evaluate((no) => {
        /** @type {any} */ (window).toy.refuses = no;
      }, refuses);
      await click(popup, 'Give this endpoint to my wallet');
      await until(
        () => popup.evaluate(() => document.querySelector('.toast')?.textContent ?? ''),
        (text) => text.includes(refuses ? 'You declined in the wallet' : `Your wallet took “${endpoints[1].name}”`),
        'what came of it',
      );
    }
  });
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).toy.added.rpcUrls), [endpoints[1].url]);
});

test('once confirmed, the page has its hash and the notice goes', async () => {
  await inPopup(async (popup) => {
    await until(
      () => said(popup),
      (now) => now !== '',
      'the sentence',
    );
    const seen = await page.evaluate(async () => {
      const { toy, sent } = /** @type {any} */ (window);
      toy.confirm('0xabc');
      return {
        hash: await sent,
        asked: toy.calls.filter((/** @type {any} */ call) => call.method === 'eth_sendTransaction').length,
      };
    });
    assert.deepEqual(seen, { hash: '0xabc', asked: 1 });
    await until(
      () => said(popup),
      (now) => now === '',
      'the silence',
    );
  });
});

/** A wallet with a callback whose person has not decided yet. It records what it was given and what the page heard. */
const CALLED_BACK = `const toy = window.toy = new PlainWallet();
  toy.handed = []; window.heard = [];
  toy.send = toy.sendAsync = function (payload, callback) {
    toy.handed.push({ mine: this === toy, payload });
    toy.confirm = (result) => callback.call(toy, null, { id: 1, jsonrpc: '2.0', result });
  };
  assign(window, toy);`;

for (const name of /** @type {const} */ (['send', 'sendAsync', 'sendAsync of an array'])) {
  test(`${name} with a callback: the popup shows it until the call`, async () => {
    page = await on.visit({ before: IMPATIENT, after: CALLED_BACK });
    const handed = await page.evaluate((how) => {
      const { ethereum, toy, heard } = /** @type {any} */ (window);
      const one = { id: 1, jsonrpc: '2.0', method: 'personal_sign', params: ['0x5ec7e7', '0x01'] };
      const payload = how.endsWith('array') ? [{ id: 0, jsonrpc: '2.0', method: 'eth_accounts' }, one] : one;
      const got = ethereum[how.split(' ')[0] ?? ''](payload, function callback(/** @type {any[]} */ ...args) {
        // @ts-ignore `this` is the point
        heard.push([this === toy, ...args]);
        return 'the page';
      });
      return [got === undefined, toy.handed.length, toy.handed[0].mine, toy.handed[0].payload === payload];
    }, name);
    assert.deepEqual(handed, [true, 1, true, true]);
    await inPopup(async (popup) => {
      const text = await until(
        () => said(popup),
        (now) => now.includes('personal_sign'),
        'the sentence',
      );
      assert.ok(!text.includes('5ec7e7'));
      const [word, ...heard] = await page.evaluate(() => {
        const { toy, heard: all } = /** @type {any} */ (window);
        return [toy.confirm('0x51'), ...all];
      });
      assert.deepEqual([word, heard], ['the page', [[true, null, { id: 1, jsonrpc: '2.0', result: '0x51' }]]]);
      await until(
        () => said(popup),
        (now) => now === '',
        'the silence',
      );
    });
  });
}
