// The bridge: both worlds find the line in either order, and messages survive the death of the worker.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './lib/message-event.mjs';
import { ask, relay } from './lib/relay.mjs';
import { HANDOVER, offerPort, takePort } from '../../extension/lib/handover.js';

const channel = () => /** @type {any} */ (new MessageChannel());

for (const order of ['MAIN first', 'ISOLATED first']) {
  test(`handover, ${order}: one line, and no listener left`, () => {
    const win = new EventTarget();
    const ends = /** @type {any[]} */ ([]);
    const main = () => offerPort(win, channel, (port) => ends.push(port));
    const isolated = () => takePort(win, (port) => ends.push(port));
    for (const side of order === 'MAIN first' ? [main, isolated] : [isolated, main]) side();
    assert.equal(ends.length, 2);
    const [a, b] = ends;
    assert.notEqual(a, b);
    win.dispatchEvent(new Event(HANDOVER)); // from a page: nobody offers
    assert.ok(win.dispatchEvent(new MessageEvent(HANDOVER, { cancelable: true, ports: [b] }))); // nobody takes
    assert.equal(ends.length, 2);
    for (const port of ends) port.close();
  });
}

test('a bridge that never appears is given up', () => {
  const win = new EventTarget();
  const ends = /** @type {any[]} */ ([]);
  const stop = offerPort(win, channel, (port) => ends.push(port));
  stop();
  takePort(win, (port) => ends.push(port));
  assert.equal(ends.length, 0);
});

test('nothing is connected before the page shows interest', () => {
  const r = relay();
  assert.equal(r.ports.length, 0);
  r.say({ type: 'hello' });
  assert.equal(r.ports.length, 1);
  assert.deepEqual(r.ports[0].said, []);
});

test('wallet reports wake nothing and wait for the next request', () => {
  const r = relay();
  const [locked, met] = [{ type: 'locked' }, { type: 'met', rdns: 'io.wallet' }];
  r.say(locked);
  r.say(met);
  assert.equal(r.ports.length, 0);
  r.relay.look();
  assert.deepEqual(r.ports[0].said, [locked]);
  r.die();
  r.say(ask(1));
  assert.deepEqual(r.ports[1].said, [locked, ask(1)]);
  r.say(locked);
  assert.deepEqual(r.ports[1].said.at(-1), locked);
});

test('changed settings reconnect only bridges that had a port', () => {
  const [r, idle] = [relay(), relay()];
  r.say({ type: 'use', chain: 1 });
  r.ports[0].onMessage.fire({ type: 'state', on: false });
  r.relay.changed();
  assert.equal(r.ports.length, 1);
  r.die();
  r.relay.changed();
  assert.deepEqual(r.ports[1].said, [{ type: 'use', chain: 1 }]);
  idle.relay.changed();
  idle.relay.look();
  assert.equal(idle.ports.length, 0);
});

test('after a failed core the worker is kept awake', async () => {
  const r = relay();
  r.say({ type: 'use', chain: 1 });
  r.ports[0].onMessage.fire({ type: 'state', on: false, failed: true });
  await r.clock.pass(25_000);
  assert.deepEqual(r.ports[0].said.slice(-2), [{ type: 'ping' }, { type: 'ping' }]);
  r.die();
  await r.clock.pass(0);
  assert.equal(r.ports.length, 2);
  r.ports[1].onMessage.fire({ type: 'state', on: true });
  const said = r.ports[1].said.length;
  await r.clock.pass(60_000);
  assert.equal(r.ports[1].said.length, said);
});

test('a dead worker with requests pending is asked again', async () => {
  const r = relay();
  r.say({ type: 'use', chain: 1 });
  r.say(ask(1));
  r.say(ask(2));
  r.ports[0].onMessage.fire({ type: 'answer', id: 1, result: '1' });
  r.die();
  await r.clock.pass(0);
  assert.deepEqual(r.ports[1].said, [{ type: 'use', chain: 1 }, ask(2)]);
  r.ports[1].onMessage.fire({ type: 'ask-wallet', id: 2 });
  r.die();
  await r.clock.pass(0);
  assert.deepEqual(r.ports[2].said.at(-1), ask(2));
  r.ports[2].onMessage.fire({ type: 'answer', id: 2, result: '2' });
  assert.deepEqual(r.toPage.map((m) => m.id), [1, 2, 2]);
});

