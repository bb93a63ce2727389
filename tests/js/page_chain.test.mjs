// `eth_chainId`: wagmi gives it 100 ms. The page gets the wallet's own answer as early as possible, never a guess.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { now, page } from './lib/page.mjs';
import { settle } from './lib/clock.mjs';
import { PlainWallet } from '../toys/wallets.js';

const CHAIN = { method: 'eth_chainId' };

/** A wallet that answers `eth_chainId` when the test says so. @param {object} [shows] */
function quiet(shows = {}) {
  const ends = /** @type {{resolve: Function, reject: Function}[]} */ ([]);
  const wallet = Object.assign(new PlainWallet(), shows);
  const { request } = wallet;
  wallet.request = (/** @type {any} */ args) => {
    if (args.method !== 'eth_chainId') return request.call(wallet, args);
    return new Promise((resolve, reject) => {
      ends.push({ resolve, reject });
    });
  };
  return { wallet, ends };
}

test('a page that uses no wallet: none is called or heard', async () => {
  const { wallet, ends } = quiet();
  const { registry, clock } = page(wallet, null);
  registry.wrap(wallet);
  await clock.pass(60_000);
  assert.deepEqual([ends.length, wallet.calls, [...wallet.events.keys()]], [0, [], []]);
  assert.ok(!Object.hasOwn(wallet, 'emit'));
});

test('we do not listen to an unused wallet', async () => {
  const { wallet, ends } = quiet();
  const { provider } = page(wallet);
  provider.request({ method: 'eth_gasPrice' });
  assert.deepEqual([ends.length, [...wallet.events.keys()]], [1, []]);
  wallet.emit('connect', { chainId: '0x89' });
  await settle();
  assert.deepEqual(await now(provider.request(CHAIN)), { value: '0x89' });
  assert.equal(ends.length, 1, 'and it is not asked again');
});

test("a wallet with a locked emit: the page's listener tells us", async () => {
  const { wallet, ends } = quiet();
  Object.defineProperty(wallet, 'emit', { value: wallet.emit });
  const { provider } = page(wallet);
  const heard = /** @type {any[]} */ ([]);
  provider.on('chainChanged', (/** @type {string} */ chain) => heard.push(chain, provider.request(CHAIN)));
  provider.on('chainChanged', (/** @type {string} */ chain) => heard.push(chain, provider.request(CHAIN)));
  wallet.emit('chainChanged', '0x89');
  assert.deepEqual(await Promise.all(heard), ['0x89', '0x89', '0x89', '0x89']);
  assert.deepEqual([ends.length, wallet.listenerCount('chainChanged')], [0, 2]);
});

/** A page whose wallet has not said its chain for a while, and has changed it silently. */
async function moved() {
  const { wallet, ends } = quiet();
  const p = page(wallet);
  const first = p.provider.request(CHAIN);
  ends[0]?.resolve('0x1');
  await first;
  await p.clock.pass(5_000);
  const read = p.provider.request({ method: 'eth_gasPrice' });
  assert.equal(ends.length, 2);
  p.answer('0x7');
  return { ...p, ends, read };
}

test('a silent wallet: a read waits for its chain', async () => {
  const same = await moved();
  assert.deepEqual(await now(same.read), { pending: true });
  same.ends[1]?.resolve('0x1');
  assert.deepEqual(await now(same.read), { value: '0x7' });
  const other = await moved();
  other.ends[1]?.resolve('0x89');
  assert.deepEqual(await now(other.read), { value: 'plain:eth_gasPrice' }, "not the old chain's");
  const slow = await moved();
  await slow.clock.pass(250);
  assert.deepEqual(await now(slow.read), { value: '0x7' });
});

/** A read has asked the wallet for its chain. @param {object} [shows] */
async function asked(shows) {
  const { wallet, ends } = quiet(shows);
  const p = page(wallet);
  p.provider.request({ method: 'eth_gasPrice' });
  await settle();
  return { ...p, wallet, ends };
}

test("the page's chain questions join the one in flight", async () => {
  const { provider, clock, ends } = await asked();
  const answers = [provider.request(CHAIN), provider.request(CHAIN)];
  await clock.pass(100);
  ends[0]?.resolve('0x89');
  await clock.pass(0);
  assert.deepEqual(await Promise.all(answers), ['0x89', '0x89']);
  assert.equal(ends.length, 1);
});

test("a lost, failed or outdated question: the page's own is asked", async () => {
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

test("an error to the page's own question reaches the page", async () => {
  const { provider, clock, ends } = await asked();
  const answer = provider.request(CHAIN);
  answer.catch(() => {}); // it fails before the test looks at it
  const no = new Error('no');
  ends[0]?.reject(new Error('ours'));
  await clock.pass(0);
  ends[1]?.reject(no);
  await clock.pass(0);
  assert.deepEqual(await now(answer), { error: no });
});

test('a late wallet that never said its chain: what it shows', async () => {
  for (const early of [true, false]) {
    const { wallet, ends } = quiet({ chainId: '0x89' });
    const { provider, clock } = page(wallet);
    if (early) provider.request({ method: 'eth_gasPrice' });
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

test('a shown chain is only used from a late wallet without answer', async () => {
  let reads = 0;
  const { wallet, ends } = quiet();
  Object.defineProperty(wallet, 'chainId', {
    get: () => {
      reads += 1;
      return '0x1';
    },
  });
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

test('a wallet that says and shows no chain: none is invented', async () => {
  for (const chainId of [undefined, null, '', '1', '0x', '0x0', 'zz', 1]) {
    const { provider, clock, ends } = await asked({ chainId });
    const answer = provider.request(CHAIN);
    await clock.pass(60_000);
    assert.deepEqual([await now(answer), ends.length], [{ pending: true }, 2]);
  }
});
