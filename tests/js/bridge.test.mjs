// The bridge: both worlds find the channel in either order, and messages survive the death of the worker.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './lib/message-event.mjs';
import { ask, relay } from './lib/relay.mjs';
import { HANDOVER, offerPort, takePort } from '../../extension/lib/handover.js';

const channel = () => /** @type {any} */ (new MessageChannel());

for (const order of ['MAIN first', 'ISOLATED first']) {
  test(`handover, ${order}: one channel, and no listener left`, () => {
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
  assert.deepEqual(
    r.toPage.map((m) => m.id),
    [1, 2, 2],
  );
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

test('a message that cannot be sent settles at once', () => {
  const r = relay();
  r.say({ type: 'hello' });
  r.ports[0].postMessage = () => {
    throw new TypeError('cyclic');
  };
  r.say(ask(1));
  r.say({ type: 'rescue', id: 2, chain: 1, body: '{}' });
  assert.deepEqual(r.toPage, [
    { type: 'use-wallet', id: 1 },
    { type: 'no-rescue', id: 2 },
  ]);
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
