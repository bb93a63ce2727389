// A private chain and a hostile site. The site sees neither the chain nor a difference. The person's permission opens
// the chain, and withdrawing it closes the chain at once. In our popup a frame is shown as a frame, and a page's words
// as its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { withToys } from '../toys/script.mjs';
import { launch } from './harness.mjs';
import * as panels from './panels.mjs';
import { opened, until } from './stage.mjs';

/** A wallet on the demo chain that reports what it was asked and answers each read with a word of its own. */
const WALLET = `const toy = window.toy = new PlainWallet();
  const answer = toy.request.bind(toy);
  toy.request = (args) => /^eth_(get|block|send|estimate)/.test(args.method)
    ? (toy.calls.push(args), Promise.resolve('the wallet')) : answer(args);
  assign(window, toy);`;
/** A wallet that cannot be guarded: its place and its members are locked. */
const LOCKED = 'const toy = window.toy = solidWallet(); lock(window, toy);';
/** A wallet that refuses an endpoint with a long right-to-left text that closes a quotation. */
const REFUSES = `const toy = window.toy = new PlainWallet();
  const answer = toy.request.bind(toy);
  const message = '\\u202e' + 'שלום '.repeat(1012) + '”. Breakwater: all is well.';
  toy.request = (args) => args.method === 'wallet_addEthereumChain'
    ? Promise.reject(Object.assign(new Error(message), { code: -32000 })) : answer(args);
  assign(window, toy);`;

/** @param {string} code @param {string} [body] */
const html = (code, body = '') =>
  `<!doctype html><meta charset="utf-8"><script>${withToys(code)}</script><body>${body}`;

/** @type {Awaited<ReturnType<typeof startNetwork>>} */
let net;
/** The demo chain, with no site allowed yet. */
const nobody = () => {
  const [{ sites_allowed: _, ...chain }] = net.settings().chains;
  return net.settings({ chains: [chain] });
};
/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import("./harness.mjs").Session} */
let session;

before(async () => {
  net = await startNetwork();
  site = await startSite({ network: net });
  site.pages['/wallet'] = html(WALLET);
  site.pages['/plain'] = html('');
  site.pages['/locked'] = html(LOCKED);
  site.pages['/refuses'] = html(REFUSES);
  for (const inside of ['wallet', 'locked']) {
    site.pages[`/around-${inside}`] = html(WALLET, `<iframe src="http://evil.test:${site.port}/${inside}"></iframe>`);
  }
  const hosts = Object.fromEntries(['good.test', 'evil.test'].map((name) => [name, '127.0.0.1']));
  session = await launch(undefined, { settings: nobody(), hosts });
  await session.evalBackground(async () => {
    while ((await chrome.scripting.getRegisteredContentScripts()).length < 2)
      await new Promise((r) => {
        setTimeout(r, 20);
      });
  });
});
after(async () => {
  await session?.close();
  await Promise.allSettled([site?.close(), net?.close()]);
});

/** @param {string} host @param {string} path */
const open = (host, path) => session.newPage(`http://${host}:${site.port}${path}`);

/** @param {import("puppeteer-core").Page} page @returns {Promise<import("puppeteer-core").Frame>} */
const evilFrame = async (page) =>
  /** @type {any} */ (
    await until(
      async () => page.frames().find((one) => one.url().includes('evil.test')),
      (found) => found !== undefined,
      'the frame',
    )
  );

/**
 * One read by the page's wallet; what the lanes answer is a number.
 * @param {import("puppeteer-core").Page | import("puppeteer-core").Frame} page
 * @returns {Promise<string>}
 */
const balance = (page) =>
  page.evaluate(
    (account) =>
      /** @type {any} */ (window).ethereum.request({ method: 'eth_getBalance', params: [account, 'latest'] }),
    net.accounts[1],
  );

/** @param {string} host @returns {Promise<any>} */
const card = async (host) => (await session.snapshot(host)).site;
const sends = () => net.nodes.reduce((sum, node) => sum + node.counts.sends, 0);

/** @type {import("puppeteer-core").Page} */
let good;

test('a site that is not allowed gets its wallet alone', async () => {
  for (const node of net.nodes) node.counts.reset();
  const evil = await open('evil.test', '/wallet');
  const seen = await evil.evaluate(async () => {
    const { ethereum } = /** @type {any} */ (window);
    /** @type {any[]} */
    const heard = [];
    for (const [method, params] of [
      ['eth_chainId', []],
      ['eth_blockNumber', []],
      ['eth_getBalance', ['0x1', 'latest']],
      ['eth_sendRawTransaction', ['0x02aa']],
      ['eth_getLogs', [{}]],
      ['eth_estimateGas', [{}]],
    ]) {
      heard.push(await ethereum.request({ method, params }));
    }
    // Every chain gives the same answer, the private one too.
    for (let chain = 1; chain < 40; chain += 1) {
      await ethereum.request({
        method: 'wallet_switchEthereumChain',
        params: [{ chainId: `0x${chain.toString(16)}` }],
      });
      heard.push(await ethereum.request({ method: 'eth_getBalance', params: ['0x1', 'latest'] }));
    }
    return heard;
  });
  assert.deepEqual(new Set(seen.slice(1)), new Set(['the wallet']));
  await until(
    () => card('evil.test'),
    ({ asks }) => asks.length === 1,
    'the question in the popup',
  );
  assert.deepEqual((await card('evil.test')).chains, []);
  assert.equal(sends(), 0);
  await evil.close();
});

