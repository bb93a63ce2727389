// Subscriptions of a page's own socket whose endpoint falls silent or hangs up, in virtual time.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Clock, settle } from './lib/clock.mjs';
import { Core, install } from './lib/direct.mjs';
import { socketClass } from './lib/socket.mjs';

/** A page with a socket; `log` holds the events it receives. @param {string} [url] */
function page(url) {
  const clock = new Clock();
  const client = new Core();
  const Socket = socketClass();
  const scope = /** @type {any} */ ({ WebSocket: Socket, crypto: globalThis.crypto });
  install(client, clock, scope);
  const socket = new scope.WebSocket();
  if (url) socket.url = url;
  /** @type {any[]} */
  const log = [];
  socket.addEventListener('message', (/** @type {any} */ { data }) => log.push(JSON.parse(data)));
  socket.addEventListener('close', (/** @type {any} */ { code }) => log.push(`close ${code}`));
  const ask = (/** @type {number} */ id, /** @type {string} */ method, /** @type {unknown[]} */ ...params) =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  /** Our own requests on the page's socket. */
  const ours = () => socket.sent.filter((/** @type {any} */ { id }) => id >= 2 ** 52);
  /** The lanes are at block 100. */
  const lanesAt = async (/** @type {string | null} */ head = '0x64') => {
    await settle();
    client.answerAll(head && `{"jsonrpc":"2.0","id":1,"result":"${head}"}`);
    await settle();
  };
  /** A subscription that its endpoint has made. */
  const subscribed = async (/** @type {unknown[]} */ ...params) => {
    ask(1, 'eth_subscribe', ...params);
    socket.hear({ jsonrpc: '2.0', id: 1, result: '0xa' });
    socket.hear({ jsonrpc: '2.0', id: ours().at(-1).id, result: '0x5a' });
    await settle();
    log.length = 0;
  };
  return {
    clock,
    client,
    socket,
    open: Socket.open,
    log,
    ask,
    ours,
    lanesAt,
    subscribed,
    only: () => [...client.followed.values()][0],
  };
}

const event = (/** @type {object} */ result, subscription = '0xa') => ({
  jsonrpc: '2.0',
  method: 'eth_subscription',
  params: { subscription, result },
});
const head = (/** @type {number} */ number) => ({ number: `0x${number.toString(16)}`, hash: `0x${number}h` });
const log = (/** @type {number} */ number, /** @type {number} */ index, hash = `0x${number}h`) => ({
  blockNumber: `0x${number.toString(16)}`,
  blockHash: hash,
  logIndex: `0x${index}`,
});
/** What the lanes say about a block. */
const block = (/** @type {number} */ number, /** @type {object[]} */ results, hash = `0x${number}h`) => ({
  number,
  hash,
  removed: false,
  results: results.map((each) => JSON.stringify(each)),
});

it('heads go on after a hang-up, and the socket seems open', async () => {
  const at = page();
  await at.subscribed('newHeads');
  for (const number of [91, 92]) at.socket.hear(event(head(number)));
  at.socket.hangUp();
  await at.lanesAt();
  assert.deepEqual(at.only()?.blocks, [block(91, []), block(92, [])]);
  assert.deepEqual([at.only()?.chain, at.only()?.params, at.socket.readyState], [1, '["newHeads"]', 1]);
  at.only()?.heard([block(93, [head(93)]), block(94, [head(94)])]);
  assert.deepEqual(
    at.log,
    [91, 92, 93, 94].map((number) => event(head(number))),
  );
});

it('logs: the interrupted block is completed without repeats', async () => {
  const at = page();
  await at.subscribed('logs', { address: '0x1' });
  for (const each of [log(91, 0), log(95, 0)]) at.socket.hear(event(each));
  at.socket.hangUp();
  await at.lanesAt();
  assert.deepEqual(at.only()?.blocks, [block(91, [log(91, 0)]), { number: 94, hash: '', removed: false, results: [] }]);
  at.only()?.heard([block(95, [log(95, 0), log(95, 1)]), block(96, [log(96, 0)])]);
  assert.deepEqual(
    at.log,
    [log(91, 0), log(95, 0), log(95, 1), log(96, 0)].map((each) => event(each)),
  );
});

