// A document that makes thousands of requests at once waits in its own process; answers make room for more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './lib/message-event.mjs';
import { ask, relay } from './lib/relay.mjs';

/** The messages that reached the worker, by id. @param {ReturnType<typeof relay>} r */
const heard = (r) =>
  r.ports
    .at(-1)
    .said.filter((/** @type {any} */ m) => m.type === 'ask')
    .map((/** @type {any} */ m) => m.id);

/** @param {ReturnType<typeof relay>} r @param {number} id @param {object} [reply] */
const answer = (r, id, reply = { type: 'answer', id, result: '1' }) => r.ports.at(-1).onMessage.fire(reply);

/** @param {number} count */
const flooded = (count) => {
  const r = relay();
  for (let id = 1; id <= count; id++) r.say(ask(id));
  return r;
};

test('some requests go at once; each answer allows two more', async () => {
  const r = flooded(1_000);
  assert.deepEqual(
    heard(r),
    Array.from({ length: 32 }, (_, i) => i + 1),
  );
  answer(r, 1);
  answer(r, 2);
  assert.equal(heard(r).length, 32, 'they are gathered');
  await r.clock.pass(20);
  assert.equal(heard(r).length, 37, 'and one more by time');
  assert.deepEqual(
    r.toPage.map(({ type, id }) => [type, id]),
    [
      ['answer', 1],
      ['answer', 2],
    ],
  );
});

test('a thousand reads all go, about 64 at a time', async () => {
  const r = flooded(1_000);
  let most = 0;
  for (let done = 0; done < 1_000; done++) {
    most = Math.max(most, heard(r).length - done);
    answer(r, heard(r)[done]);
    if (done % 8 === 7) await r.clock.pass(20);
  }
  assert.ok(most <= 64 + 32, `${most}`);
  assert.equal(r.relay.waiting.size, 0);
});

test('a frame has a quarter of it', async () => {
  const r = relay(true);
  for (let id = 1; id <= 100; id++) r.say(ask(id));
  assert.equal(heard(r).length, 8);
  await r.clock.pass(1_000);
  assert.ok(heard(r).length <= 16 + 6, 'and few once 16 are out');
});

test('calls that never end do not block others', async () => {
  const r = flooded(200);
  await r.clock.pass(1_000);
  assert.equal(heard(r).length, 66, '50 more a second until 64 are out');
  await r.clock.pass(2_000);
  assert.ok(heard(r).length <= 80, 'and few from then on');
});

test('a refusal for asking too much gives no credit', async () => {
  const r = flooded(100);
  answer(r, 1, { type: 'error', id: 1, code: -32005, message: 'Breakwater: too many requests' });
  await r.clock.pass(20);
  assert.equal(heard(r).length, 33, 'one by time');
  answer(r, 2, { type: 'error', id: 2, code: 3, message: 'execution reverted' });
  await r.clock.pass(20);
  assert.equal(heard(r).length, 36, 'any other error is an answer');
});

test('an abort overtakes the queue and removes its request', async () => {
  const r = flooded(100);
  r.say({ type: 'abort', id: 5 });
  assert.deepEqual(r.ports[0].said.at(-1), { type: 'abort', id: 5 });
  r.say({ type: 'abort', id: 90 });
  await r.clock.pass(10_000);
  assert.equal(r.ports[0].said.filter(({ type }) => type === 'abort').length, 1);
  assert.equal(heard(r).length, 99);
  assert.ok(!heard(r).includes(90));
});

test('a transaction overtakes the queue', () => {
  const r = flooded(100);
  r.say({ ...ask(500), method: 'eth_sendRawTransaction' });
  assert.equal(heard(r).at(-1), 500);
});

test('the next worker is asked at the same pace', async () => {
  const r = flooded(100);
  r.die();
  await r.clock.pass(0);
  assert.equal(r.ports.length, 2);
  assert.equal(heard(r).length, 32);
});

test('a document has at most 2,000 requests unanswered', () => {
  const r = flooded(2_010);
  const refused = r.toPage.filter(({ type, code }) => type === 'error' && code === -32005);
  assert.deepEqual(
    refused.map(({ id }) => id),
    Array.from({ length: 10 }, (_, i) => 2_001 + i),
  );
});
