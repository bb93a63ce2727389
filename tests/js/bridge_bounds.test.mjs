// The limits of the bridge: a hostile page's excess reaches nobody else, and is refused if it has an id.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, relay } from './lib/relay.mjs';

test('a malformed message is dropped, or refused if it has an id', () => {
  const r = relay();
  for (const data of [null, 5, 'ask', undefined, {}, { type: 'ask', id: 1 }, '{}', '[]', 'null', '{"type":"ping"}'])
    r.hear(data);
  assert.deepEqual(r.toPage, []);
  r.say({ type: 'ask', id: 7, chain: 1 });
  r.say({ type: 'no-such', id: 8 });
  r.say({ ...ask(9), chain: '1' });
  assert.deepEqual(
    r.toPage.map(({ type, id, code }) => [type, id, code]),
    [7, 8, 9].map((id) => ['error', id, -32600]),
  );
  assert.equal(r.ports.length, 0, 'the worker hears none of it');
});

test('messages too large or too deep are refused unparsed', () => {
  const r = relay();
  const { parse } = JSON;
  const deep = '['.repeat(4_000) + ']'.repeat(4_000);
  const texts = [
    `{"type":"ask","id":1,"wallet":false,"chain":1,"method":"m","params":"","more":${deep}}`,
    `{"type":"ask","id":2,"wallet":false,"chain":1,"method":"m","params":"${'x'.repeat(4 << 20)}"}`,
    `{"type":"ask","id":3,"wallet":false,"chain":1,"method":"m","params":"","more":[${'{},'.repeat(1_000_000)}{}]}`,
    `{"type":"ask","id":4,"wallet":false,"chain":1,"method":"m","params":"${'é'.repeat(3 << 20)}"}`,
  ];
  let longest = 0;
  JSON.parse = (text) => {
    longest = Math.max(longest, text.length);
    return parse(text);
  };
  texts.slice(0, 3).forEach(r.hear);
  JSON.parse = parse;
  assert.ok(longest < 1_000, 'only what the relay itself tells');
  r.hear(texts[3]);
  assert.deepEqual(
    r.toPage.map(({ id, code }) => [id, code]),
    [1, 2, 3, 4].map((id) => [id, -32602]),
  );
  assert.match(r.toPage[0].message, /^Breakwater: .*\.$/);
  assert.equal(r.ports.length, 0);
});

test('a refused message goes to the wallet or changes nothing', () => {
  const r = relay();
  const large = 'x'.repeat(4 << 20);
  r.say({ type: 'hello' });
  r.say({ ...ask(1), params: large });
  r.say({ type: 'rescue', id: 2, chain: 1, body: large });
  r.say(ask(3));
  r.say({ type: 'wallet', id: 3, result: large });
  assert.deepEqual(r.toPage, [
    { type: 'use-wallet', id: 1 },
    { type: 'no-rescue', id: 2 },
    { type: 'use-wallet', id: 3 },
  ]);
  assert.deepEqual(r.ports[0].said, [ask(3), { type: 'abort', id: 3 }], 'the core does not wait for the wallet');
});

test('junk, resume, ping and hello count against a rate', async () => {
  const r = relay();
  r.say({ type: 'hello' });
  for (const message of [{}, { type: 'hello' }, { type: 'ping' }, { type: 'use', chain: 1 }])
    for (let i = 0; i < 1_000; i++) r.say(message);
  const before = r.ports[0].said.length;
  assert.ok(before <= 300, `${before} at once`);
  for (let i = 0; i < 10; i++) r.say({ type: 'use', chain: 1 });
  r.say(ask(5));
  r.say({ type: 'rescue', id: 6, chain: 1, body: '{}' });
  assert.equal(r.ports[0].said.length, before, 'the worker hears none of it');
  assert.deepEqual(
    r.toPage.map(({ type, id, code }) => [type, id, code]),
    [
      ['error', 5, -32005],
      ['no-rescue', 6, undefined],
    ],
  );
  await r.clock.pass(1_000);
  r.say(ask(7));
  assert.ok(r.ports[0].said.length <= before + 50, 'and hears the rest as slowly as if nobody answered it');
  await r.clock.pass(20_000);
  assert.deepEqual(
    r.ports[0].said.filter(({ type }) => type === 'ask'),
    [ask(7)],
    'in its turn',
  );
  const heard = r.ports[0].said.length;
  for (let i = 0; i < 4_000; i++) r.say({ type: 'use', chain: 1 });
  assert.ok(r.ports[0].said.length - heard <= 500, 'but for long the worker hears 500 a second');
});

test('16 MiB may be unanswered, not a byte more', async () => {
  const r = relay();
  const large = (/** @type {number} */ id) => ({ ...ask(id), wallet: false, params: 'x'.repeat(3 << 20) });
  for (const id of [1, 2, 3, 4, 5, 6]) {
    r.say(large(id));
    await r.clock.pass(2_000);
  }
  assert.deepEqual(
    r.toPage.map(({ id, code }) => [id, code]),
    [[6, -32005]],
  );
  r.ports[0].onMessage.fire({ type: 'answer', id: 1, result: '1' });
  r.say(large(7));
  await r.clock.pass(2_000);
  assert.equal(r.ports[0].said.at(-1).id, 7);
});

