// Announcements (EIP-6963), and when our own provider is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, page } from './lib/page.mjs';
import { Announcements } from '../../extension/inpage/announce.js';
import { GRACE_MS, Offer } from '../../extension/inpage/offer.js';
import { announce } from '../toys/places.js';
import { PlainWallet, solidWallet } from '../toys/wallets.js';

/** Announcements go through the window that runs the scripts. */
function announcing() {
  const p = page();
  const announcements = new Announcements(p.registry);
  announcements.arm();
  announcements.arm();
  /** @type {any[]} */
  const heard = [];
  const listener = (/** @type {any} */ event) => heard.push(event.detail);
  addEventListener('eip6963:announceProvider', listener);
  const end = () => {
    announcements.disarm();
    removeEventListener('eip6963:announceProvider', listener);
  };
  return { ...p, announcements, heard, end };
}

test('EIP-6963: one announcement each, a stable wrapper', () => {
  const { heard, registry, end } = announcing();
  const wallet = new PlainWallet({ name: 'one' });
  const other = solidWallet({ name: 'two' });
  const tell = announce(globalThis, wallet);
  announce(globalThis, other);
  tell();
  assert.equal(heard.length, 3);
  assert.equal(registry.raw(heard[0].provider), wallet);
  assert.equal(heard[0], heard[2]);
  assert.equal(registry.raw(heard[1].provider), other);
  assert.deepEqual(
    heard.map((d) => d.info.name),
    ['one', 'two', 'one'],
  );
  assert.ok(heard.every((d) => Object.isFrozen(d) && d.info.rdns.startsWith('toy.')));
  end();
});

test('EIP-6963: two guards end, and each wallet is heard once', () => {
  const first = page();
  const guard = new Announcements(first.registry);
  guard.arm();
  const second = announcing();
  const wallet = new PlainWallet({ name: 'three' });
  announce(globalThis, wallet);
  guard.disarm();
  second.end();
  assert.deepEqual(
    second.heard.map((d) => d.info.name),
    ['three'],
  );
  assert.equal(first.registry.raw(second.registry.raw(second.heard[0].provider)), wallet);
});

test('EIP-6963: events that are no announcement pass', () => {
  const { heard, end } = announcing();
  const closed = {
    get provider() {
      throw new Error('not yours');
    },
  };
  for (const detail of [undefined, null, {}, { provider: null }, 'x', closed]) {
    dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
  }
  assert.equal(heard.length, 6);
  end();
});

/** A page without any announcement. @param {object | null} [state] */
function offering(state = ON) {
  const p = page(undefined, state);
  const there = { wallets: false };
  /** @type {object[]} */
  const shown = [];
  const offer = new Offer(p.client, { wallets: () => there.wallets, announce: (detail) => shown.push(detail) });
  const own = { provider: {}, detail: {} };
  return { ...p, offer, own, shown, there };
}

test('without a wallet our own provider is shown after a grace', async () => {
  const { offer, own, shown, clock } = offering();
  offer.become(own);
  offer.wanted();
  await clock.pass(1_000);
  assert.deepEqual([shown, offer.provider], [[], undefined], 'the document is not there yet');
  offer.loaded();
  await clock.pass(GRACE_MS - 1);
  assert.deepEqual([shown, offer.provider], [[], undefined]);
  await clock.pass(1);
  assert.deepEqual([shown, offer.provider], [[own.detail], own.provider]);
  offer.wanted();
  offer.wanted();
  await clock.pass(0);
  assert.equal(shown.length, 2);
  offer.become(null);
  offer.wanted();
  await clock.pass(0);
  assert.deepEqual([shown.length, offer.provider], [2, undefined]);
});

test('a wallet that arrives replaces our own provider', async () => {
  for (const when of ['before', 'after']) {
    const { offer, own, shown, there, clock } = offering();
    there.wallets = when === 'before';
    offer.become(own);
    offer.wanted();
    offer.loaded();
    await clock.pass(GRACE_MS);
    assert.equal(shown.length, when === 'before' ? 0 : 1);
    there.wallets = true;
    offer.wanted();
    await clock.pass(0);
    assert.deepEqual([shown.length, offer.provider], [when === 'before' ? 0 : 1, undefined]);
  }
});

test('a look wakes the worker only without a wallet', async () => {
  for (const wallets of [true, false]) {
    const { offer, there, sent, clock } = offering(null);
    there.wallets = wallets;
    offer.loaded();
    await clock.pass(1_000);
    assert.deepEqual(sent, [], 'nobody looks');
    offer.wanted();
    await clock.pass(0);
    assert.deepEqual(sent, wallets ? [] : [{ type: 'hello' }]);
  }
});