test('a floor from one core is only for the next core', async () => {
  const r = relay();
  r.say({ type: 'use', chain: 1 });
  r.say(ask(1));
  r.ports[0].onMessage.fire({ type: 'floor', chain: 1, number: 7 });
  r.die();
  await r.clock.pass(0);
  assert.deepEqual(r.ports[1].said, [{ type: 'use', chain: 1 }, { type: 'floor', chain: 1, number: 7 }, ask(1)]);
  assert.deepEqual(r.toPage, []);
});

test('a sleeping worker is left alone until the page asks', async () => {
  const r = relay();
  r.say(ask(1));
  r.ports[0].onMessage.fire({ type: 'answer', id: 1, result: '1' });
  r.die();
  await r.clock.pass(60_000);
  assert.equal(r.ports.length, 1);
  r.say(ask(2));
  assert.deepEqual(r.ports[1].said, [ask(2)]);
});

test('a worker that keeps dying gets three tries, then a rest', async () => {
  const r = relay();
  r.say(ask(1));
  for (let i = 0; i < 4; i++) {
    r.die();
    await r.clock.pass(1_000);
  }
  assert.equal(r.ports.length, 4);
  assert.deepEqual(r.toPage, [{ type: 'down' }]);
  r.say({ type: 'hello' });
  assert.equal(r.ports.length, 5);
  assert.deepEqual(r.ports[4].said, []);
});

test('without a wallet, a dying worker is tried every second', async () => {
  const r = relay();
  r.say({ ...ask(1), wallet: true });
  r.say({ ...ask(2), wallet: false });
  for (let i = 0; i < 6; i++) {
    r.die();
    await r.clock.pass(1_000);
  }
  assert.deepEqual(r.toPage, [{ type: 'down' }]);
  assert.equal(r.ports.length, 7);
  assert.deepEqual(r.ports[6].said, [{ ...ask(2), wallet: false }]);
  r.say({ type: 'abort', id: 2 });
  r.die();
  await r.clock.pass(5_000);
  assert.equal(r.ports.length, 7);
});

test('a message from the core resets the count of tries', async () => {
  const r = relay();
  r.say(ask(1));
  for (let i = 0; i < 10; i++) {
    r.ports.at(-1).onMessage.fire({ type: 'state', on: true });
    r.die();
    await r.clock.pass(1_000);
  }
  assert.ok(!r.toPage.some((m) => m.type === 'down'));
});

test('an aborted request is not sent again', async () => {
  const r = relay();
  r.say(ask(1));
  r.say({ type: 'abort', id: 1 });
  r.die();
  await r.clock.pass(1_000);
  assert.equal(r.ports.length, 1);
});

test('the extension is updated or removed: gone for good', async () => {
  for (const how of ['id', 'throw']) {
    const r = relay();
    r.say(ask(1));
    if (how === 'id') r.state.alive = false;
    else r.state.fails = true;
    r.die();
    await r.clock.pass(1_000);
    assert.deepEqual(r.toPage, [{ type: 'gone' }]);
    r.say(ask(2));
    assert.equal(r.ports.length, 1);
  }
});

const made = { type: 'created', id: 1, subscription: '0xf1', block: { number: 5, hash: '0x5', results: [] } };

test('the next core hears of subscriptions before requests', async () => {
  const r = relay();
  r.say({ type: 'use', chain: 1 });
  r.say({ type: 'ask', id: 1, wallet: true, chain: 1, method: 'eth_newFilter', params: '[{}]' });
  r.ports[0].onMessage.fire(made);
  r.die();
  await r.clock.pass(60_000);
  assert.equal(r.ports.length, 1); // a filter is polled, so the worker need not stay awake
  r.say(ask(2));
  assert.deepEqual(r.ports[1].said.map((/** @type {any} */ m) => m.type), ['use', 'resume', 'ask']);
});

test('a subscription keeps the worker awake and wakes the next', async () => {
  const r = relay();
  r.say({ type: 'ask', id: 1, wallet: true, chain: 1, method: 'eth_subscribe', params: '["newHeads"]' });
  r.ports[0].onMessage.fire(made);
  await r.clock.pass(25_000);
  assert.equal(r.ports[0].said.filter((/** @type {any} */ m) => m.type === 'ping').length, 2);
  r.die();
  await r.clock.pass(0);
  assert.deepEqual(r.ports[1].said.map((/** @type {any} */ m) => m.type), ['resume']);
});