test('half a surrogate pair does not cost a message', () => {
  const r = relay();
  r.say({ type: 'hello' });
  /** @type {string[]} */
  const texts = [];
  r.ports[0].postMessage = (/** @type {[number, ...string[]]} */ [, ...said]) => texts.push(...said);
  r.say({ type: 'wallet', id: 1, code: 1, message: 'cut \ud83d', data: '"\\ud83d"' });
  assert.deepEqual(JSON.parse(String(texts[0])), {
    type: 'wallet',
    id: 1,
    code: 1,
    message: 'cut \ufffd',
    data: '"\\ud83d"',
  });
});

test('a large answer passes without being parsed', () => {
  const r = relay();
  r.say(ask(1));
  const { parse } = JSON;
  JSON.parse = () => assert.fail('parsed');
  /** @type {string[]} */
  const texts = [];
  r.relay.page.post = (text) => texts.push(text);
  r.ports[0].onMessage.fire({ type: 'answer', id: 1, result: '"type":"x","id":2' });
  JSON.parse = parse;
  assert.equal(texts[0], JSON.stringify({ type: 'answer', id: 1, result: '"type":"x","id":2' }));
  assert.equal(r.relay.owed, false);
});

test('a document that is let go never comes back', () => {
  const r = relay();
  r.say(ask(1));
  r.ports[0].onMessage.fire({ type: 'let-go' });
  assert.deepEqual(r.toPage, [{ type: 'gone' }]);
  r.say(ask(2));
  r.die();
  assert.equal(r.ports.length, 1);
});

test('a request the page has given up is not sent again', async () => {
  const r = relay();
  r.say(ask(1));
  r.ports[0].onMessage.fire({ type: 'state', on: false });
  r.die();
  await r.clock.pass(5_000);
  assert.equal(r.ports.length, 1);
});

/** 3 Mi characters: 1 Mi is sent at once, the rest within a second. @param {number} id */
const large = (id) => ({ ...ask(id), params: `["${'x'.repeat(3 << 20)}"]` });
/** @param {ReturnType<typeof relay>} r the complete messages of each port */
const asked = (r) => r.ports.map(({ said }) => said.filter(({ type }) => type === 'ask').map(({ id }) => id));

test('large messages go one by one, and small ones overtake them', async () => {
  const r = relay();
  for (const id of [1, 2, 3]) r.say(large(id));
  r.say(ask(4));
  assert.deepEqual(asked(r), [[4]]);
  await r.clock.pass(1_200);
  assert.deepEqual(asked(r), [[4, 1]]);
  r.say({ type: 'abort', id: 2 });
  await r.clock.pass(2_000);
  assert.deepEqual(asked(r), [[4, 1, 3]], 'what nobody waits for any more is not sent');
  assert.ok(
    r.ports[0].said.every(({ type }) => type !== 'abort'),
    'and the worker has not heard of it',
  );
});

test('a large message crosses in pieces of 64 Ki characters', async () => {
  const r = relay();
  /** @type {any[]} */
  const crossed = [];
  r.say({ type: 'hello' });
  r.ports[0].postMessage = (/** @type {[number, ...any[]]} */ [, ...parts]) => crossed.push(...parts);
  const wide = { ...ask(1), params: `["${'\u{1f6f0}'.repeat(600_000)}"]` };
  r.say(wide);
  const atOnce = crossed.length;
  assert.ok(atOnce >= 15 && atOnce <= 16, `${atOnce}`);
  await r.clock.pass(400);
  assert.equal(crossed.map(({ text }) => text).join(''), JSON.stringify(wide));
  assert.deepEqual(
    crossed.map(({ start, end }) => [start, end]),
    crossed.map((_, i) => [i === 0, i === crossed.length - 1]),
  );
  for (const { text } of crossed) assert.ok(text.length <= 64 * 1024 && text.isWellFormed());
});

test('queued messages are sent once by the next port', async () => {
  const r = relay();
  for (const id of [1, 2]) r.say(large(id));
  await r.clock.pass(1_200);
  r.die();
  await r.clock.pass(5_000);
  assert.deepEqual(asked(r), [[1], [1, 2]]);
});

test('a port that throws settles a message it carries a piece of', async () => {
  const r = relay();
  r.say(large(1));
  r.ports[0].postMessage = () => {
    throw new Error('Attempting to use a disconnected port object');
  };
  await r.clock.pass(1_000);
  assert.deepEqual(r.toPage, [{ type: 'use-wallet', id: 1 }]);
  assert.equal(r.relay.pace.waiting, 0);
});

test('many texts of ordinary size go at once', () => {
  const r = relay();
  for (let id = 1; id <= 10; id++) r.say({ ...ask(id), params: `["${'x'.repeat(100_000)}"]` });
  assert.equal(r.ports[0].said.filter(({ type }) => type === 'ask').length, 10);
});
