// Filters and subscriptions in the page: who serves them, who gets events, and what survives the worker.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, knownPage, now, page } from './lib/page.mjs';
import { settle } from './lib/clock.mjs';
import { OwnProvider } from '../../extension/inpage/own.js';
import { MuteWallet, PlainWallet } from '../toys/wallets.js';

const newFilter = { method: 'eth_newFilter', params: [{ address: '0x01' }] };
const subscribe = { method: 'eth_subscribe', params: ['newHeads'] };
const changes = { method: 'eth_getFilterChanges', params: ['0xf1'] };

/** @param {number} number @param {string[]} [results] @param {boolean} [removed] */
const block = (number, results = [], removed = false) => ({ number, hash: `0x${number}`, results, removed });

/** A page with a filter or subscription. @param {any} request */
async function made(request, wallet = new PlainWallet()) {
  const p = await knownPage(wallet);
  const id = p.provider.request(request);
  p.client.receive({ type: 'created', id: p.asks()[0].id, subscription: '0xf1', block: block(5) });
  assert.equal(await id, '0xf1');
  return { ...p, wallet };
}

test('the core makes, serves and ends a filter', async () => {
  const { provider, client, asks, wallet } = await made(newFilter);
  const first = provider.request(changes);
  assert.deepEqual([asks().at(-1).method, asks().at(-1).wallet], ['eth_getFilterChanges', true]);
  client.receive({
    type: 'changes',
    id: asks().at(-1).id,
    subscription: '0xf1',
    blocks: [block(6, ['{"a":1}', '{"a":2}']), block(7), block(8, ['{"a":3}'])],
  });
  assert.deepEqual(await first, [{ a: 1 }, { a: 2 }, { a: 3 }]);
  const ended = provider.request({ method: 'eth_uninstallFilter', params: ['0xf1'] });
  client.receive({ type: 'answer', id: asks().at(-1).id, result: 'true' });
  assert.equal(await ended, true);
  await provider.request(changes);
  assert.deepEqual(
    wallet.calls.map((/** @type {any} */ c) => c.method),
    ['eth_getFilterChanges'],
  );
});

test("filters the core did not make are the wallet's at once", async () => {
  const { provider, wallet, asks } = await made(newFilter);
  const before = asks().length;
  for (const request of [
    { method: 'eth_getFilterChanges', params: ['0xother'] },
    { method: 'eth_getFilterChanges' },
    { method: 'eth_unsubscribe', params: [{}] },
    { method: 'eth_newPendingTransactionFilter' },
    { method: 'eth_subscribe', params: ['newPendingTransactions'] },
    { method: 'eth_subscribe' },
  ]) {
    const calls = wallet.calls.length;
    provider.request(request);
    assert.equal(wallet.calls.length, calls + 1);
  }
  assert.equal(asks().length, before);
});

test("one wallet's filter is not another's", async () => {
  const { registry } = await made(newFilter);
  const other = new PlainWallet({ name: 'other' });
  const provider = registry.wrap(other);
  await provider.request({ method: 'eth_chainId' });
  assert.equal(await provider.request(changes), 'other:eth_getFilterChanges');
});

test('when no lane can make it, the wallet makes and serves it', async () => {
  const wallet = new PlainWallet();
  const { provider, client, asks } = await knownPage(wallet);
  const id = provider.request(newFilter);
  client.receive({ type: 'use-wallet', id: asks()[0].id });
  assert.equal(await id, 'plain:eth_newFilter');
  assert.equal(
    await provider.request({ method: 'eth_getFilterChanges', params: ['plain:eth_newFilter'] }),
    'plain:eth_getFilterChanges',
  );
});

test('a silent core: a filter is not made twice', async () => {
  const wallet = new PlainWallet();
  const { provider, clock } = await knownPage(wallet);
  const id = provider.request(newFilter);
  id.catch(() => {});
  await clock.pass(10_250);
  assert.equal((await now(id)).error.code, -32603);
  assert.deepEqual(wallet.calls, []);
});

test('subscription events arrive in order, `this` is the wrapper', async () => {
  const { provider, client } = await made(subscribe);
  const heard = /** @type {any[]} */ ([]);
  provider.on('message', function listener(/** @type {any} */ message) {
    // @ts-ignore `this` is the point
    heard.push([this === provider, message]);
  });
  client.receive({ type: 'notify', subscription: '0xf1', blocks: [block(6, ['{"n":6}']), block(7, ['{"n":7}'])] });
  client.receive({ type: 'notify', subscription: '0xother', blocks: [block(8, ['{"n":8}'])] });
  assert.deepEqual(
    heard,
    [6, 7].map((n) => [true, { type: 'eth_subscription', data: { subscription: '0xf1', result: { n } } }]),
  );
});

test('a wallet without listeners keeps its subscriptions', async () => {
  const wallet = new MuteWallet();
  const { provider, asks } = page(wallet);
  provider.request(subscribe);
  await settle();
  assert.equal(/** @type {any} */ (wallet).calls[0].method, 'eth_subscribe');
  assert.deepEqual(asks(), []);
});

test('a chain change ends subscriptions to the old chain', async () => {
  const { provider, client, wallet, asks } = await made(subscribe);
  const heard = /** @type {any[]} */ ([]);
  provider.on('message', (/** @type {any} */ m) => heard.push(m));
  wallet.chain = '0x89';
  wallet.emit('chainChanged', '0x89');
  assert.deepEqual(
    [asks().at(-1).method, asks().at(-1).params, asks().at(-1).chain],
    ['eth_unsubscribe', '["0xf1"]', 1],
  );
  client.receive({ type: 'notify', subscription: '0xf1', blocks: [block(6, ['1'])] });
  assert.deepEqual(heard, []);
});

