// What the bridge tells the next core: subscriptions, floors, and reports that wake no core by themselves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './lib/message-event.mjs';
import { ask, relay } from './lib/relay.mjs';

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
  assert.deepEqual(
    r.ports[1].said.map((/** @type {any} */ m) => m.type),
    ['use', 'resume', 'ask'],
  );
});

test('a subscription keeps the worker awake and wakes the next', async () => {
  const r = relay();
  r.say({ type: 'ask', id: 1, wallet: true, chain: 1, method: 'eth_subscribe', params: '["newHeads"]' });
  r.ports[0].onMessage.fire(made);
  await r.clock.pass(25_000);
  assert.equal(r.ports[0].said.filter((/** @type {any} */ m) => m.type === 'ping').length, 2);
  r.die();
  await r.clock.pass(0);
  assert.deepEqual(
    r.ports[1].said.map((/** @type {any} */ m) => m.type),
    ['resume'],
  );
});

test("subscriptions of a page's own socket survive the core", async () => {
  const r = relay();
  const resume = {
    type: 'resume',
    chain: 1,
    subscription: '0xf1',
    method: 'eth_subscribe',
    params: '["newHeads"]',
    blocks: [{ number: 5, hash: '0x5', results: [] }],
  };
  r.say(resume);
  assert.deepEqual(r.ports[0].said, [resume]);
  r.ports[0].onMessage.fire({
    type: 'notify',
    subscription: '0xf1',
    blocks: [{ number: 6, hash: '0x6', results: ['{}'] }],
  });
  r.die();
  await r.clock.pass(0);
  assert.deepEqual(
    r.ports[1].said.map((/** @type {any} */ m) => [m.type, m.blocks.map((/** @type {any} */ b) => b.number)]),
    [['resume', [5, 6]]],
  );
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
