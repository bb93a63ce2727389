// The object a page gets instead of a wallet's provider.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownPage, page } from './lib/page.mjs';
import { MuteWallet, PlainWallet, PrivateWallet, manyWallets, solidWallet } from '../toys/wallets.js';

test('one stable wrapper per provider, and none around a wrapper', () => {
  const wallet = new PlainWallet();
  const { registry, provider } = page(wallet);
  assert.notEqual(provider, wallet);
  assert.equal(registry.wrap(wallet), provider);
  assert.equal(registry.wrap(provider), provider);
  assert.equal(registry.raw(provider), wallet);
});

test("a wallet's own members are visible through the wrapper", () => {
  const mark = Symbol('mark');
  const wallet = new PrivateWallet({ [mark]: 7 });
  const { provider } = page(wallet);
  assert.equal(provider.isMetaMask, true);
  assert.equal(provider[mark], 7);
  assert.equal(provider._metamask, wallet._metamask);
  assert.ok(provider instanceof PrivateWallet);
  assert.equal(provider.constructor, PrivateWallet);
  assert.ok('isMetaMask' in provider && !('isNothing' in provider));
  assert.deepEqual(Object.keys(provider), Object.keys(wallet));
  assert.deepEqual(Reflect.ownKeys(provider), Reflect.ownKeys(wallet));
  assert.equal(provider.request.name, wallet.request.name);
  assert.equal(provider.request.length, wallet.request.length);
  assert.equal(provider.request, provider.request);
});

test('private fields: methods and getters run on the wallet', async () => {
  const { provider } = page(new PrivateWallet());
  assert.equal(provider.isConnected(), true);
  assert.match(provider.selectedAddress, /^0x/);
  const seen = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(provider), 'selectedAddress');
  assert.equal(typeof seen?.get, 'function');
  assert.equal(await provider._metamask.isUnlocked(), true);
  provider.on('message', () => {});
});

test('non-writable members can be read, called and described', async () => {
  const wallet = solidWallet();
  const { provider } = await knownPage(wallet);
  provider.on('message', () => {});
  assert.deepEqual(await provider.enable(), await wallet.enable());
  for (const key of Reflect.ownKeys(wallet)) {
    assert.doesNotThrow(() => provider[key]);
    assert.doesNotThrow(() => Object.getOwnPropertyDescriptor(provider, key));
  }
  assert.equal(await provider.request({ method: 'personal_sign' }), '0x51');
});

test('wagmi may assign removeListener even where it is locked', () => {
  for (const wallet of [new PlainWallet(), solidWallet(), Object.freeze(new PlainWallet())]) {
    const { provider } = page(wallet);
    const mine = () => {};
    provider.removeListener = mine;
    assert.equal(provider.removeListener, mine);
  }
});

test('what a page writes reaches the wallet', () => {
  const wallet = new PlainWallet();
  const { provider } = page(wallet);
  provider.autoRefreshOnNetworkChange = false;
  assert.equal(wallet.autoRefreshOnNetworkChange, false);
  Object.defineProperty(provider, 'fixed', { value: 1 });
  assert.equal(wallet.fixed, 1);
  assert.equal(provider.fixed, 1);
  Object.defineProperty(provider, 'locked', { value: 2, configurable: false });
  assert.equal(provider.locked, 2);
  delete provider.autoRefreshOnNetworkChange;
  assert.ok(!('autoRefreshOnNetworkChange' in wallet));
});

test('a second patcher on the wrapper causes no loop', async () => {
  const wallet = new PlainWallet();
  const { provider, answer, asks } = await knownPage(wallet);
  const seen = /** @type {string[]} */ ([]);
  const before = provider.request;
  provider.request = new Proxy(before, {
    apply(target, self, args) {
      seen.push(args[0].method);
      return Reflect.apply(target, self, args);
    },
  });
  const read = provider.request({ method: 'eth_call', params: [] });
  answer('0x2a');
  assert.equal(await read, '0x2a');
  assert.equal(await provider.request({ method: 'personal_sign' }), '0x51');
  assert.deepEqual(seen, ['eth_call', 'personal_sign']);
  assert.deepEqual(
    wallet.calls.map((/** @type {any} */ c) => c.method),
    ['personal_sign'],
  );
  assert.equal(asks().length, 1);
});

test('a patcher that calls back through a wrapper is let through', async () => {
  const wallet = new PlainWallet();
  const { registry, provider, asks } = await knownPage(wallet);
  const outer = registry.wrap({
    ...wallet,
    request: (/** @type {any} */ a) => provider.request(a),
    on: wallet.on.bind(wallet),
  });
  await outer.request({ method: 'eth_accounts' });
  assert.equal(wallet.calls.length, 1);
  assert.equal(asks().length, 0);
});

test('listeners keep `this`, order, count and removal', () => {
  const wallet = new PlainWallet();
  const { provider } = page(wallet);
  const heard = /** @type {any[]} */ ([]);
  function listener(/** @type {any} */ value) {
    // @ts-ignore `this` is the point
    heard.push([this === provider, value]);
  }
  const other = () => heard.push('other');
  assert.equal(provider.on('accountsChanged', listener), provider);
  provider.on('accountsChanged', other).on('accountsChanged', listener);
  wallet.emit('accountsChanged', 1);
  assert.deepEqual(heard.splice(0), [[true, 1], 'other', [true, 1]]);
  assert.deepEqual(provider.listeners('accountsChanged').slice(-3), [listener, other, listener]);
  provider.removeListener('accountsChanged', listener);
  provider.removeListener('accountsChanged', other);
  wallet.emit('accountsChanged', 2);
  assert.deepEqual(heard.splice(0), [[true, 2]]);
  provider.removeListener('accountsChanged', listener);
  provider.once('message', listener);
  wallet.emit('message', 3);
  wallet.emit('message', 4);
  assert.deepEqual(heard, [[true, 3]]);
});

test("our own listeners come before the page's", async () => {
  const wallet = new PlainWallet();
  const { provider, client } = await knownPage(wallet);
  let known = null;
  provider.on('chainChanged', () => {
    known = client.current?.chain;
  });
  wallet.emit('chainChanged', '0x89');
  assert.equal(known, 137);
});

test('providers[] is wrapped, live and stable, even frozen', () => {
  const a = new PlainWallet({ name: 'a' });
  const b = new PlainWallet({ name: 'b' });
  const { provider, registry } = page(manyWallets(a, b));
  assert.ok(Array.isArray(provider.providers));
  assert.equal(provider.providers, provider.providers);
  assert.equal(provider.providers[0], provider);
  assert.equal(
    provider.providers.find((/** @type {any} */ p) => p.name === 'b'),
    registry.wrap(b),
  );
  const c = new PlainWallet({ name: 'c' });
  provider.providers.push(c);
  assert.equal(a.providers[2], c);
  assert.equal(provider.providers[2], registry.wrap(c));
  const frozen = page({ ...new PlainWallet(), providers: Object.freeze([a, b]) });
  assert.equal(frozen.provider.providers[1], frozen.registry.wrap(b));
});

test('a wallet without events is asked for its chain each time', async () => {
  const wallet = new MuteWallet();
  const { provider, asks, answer } = page(wallet);
  for (const chain of ['0x1', '0x89']) {
    /** @type {any} */ (wallet).chain = chain;
    const read = provider.request({ method: 'eth_blockNumber' });
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    assert.equal(asks().at(-1).chain, Number(chain));
    answer('0x7');
    assert.equal(await read, '0x7');
  }
});
