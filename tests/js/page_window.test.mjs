// `window.ethereum`: every way a wallet gets there, and what the page finds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { page } from './lib/page.mjs';
import { Global } from '../../extension/inpage/global.js';
import { assign, define, lock, patcher } from '../toys/places.js';
import { PlainWallet, solidWallet } from '../toys/wallets.js';

/** A new window, with or without a wallet before us. @param {(win: any) => void} [before] */
function setUp(before = () => {}) {
  const win = /** @type {any} */ (new EventTarget());
  before(win);
  const p = page();
  const own = { request: async () => 'own' };
  p.registry.own.add(own);
  const seen = { looked: 0, locked: 0, own: /** @type {any} */ (undefined) };
  const global = new Global(win, p.registry, {
    interest: () => {
      seen.looked++;
    },
    own: () => seen.own,
    locked: () => {
      seen.locked++;
    },
  });
  global.ensure();
  return { ...p, win, global, seen, ownProvider: own };
}

const guarded = (/** @type {any} */ { registry }, /** @type {any} */ provider, /** @type {any} */ wallet) =>
  assert.equal(registry.raw(provider), wallet) ?? assert.notEqual(provider, wallet);

for (const [name, put] of /** @type {[string, (win: any, w: any) => void][]} */ ([
  ['assigned', assign],
  ['defined', define],
])) {
  test(`a wallet that was ${name} before us`, () => {
    const wallet = new PlainWallet();
    const s = setUp((win) => put(win, wallet));
    guarded(s, s.win.ethereum, wallet);
    assert.equal(s.win.ethereum, s.win.ethereum);
    s.global.disarm();
    assert.equal(s.win.ethereum, wallet);
  });

  test(`a wallet that is ${name} after us`, () => {
    const wallet = new PlainWallet();
    const s = setUp();
    assert.equal(s.win.ethereum, undefined);
    put(s.win, wallet);
    s.global.ensure();
    guarded(s, s.win.ethereum, wallet);
    const next = new PlainWallet();
    s.win.ethereum = next;
    guarded(s, s.win.ethereum, next);
    s.global.disarm();
    assert.equal(s.win.ethereum, next);
  });
}

test("a locked wallet's own request is guarded and restored", async () => {
  for (const order of ['before', 'after']) {
    const wallet = new PlainWallet();
    const original = wallet.request;
    const s = setUp(order === 'before' ? (win) => lock(win, wallet) : undefined);
    if (order === 'after') {
      lock(s.win, wallet);
      s.global.ensure();
    }
    s.global.ensure();
    assert.equal(s.win.ethereum, wallet);
    assert.equal(await wallet.request({ method: 'eth_chainId' }), '0x1');
    wallet.request({ method: 'eth_call', params: [] });
    assert.equal(s.asks().length, 1);
    assert.equal(await wallet.request({ method: 'eth_accounts' }).then((/** @type {any} */ a) => a.length), 1);
    assert.equal(s.seen.locked, 0);
    s.global.disarm();
    assert.equal(wallet.request, original);
    assert.ok(!Object.hasOwn(wallet, 'request'));
  }
});

test('locked getter and members: left alone, reported once', () => {
  const wallet = solidWallet();
  const before = wallet.request;
  const s = setUp((win) => lock(win, wallet));
  s.global.ensure();
  s.global.ensure();
  assert.equal(s.win.ethereum, wallet);
  assert.equal(wallet.request, before);
  assert.equal(s.seen.locked, 1);
});

test('a wallet in a `var`: not configurable, but writable', () => {
  const wallet = new PlainWallet();
  const s = setUp((win) => Object.defineProperty(win, 'ethereum', { value: wallet, writable: true, enumerable: true }));
  guarded(s, s.win.ethereum, wallet);
  s.global.disarm();
  assert.equal(s.win.ethereum, wallet);
});

test('a locked wallet that is announced too is guarded once', async () => {
  const wallet = new PlainWallet();
  const s = setUp((win) => lock(win, wallet));
  const wrapper = s.registry.wrap(wallet);
  await wrapper.request({ method: 'eth_chainId' });
  wrapper.request({ method: 'eth_call', params: [] });
  assert.equal(s.asks().length, 1);
  s.client.receive({ type: 'use-wallet', id: s.asks()[0].id });
  assert.equal(s.asks().length, 1);
  assert.equal(wallet.calls.at(-1).method, 'eth_call');
});

test('a configurable getter without setter stays one', () => {
  const wallet = new PlainWallet();
  const s = setUp((win) => Object.defineProperty(win, 'ethereum', { get: () => wallet, configurable: true }));
  guarded(s, s.win.ethereum, wallet);
  assert.throws(() => {
    'use strict';
    s.win.ethereum = {};
  }, TypeError);
});

test('without a wallet our own provider, until one comes', () => {
  const s = setUp();
  s.seen.own = s.ownProvider;
  assert.equal(s.win.ethereum, s.ownProvider);
  s.win.ethereum = s.win.ethereum;
  const wallet = new PlainWallet();
  assign(s.win, wallet);
  guarded(s, s.win.ethereum, wallet);
});

test('writing back a value that was read changes nothing', () => {
  const wallet = new PlainWallet();
  const s = setUp((win) => assign(win, wallet));
  const wrapper = s.win.ethereum;
  s.win.ethereum = wrapper;
  assert.equal(s.win.ethereum, wrapper);
  guarded(s, s.win.ethereum, wallet);
});

test('two patchers on one page: each sees every request once', async () => {
  const wallet = new PlainWallet();
  const s = setUp((win) => assign(win, wallet));
  const log = /** @type {string[]} */ ([]);
  const patch = patcher(s.win, log);
  await s.win.ethereum.request({ method: 'eth_chainId' });
  patch();
  patch();
  await s.win.ethereum.request({ method: 'eth_accounts' });
  s.win.ethereum.request({ method: 'eth_call', params: [] });
  assert.deepEqual(log, ['eth_chainId', 'eth_accounts', 'eth_call']);
  assert.equal(s.asks().length, 1);
});

test('two scripts that redefine each other come to an end', () => {
  const s = setUp();
  for (let i = 0; i < 100; i++) {
    define(s.win, new PlainWallet());
    s.global.ensure();
  }
  assert.ok(s.win.ethereum.request);
});

test('the accessor is removed if there was none before', () => {
  const s = setUp();
  assert.ok('ethereum' in s.win);
  s.global.disarm();
  assert.ok(!('ethereum' in s.win));
});

test('reading window.ethereum counts as interest', () => {
  const s = setUp();
  void s.win.ethereum;
  assert.equal(s.seen.looked, 1);
});
