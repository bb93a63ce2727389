// One strange behaviour of a real wallet at a time (tests/toys/strange.js): what we change in it, and what stays.
import { freshWindow } from './lib/window.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, page } from './lib/page.mjs';
import { settle } from './lib/clock.mjs';
import { guardWallets } from '../../extension/inpage/wallets.js';
import {
  CountingWallet,
  asker,
  comparer,
  infoOf,
  newProxyEach,
  plain,
  redispatch,
  rewriter,
  router,
  swallower,
} from '../toys/strange.js';
import { announce, lock } from '../toys/places.js';
import { PlainWallet, solidWallet } from '../toys/wallets.js';

const READ = { method: 'eth_gasPrice' };

/** @param {(win: any) => void} [before] runs in the page before us @param {object | null} [state] of the core */
function setUp(before = () => {}, state = ON) {
  const win = freshWindow();
  before(win);
  const p = page(undefined, state);
  let locked = 0;
  const guards = guardWallets(win, p.client, () => {
    locked += 1;
  });
  guards.look(true);
  /** @type {any[]} */
  const heard = [];
  win.addEventListener('eip6963:announceProvider', (/** @type {any} */ { detail }) => heard.push(detail));
  const ask = () => win.dispatchEvent(new Event('eip6963:requestProvider'));
  return { ...p, ...guards, win, heard, ask, locked: () => locked };
}

/** Whether a read is the core's. @param {any} p @param {any} provider @param {any} wallet */
async function isGuarded(p, provider, wallet) {
  const before = [p.asks().length, wallet.calls.length];
  provider.request(READ);
  await settle();
  assert.deepEqual(
    wallet.calls.slice(before[1]).filter((/** @type {any} */ c) => c.method === READ.method),
    [],
  );
  assert.equal(p.asks().length, before[0] + 1);
}

for (const order of ['before', 'after']) {
  /** @param {(win: any) => void} put */
  const placed = (put) => {
    const p = setUp(order === 'before' ? put : undefined);
    if (order === 'after') put(p.win);
    p.look(true);
    return p;
  };

  test(`one event object dispatched again (${order} us)`, async () => {
    const wallet = new PlainWallet({ name: 'one' });
    const p = placed((win) => redispatch(win, wallet));
    p.ask();
    p.ask();
    assert.equal(p.heard.length, order === 'before' ? 2 : 3);
    assert.equal(new Set(p.heard).size, 1);
    await isGuarded(p, p.heard[0].provider, wallet);
  });

  test(`a getter that makes a new proxy each time (${order} us)`, async () => {
    const wallet = new PlainWallet({ name: 'new' });
    const { request } = wallet;
    const p = placed((win) => newProxyEach(win, wallet));
    for (let i = 0; i < 3; i++) p.look(true);
    assert.equal(wallet.request, request, 'a patch that cannot be verified is not left');
    assert.deepEqual(Reflect.ownKeys(wallet).includes('request'), false);
    assert.equal(await p.win.ethereum.request(READ), 'new:eth_gasPrice');
    assert.ok(p.locked() > 0);
    p.ask();
    await isGuarded(p, p.heard.at(-1).provider, wallet);
  });

  test(`a setter with side effects is not called (${order} us)`, async () => {
    const wallet = new PlainWallet({ name: 'router' });
    const p = placed((win) => router(win, wallet));
    assert.deepEqual(wallet.arrivals, []);
    await isGuarded(p, p.win.ethereum, wallet);
    p.win.ethereum = new PlainWallet({ name: 'other' });
    assert.deepEqual(wallet.arrivals, ['other'], 'another wallet that comes is its to know');
    p.disarm();
    assert.deepEqual(wallet.arrivals, ['other']);
  });

  test(`a locked proxy that ignores assignments (${order} us)`, async () => {
    const wallet = new PlainWallet({ name: 'core' });
    const p = placed((win) => swallower(win, wallet));
    assert.equal(p.locked(), 0);
    await isGuarded(p, p.win.ethereum, wallet);
    assert.equal(p.win.web3.currentProvider, p.win.ethereum);
    p.disarm();
    assert.equal(await p.win.ethereum.request(READ), 'core:eth_gasPrice');
    assert.equal(wallet.emit, PlainWallet.prototype.emit);
  });

  test(`a locked wallet is announced as itself (${order} us)`, async () => {
    const wallet = new PlainWallet({ name: 'rabby' });
    const p = placed((win) => {
      lock(win, wallet);
      announce(win, wallet);
    });
    p.ask();
    assert.ok(p.heard.every(({ provider }) => provider === wallet));
    await isGuarded(p, wallet, wallet);
  });

  test(`a wallet that compares announced objects (${order} us)`, async () => {
    for (const wallet of [new PlainWallet({ name: 'same' }), solidWallet({ name: 'same' })]) {
      const p = placed((win) => comparer(win, wallet));
      p.ask();
      assert.ok(p.heard.length > 0 && p.heard.length < 12);
      assert.ok(p.heard.some(({ provider }) => provider === wallet));
      if (!wallet.isBraveWallet) await isGuarded(p, wallet, wallet);
    }
  });

  test(`rewritten announcements come to an end (${order} us)`, async () => {
    const [mine, other] = [new PlainWallet({ name: 'taho' }), new PlainWallet({ name: 'metamask' })];
    const p = placed((win) => rewriter(win, mine));
    announce(p.win, other);
    p.ask();
    const of = p.heard.filter(({ info }) => info.uuid === infoOf('metamask').uuid);
    assert.equal(of.filter(({ info }) => info.icon === 'data:,rewritten').length, 2);
    for (const { provider } of of) assert.equal(p.registry.raw(provider), other);
    await isGuarded(p, of[0].provider, other);
  });
}

