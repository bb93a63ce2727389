// Which chain a request is for: what is cached, and what happens when the wallet changes its chain.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownPage, now, page } from './lib/page.mjs';
import { settle } from './lib/clock.mjs';
import { HangingWallet, PlainWallet, SlowWallet } from '../toys/wallets.js';

const read = { method: 'eth_getBalance', params: ['0x01', 'latest'] };

test('eth_chainId and net_version are cached until a change', async () => {
  const wallet = new SlowWallet({ delay: 10 });
  const { provider } = await knownPage(wallet);
  assert.deepEqual(await now(provider.request({ method: 'eth_chainId' })), { value: '0x1' });
  assert.equal(await provider.request({ method: 'net_version' }), '1');
  assert.deepEqual(await now(provider.request({ method: 'net_version' })), { value: '1' });
  wallet.chain = '0x89';
  wallet.emit('chainChanged', '0x89');
  assert.deepEqual(await now(provider.request({ method: 'eth_chainId' })), { value: '0x89' });
  assert.equal(await provider.request({ method: 'net_version' }), '137');
});

test('a method that may change the chain asks for it again', async () => {
  const wallet = new PlainWallet();
  const { provider, asks } = await knownPage(wallet);
  wallet.emit = () => {}; // tells nobody
  await provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: '0x89' }] });
  assert.equal(await provider.request({ method: 'eth_chainId' }), '0x89');
  provider.request(read);
  assert.equal(asks().at(-1).chain, 137);
});

test('a silent chain change is found by asking now and then', async () => {
  const wallet = new PlainWallet();
  const { provider, clock, asks } = await knownPage(wallet);
  wallet.chain = '0x89';
  await clock.pass(1_500);
  provider.request(read);
  await settle();
  const second = provider.request(read);
  assert.equal(asks().at(-1).chain, 137);
  assert.equal((await now(second)).pending, true);
});

test('a chain change asks the wallet anew and drops the old answer', async () => {
  const wallet = new PlainWallet();
  const { provider, asks, answer, sent } = await knownPage(wallet);
  const flying = provider.request(read);
  const old = asks()[0];
  wallet.chain = '0x89';
  wallet.emit('chainChanged', '0x89');
  answer('old chain', old);
  assert.equal(await flying, 'plain:eth_getBalance');
  assert.deepEqual(
    sent.filter((m) => m.type === 'abort'),
    [{ type: 'abort', id: old.id }],
  );
});

test("a wallet's answer for the old chain is dropped too", async () => {
  const wallet = new HangingWallet();
  const { provider, asks, client } = await knownPage(wallet);
  const flying = provider.request(read);
  client.receive({ type: 'ask-wallet', id: asks()[0].id });
  assert.equal(wallet.calls.length, 1);
  wallet.emit('chainChanged', '0x89');
  await settle();
  assert.equal(wallet.calls.length, 2);
  assert.equal((await now(flying)).pending, true);
});

test('a chain change leaves a transaction in flight to the core', async () => {
  const wallet = new PlainWallet();
  const { provider, answer } = await knownPage(wallet);
  const flying = provider.request({ method: 'eth_sendRawTransaction', params: ['0x02'] });
  wallet.emit('chainChanged', '0x89');
  answer('0xhash');
  assert.equal(await flying, '0xhash');
  assert.deepEqual(wallet.calls, []);
});

test('after disconnect or accountsChanged the chain is asked', async () => {
  for (const event of ['disconnect', 'accountsChanged']) {
    const wallet = new PlainWallet();
    const { provider, asks } = await knownPage(wallet);
    wallet.emit(event, []);
    wallet.chain = '0x89';
    provider.request(read);
    await settle();
    assert.deepEqual(
      wallet.calls.map((/** @type {any} */ c) => c.method),
      ['eth_chainId'],
    );
    assert.equal(asks().at(-1).chain, 137);
  }
});

test('a wallet that does not say its chain gets reads after 1 s', async () => {
  const wallet = {
    request: (/** @type {any} */ { method }) => (method === 'eth_chainId' ? new Promise(() => {}) : method),
    on() {},
  };
  const { provider, clock } = page(wallet);
  const answered = provider.request(read);
  await clock.pass(1_000);
  assert.deepEqual(await now(answered), { value: 'eth_getBalance' });
});
