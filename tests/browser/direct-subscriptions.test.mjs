// dApps that listen by their own WebSocket hear every block and every log once when its endpoint hangs up for good or
// falls silent: the lanes go on, on the page's own socket and under its own subscription ids.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { TOKEN } from '../net/chain.mjs';
import { startLine } from './direct/line.mjs';
import { stage } from './direct/stage.mjs';
import { Ledger, held } from './ledger.mjs';
import { until } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {Ledger} */
let ledger;
/** @type {Awaited<ReturnType<typeof startLine>>} */
let line;
/** @type {import("puppeteer-core").Page} */
let page;

before(async () => {
  on = await stage();
  ledger = new Ledger(on.net);
});
after(() => on?.close());

/** Every library has subscribed and received a block. */
beforeEach(async () => {
  line = await startLine('127.60.0.1', on.net.nodes[2].anvil);
  page = await on.dapp();
  await page.evaluate((url, token) => /** @type {any} */ (window).listening.listen(url, token), line.url, TOKEN);
  await until(
    async () => {
      await ledger.mine(1);
      return heard();
    },
    (all) => Object.values(all).every(({ heads, logs }) => heads.length > 0 && logs.length > 0),
    'every listener',
  );
  const [tip] = await ledger.head();
  await until(heard, (all) => Object.values(all).every(({ heads }) => heads.at(-1) === tip), 'the newest block');
  await page.evaluate(() =>
    Object.values(/** @type {any} */ (window).listening.heard).forEach((lists) => {
      lists.heads.length = lists.logs.length = 0;
    }),
  );
  ledger.from = tip + 1;
  ledger.dropped.length = 0;
});

/** @returns {Promise<Record<string, {heads: number[], logs: string[]}>>} */
const heard = () => page.evaluate(() => /** @type {any} */ (window).listening.heard);
const readAll = () => page.evaluate(() => /** @type {any} */ (window).listening.readAll());

/** Every library has received everything exactly once. */
async function allHeard() {
  const [tip] = await ledger.head();
  const truth = (await ledger.onChain()).sort();
  const late = (/** @type {Awaited<ReturnType<typeof heard>>} */ all) =>
    Object.entries(all)
      .filter(([, { heads, logs }]) => heads.at(-1) !== tip || !truth.every((place) => logs.includes(place)))
      .map(([name]) => name);
  const all = await until(heard, (seen) => late(seen).length === 0, 'every event', 40_000);
  for (const [name, { heads, logs }] of Object.entries(all)) {
    const alone =
      // ethers withholds removed logs.
      name === 'ethers' ? logs.filter((place) => !ledger.dropped.some((gone) => place.endsWith(gone))) : logs;
    assert.deepEqual(held(alone), truth, name);
    if (ledger.dropped.length === 0)
      assert.deepEqual(
        heads,
        Array.from({ length: tip - ledger.from + 1 }, (_, i) => ledger.from + i),
        name,
      );
  }
  return all;
}

afterEach(async () => {
  await page.close();
  await line.close();
  await on.net.heal();
});

test('a healthy endpoint serves all itself; no lane is asked', { timeout: 60_000 }, async () => {
  for (const node of on.net.nodes) node.counts.reset();
  await ledger.mine(3);
  await allHeard();
  assert.deepEqual(
    on.net.nodes.map((node) => node.counts.sends),
    [0, 0, 0],
  );
});

test('the endpoint hangs up for good: the lanes take over', { timeout: 90_000 }, async () => {
  await ledger.mine(2);
  line.cut();
  await ledger.mine(3);
  await allHeard();
  assert.equal(new Set(await readAll()).size, 1);
  await ledger.mine(1);
  await allHeard();
});

test('the endpoint falls silent: a stalled read wakes the lanes', { timeout: 90_000 }, async () => {
  await ledger.mine(1);
  await until(heard, (all) => Object.values(all).every(({ logs }) => logs.length === 1), 'the block before');
  line.state.fault = 'silent';
  await ledger.mine(2);
  assert.equal(new Set(await readAll()).size, 1);
  await allHeard();
  await ledger.mine(2);
  await allHeard();
});

test('hang-up, dark lane, dead worker: nothing lost or doubled', { timeout: 120_000 }, async () => {
  await ledger.mine(1);
  line.cut();
  await ledger.mine(1);
  await allHeard();
  await on.net.nodes[0].setFault('dark');
  await ledger.mine(2);
  await on.session.killWorker();
  await ledger.mine(2);
  await allHeard();
});

test('hang-up during a reorganisation: dropped blocks are removed', { timeout: 90_000 }, async () => {
  await ledger.mine(3);
  await until(heard, (all) => Object.values(all).every(({ logs }) => logs.length === 3), 'three blocks');
  line.cut();
  await ledger.reorg(2, [
    [ledger.transfer(), 0],
    [ledger.transfer(), 1],
  ]);
  await ledger.mine(1);
  const all = await allHeard();
  assert.equal(ledger.dropped.length, 2);
  for (const name of ['viem', 'wagmi', 'web3'])
    for (const place of ledger.dropped) assert.ok(all[name]?.logs.includes(`-${place}`), `${name}: ${place}`);
});
