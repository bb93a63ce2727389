// Where a request of the page goes, and when.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, knownPage, now, page } from './lib/page.mjs';
import { settle } from './lib/clock.mjs';
import { PlainWallet } from '../toys/wallets.js';

const read = { method: 'eth_getBalance', params: ['0x01', 'latest'] };

test('wallet and unknown methods reach the wallet in the same tick', () => {
  const own = Promise.resolve('mine');
  const seen = /** @type {any[]} */ ([]);
  const wallet = {
    request: (/** @type {any[]} */ ...args) => {
      seen.push(args);
      return own;
    },
    on() {},
  };
  const { provider, sent } = page(wallet);
  for (const method of [
    'eth_requestAccounts',
    'eth_sendTransaction',
    'personal_sign',
    'wallet_anything',
    'made_up',
    'eth_subscribe',
  ]) {
    const request = { method, params: [1] };
    assert.equal(provider.request(request), own);
    assert.equal(seen.at(-1)[0], request);
  }
  assert.deepEqual(
    sent.filter((m) => m.type === 'ask'),
    [],
  );
});

test('reads about the wallet itself stay with the wallet', async () => {
  const wallet = new PlainWallet();
  const { provider, asks } = await knownPage(wallet);
  for (const method of ['web3_clientVersion', 'eth_syncing']) {
    const answered = provider.request({ method });
    assert.equal(wallet.calls.at(-1).method, method);
    assert.equal(await answered, `plain:${method}`);
  }
  assert.deepEqual(asks(), []);
});

test('L2, fork and trace reads go to the core; sends do not', async () => {
  const wallet = new PlainWallet();
  const { provider, asks } = await knownPage(wallet);
  const reads = [
    'eth_config',
    'eth_capabilities',
    'eth_baseFee',
    'zks_getBlockDetails',
    'linea_estimateGas',
    'rollup_gasPrices',
    'arb_getL1Confirmations',
    'bor_getAuthor',
    'debug_traceCall',
    'trace_block',
  ];
  for (const method of reads) provider.request({ method, params: [] }).catch(() => {});
  assert.deepEqual(
    asks().map((/** @type {any} */ { method }) => method),
    reads,
  );
  const others = [
    'zks_sendRawTransactionWithDetailedOutput',
    'bor_getVoteOnHash',
    'debug_setHead',
    'debug_traceBlockFromFile',
    'trace_rawTransaction',
  ];
  for (const method of others) assert.equal(await provider.request({ method }), `plain:${method}`);
  assert.equal(asks().length, reads.length);
});

test('a wallet that throws in the tick throws in the tick', () => {
  const { provider } = page({
    request() {
      throw new RangeError('no');
    },
    on() {},
  });
  assert.throws(() => provider.request({ method: 'eth_accounts' }), RangeError);
});

test('a read on a guarded chain goes only to the core', async () => {
  const wallet = new PlainWallet();
  const { provider, asks, sent, answer } = await knownPage(wallet);
  const answered = provider.request(read);
  assert.deepEqual(asks(), [
    { type: 'ask', id: 1, chain: 1, method: 'eth_getBalance', params: '["0x01","latest"]', wallet: true },
  ]);
  assert.deepEqual(
    sent.filter((m) => m.type === 'use'),
    [{ type: 'use', chain: 1 }],
  );
  answer('0x10');
  assert.equal(await answered, '0x10');
  assert.deepEqual(wallet.calls, []);
});

test('a read on an unguarded chain goes to the wallet at once', async () => {
  const wallet = new PlainWallet({ chain: '0x38' });
  const { provider, asks } = await knownPage(wallet);
  const answered = provider.request(read);
  assert.equal(wallet.calls.length, 1);
  assert.equal(await answered, 'plain:eth_getBalance');
  assert.deepEqual(asks(), []);
});

