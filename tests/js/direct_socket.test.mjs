// Which call of a page is answered by a message on its own socket.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Clock, settle } from './lib/clock.mjs';
import { Core, install } from './lib/direct.mjs';
import { socketClass } from './lib/socket.mjs';

/** JSON-RPC 2.0: the id is null if it could not be read. */
const NO_ID = { jsonrpc: '2.0', id: null, error: { code: -32005, message: 'rate limit exceeded' } };
const LANES = { jsonrpc: '2.0', id: 5, result: '0x7' };

/** A page with a socket whose chain is known; `log` holds the events it receives. */
async function page() {
  const [clock, client, Socket] = [new Clock(), new Core(), socketClass()];
  const scope = /** @type {any} */ ({ WebSocket: Socket, crypto: globalThis.crypto });
  install(client, clock, scope);
  const socket = new scope.WebSocket();
  /** @type {any[]} */
  const log = [];
  socket.addEventListener('message', (/** @type {any} */ { data }) => log.push(JSON.parse(data)));
  const ask = (/** @type {number | string} */ id, /** @type {string} */ method, /** @type {unknown[]} */ ...params) =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  ask(1, 'eth_chainId');
  socket.hear({ jsonrpc: '2.0', id: 1, result: '0x1' });
  await settle();
  log.length = 0;
  return { clock, client, socket, log, ask };
}

it('an error without an id answers the only call in flight', async () => {
  for (const error of [NO_ID, [NO_ID]]) {
    const at = await page();
    at.ask(5, 'eth_getBalance', '0x1', 'latest');
    at.socket.hear(error);
    await settle();
    assert.deepEqual([at.log, at.client.said], [[], [{ status: 200, text: JSON.stringify(error) }]]);
    at.client.answerAll(JSON.stringify(LANES));
    await settle();
    assert.deepEqual(at.log, [LANES]);
  }
});

it('an error that no lane can answer reaches the page as it is', async () => {
  const at = await page();
  at.ask(5, 'eth_getBalance', '0x1', 'latest');
  at.socket.hear(NO_ID);
  await settle();
  at.client.answerAll(null);
  await settle();
  assert.deepEqual(at.log, [NO_ID]);
});

it("with two calls in flight, an error without an id is nobody's", async () => {
  for (const method of ['eth_getBalance', 'eth_sendRawTransaction', 'eth_subscribe']) {
    const at = await page();
    at.ask(5, 'eth_getCode', '0x1', 'latest');
    at.ask(6, method, 'newHeads', 'latest');
    at.socket.hear(NO_ID);
    await settle();
    assert.deepEqual([at.log, at.client.asked], [[NO_ID], []], method);
  }
});

it('a refused call is no longer in flight', async () => {
  const at = await page();
  at.ask(5, 'eth_getCode', '0x1', 'latest');
  at.socket.hear({ ...NO_ID, id: 5 });
  at.ask(6, 'eth_getBalance', '0x1', 'latest');
  at.socket.hear(NO_ID);
  await settle();
  assert.deepEqual([at.log, at.client.asked.length], [[], 2]);
});

it('a message without error and id answers nobody', async () => {
  for (const message of [
    { jsonrpc: '2.0', id: null, result: '0x1' },
    { jsonrpc: '2.0', id: null, error: null },
    { id: null },
    [],
    null,
  ]) {
    const at = await page();
    at.ask(5, 'eth_getBalance', '0x1', 'latest');
    at.socket.hear(message);
    await settle();
    assert.deepEqual([at.log, at.client.asked], [[message], []], JSON.stringify(message));
  }
});
