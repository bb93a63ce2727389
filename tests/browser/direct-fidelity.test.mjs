// Over 150 replies, recorded from a node or written by hand, reach a page as the lane sent them: through the provider,
// and as the rescue of a page's own call.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { toFunctionSelector } from 'viem';
import { KINDS } from '../../extension/inpage/generated.js';
import { startAnvil } from '../net/anvil.mjs';
import { buildChain } from '../net/chain.mjs';
import { startSite } from '../net/site.mjs';
import { madeByHand, recorded } from './direct/pairs.mjs';
import { startReplay } from './direct/replay.mjs';
import { BROWSER, launch } from './harness.mjs';
import { find } from './stage.mjs';

/** @type {import("./direct/pairs.mjs").Pair[]} */
let pairs;
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {Awaited<ReturnType<typeof startReplay>>} */
let own;
/** @type {(() => Promise<unknown>)[]} */
const closing = [];

before(async () => {
  const node = await startAnvil('127.10.0.1');
  closing.push(node.close);
  await buildChain(node);
  pairs = [
    ...(await recorded(
      node,
      ['failCustom()', 'failText()', 'failEmpty()'].map((name) => toFunctionSelector(name)),
    )),
    ...madeByHand(),
  ];
  const lanes = await Promise.all(['127.20.0.1', '127.30.0.1'].map((host) => startReplay(host, pairs)));
  own = await startReplay('127.40.0.1', []);
  const site = await startSite({ pages: { '/dapp': '<!doctype html><title>dApp</title>' } });
  const endpoints = lanes.map(({ url }, i) => ({ url, name: `Lane ${i}` }));
  const session = await launch(BROWSER, {
    settings: { version: 1, own_chain: 1, chains: [{ id: 1, name: 'Ethereum', endpoints }] },
  });
  closing.push(
    () => session.close(),
    ...lanes.map((lane) => lane.close),
    own.close,
    () => site.close(),
  );
  page = await session.newPage(`${site.url}dapp`);
  await find(page);
});
after(async () => {
  for (const close of closing.reverse()) await close();
});

/** What the reply says, parsed as a page would. @param {import("./direct/pairs.mjs").Pair} pair */
const meant = ({ reply }) => {
  const { result, error } = JSON.parse(`{${reply}}`);
  return error ? { code: error.code, message: error.message, data: error.data } : { result };
};

/** Shortens long texts to their length and both ends, so that a failing test stays readable. @param {string} text */
const short = (text) => (text.length < 4000 ? text : `${text.length}: ${text.slice(0, 200)} … ${text.slice(-200)}`);

/** @param {import("./direct/pairs.mjs").Pair} pair @param {number} i */
const nameOf = ({ method, params, reply }, i) =>
  `${i} ${method} ${JSON.stringify(params).slice(0, 120)} → ${reply.slice(0, 80)}`;

/** Standard reads that the recorded node lacks. tests/rules/methods.rs tests them and the reads of L2s. */
const NEWER = [
  'eth_baseFee',
  'eth_capabilities',
  'eth_config',
  'eth_getBlockAccessList',
  'eth_getHeaderByHash',
  'eth_getHeaderByNumber',
  'eth_getStorageValues',
];

test('the recording has every standard read and over 150 pairs', () => {
  assert.ok(pairs.length >= 150, String(pairs.length));
  const routes = Object.keys(KINDS).filter(
    (method) => /^(eth|net|web3)_/.test(method) && !NEWER.includes(method) && KINDS[method]?.[0] === 'read',
  );
  assert.deepEqual(
    routes.filter((method) => !pairs.some((pair) => pair.method === method)),
    [],
  );
});

test('through the provider: results and errors as lanes sent them', async () => {
  for (const [i, pair] of pairs.entries()) {
    const text = await page.evaluate(
      (method, params) =>
        /** @type {any} */ (window).found.request({ method, params: JSON.parse(params) }).then(
          (/** @type {any} */ result) => JSON.stringify({ result }),
          (/** @type {any} */ { code, message, data }) => JSON.stringify({ code, message, data }),
        ),
      pair.method,
      JSON.stringify(pair.params),
    );
    assert.equal(short(text), short(JSON.stringify(meant(pair))), nameOf(pair, i));
  }
});

test("by a rescued fetch: the same bytes in the page's envelope", async () => {
  const ask = (/** @type {string} */ body) =>
    page.evaluate(
      async (url, text) => {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: text,
        });
        return response.text();
      },
      own.url,
      body,
    );
  await ask('{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}');
  own.state.dark = true;
  for (const [i, pair] of pairs.entries()) {
    const id = JSON.stringify(i % 2 ? i : `id-${i}`);
    const text = await ask(
      `{"jsonrpc":"2.0","id":${id},"method":"${pair.method}","params":${JSON.stringify(pair.params)}}`,
    );
    if (pair.reply.startsWith('"result')) {
      const raw = pair.reply.slice(pair.reply.indexOf(':') + 1).trim();
      assert.equal(short(text), short(`{"jsonrpc":"2.0","id":${id},"result":${raw}}`), nameOf(pair, i));
    } else {
      assert.ok(JSON.parse(text).error, `${nameOf(pair, i)}: ${short(text)}`);
      const { code, message, data } = JSON.parse(text).error;
      assert.deepEqual({ code, message, data }, meant(pair), nameOf(pair, i));
      const raw = /"data":\s*(.*?)(,"code":3)?}$/.exec(pair.reply)?.[1];
      if (raw !== undefined && raw !== 'null') assert.ok(text.includes(`"data":${raw}`), nameOf(pair, i));
    }
  }
});
