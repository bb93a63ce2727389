// Our own provider: read-only, for pages without a wallet.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ON, page } from './lib/page.mjs';
import { settle } from './lib/clock.mjs';
import { OwnProvider } from '../../extension/inpage/own.js';
import { detailOf } from '../../extension/inpage/identity.js';

/** @param {object | null} [state] */
function own(state = ON) {
  const p = page(undefined, state);
  return { ...p, own: new OwnProvider(p.client) };
}

test('reads are raced, without a wallet behind them', async () => {
  const { own: provider, asks, answer } = own();
  const answered = provider.request({ method: 'eth_blockNumber' });
  await settle();
  assert.deepEqual(asks(), [{ type: 'ask', id: 1, chain: 1, method: 'eth_blockNumber', params: '', wallet: false }]);
  answer('0x7');
  assert.equal(await answered, '0x7');
});

test('reads wait for an unreachable worker until their deadline', async () => {
  const { own: provider, client, asks, answer, clock } = own();
  const first = provider.request({ method: 'eth_blockNumber' });
  await settle();
  client.receive({ type: 'down' });
  const second = provider.request({ method: 'eth_gasPrice' });
  await settle();
  assert.equal(asks().length, 2);
  client.receive(ON);
  answer('0x7', asks()[0]);
  assert.equal(await first, '0x7');
  client.receive({ type: 'down' });
  assert.equal(provider.chainId, '0x1');
  await Promise.all([assert.rejects(second, { code: -32603 }), clock.pass(10_250)]);
  client.receive({ ...ON, on: false });
  await assert.rejects(provider.request({ method: 'eth_gasPrice' }), { code: 4900 });
});

test('too many reads are refused in the page itself', async () => {
  const { own: provider, asks, answer } = own();
  const read = (/** @type {number} */ i) =>
    provider.request({ method: 'eth_getBalance', params: [`0x${i}`, 'latest'] });
  const all = Array.from({ length: 2_000 }, (_, i) => read(i));
  await settle();
  await assert.rejects(read(2_000), { code: -32005 });
  assert.equal(asks().length, 2_000, 'the bridge has not heard of it');
  answer('0x7', asks()[0]);
  assert.equal(await all[0], '0x7');
  void read(2_001);
  await settle();
  assert.equal(asks().length, 2_001, 'an answer makes room');
});

test('chain, accounts and what it cannot do', async () => {
  const { own: provider } = own();
  assert.equal(await provider.request({ method: 'eth_chainId' }), '0x1');
  assert.equal(await provider.request({ method: 'net_version' }), '1');
  assert.equal(provider.chainId, '0x1');
  assert.deepEqual(await provider.request({ method: 'eth_accounts' }), []);
  for (const method of [
    'eth_requestAccounts',
    'personal_sign',
    'eth_sendTransaction',
    'eth_signTypedData_v4',
    'wallet_requestPermissions',
  ]) {
    await assert.rejects(provider.request({ method, params: [] }), { code: 4100, message: /accounts/ });
  }
  await assert.rejects(provider.enable(), { code: 4100 });
  await assert.rejects(provider.request({ method: 'wallet_watchAsset' }), { code: 4200 });
});

test('requests that are malformed', async () => {
  const { own: provider } = own();
  const cyclic = /** @type {any[]} */ ([]);
  cyclic.push(cyclic);
  for (const bad of [null, 'eth_call', {}, { method: 5 }])
    await assert.rejects(provider.request(bad), { code: -32600 });
  for (const params of ['text', 5, cyclic, ['x'.repeat(5_000_000)]]) {
    await assert.rejects(provider.request({ method: 'eth_call', params }), { code: -32602 });
  }
});

test('switching among guarded chains', async () => {
  const { own: provider, asks } = own();
  const heard = /** @type {any[]} */ ([]);
  provider.on('chainChanged', (/** @type {string} */ chain) => heard.push(chain));
  const to = (/** @type {unknown} */ chainId) =>
    provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId }] });
  assert.equal(await to('0x89'), null);
  assert.deepEqual(heard, ['0x89']);
  provider.request({ method: 'eth_gasPrice' });
  await settle();
  assert.equal(asks().at(-1).chain, 137);
  await assert.rejects(to('0x5'), { code: 4902 });
  await assert.rejects(to('polygon'), { code: -32602 });
  assert.deepEqual(heard, ['0x89']);
});

test('leaving a chain that is no longer guarded is announced', () => {
  const { own: provider, client } = own();
  const heard = /** @type {any[]} */ ([]);
  provider.on('chainChanged', (/** @type {string} */ chain) => heard.push(chain));
  client.receive({ ...ON, own_chain: 137 });
  assert.deepEqual(heard, ['0x89']);
  assert.equal(provider.chainId, '0x89');
});

test('switched off, or nothing to serve', async () => {
  const { own: provider, client } = own();
  client.receive({ ...ON, on: false });
  await assert.rejects(provider.request({ method: 'eth_blockNumber' }), { code: 4900 });
  assert.equal(provider.isConnected(), false);
  client.receive({ ...ON, own_chain: null });
  await assert.rejects(provider.request({ method: 'eth_chainId' }), { code: 4900 });
});

test('when every lane fails without a wallet: an error', async () => {
  const { own: provider, client, asks } = own();
  const answered = provider.request({ method: 'eth_blockNumber' });
  await settle();
  client.receive({ type: 'use-wallet', id: asks()[0].id });
  await assert.rejects(answered, { code: -32603 });
});

test('send, sendAsync with one and with many', async () => {
  const { own: provider } = own();
  assert.equal(await provider.send('eth_chainId'), '0x1');
  const all = await new Promise((resolve) => {
    provider.sendAsync(
      [
        { id: 1, method: 'eth_chainId' },
        { id: 2, method: 'eth_sign' },
      ],
      (_, list) => resolve(list),
    );
  });
  assert.equal(all[0].result, '0x1');
  assert.equal(all[1].error.code, 4100);
});

test('it announces itself under its own name, with a fresh uuid', () => {
  const { own: provider } = own();
  const detail = /** @type {any} */ (detailOf(provider));
  assert.ok(Object.isFrozen(detail) && Object.isFrozen(detail.info));
  assert.equal(detail.info.name, 'Breakwater');
  assert.match(detail.info.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(detail.info.rdns, /^[a-z]+\.[a-z]+$/);
  assert.match(detail.info.icon, /^data:image\/svg\+xml,/);
  assert.notEqual(/** @type {any} */ (detailOf(provider)).info.uuid, detail.info.uuid);
});

test('the same icon in the extension, on the page and in the lab', () => {
  const drawn = (/** @type {string} */ svg) =>
    svg
      .replace(/<title>.*<\/title>/, '')
      .replace(/>\s+/g, '>')
      .trim();
  const [toolbar, lab] = ['extension/icons/breakwater.svg', 'www/icon.svg'].map((file) =>
    drawn(readFileSync(file, 'utf8')),
  );
  const { info } = /** @type {any} */ (detailOf({}));
  assert.equal(drawn(decodeURIComponent(info.icon.slice('data:image/svg+xml,'.length))), toolbar);
  assert.equal(lab, toolbar);
});
