// One request that the core answers: it can end in many ways, but only once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, knownPage, now } from './lib/page.mjs';
import { settle } from './lib/clock.mjs';
import { HangingWallet, PlainWallet } from '../toys/wallets.js';

const read = { method: 'eth_getBalance', params: [] };

/** @param {any} [wallet] @param {object} [state] @param {object} [request] */
async function asked(wallet = new PlainWallet(), state = ON, request = read) {
  const p = await knownPage(wallet, state);
  const answered = p.provider.request(request);
  answered.catch(() => {});
  return { ...p, wallet, answered, id: p.asks()[0].id };
}

test('a result arrives as the lane sent it', async () => {
  const { client, id, answered } = await asked();
  client.receive({ type: 'answer', id, result: '{"a":null,"b":"\\u00e9","c":12345678901234567}' });
  assert.deepEqual(await answered, { a: null, b: 'é', c: 12345678901234567 });
});

test("a chain's own error keeps code, message and data", async () => {
  const { client, id, answered } = await asked();
  client.receive({ type: 'error', id, code: 3, message: 'execution reverted', data: '"0x08c379a0"' });
  await assert.rejects(answered, { code: 3, message: 'execution reverted', data: '0x08c379a0' });
});

test('an error without data has none', async () => {
  const { client, id, answered } = await asked();
  client.receive({ type: 'error', id, code: -32000, message: 'm' });
  await assert.rejects(answered, (/** @type {any} */ e) => e instanceof Error && !('data' in e));
});

test('two replies: the first one counts', async () => {
  const { client, id, answered } = await asked();
  client.receive({ type: 'answer', id, result: '1' });
  client.receive({ type: 'error', id, code: 1, message: 'late' });
  client.receive({ type: 'answer', id: 999, result: '2' });
  assert.equal(await answered, 1);
});

test('a result that is not JSON: the wallet answers', async () => {
  const { client, id, answered } = await asked();
  client.receive({ type: 'answer', id, result: '{' });
  assert.equal(await answered, 'plain:eth_getBalance');
});

test('as a lane the wallet is asked once and its answer kept', async () => {
  const { client, id, answered, wallet, sent } = await asked();
  client.receive({ type: 'ask-wallet', id });
  client.receive({ type: 'ask-wallet', id });
  await settle();
  assert.equal(wallet.calls.length, 1);
  assert.deepEqual(sent.filter((m) => m.type === 'wallet')[0], {
    type: 'wallet',
    id,
    result: '"plain:eth_getBalance"',
  });
  client.receive({ type: 'use-wallet', id });
  assert.equal(await answered, 'plain:eth_getBalance');
  assert.equal(wallet.calls.length, 1);
});

test("a wallet's error is reported and reaches the page as it is", async () => {
  const error = Object.assign(new Error('busy'), { code: -32005, data: { wait: 1 } });
  const wallet = new PlainWallet();
  const { client, id, answered, sent } = await asked(wallet);
  wallet.request = () => Promise.reject(error);
  client.receive({ type: 'ask-wallet', id });
  await settle();
  assert.deepEqual(sent.at(-1), { type: 'wallet', id, code: -32005, message: 'busy', data: '{"wait":1}' });
  client.receive({ type: 'use-wallet', id });
  await assert.rejects(answered, (e) => e === error);
});

test('a wallet answer that is not JSON counts as an error', async () => {
  const wallet = new PlainWallet();
  const { client, id, sent } = await asked(wallet);
  const cyclic = /** @type {any} */ ({});
  cyclic.self = cyclic;
  wallet.request = async () => cyclic;
  client.receive({ type: 'ask-wallet', id });
  await settle();
  assert.equal(sent.at(-1).code, -32603);
});

test('a silent core: the wallet is asked ahead of the deadline', async () => {
  const { clock, answered, wallet, sent, id } = await asked();
  await clock.pass(5_999);
  assert.equal(wallet.calls.filter((/** @type {any} */ c) => c.method === 'eth_getBalance').length, 0);
  await clock.pass(1);
  assert.equal((await now(answered)).pending, true);
  await clock.pass(4_250);
  assert.deepEqual(await now(answered), { value: 'plain:eth_getBalance' });
  assert.deepEqual(
    sent.filter((m) => m.type === 'abort'),
    [{ type: 'abort', id }],
  );
});

test('core and wallet silent: an error soon after the deadline', async () => {
  const { clock, answered } = await asked(new HangingWallet());
  await clock.pass(10_250);
  const { error } = await now(answered);
  assert.equal(error.code, -32603);
  assert.equal(clock.timers.size, 0);
});

test("the person's own deadline counts", async () => {
  const { clock, answered } = await asked(new HangingWallet(), { ...ON, deadline_ms: 2_000 });
  await clock.pass(2_250);
  assert.equal((await now(answered)).error.code, -32603);
});

test('a slow method has a minute, or a longer deadline', async () => {
  for (const [deadline_ms, ms] of [
    [10_000, 60_250],
    [90_000, 90_250],
  ]) {
    const { clock, answered } = await asked(
      new HangingWallet(),
      { ...ON, deadline_ms },
      { method: 'trace_block', params: ['0x1'] },
    );
    await clock.pass(ms - 1);
    assert.deepEqual(await now(answered), { pending: true }, `at ${ms - 1}`);
    await clock.pass(1);
    assert.equal((await now(answered)).pending, undefined);
  }
});

test('a core lost, off or gone: the wallet answers at once', async () => {
  for (const message of [{ type: 'down' }, { type: 'gone' }, { ...ON, on: false }]) {
    const { client, answered, wallet } = await asked();
    client.receive(message);
    assert.deepEqual(await now(answered), { value: 'plain:eth_getBalance' });
    assert.equal(wallet.calls.length, 1);
  }
});

test('a wallet asked as a lane is not asked again', async () => {
  const { client, id, answered, wallet } = await asked();
  client.receive({ type: 'ask-wallet', id });
  client.receive({ type: 'down' });
  assert.equal(await answered, 'plain:eth_getBalance');
  assert.equal(wallet.calls.length, 1);
});

test('a private transaction never falls back to the wallet', async () => {
  const raw = { method: 'eth_sendRawTransaction', params: ['0x02'] };
  const { client, answered, wallet } = await asked(new PlainWallet(), { ...ON, private: [1] }, raw);
  client.receive({ type: 'down' });
  await assert.rejects(answered, { code: -32603 });
  assert.deepEqual(wallet.calls, []);
  const open = await asked(new PlainWallet(), ON, raw);
  open.client.receive({ type: 'down' });
  assert.equal(await open.answered, 'plain:eth_sendRawTransaction');
});

test('a rescue: the body, nothing, an abort, and the deadline', async () => {
  const { client, sent, clock } = await knownPage(new PlainWallet());
  const a = client.rescue(1, '{}');
  const { id } = sent.at(-1);
  assert.deepEqual(sent.at(-1), { type: 'rescue', id, chain: 1, body: '{}' });
  client.receive({ type: 'body', id, body: '[]' });
  assert.equal(await a.body, '[]');
  const b = client.rescue(1, '{}');
  client.receive({ type: 'no-rescue', id: sent.at(-1).id });
  assert.equal(await b.body, null);
  const c = client.rescue(1, '{}');
  c.abort();
  assert.equal(await c.body, null);
  assert.equal(sent.at(-1).type, 'abort');
  const d = client.rescue(1, '{}');
  await clock.pass(10_000);
  assert.equal(await d.body, null);
  const e = client.rescue(1, '{}');
  client.receive({ type: 'down' });
  assert.equal(await e.body, null);
  assert.equal(await client.rescue(99, '{}').body, null);
});
