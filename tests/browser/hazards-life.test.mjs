// What passes between a page and its wallet in a real browser, with Breakwater between them, and without a wallet.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from './stage.mjs';
import { exercise, guarded, toyStage } from './toy-stage.mjs';
import { withToys } from '../toys/script.mjs';

/** @type {Awaited<ReturnType<typeof toyStage>>} */
let on;

before(async () => {
  on = await toyStage();
});
after(() => on?.close());

test('every legacy way to ask: send, sendAsync, enable', async () => {
  const page = await on.visit({ after: 'const toy = window.toy = new PlainWallet(); assign(window, toy);' });
  const seen = await page.evaluate(async () => {
    const { ethereum, toy } = /** @type {any} */ (window);
    toy.hangs = true;
    const call = (/** @type {string} */ name, /** @type {any} */ payload) =>
      new Promise((resolve) => {
        ethereum[name](payload, (/** @type {any} */ e, /** @type {any} */ r) => resolve(r));
      });
    const one = /** @type {any} */ (await call('send', { id: 5, method: 'eth_chainId' }));
    const read = /** @type {any} */ (await call('send', { id: 6, method: 'eth_blockNumber' }));
    const many = /** @type {any} */ (
      await call('sendAsync', [
        { id: 'a', method: 'eth_blockNumber' },
        { id: 'b', method: 'eth_gasPrice' },
      ])
    );
    const named = await ethereum.send('eth_accounts');
    return {
      one: one.result,
      read: [read.id, read.result],
      many: many.map((/** @type {any} */ r) => [r.id, r.result]),
      named: named.result.length,
      sync: ethereum.send({ id: 1, method: 'eth_accounts' }).result.length,
      enable: (await ethereum.enable()).length,
    };
  });
  assert.deepEqual([seen.one, seen.named, seen.sync, seen.enable, seen.read[0]], ['0x1', 1, 1, 1, 6]);
  for (const [, result] of [...seen.many, seen.read]) assert.match(result, /^0x/);
});

test("a chain change never gives a read the old chain's data", async () => {
  const page = await on.visit({ after: 'const toy = window.toy = new PlainWallet(); assign(window, toy);' });
  const answer = await page.evaluate(async () => {
    const { ethereum, toy } = /** @type {any} */ (window);
    await ethereum.request({ method: 'eth_chainId' });
    await ethereum.request({ method: 'eth_blockNumber' });
    const flying = ethereum.request({ method: 'eth_blockNumber' });
    toy.chain = '0x539';
    toy.emit('chainChanged', '0x539');
    return [
      await flying,
      await ethereum.request({ method: 'eth_chainId' }),
      await ethereum.request({ method: 'eth_blockNumber' }),
    ];
  });
  assert.deepEqual(answer, ['plain:eth_blockNumber', '0x539', 'plain:eth_blockNumber']);
});

test('a read survives the death of the worker', async () => {
  const page = await on.visit({ after: 'const toy = window.toy = new PlainWallet(); assign(window, toy);' });
  await exercise(page);
  await on.net.nodes[0]?.setFault('slow', { ms: 700 });
  await on.net.nodes[1]?.setFault('slow', { ms: 700 });
  const flying = page.evaluate(() =>
    /** @type {any} */ (window).ethereum.request({ method: 'eth_getBlockByNumber', params: ['latest', false] }),
  );
  await on.session.killWorker();
  const block = await flying;
  await on.net.heal();
  assert.ok(typeof block === 'string' || block.number.startsWith('0x'));
  // A worker that is slow to end rejects every new port. Then the wallet answers until the next attempt.
  guarded(
    await until(
      () => exercise(page, undefined, true),
      (seen) => seen.block.startsWith('0x'),
      'the guard of a new worker',
    ),
  );
});

test('a revert keeps its code, message and data', async () => {
  const page = await on.visit({ after: 'const toy = window.toy = new PlainWallet(); assign(window, toy);' });
  const request = {
    to: on.net.contracts.token.address,
    data: `0xa9059cbb${'0'.repeat(24)}${'11'.repeat(20)}${'f'.repeat(64)}`,
  };
  const lane = await on.net.nodes[0]?.anvil.rpc('eth_call', [request, 'latest']).then(
    () => null,
    (/** @type {any} */ e) => e,
  );
  const error = await page.evaluate(async (call) => {
    try {
      await /** @type {any} */ (window).ethereum.request({ method: 'eth_call', params: [call, 'latest'] });
      return null;
    } catch (/** @type {any} */ e) {
      return { code: e.code, message: e.message, data: e.data, isError: e instanceof Error };
    }
  }, request);
  assert.ok(lane, 'the call reverts');
  assert.equal(error?.isError, true);
  assert.equal(error?.code, 3);
  assert.match(String(error?.data), /^0x/);
  assert.match(String(error?.message), /revert/);
});

