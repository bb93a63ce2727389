// `eth_chainId`: wagmi gives it 100 ms. The wallet's own word, as early as the wallet can give it; never a guess.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, now, page } from './lib/page.mjs';
import { settle } from './lib/clock.mjs';
import { PlainWallet } from '../toys/wallets.js';

const CHAIN = { method: 'eth_chainId' };

/** A wallet whose answers to `eth_chainId` come when the test says so. @param {object} [shows] */
function quiet(shows = {}) {
  const ends = /** @type {{resolve: Function, reject: Function}[]} */ ([]);
  const wallet = Object.assign(new PlainWallet(), shows);
  const { request } = wallet;
  wallet.request = (/** @type {any} */ args) => {
    if (args.method !== 'eth_chainId') return request.call(wallet, args);
    return new Promise((resolve, reject) => { ends.push({ resolve, reject }); });
  };
  return { wallet, ends };
}

test('a wallet is asked once the page looks for wallets, in whatever order they come; before that only heard', async () => {
  for (const first of ['wallet', 'page']) {
    const { wallet, ends } = quiet();
    const { registry } = page(wallet, null);
    if (first === 'page') registry.seek();
    registry.meet(wallet);
    registry.meet(wallet);
    assert.deepEqual([ends.length, wallet.listenerCount('chainChanged')], [0, 0], 'nothing in its own tick');
    await settle();
    assert.deepEqual([ends.length, wallet.listenerCount('chainChanged')], [first === 'page' ? 1 : 0, 1]);
    registry.seek();
    await settle();
    assert.equal(ends.length, 1);
  }
});

test('what it says when it connects is enough, and it is not asked', async () => {
  const { wallet, ends } = quiet();
  const { registry, provider } = page(wallet, null);
  registry.meet(wallet);
  await settle();
  wallet.emit('connect', { chainId: '0x89' });
  registry.seek();
  await settle();
  assert.deepEqual(await now(provider.request(CHAIN)), { value: '0x89' });
  assert.equal(ends.length, 0);
});

test('switched off: nobody is asked', async () => {
  const { wallet, ends } = quiet();
  const { registry } = page(wallet, { ...ON, on: false });
  registry.meet(wallet);
  registry.seek();
  await settle();
  assert.equal(ends.length, 0);
});

/** The page has looked, and the wallet was asked. @param {object} [shows] */
async function asked(shows) {
  const { wallet, ends } = quiet(shows);
  const p = page(wallet);
  p.registry.meet(wallet);
  p.registry.seek();
  await settle();
  return { ...p, wallet, ends };
}

test('the page\'s questions join the one that is out', async () => {
  const { provider, clock, ends } = await asked();
  const answers = [provider.request(CHAIN), provider.request(CHAIN)];
  await clock.pass(100);
  ends[0]?.resolve('0x89');
  await clock.pass(0);
  assert.deepEqual(await Promise.all(answers), ['0x89', '0x89']);
  assert.equal(ends.length, 1);
});

test('a question that may be lost, that fails, or that is no word on this chain: the page\'s own is asked', async () => {
  for (const how of ['lost', 'fails', 'no chain', 'moved']) {
    const { provider, wallet, clock, ends } = await asked();
    const answer = provider.request(CHAIN);
    await clock.pass(how === 'lost' ? 249 : 10);
    assert.equal(ends.length, 1);
    if (how === 'lost') await clock.pass(1);
    if (how === 'fails') ends[0]?.reject(new Error('no'));
    if (how === 'no chain') ends[0]?.resolve(null);
    if (how === 'moved') {
      wallet.emit('accountsChanged', []);
      ends[0]?.resolve('0x1');
    }
    await clock.pass(0);
    assert.equal(ends.length, 2, how);
    ends[1]?.resolve('0x89');
    await clock.pass(0);
    assert.deepEqual(await now(answer), { value: '0x89' }, how);
    await clock.pass(1_000);
    assert.equal(ends.length, 2, 'once');
  }
});

test('an error of the page\'s own question is the page\'s', async () => {
  const { provider, clock, ends } = await asked();
  const answer = provider.request(CHAIN);
  answer.catch(() => {}); // it fails before it is looked at
  const no = new Error('no');
  ends[0]?.reject(new Error('ours'));
  await clock.pass(0);
  ends[1]?.reject(no);
  await clock.pass(0);
  assert.deepEqual(await now(answer), { error: no });
});

test('a wallet that is late and has never said its chain: what it shows of it', async () => {
  for (const early of [true, false]) {
    const { wallet, ends } = quiet({ chainId: '0x89' });
    const { provider, registry, clock } = page(wallet);
    if (early) {
      registry.meet(wallet);
      registry.seek();
      await settle();
    }
    const answer = provider.request(CHAIN);
    await clock.pass(49);
    assert.deepEqual(await now(answer), { pending: true });
    await clock.pass(1);
    assert.deepEqual(await now(answer), { value: '0x89' });
    ends[0]?.resolve('0xa');
    await clock.pass(0);
    assert.deepEqual(await now(provider.request(CHAIN)), { value: '0xa' }, 'its own word is the later one');
  }
});

test('what a wallet shows is not read while it is in time, and not taken once it has spoken', async () => {
  let reads = 0;
  const { wallet, ends } = quiet();
  Object.defineProperty(wallet, 'chainId', { get: () => { reads += 1; return '0x1'; } });
  const { provider, clock } = page(wallet);
  const answer = provider.request(CHAIN);
  ends[0]?.resolve('0x89');
  await clock.pass(100);
  assert.deepEqual([await now(answer), reads], [{ value: '0x89' }, 0]);
  wallet.emit('disconnect', {});
  const next = provider.request(CHAIN);
  await clock.pass(1_000);
  assert.deepEqual([await now(next), reads], [{ pending: true }, 0]);
});

test('a wallet that never says a chain and shows none: nothing is made up', async () => {
  for (const chainId of [undefined, null, '', '1', '0x', '0x0', 'zz', 1]) {
    const { provider, clock, ends } = await asked({ chainId });
    const answer = provider.request(CHAIN);
    await clock.pass(60_000);
    assert.deepEqual([await now(answer), ends.length], [{ pending: true }, 2]);
  }
});
