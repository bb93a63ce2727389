// What the core is told of a transaction or signature that the wallet does not answer, and what it is not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, knownPage } from './lib/page.mjs';
import { PlainWallet } from '../toys/wallets.js';

const transaction = { method: 'eth_sendTransaction', params: [{ to: '0x5ec7e7', value: '0x1' }] };

/** A wallet whose confirmations end when the test says so. */
function stalling() {
  const ends = /** @type {{resolve: Function, reject: Function}[]} */ ([]);
  const wallet = new PlainWallet();
  const request = wallet.request.bind(wallet);
  wallet.request = (/** @type {any} */ args) => (/^(eth_send|personal_)/.test(args.method)
    ? new Promise((resolve, reject) => { ends.push({ resolve, reject }); })
    : request(args));
  return { wallet, ends };
}
/** @param {any[]} sent */
const told = (sent) => sent.filter((m) => /^wallet/.test(m.type));

test('after 15 s the core is told the method and since when, and no parameter; then that it is over', async () => {
  for (const end of /** @type {const} */ (['resolve', 'reject'])) {
    const { wallet, ends } = stalling();
    const { provider, clock, sent } = await knownPage(wallet);
    const before = Date.now();
    const answer = provider.request(transaction);
    answer.catch(() => {});
    await clock.pass(14_999);
    assert.deepEqual(told(sent), []);
    await clock.pass(2);
    const [waits] = told(sent);
    assert.deepEqual({ ...waits, since_ms: 0 }, { type: 'wallet-waits', id: waits.id, chain: 1, method: 'eth_sendTransaction', since_ms: 0 });
    assert.ok(waits.since_ms >= before && waits.since_ms <= Date.now());
    assert.ok(!JSON.stringify(sent).includes('5ec7e7'));
    ends[0]?.[end]('0xhash');
    await clock.pass(0);
    assert.deepEqual(told(sent).slice(1), [{ type: 'wallet-done', id: waits.id }]);
  }
});

test('what is confirmed or refused in time, and other methods, are told to nobody', async () => {
  const { wallet, ends } = stalling();
  const { provider, clock, sent } = await knownPage(wallet);
  provider.request(transaction);
  provider.request({ method: 'personal_sign', params: [] }).catch(() => {});
  ends[0]?.resolve('0xhash');
  ends[1]?.reject(new Error('no'));
  const never = new Promise(() => {});
  wallet.request = () => never;
  provider.request({ method: 'wallet_requestPermissions' });
  await clock.pass(60_000);
  assert.deepEqual(told(sent), []);
});

test('the wallets promise is the pages own and nobody listens to it before it is late', async () => {
  const { wallet } = stalling();
  const { provider, clock } = await knownPage(wallet);
  const own = new Promise(() => {});
  let listened = 0;
  own.then = /** @type {any} */ (() => { listened += 1; return own; });
  wallet.request = () => own;
  assert.equal(provider.request(transaction), own);
  await clock.pass(14_999);
  assert.equal(listened, 0, 'a refusal the page leaves unhandled is still reported as such');
  await clock.pass(1);
  assert.equal(listened, 1);
});

test('the wallet is tried with the read the core names, and its word is told; the pages call stays alone', async () => {
  const { wallet } = stalling();
  const { provider, client, clock, sent } = await knownPage(wallet);
  provider.request(transaction);
  await clock.pass(15_001);
  const { id } = told(sent)[0];
  client.receive({ type: 'try-wallet', id, method: 'eth_getBalance', params: '["0x00","latest"]' });
  await clock.pass(0);
  assert.deepEqual(wallet.calls.at(-1), { method: 'eth_getBalance', params: ['0x00', 'latest'] });
  assert.deepEqual(told(sent).at(-1), { type: 'wallet', id, result: '"plain:eth_getBalance"' });
  wallet.request = () => { throw Object.assign(new Error('Failed to fetch'), { code: -32603 }); };
  client.receive({ type: 'try-wallet', id, method: 'eth_getBalance', params: '[]' });
  await clock.pass(0);
  assert.deepEqual(told(sent).at(-1), { type: 'wallet', id, code: -32603, message: 'Failed to fetch' });
  client.receive({ type: 'down' });
  assert.equal(client.waiting.has(id), true, 'a core that is lost ends nothing');
});

test('the ways to ask from before EIP-1193 that return a promise are looked at too', async () => {
  const { wallet } = stalling();
  const { provider, clock, sent } = await knownPage(wallet);
  provider.send('eth_sendTransaction', transaction.params);
  await clock.pass(15_001);
  assert.deepEqual(told(sent).map((m) => m.method), ['eth_sendTransaction']);
});

test('switched off, or without the extension: nothing is told', async () => {
  for (const word of [{ ...ON, on: false }, { type: 'gone' }]) {
    const { wallet } = stalling();
    const { provider, client, clock, sent } = await knownPage(wallet);
    provider.request(transaction);
    client.receive(word);
    await clock.pass(60_000);
    assert.deepEqual(told(sent), []);
  }
});