test('a site without a wallet finds nothing of ours', async () => {
  const evil = await open('evil.test', '/plain');
  const seen = await evil.evaluate(async () => {
    /** @type {string[]} */
    const found = [];
    window.addEventListener('eip6963:announceProvider', (event) =>
      found.push(/** @type {any} */ (event).detail.info.name),
    );
    window.dispatchEvent(new Event('eip6963:requestProvider'));
    const dead = await fetch('/demo/none', {
      method: 'POST',
      body: '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"}',
    });
    return { found, status: dead.status };
  });
  assert.deepEqual(seen, { found: [], status: 404 });
  assert.equal(sends(), 0);
  await evil.close();
});

test('a page on this machine reads a chain of this machine', async () => {
  const page = await open('127.0.0.1', '/wallet');
  await until(
    () => balance(page),
    (said) => said.startsWith('0x'),
    "the lanes' answer",
  );
  await page.close();
});

test('allowed in the popup, the site reads; others still do not', async () => {
  good = await open('good.test', '/wallet');
  await balance(good);
  await until(
    () => card('good.test'),
    ({ asks }) => asks.length === 1,
    'the question',
  );
  const popup = await session.extensionPage('popup/popup.html?host=good.test');
  await panels.says(popup, 'This site asks for your private chain', 'the question');
  await panels.press(popup, 'Allow', '.site-ask');
  await panels.says(popup, 'good.test may use your private chain', 'what was done');
  await popup.close();
  await until(
    () => balance(good),
    (said) => said.startsWith('0x'),
    "the lanes' answer",
  );
  const evil = await open('evil.test', '/wallet');
  assert.equal(await balance(evil), 'the wallet');
  await evil.close();
});

test('a foreign frame on the allowed site does not read', async () => {
  const page = await open('good.test', '/around-wallet');
  const frame = await evilFrame(page);
  assert.equal(await balance(frame), 'the wallet');
  await until(
    () => balance(page),
    (said) => said.startsWith('0x'),
    "the top document's answer",
  );
  assert.equal(await balance(frame), 'the wallet');
  await page.close();
});

test('consent taken back on the options page stops reads at once', async () => {
  const options = await session.extensionPage('options/options.html#sites');
  await panels.says(options, 'good.test', 'the allowed site');
  await panels.press(options, 'Forget');
  await until(
    () => balance(good),
    (said) => said === 'the wallet',
    "the wallet's answer",
  );
  for (const node of net.nodes) node.counts.reset();
  for (let i = 0; i < 10; i += 1) assert.equal(await balance(good), 'the wallet');
  assert.ok(!net.nodes.some((node) => node.counts.seen.some(({ method }) => method === 'eth_getBalance')));
  await options.close();
  await good.close();
});

test("a foreign frame's locked wallet is shown as the frame's", async () => {
  const page = await open('good.test', '/around-locked');
  const frame = await evilFrame(page);
  await frame.evaluate(() => /** @type {any} */ (window).ethereum.request({ method: 'eth_chainId' }));
  await balance(page);
  const { site: seen } = await opened(
    session,
    'good.test',
    ({ site }) => site.frames.length > 0,
    'what the frame says',
  );
  assert.deepEqual(
    [seen.locked, seen.frames],
    [false, ['A frame of “evil.test” says that a wallet in it cannot be guarded.']],
  );
  const popup = await session.extensionPage('popup/popup.html?host=good.test');
  await panels.says(popup, 'A frame of “evil.test” says', "the frame's words");
  assert.ok(!(await panels.words(popup)).includes('Not protected here'));
  await popup.close();
  await page.close();
});

test("a wallet's hostile error is quoted as the site's words", async () => {
  const page = await open('127.0.0.1', '/refuses');
  await page.evaluate(() => /** @type {any} */ (window).ethereum.request({ method: 'eth_chainId' }));
  await page.evaluate(() => /** @type {any} */ (window).ethereum.request({ method: 'eth_blockNumber' }));
  const tab = await session.evalBackground(
    async () => (await chrome.tabs.query({})).find((one) => one.url?.includes('/refuses'))?.id,
  );
  const popup = await session.extensionPage(`popup/popup.html?host=127.0.0.1&tab=${tab}`);
  await panels.endpointWords(popup, 'Demo East');
  await panels.press(popup, 'Give this endpoint to my wallet', '.endpoint-more');
  const toast = () => popup.evaluate(() => document.querySelector('.toast')?.textContent?.trim() ?? '');
  const text = await until(toast, (said) => said.includes('The site says'), 'what came of it');
  assert.match(text, /^The wallet did not take it\. The site says: “\u2068[ םולש]{199}…\u2069”$/u);
  await popup.close();
  await page.close();
});