it('logs: a block replaced during the gap is removed', async () => {
  const at = page();
  await at.subscribed('logs', {});
  at.socket.hear(event(log(95, 0)));
  at.socket.hangUp();
  await at.lanesAt();
  at.only()?.heard([block(95, [log(95, 0, '0xother')], '0xother')]);
  assert.deepEqual(at.log.slice(1), [event({ ...log(95, 0), removed: true }), event(log(95, 0, '0xother'))]);
});

it('before the first block, lanes go on from the start block', async () => {
  const at = page();
  await at.subscribed('logs', {});
  at.socket.hangUp();
  await at.lanesAt();
  assert.deepEqual(at.only()?.blocks, [{ number: 0x5a, hash: '', removed: false, results: [] }]);
});

it("an unknown host's chain is asked after a second", async () => {
  const at = page('wss://rpc.example.org/ws');
  await at.subscribed('newHeads');
  await at.clock.pass(1000);
  const { id, method } = at.ours().at(-1);
  assert.equal(method, 'eth_chainId');
  at.socket.hear({ jsonrpc: '2.0', id, result: '0x2105' });
  await settle();
  at.socket.hangUp();
  await at.lanesAt();
  assert.equal(at.only()?.chain, 8453);
});

it('an endpoint that ignores a read and our check is silent', async () => {
  const at = page();
  await at.subscribed('newHeads');
  at.socket.hear(event(head(91)));
  at.ask(2, 'eth_getBalance', '0x1', 'latest');
  await at.clock.pass(1500);
  at.client.answerAll('{"jsonrpc":"2.0","id":2,"result":"lane"}');
  await at.clock.pass(2000);
  await at.lanesAt();
  assert.deepEqual(at.only()?.blocks, [block(91, [])]);
  at.only()?.heard([block(92, [head(92)])]);
  at.socket.hear(event(head(92)));
  assert.deepEqual(at.log.slice(1), [{ jsonrpc: '2.0', id: 2, result: 'lane' }, event(head(92))]);
  assert.equal(at.socket.readyState, 1);
});

it('a quiet socket is checked every 30 s and kept if alive', async () => {
  const at = page();
  await at.subscribed('logs', {});
  const before = at.ours().length;
  await at.clock.pass(29_000);
  at.socket.hear(event(log(95, 0)));
  await at.clock.pass(29_000);
  assert.equal(at.ours().length, before);
  await at.clock.pass(1000);
  assert.equal(at.ours().length, before + 1);
  at.socket.hear({ jsonrpc: '2.0', id: at.ours().at(-1).id, result: '0x5f' });
  await at.clock.pass(10_000);
  assert.equal(at.client.followed.size, 0);
  await at.clock.pass(22_000); // and this time no answer comes
  await at.lanesAt();
  assert.equal(at.client.followed.size, 1);
});

it('lanes make an unanswered `eth_subscribe`; the late one ends', async () => {
  const at = page();
  at.ask(1, 'eth_subscribe', 'newHeads');
  await at.clock.pass(1500);
  await at.lanesAt();
  const [{ id, result: name }] = at.log;
  assert.deepEqual([id, at.only()?.blocks], [1, [{ number: 100, hash: '', removed: false, results: [] }]]);
  at.socket.hear({ jsonrpc: '2.0', id: 1, result: '0xlate' });
  assert.deepEqual(
    at.ours().map((/** @type {any} */ { method, params }) => [method, params]),
    [['eth_unsubscribe', ['0xlate']]],
  );
  at.only()?.heard([block(101, [head(101)])]);
  assert.deepEqual(at.log.slice(1), [event(head(101), name)]);
});

