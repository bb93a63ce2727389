// Requests from before EIP-1193: `send`, `sendAsync` and `enable`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownPage } from './lib/page.mjs';
import { settle } from './lib/clock.mjs';
import { ACCOUNT, PlainWallet } from '../toys/wallets.js';

/** @param {any} provider @param {'send' | 'sendAsync'} name @param {any} payload */
const called = (provider, name, payload) =>
  new Promise((resolve) => {
    provider[name](payload, (/** @type {any[]} */ ...args) => resolve(args));
  });

test('callbacks of send and sendAsync get guarded reads', async () => {
  for (const name of /** @type {const} */ (['send', 'sendAsync'])) {
    const { provider, answer, asks } = await knownPage(new PlainWallet());
    const answered = called(provider, name, { id: 77, jsonrpc: '2.0', method: 'eth_gasPrice' });
    assert.equal(asks().length, 1);
    answer('0x5');
    assert.deepEqual(await answered, [null, { id: 77, jsonrpc: '2.0', result: '0x5' }]);
  }
});

test('an error comes as the first argument and inside the response', async () => {
  const { provider, client, asks } = await knownPage(new PlainWallet());
  const answered = called(provider, 'sendAsync', { id: 1, method: 'eth_call', params: [] });
  client.receive({ type: 'error', id: asks()[0].id, code: 3, message: 'reverted', data: '"0x1"' });
  const [error, response] = /** @type {any[]} */ (await answered);
  assert.deepEqual([error.code, error.message, error.data], [3, 'reverted', '0x1']);
  assert.deepEqual(response, { id: 1, jsonrpc: '2.0', error: { code: 3, message: 'reverted', data: '0x1' } });
});

test('an array of reads is answered in order', async () => {
  const { provider, asks, answer } = await knownPage(new PlainWallet());
  const answered = called(provider, 'sendAsync', [
    { id: 'a', method: 'eth_gasPrice' },
    { id: 'b', method: 'eth_blockNumber' },
  ]);
  const [first, second] = asks();
  answer('2', second);
  await settle();
  answer('1', first);
  assert.deepEqual(await answered, [
    null,
    [
      { id: 'a', jsonrpc: '2.0', result: '1' },
      { id: 'b', jsonrpc: '2.0', result: '2' },
    ],
  ]);
});

test('an array with a wallet method goes to the wallet whole', async () => {
  const wallet = new PlainWallet();
  const { provider, asks } = await knownPage(wallet);
  const [, list] = /** @type {any[]} */ (
    await called(provider, 'sendAsync', [
      { id: 1, method: 'eth_gasPrice' },
      { id: 2, method: 'eth_accounts' },
    ])
  );
  assert.deepEqual(
    list.map((/** @type {any} */ r) => r.result),
    ['plain:eth_gasPrice', [ACCOUNT]],
  );
  assert.deepEqual(asks(), []);
});

test("named and synchronous send and enable are the wallet's", async () => {
  const wallet = new PlainWallet();
  const { provider, asks } = await knownPage(wallet);
  assert.deepEqual(await provider.send('eth_gasPrice', []), { id: 1, jsonrpc: '2.0', result: 'plain:eth_gasPrice' });
  assert.deepEqual(provider.send({ id: 9, method: 'eth_accounts' }), { id: 9, jsonrpc: '2.0', result: [ACCOUNT] });
  assert.deepEqual(await provider.enable(), [ACCOUNT]);
  assert.deepEqual(asks(), []);
});

test('a wallet without send has none', async () => {
  const { provider } = await knownPage({ request: async () => '0x1', on() {} });
  assert.equal(provider.send, undefined);
  assert.ok(!('sendAsync' in provider));
});

test('payloads that send cannot read go to the wallet', async () => {
  const seen = /** @type {any[]} */ ([]);
  const wallet = {
    request: async () => '0x1',
    on() {},
    sendAsync: (/** @type {any[]} */ ...args) => {
      seen.push(args);
    },
  };
  const { provider } = await knownPage(wallet);
  const callback = () => {};
  for (const payload of [null, 'eth_call', [], [null], { method: 4 }]) provider.sendAsync(payload, callback);
  assert.equal(seen.length, 5);
  assert.deepEqual(seen[0], [null, callback]);
});