test('subscriptions of a page\'s own socket survive the core', async () => {
  const r = relay();
  const resume = { type: 'resume', chain: 1, subscription: '0xf1', method: 'eth_subscribe', params: '["newHeads"]', blocks: [{ number: 5, hash: '0x5', results: [] }] };
  r.say(resume);
  assert.deepEqual(r.ports[0].said, [resume]);
  r.ports[0].onMessage.fire({ type: 'notify', subscription: '0xf1', blocks: [{ number: 6, hash: '0x6', results: ['{}'] }] });
  r.die();
  await r.clock.pass(0);
  assert.deepEqual(r.ports[1].said.map((/** @type {any} */ m) => [m.type, m.blocks.map((/** @type {any} */ b) => b.number)]), [['resume', [5, 6]]]);
  r.say({ type: 'ask', id: 9, wallet: true, chain: 1, method: 'eth_unsubscribe', params: '["0xf1"]' });
  r.ports[1].onMessage.fire({ type: 'answer', id: 9, result: 'true' });
  r.die();
  await r.clock.pass(1000);
  assert.equal(r.ports.length, 2);
});

test('after a trap the next core on the port hears of them', () => {
  const r = relay();
  r.say({ type: 'ask', id: 1, wallet: true, chain: 1, method: 'eth_newFilter', params: '[{}]' });
  r.ports[0].onMessage.fire(made);
  r.ports[0].onMessage.fire({ type: 'state', on: true });
  r.ports[0].onMessage.fire({ type: 'state', on: false });
  r.ports[0].onMessage.fire({ type: 'state', on: true });
  assert.equal(r.ports[0].said.filter((/** @type {any} */ m) => m.type === 'resume').length, 1);
});

test('a message that cannot be sent settles at once', () => {
  const r = relay();
  r.say({ type: 'hello' });
  r.ports[0].postMessage = () => { throw new TypeError('cyclic'); };
  r.say(ask(1));
  r.say({ type: 'rescue', id: 2, chain: 1, body: '{}' });
  assert.deepEqual(r.toPage, [{ type: 'use-wallet', id: 1 }, { type: 'no-rescue', id: 2 }]);
});

test('pings are sent only while something waits', async () => {
  const r = relay();
  r.say(ask(1));
  await r.clock.pass(25_000);
  assert.equal(r.ports[0].said.filter((/** @type {any} */ m) => m.type === 'ping').length, 2);
  r.ports[0].onMessage.fire({ type: 'answer', id: 1, result: '1' });
  await r.clock.pass(60_000);
  assert.equal(r.ports[0].said.filter((/** @type {any} */ m) => m.type === 'ping').length, 2);
  assert.equal(r.clock.timers.size, 0);
});

test('the next core hears again of a chain outside the state', async () => {
  const r = relay();
  r.say({ type: 'hello' });
  const wants = { type: 'wants', chain: 7 };
  r.say(wants);
  assert.deepEqual(r.ports[0].said, [wants]);
  r.die();
  for (let chain = 100; chain < 200; chain += 1) r.say({ type: 'wants', chain });
  await r.clock.pass(60_000);
  assert.equal(r.ports.length, 1, 'a sleeping core is left asleep');
  r.relay.look();
  assert.equal(r.ports[1].said.length, 32);
  assert.deepEqual(r.ports[1].said[0], wants);
});

test('pending wallet calls are told when a panel opens', async () => {
  const r = relay();
  const waits = { type: 'wallet-waits', id: 4, chain: 1, method: 'eth_sendTransaction', since_ms: 5 };
  r.say(waits);
  assert.deepEqual(r.ports[0].said, [waits]);
  r.die();
  await r.clock.pass(60_000);
  assert.equal(r.ports.length, 1, 'a sleeping core is left asleep');
  r.relay.look();
  assert.deepEqual(r.ports[1].said, [waits]);
  r.relay.look();
  assert.equal(r.ports.length, 2);
  r.say({ type: 'wallet-done', id: 4 });
  assert.deepEqual(r.ports[1].said.at(-1), { type: 'wallet-done', id: 4 });
  r.die();
  r.relay.look();
  assert.equal(r.ports.length, 2, 'nothing waits any more');
  r.say(waits);
  r.die();
  r.say({ type: 'wallet-done', id: 4 });
  assert.equal(r.ports.length, 3, 'its end wakes nobody either');
});