it('lanes make a refused `eth_subscribe`, else the page hears it', async () => {
  const refusal = { jsonrpc: '2.0', id: 1, error: { code: -32005, message: 'limit exceeded' } };
  for (const can of [true, false]) {
    const at = page();
    at.ask(1, 'eth_subscribe', 'newHeads');
    at.socket.hear(refusal);
    assert.equal(at.log.length, 0);
    await at.lanesAt(can ? '0x64' : null);
    assert.deepEqual(
      [at.log.length, at.client.followed.size, at.log[0].error],
      can ? [1, 1, undefined] : [1, 0, refusal.error],
    );
  }
});

it('an ended subscription ends at the lanes', async () => {
  const at = page();
  await at.subscribed('newHeads');
  at.socket.hangUp();
  await at.lanesAt();
  at.ask(7, 'eth_unsubscribe', '0xa');
  await at.clock.pass(0);
  assert.deepEqual([at.log, at.client.followed.size], [[{ jsonrpc: '2.0', id: 7, result: true }], 0]);
});

it('a detached socket sends reads and subscriptions to lanes', async () => {
  const at = page();
  await at.subscribed('newHeads');
  at.socket.hangUp();
  await at.lanesAt();
  at.ask(2, 'eth_getBalance', '0x1', 'latest');
  await settle();
  at.client.answerAll('{"jsonrpc":"2.0","id":2,"result":"lane"}');
  await settle();
  at.ask(3, 'eth_subscribe', 'logs', {});
  await at.lanesAt();
  assert.deepEqual([at.log[0].result, at.log[1].id, at.client.followed.size], ['lane', 3, 2]);
});

it('the page hears `close` with its code when no lanes are left', async () => {
  const at = page();
  await at.subscribed('newHeads');
  at.socket.hangUp(1012);
  await at.lanesAt(null);
  assert.deepEqual([at.log, at.socket.readyState], [['close 1012'], 3]);
  const then = page();
  await then.subscribed('newHeads');
  then.socket.hangUp();
  await then.lanesAt();
  then.only()?.lost();
  assert.deepEqual([then.log, then.socket.readyState], [['close 1006'], 3]);
});

it('the page hears `close` after a send or its own close', async () => {
  for (const act of ['send', 'close']) {
    const at = page();
    await at.subscribed('newHeads');
    at.socket.hangUp();
    await at.lanesAt();
    if (act === 'send') at.ask(2, 'eth_sendRawTransaction', '0x00');
    else at.socket.close();
    await at.clock.pass(0);
    assert.deepEqual([at.log, at.client.followed.size, at.socket.readyState], [['close 1006'], 0, 3], act);
    assert.ok(at.socket.sent.every((/** @type {any} */ { method }) => method !== 'eth_sendRawTransaction'));
  }
});

it('a send or a foreign subscription makes `close` immediate', async () => {
  for (const [method, ...params] of [
    ['eth_sendRawTransaction', '0x00'],
    ['eth_subscribe', 'newPendingTransactions'],
  ]) {
    const at = page();
    await at.subscribed('newHeads');
    at.ask(2, /** @type {string} */ (method), ...params);
    if (method === 'eth_subscribe') at.socket.hear({ jsonrpc: '2.0', id: 2, result: '0xb' });
    at.log.length = 0;
    at.socket.hangUp();
    assert.deepEqual(at.log, ['close 1006'], method);
  }
});

it('an endpoint that returns serves its page again', async () => {
  const at = page();
  await at.subscribed('newHeads');
  at.socket.hangUp();
  await at.lanesAt();
  await at.clock.pass(30_000);
  await at.lanesAt();
  assert.deepEqual(at.log, []);
  const probe = at.open.at(-1);
  assert.notEqual(probe, at.socket);
  probe?.onopen?.();
  assert.deepEqual([at.log, probe?.readyState], [['close 1006'], 3]);
});