test('without a wallet, our own provider is offered once loaded', async () => {
  const page = await on.visit({
    body: `<script>window.heard = []; window.early = window.ethereum === undefined;
      addEventListener('eip6963:announceProvider', (e) => heard.push(e.detail));
      dispatchEvent(new Event('eip6963:requestProvider'));</script>`,
  });
  await page.waitForFunction(
    () => /** @type {any} */ (window).heard.length > 0 && /** @type {any} */ (window).ethereum,
  );
  const seen = await page.evaluate(async () => {
    const { heard, early, ethereum } = /** @type {any} */ (window);
    const code = (/** @type {string} */ method) =>
      ethereum.request({ method, params: [] }).catch((/** @type {any} */ e) => e.code);
    return {
      early,
      same: heard[0].provider === ethereum,
      name: heard[0].info.name,
      block: await ethereum.request({ method: 'eth_blockNumber' }),
      chain: await ethereum.request({ method: 'eth_chainId' }),
      accounts: await ethereum.request({ method: 'eth_accounts' }),
      asked: await code('eth_requestAccounts'),
      other: await code('wallet_watchAsset'),
    };
  });
  assert.match(seen.block, /^0x/);
  assert.deepEqual(
    { ...seen, block: '' },
    { early: true, same: true, name: 'Breakwater', block: '', chain: '0x1', accounts: [], asked: 4100, other: 4200 },
  );
  // A wallet that arrives late replaces our provider.
  await page.evaluate((toys) => {
    new Function(toys)();
  }, withToys('const toy = window.toy = new PlainWallet(); assign(window, toy);'));
  guarded(await exercise(page));
});

test('the window shows nothing of ours but the wallet accessor', async () => {
  const page = await on.visit({ body: '<p>' });
  const ours = await page.evaluate(() =>
    Object.getOwnPropertyNames(window).filter((name) => /breakwater|inpage|handover/i.test(name)),
  );
  assert.deepEqual(ours, []);
});

test('giving the wallet an endpoint asks it and says the outcome', async () => {
  const page = await on.visit({ after: 'const toy = window.toy = new PlainWallet(); assign(window, toy);' });
  await exercise(page);
  const chain = {
    chainId: '0x1',
    chainName: 'Ethereum',
    rpcUrls: ['https://node.example/'],
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  };
  const give = () =>
    on.session.evalBackground(
      async (start, chain) => {
        const [tab] = await chrome.tabs.query({ url: `${start}*` });
        return chrome.tabs.sendMessage(/** @type {any} */ (tab).id, { type: 'give-endpoint', chain }, { frameId: 0 });
      },
      `http://127.0.0.1:${on.site.port}/`.replace(/:\d+/, ''),
      chain,
    );
  assert.deepEqual(await give(), { ok: true });
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).toy.added), chain);
  await page.evaluate(() => {
    /** @type {any} */ (window).toy.refuses = true;
  });
  assert.deepEqual(await give(), { ok: false, code: 4001, message: 'User rejected the request.' });
});

test('switching a site off acts at once, in open and new pages', async () => {
  const code =
    'const toy = window.toy = new PlainWallet(); window.wasThere = "ethereum" in window; assign(window, toy);';
  const page = await on.visit({ after: code });
  guarded(await exercise(page));
  await on.switched(false);
  await page.waitForFunction(() => /** @type {any} */ (window).ethereum === /** @type {any} */ (window).toy);
  assert.equal((await exercise(page, undefined, true)).block, 'plain:eth_blockNumber');
  const fresh = await on.visit({ after: code });
  assert.deepEqual(
    await fresh.evaluate(() => {
      const { wasThere, fetch } = /** @type {any} */ (window);
      return [
        wasThere,
        /native code/.test(String(fetch)),
        'value' in /** @type {any} */ (Object.getOwnPropertyDescriptor(window, 'ethereum')),
      ];
    }),
    [false, true, true],
  );
  await on.switched(true);
});