test('requests we cannot carry go to the wallet', async () => {
  const seen = /** @type {any[]} */ ([]);
  const wallet = {
    request: (/** @type {any[]} */ ...args) => {
      seen.push(args[0]);
      return 'w';
    },
    on() {},
  };
  const { provider, client, asks } = page(wallet);
  client.current = null;
  const cyclic = /** @type {any[]} */ ([]);
  cyclic.push(cyclic);
  const odd = [
    { method: 'eth_call', params: cyclic },
    { method: 'eth_call', params: ['x'.repeat(10_000_000)] },
    { method: 'eth_call', params: 'text' },
    { method: 'eth_call', params: [1n] },
    { method: 7 },
    { method: ['eth_call'] },
    { method: 'x'.repeat(500) },
    null,
    undefined,
    'eth_call',
    4,
    {
      get method() {
        throw new Error('trap');
      },
    },
  ];
  for (const request of odd) {
    assert.equal(provider.request(request), 'w');
    assert.equal(seen.at(-1), request);
  }
  assert.deepEqual(asks(), []);
});

test('the first read waits for the worker to wake', async () => {
  const wallet = new PlainWallet();
  const { provider, client, sent, answer, asks } = page(wallet, null);
  const answered = provider.request(read);
  await settle();
  assert.deepEqual(sent, [{ type: 'hello' }]);
  client.receive(ON);
  await settle();
  assert.equal(asks().length, 1);
  answer('0x1');
  assert.equal(await answered, '0x1');
});

test('a worker that does not wake is waited for two seconds', async () => {
  const wallet = new PlainWallet();
  const { provider, clock } = page(wallet, null);
  const answered = provider.request(read);
  await clock.pass(1_999);
  assert.equal((await now(answered)).pending, true);
  await clock.pass(1);
  assert.deepEqual(await now(answered), { value: 'plain:eth_getBalance' });
});

test("later changes to the page's array do not reach the wallet", async () => {
  const wallet = new PlainWallet();
  const { provider, client, asks } = await knownPage(wallet);
  const params = ['0x01', 'latest'];
  const answered = provider.request({ method: 'eth_getBalance', params });
  params[0] = '0x02';
  client.receive({ type: 'use-wallet', id: asks()[0].id });
  await answered;
  assert.deepEqual(wallet.calls[0].params, ['0x01', 'latest']);
});

test('switched off or gone: all goes to the wallet at once', async () => {
  for (const message of [{ ...ON, on: false }, { type: 'gone' }, { type: 'down' }, { ...ON, chains: [] }]) {
    const wallet = new PlainWallet();
    const { provider, client } = await knownPage(wallet);
    client.receive(message);
    for (const method of ['eth_getBalance', 'eth_chainId', 'eth_accounts'].slice(
      0,
      'on' in message && message.on ? 1 : 3,
    )) {
      const before = wallet.calls.length;
      provider.request({ method, params: [] });
      assert.equal(wallet.calls.length, before + 1);
    }
  }
});

test("a chain outside the state is the wallet's, reported once", async () => {
  for (const chains of [[137], []]) {
    const wallet = new PlainWallet();
    const { provider, client, sent, asks } = await knownPage(wallet, { ...ON, chains });
    for (let i = 0; i < 3; i += 1) provider.request({ method: 'eth_getBalance', params: [] });
    assert.equal(wallet.calls.length, 3);
    await settle();
    assert.deepEqual(
      sent.filter((m) => m.type === 'wants'),
      [{ type: 'wants', chain: 1 }],
    );
    assert.deepEqual(asks(), []);
    for (let chain = 1; chain < 100; chain += 1) client.wants(chain);
    assert.equal(sent.filter((m) => m.type === 'wants').length, 32, 'and of no more than a page can have use for');
  }
});

test('while down the worker is tried every 5 s, then guards again', async () => {
  const { provider, client, clock, sent, asks } = await knownPage(new PlainWallet());
  client.receive({ type: 'down' });
  const knocks = () => sent.filter((m) => m.type === 'hello').length;
  const before = knocks();
  await clock.pass(5_000);
  provider.request(read);
  provider.request(read);
  assert.equal(knocks(), before + 1);
  client.receive(ON);
  provider.request(read);
  assert.equal(asks().length, 1);
});

test('more than two thousand waiting: the wallet takes the rest', async () => {
  const wallet = new PlainWallet();
  const { provider, asks } = await knownPage(wallet);
  for (let i = 0; i < 2_001; i++) provider.request(read);
  assert.equal(asks().length, 2_000);
  assert.equal(wallet.calls.length, 1);
});
