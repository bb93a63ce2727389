// dApps that read through their own URL keep reading, and get right answers, whatever that endpoint does.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import * as dapps from './direct/dapps.mjs';
import { session, stage } from './direct/stage.mjs';
import { targets } from './stage.mjs';

const LIBRARIES = /** @type {const} */ (['viem', 'viemBatch', 'ethers', 'web3', 'wagmi']);
const FAULTS = ['dark', 'refuse', 'reset', 'cut', '429', '503', 'html', 'limit', 'slow:4000'];
/** Replies that only the core can tell apart from the chain's own answers. */
const SAYINGS = ['missing', 'internal', 'wrong-id', 'plan'];

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("./pages/dapp.mjs").Targets} */
let what;
/** What an honest node says, by library. @type {Record<string, any>} */
const truth = {};
/** A page that has used its endpoint while it was healthy. @type {import("puppeteer-core").Page} */
let page;

before(async () => {
  on = await stage();
  what = await targets(on.net);
  for (const name of LIBRARIES) truth[name] = await dapps[name](on.net.nodes[2].anvil.url, what);
});
after(() => on?.close());
beforeEach(async () => {
  await on.net.heal();
  page = await on.dapp();
});

/** @param {string} name */
const read = (name) => session(page, name, on.net.wallet.url, what);

test('without faults no step fails', () => {
  for (const steps of Object.values(truth)) {
    for (const [step, value] of Object.entries(steps))
      assert.equal(/** @type {any} */ (value)?.failed, undefined, step);
  }
  assert.deepEqual(truth.viem.customError, { name: 'Refused', args: ['42n', 'café'] });
});

test('a healthy endpoint answers every read itself', async () => {
  for (const name of LIBRARIES) assert.deepEqual(await read(name), truth[name], name);
  assert.deepEqual(
    on.net.nodes.map((node) => node.counts.seen.length),
    [0, 0, 0],
  );
  await page.close();
});

for (const fault of FAULTS) {
  test(`${fault} at the dApp's own endpoint: every library reads on`, async () => {
    truth.xhr = await read('xhr'); // its eth_chainId makes the chain of this URL known
    await on.net.wallet.setFault(fault);
    for (const name of LIBRARIES) assert.deepEqual(await read(name), truth[name], name);
    assert.deepEqual(await read('xhr'), truth.xhr);
    await page.close();
  });
}

test('the trail calls the reads rescued and shows no parameters', async () => {
  await read('xhr');
  await on.net.wallet.setFault('503');
  await read('viem');
  const { races } = await on.session.send({ type: 'trail' });
  assert.ok(races.some((/** @type {any} */ race) => race.rescued));
  assert.ok(!JSON.stringify(races).includes(what.account.slice(2).toLowerCase()));
  await page.close();
});

test('a rescue wakes a sleeping worker', async () => {
  truth.xhr = await read('xhr');
  await on.net.wallet.setFault('503');
  await on.session.killWorker();
  assert.deepEqual(await read('xhr'), truth.xhr);
  assert.deepEqual(await read('viem'), truth.viem);
  await page.close();
});

for (const saying of SAYINGS) {
  // The worker is killed first: a site has a limited number of rescues in one life of the core.
  test(`${saying} at the dApp's own endpoint: the lanes answer`, async () => {
    truth.xhr = await read('xhr');
    await on.net.wallet.setFault(saying);
    for (const name of /** @type {const} */ (['viem', 'viemBatch']))
      assert.deepEqual(await read(name), truth[name], name);
    assert.deepEqual(await read('xhr'), truth.xhr);
    await page.close();
  });
}

test('switched off for the site: its own failure, no lane is asked', async () => {
  const host = new URL(page.url()).hostname;
  await page.close();
  for (const off of [{ direct_off: [host] }, { sites_off: [host] }]) {
    await on.session.setSettings(on.net.settings(off));
    await on.net.heal();
    page = await on.dapp();
    assert.deepEqual(await read('xhr'), truth.xhr);
    await on.net.wallet.setFault('503');
    const seen = await page.evaluate(
      async (url) =>
        (await fetch(url, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}' }))
          .status,
      on.net.wallet.url,
    );
    assert.equal(seen, 503);
    assert.deepEqual(
      on.net.nodes.map((node) => node.counts.seen.filter(({ method }) => method === 'eth_blockNumber').length),
      [0, 0, 0],
    );
    await page.close();
  }
});