test('announcements without end are let through in the end', () => {
  const wallet = solidWallet({ name: 'mad' });
  const p = setUp();
  /** @type {any[]} */
  const heard = [];
  p.win.addEventListener('eip6963:announceProvider', (/** @type {any} */ { detail }) => heard.push(detail.provider));
  for (let i = 0; i < 100; i++) announce(p.win, wallet);
  assert.deepEqual([heard.length, heard.at(-1)], [100, wallet]);
});

test('a wallet guarded in place gets no second wrapper', () => {
  const wallet = new PlainWallet({ name: 'w' });
  const p = setUp((win) => lock(win, wallet));
  const { request } = wallet;
  wallet.request = (/** @type {any} */ args) => request.call(wallet, args); // another patcher, over ours
  assert.equal(p.registry.wrap(wallet), wallet);
  const wrapper = p.registry.wrap(new PlainWallet({ name: 'other' }));
  const router = new Proxy(wrapper, {});
  assert.equal(p.registry.wrap(router), router);
});

test('next to a wallet only a use wakes the worker', async () => {
  for (const how of ['nothing', 'on', 'request']) {
    const wallet = new PlainWallet({ name: 'taho' });
    const p = setUp((win) => asker(win, wallet), null);
    asker(p.win, new PlainWallet({ name: 'rabby' }));
    p.offer.loaded();
    p.ask();
    const { ethereum } = p.win;
    await p.clock.pass(60_000);
    assert.deepEqual([p.sent, wallet.calls], [[], []]);
    if (how === 'on') ethereum.on('connect', () => {});
    if (how === 'request') ethereum.request({ method: 'eth_accounts' });
    assert.deepEqual(p.sent, how === 'nothing' ? [] : [{ type: 'hello' }]);
  }
});

test('each listener is one upstream, and each event comes once', async () => {
  const wallet = new CountingWallet({ name: 'frame' });
  const p = setUp((win) => plain(win, wallet));
  const { ethereum } = p.win;
  ethereum.request(READ);
  await settle();
  assert.equal(wallet.upstream, 0);
  /** @type {any[]} */
  const heard = [];
  ethereum.on('chainChanged', (/** @type {any} */ chain) => heard.push(chain));
  wallet.news('chainChanged', '0x89');
  assert.deepEqual([wallet.upstream, heard], [1, ['0x89']]);
  ethereum.request(READ);
  assert.equal(p.asks().at(-1).chain, 137);
});

test('JSON.stringify is the same as without us', () => {
  const wallet = new CountingWallet({ name: 'rainbow' });
  const p = setUp((win) => plain(win, wallet));
  p.win.ethereum.request(READ);
  assert.equal(JSON.stringify(p.win.ethereum), JSON.stringify(wallet));
  p.win.ethereum.on('connect', () => {});
  assert.throws(() => JSON.stringify(p.win.ethereum), /circular/);
});

test('Object.freeze, seal and preventExtensions act as without us', async () => {
  for (const Kind of [PlainWallet, CountingWallet]) {
    for (const how of /** @type {const} */ (['freeze', 'seal', 'preventExtensions'])) {
      const [bare, wallet] = [new Kind({ name: 'w', spare: 1 }), new Kind({ name: 'w', spare: 1 })];
      const p = setUp((win) => plain(win, wallet));
      const { ethereum } = p.win;
      const look = (/** @type {any} */ object) => [
        Object[how](object) === object,
        Object.isFrozen(object),
        Object.isSealed(object),
        Object.isExtensible(object),
        Reflect.ownKeys(object),
        Reflect.set(object, 'name', 'x'),
        object.name,
        Reflect.set(object, 'added', 1),
        Reflect.deleteProperty(object, 'spare'),
        'spare' in object,
        Reflect.ownKeys(object),
        { ...object },
        Object.getPrototypeOf(object) === Kind.prototype,
      ];
      assert.deepEqual(look(ethereum), look(bare), how);
      await isGuarded(p, ethereum, wallet);
      if (how !== 'freeze') {
        wallet.name = "the wallet's word";
        assert.equal(ethereum.name, wallet.name);
      }
    }
  }
});

test("web3.currentProvider is window.ethereum, then the wallet's", () => {
  const wallet = new PlainWallet({ name: 'w' });
  for (const order of ['before', 'after']) {
    const p = setUp(order === 'before' ? (win) => plain(win, wallet) : undefined);
    if (order === 'after') plain(p.win, wallet);
    const { ethereum } = p.win;
    assert.notEqual(ethereum, wallet);
    assert.equal(p.win.web3.currentProvider, ethereum);
    p.disarm();
    assert.equal(p.win.web3.currentProvider, wallet);
  }
});

test('web3 is not read before the page reads it', () => {
  const wallet = new PlainWallet({ name: 'w' });
  let reads = 0;
  const p = setUp((win) => {
    win.ethereum = wallet;
    win.web3 = new Proxy(
      { currentProvider: wallet },
      {
        get: (t, k) => {
          reads += 1;
          return Reflect.get(t, k);
        },
      },
    );
  });
  assert.equal(reads, 0);
  assert.equal(p.win.web3.currentProvider, p.win.ethereum);
});
