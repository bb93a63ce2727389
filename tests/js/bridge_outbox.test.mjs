// A burst of messages crosses the runtime port together, in order, and a single message at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './lib/message-event.mjs';
import { ask, relay } from './lib/relay.mjs';

/** A bridge in which the test ends the turns of the event loop. */
function burst() {
  const r = relay();
  /** @type {(() => void)[]} */
  const turns = [];
  r.relay.pace.outbox.soon = (run) => {
    turns.push(run);
  };
  const ids = () => r.ports[0].said.map((/** @type {any} */ m) => m.id);
  return { ...r, ids, turn: () => turns.splice(0).forEach((run) => run()) };
}

test('the first message goes at once, the rest go together', () => {
  const r = burst();
  for (const id of [1, 2, 3]) r.say(ask(id));
  r.say({ type: 'abort', id: 2 });
  assert.deepEqual(r.ids(), [1]);
  r.turn();
  assert.deepEqual(r.ids(), [1, 2, 3, 2]);
  assert.deepEqual(r.ports[0].crossed, [1, 3]);
  r.say(ask(4));
  assert.deepEqual(r.ids(), [1, 2, 3, 2, 4], 'the next burst begins at once');
});

test('a burst of more than 256 Ki characters crosses in parts', () => {
  const r = burst();
  for (let id = 1; id <= 12; id++) r.say({ ...ask(id), params: `["${'x'.repeat(50_000)}"]` });
  r.turn();
  assert.deepEqual(
    r.ids(),
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
  assert.deepEqual(r.ports[0].crossed, [1, 5, 5, 1]);
});

test('the next port sends queued messages once', async () => {
  const r = burst();
  for (const id of [1, 2, 3]) r.say(ask(id));
  r.die();
  await r.clock.pass(0);
  r.turn();
  assert.deepEqual(r.ids(), [1]);
  assert.deepEqual(
    r.ports[1].said.map((/** @type {any} */ m) => m.id),
    [1, 2, 3],
  );
});

test('a port that throws settles every message of the burst', () => {
  const r = burst();
  r.say(ask(1));
  r.say(ask(2));
  r.say(ask(3));
  r.ports[0].postMessage = () => {
    throw new Error('Attempting to use a disconnected port object');
  };
  r.turn();
  assert.deepEqual(r.toPage, [
    { type: 'use-wallet', id: 2 },
    { type: 'use-wallet', id: 3 },
  ]);
});

test('freed requests are gathered while others wait', () => {
  const r = burst();
  for (let id = 1; id <= 300; id++) r.say(ask(id));
  r.turn();
  const before = r.ports[0].crossed.length;
  for (let id = 1; id <= 8; id++) r.ports[0].onMessage.fire({ type: 'answer', id, result: '1' });
  r.turn();
  assert.equal(r.ids().length, 48, 'sixteen more, without waiting for a timer');
  assert.equal(r.ports[0].crossed.length, before + 2);
});