test('a filter made too late is ended at once', async () => {
  const wallet = new PlainWallet();
  const { provider, client, asks } = await knownPage(wallet);
  provider.request(subscribe);
  const { id } = asks()[0];
  wallet.emit('chainChanged', '0x89');
  client.receive({ type: 'created', id, subscription: '0xf1', block: block(5) });
  assert.deepEqual([asks().at(-1).method, asks().at(-1).params], ['eth_unsubscribe', '["0xf1"]']);
});

test('the legacy notification event is emitted too', async () => {
  const { provider, client } = await made(subscribe);
  const heard = /** @type {any[]} */ ([]);
  provider.on('data', (/** @type {any} */ m) => heard.push(m));
  client.receive({ type: 'notify', subscription: '0xf1', blocks: [block(6, ['1'])] });
  assert.deepEqual(heard, [
    { jsonrpc: '2.0', method: 'eth_subscription', params: { subscription: '0xf1', result: 1 } },
  ]);
});

test('changes that come too late are given at the next call', async () => {
  const { provider, client, asks, clock } = await made(newFilter);
  const late = now(provider.request(changes));
  await clock.pass(11_000);
  client.receive({ type: 'changes', id: asks().at(-1).id, subscription: '0xf1', blocks: [block(6, ['"a"'])] });
  await late;
  const next = provider.request(changes);
  client.receive({ type: 'changes', id: asks().at(-1).id, subscription: '0xf1', blocks: [block(7, ['"b"'])] });
  assert.deepEqual(await next, ['a', 'b']);
});

for (const end of /** @type {any[]} */ ([
  { type: 'down' },
  { type: 'gone' },
  { ...ON, on: false },
  { ...ON, chains: [137] },
])) {
  test(`the wallet takes over under the same id (${end.type} ${end.chains ?? ''})`, async () => {
    const { provider, client, wallet, asks } = await made(subscribe);
    const heard = /** @type {any[]} */ ([]);
    provider.on('message', (/** @type {any} */ m) => heard.push(m.data));
    client.receive(end);
    await settle();
    assert.deepEqual(wallet.calls, [subscribe]);
    wallet.emit('message', { type: 'eth_subscription', data: { subscription: 'plain:eth_subscribe', result: 1 } });
    assert.ok(heard.some((data) => data.subscription === '0xf1' && data.result === 1));
    // A core that returns must not deliver everything again.
    client.receive({ type: 'notify', subscription: '0xf1', blocks: [block(6, ['2'])] });
    assert.deepEqual([asks().at(-1).method, heard.filter((data) => data.result === 2)], ['eth_unsubscribe', []]);
    await provider.request({ method: 'eth_unsubscribe', params: ['0xf1'] });
    assert.deepEqual(wallet.calls.at(-1), { method: 'eth_unsubscribe', params: ['plain:eth_subscribe'] });
  });
}

test('a filter that the wallet takes over misses no log', async () => {
  const { provider, client, wallet } = await made(newFilter);
  client.receive({ type: 'gone' });
  const answers = { eth_getLogs: ['missed'], eth_newFilter: '0xwallet', eth_getFilterChanges: ['new'] };
  const calls = /** @type {any[]} */ ([]);
  /** @type {any} */ (wallet).request = async (/** @type {any} */ request) => {
    calls.push(request);
    return /** @type {any} */ (answers)[request.method];
  };
  assert.deepEqual(await provider.request(changes), ['missed', 'new']);
  assert.deepEqual(calls[0], { method: 'eth_getLogs', params: [{ address: '0x01', fromBlock: '0x6' }] });
  assert.deepEqual(await provider.request(changes), ['new']);
  assert.deepEqual(calls.at(-1), { method: 'eth_getFilterChanges', params: ['0xwallet'] });
});

test('our own provider has filters and subscriptions too', async () => {
  const { client, asks } = page(undefined, ON);
  const provider = new OwnProvider(client);
  const heard = /** @type {any[]} */ ([]);
  provider.on('message', (/** @type {any} */ m) => heard.push(m.data));
  const id = provider.request(subscribe);
  await settle();
  assert.equal(asks()[0].wallet, false);
  client.receive({ type: 'created', id: asks()[0].id, subscription: '0xf1', block: block(5) });
  await id;
  client.receive({ type: 'notify', subscription: '0xf1', blocks: [block(6, ['{"n":6}'])] });
  assert.deepEqual(heard, [{ subscription: '0xf1', result: { n: 6 } }]);
});

test('an own-socket subscription is followed until it ends', async () => {
  const { client, sent } = await knownPage(new PlainWallet());
  const log = /** @type {any[]} */ ([]);
  const follow = (/** @type {string} */ subscription) =>
    client.follow({
      chain: 1,
      subscription,
      params: '["newHeads"]',
      blocks: [block(5)],
      heard: (blocks) => log.push(blocks.map(({ number }) => number)),
      lost: () => log.push('lost'),
    });
  follow('0xf1');
  assert.deepEqual(
    sent.filter(({ type }) => type === 'resume'),
    [
      {
        type: 'resume',
        chain: 1,
        subscription: '0xf1',
        method: 'eth_subscribe',
        params: '["newHeads"]',
        blocks: [block(5)],
      },
    ],
  );
  client.receive({ type: 'notify', subscription: '0xf1', blocks: [block(6, ['{}']), block(7)] });
  client.unfollow('0xf1');
  client.unfollow('0xf1');
  assert.deepEqual(
    sent.filter(({ method }) => method === 'eth_unsubscribe').map(({ params }) => params),
    ['["0xf1"]'],
  );
  follow('0xf2');
  client.receive({ ...ON, chains: [] });
  assert.deepEqual(log, [[6, 7], 'lost']);
});
