// Patches of a wallet's own members: who sees them, when there is none, and what is left when they are undone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './lib/platform.mjs';
import { patchMember } from '../../extension/inpage/patch.js';
import { PlainWallet, reply, solidWallet } from '../toys/wallets.js';

test('a patch is visible only to callers', () => {
  const wallet = new PlainWallet();
  const before = JSON.stringify(wallet);
  const keys = Object.keys(wallet);
  const text = String(wallet.request);
  const patch = patchMember(wallet, 'request', () => 'ours');
  assert.equal(wallet.request(), 'ours');
  assert.deepEqual([JSON.stringify(wallet), Object.keys(wallet), wallet.request.name], [before, keys, 'request']);
  patch?.undo();
  assert.ok(!Object.hasOwn(wallet, 'request'));
  assert.equal(String(wallet.request), text);
});

test('an undone patch under another patcher passes calls on', () => {
  const wallet = new PlainWallet();
  const patch = patchMember(wallet, 'enable', () => 'ours');
  const ours = wallet.enable;
  wallet.enable = () => ours.call(wallet);
  patch?.undo();
  wallet.request = () => "the wallet's";
  assert.equal(wallet.enable(), "the wallet's");
});

test('members that read back differently are not patched', () => {
  const proxies = [
    new Proxy(new PlainWallet(), { get: (t, p) => (p === 'request' ? t.request.bind(t) : Reflect.get(t, p)) }),
    new Proxy(new PlainWallet(), { defineProperty: () => false }),
    new Proxy(new PlainWallet(), {
      defineProperty: () => {
        throw new Error('no');
      },
    }),
    new Proxy(new PlainWallet(), {
      getOwnPropertyDescriptor: () => {
        throw new Error('no');
      },
    }),
    Object.defineProperty(new PlainWallet(), 'request', { get: () => () => 1 }),
    Object.defineProperty(new PlainWallet(), 'request', { get: () => reply, configurable: true }),
    Object.freeze(new PlainWallet()),
    solidWallet(),
    // A router passes requests to whichever wallet is chosen: a patch would pin the current one.
    new Proxy(/** @type {any} */ ({}), { get: (t, p) => (p in t ? t[p] : Reflect.get(PlainWallet.prototype, p)) }),
  ];
  for (const proxy of proxies) {
    const { request } = proxy;
    assert.equal(
      patchMember(proxy, 'request', () => 'ours'),
      null,
    );
    assert.equal(String(proxy.request), String(request));
  }
});

test('a patch that does not read back is removed', () => {
  const { request } = PlainWallet.prototype;
  const wallet = new PlainWallet();
  const proxy = new Proxy(wallet, { get: (t, p) => (p === 'request' ? request : Reflect.get(t, p)) });
  assert.equal(
    patchMember(proxy, 'request', () => 'ours'),
    null,
  );
  assert.ok(!Object.hasOwn(wallet, 'request'));
});
