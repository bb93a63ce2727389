// A developer's chain starts over, and the page goes on with it without a reload.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, stage, until } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let s;
before(async () => {
  s = await stage({ network: { nodes: 2 } });
});
after(() => s?.close());

const number = async (/** @type {import("puppeteer-core").Page} */ page) =>
  Number((await ask(page, 'eth_blockNumber')).result);

test('a page goes on within seconds after its nodes were reset', async () => {
  const page = await s.dapp();
  await s.net.mine(200);
  const before = await until(
    () => number(page),
    (n) => n >= 200,
    'the long chain',
  );
  await page.evaluate(async () => {
    /** @type {any} */
    const { found } = window;
    const heads = Object.assign(window, { heads: /** @type {string[]} */ ([]) }).heads;
    found.on('message', (/** @type {any} */ { type, data }) => {
      if (type === 'eth_subscription') heads.push(data.result.number);
    });
    await found.request({ method: 'eth_subscribe', params: ['newHeads'] });
  });
  for (const node of s.net.nodes) await node.anvil.rpc('anvil_reset', []);
  const low = Number(await s.net.nodes[0].anvil.rpc('eth_blockNumber'));
  assert.ok(low < 10, `the nodes begin anew at ${low}`);
  await until(
    () => number(page),
    (n) => n < before && n >= low,
    'the short chain',
  );

  await s.net.mine(1);
  const newest = await s.net.nodes[0].anvil.rpc('eth_getBlockByNumber', ['latest', false]);
  await until(
    () => number(page),
    (n) => n === Number(newest.number),
    'its next block',
  );
  const { result } = await ask(page, 'eth_getBlockByNumber', ['latest', false]);
  assert.equal(result.hash, newest.hash);
  const heard = () => page.evaluate(() => /** @type {any} */ (window).heads);
  await until(heard, (/** @type {string[]} */ heads) => heads.includes(newest.number), 'the block by subscription');
});
