// The channel to the bridge: a page that changes the platform gets neither the port nor a message.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './lib/message-event.mjs';
import { ON, knownPage, now } from './lib/page.mjs';
import { PlainWallet } from '../toys/wallets.js';
import { Client } from '../../extension/inpage/client.js';
import { openChannel } from '../../extension/inpage/channel.js';
import { setOf } from '../../extension/inpage/safe.js';
import { ALIVE, takePort } from '../../extension/lib/handover.js';
import { Clock } from './lib/clock.mjs';

/**
 * Overrides everything a page could change. Each override records what it sees, and is undone afterwards.
 * @param {(seen: unknown[]) => Promise<void>} run
 */
async function hostile(run) {
  /** @type {unknown[]} */
  const seen = [];
  const spy = (/** @type {any} */ object, /** @type {PropertyKey} */ name) => {
    const before = Object.getOwnPropertyDescriptor(object, name);
    const old = before?.value ?? before?.get;
    /** @type {any} */
    const spied = function spied(/** @type {any[]} */ ...args) {
      seen.push(this, ...args);
      return Reflect.apply(old, this, args);
    };
    Object.defineProperty(
      object,
      name,
      before?.get ? { get: spied, configurable: true } : { value: spied, configurable: true, writable: true },
    );
    return () => (before ? Object.defineProperty(object, name, before) : Reflect.deleteProperty(object, name));
  };
  const undo = [
    spy(JSON, 'parse'),
    spy(JSON, 'stringify'),
    spy(Set.prototype, 'add'),
    spy(Set.prototype, 'has'),
    spy(Map.prototype, 'get'),
    spy(Map.prototype, 'set'),
    spy(WeakMap.prototype, 'get'),
    spy(WeakMap.prototype, 'set'),
    spy(EventTarget.prototype, 'dispatchEvent'),
  ];
  // Node's own code uses these, so the test only checks whether a message is seen.
  await run(seen).finally(() => undo.forEach((back) => back()));
}

const WORD = 424_242;

test('the page sees no message in either direction', async () => {
  const win = new EventTarget();
  /** @type {any[]} */
  const heard = [];
  const client = { receive: (/** @type {any} */ message) => heard.push(message) };
  const channel = openChannel(win, (message) => client.receive(message));
  /** @type {any} */
  let bridge;
  takePort(win, (port) => {
    bridge = port;
  });
  const texts = /** @type {string[]} */ ([]);
  const both = new Promise((/** @type {(nothing?: any) => void} */ resolve) => {
    bridge.onmessage = (/** @type {MessageEvent} */ event) => {
      texts.push(event.data);
      resolve();
    };
  });
  const toJSON = (/** @type {any} */ ...args) => assert.fail(String(args));
  await hostile(async (seen) => {
    Object.defineProperty(Object.prototype, 'toJSON', { value: toJSON, configurable: true });
    channel.post({ type: 'use', chain: WORD });
    Reflect.deleteProperty(Object.prototype, 'toJSON');
    await both;
    assert.ok(
      !seen.some((value) => String(value).includes(String(WORD)) || /** @type {any} */ (value)?.chain === WORD),
    );
  });
  assert.deepEqual(texts, [`{"type":"use","chain":${WORD}}`]);
  bridge.close();
});

test("a state is read without the page's own collections", async () => {
  const client = new Client({ post() {}, timers: new Clock() });
  client.onState(() => {});
  await hostile(async (seen) => {
    client.receive({ ...ON, chains: [1, WORD], private: [WORD] });
    client.guards(WORD);
    assert.ok(!seen.includes(WORD));
  });
  assert.ok(client.state?.private.has(WORD));
});

test('reading a list does not use its iterator', () => {
  const { [Symbol.iterator]: iterator } = Array.prototype;
  let asked = 0;
  Array.prototype[Symbol.iterator] = function asks() {
    asked += 1;
    return iterator.call(this);
  };
  const set = setOf([1, 2]);
  Array.prototype[Symbol.iterator] = iterator;
  assert.equal(asked, 0);
  assert.equal(set.size, 2);
  assert.equal(setOf(undefined).size, 0);
});

test('a live bridge answers in the same tick', () => {
  const win = new EventTarget();
  const channel = openChannel(win, () => {});
  assert.equal(channel.alive(), true, 'none has come yet');
  /** @type {any} */
  let bridge;
  let lives = true;
  takePort(win, (port) => {
    bridge = port;
    port.addEventListener(ALIVE, (event) => {
      if (lives) event.preventDefault();
    });
  });
  assert.equal(channel.alive(), true);
  lives = false;
  assert.equal(channel.alive(), false);
  assert.equal(channel.close(), false);
  bridge.close();
});

test('a bridge dies silently: the wallet answers within 100 ms', async () => {
  const clock = new Clock();
  let lives = true;
  const wallet = new PlainWallet();
  const p = await knownPage(wallet, ON, { clock, alive: () => lives });
  const answered = p.provider.request({ method: 'eth_getBalance', params: ['0x1', 'latest'] });
  await clock.pass(1_000);
  assert.equal((await now(answered)).pending, true);
  lives = false;
  await clock.pass(100);
  assert.deepEqual(await now(answered), { value: 'plain:eth_getBalance' });
  assert.equal(clock.timers.size, 0, 'nobody looks any more');
  assert.equal(
    await p.provider.request({ method: 'eth_getBalance', params: ['0x1', 'latest'] }),
    'plain:eth_getBalance',
  );
});

test('the bridge is not checked while no answer is pending', async () => {
  const clock = new Clock();
  const p = await knownPage(new PlainWallet(), ON, { clock, alive: () => true });
  const answered = p.provider.request({ method: 'eth_getBalance', params: ['0x1', 'latest'] });
  await clock.pass(0);
  p.answer('0x5');
  assert.equal(await answered, '0x5');
  assert.equal(clock.timers.size, 0);
});

test('for a result nested too deep the wallet answers', async () => {
  const p = await knownPage(new PlainWallet());
  const answered = p.provider.request({ method: 'eth_getBalance', params: ['0x1', 'latest'] });
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  p.client.receive({ type: 'answer', id: p.asks().at(-1).id, result: '['.repeat(5_000_000) + ']'.repeat(5_000_000) });
  assert.equal(await answered, 'plain:eth_getBalance');
});
