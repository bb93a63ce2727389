// Situations of `WebSocket`. Runs in the page.

import { descriptorOf, faceOf, once, outcome, rpcBody } from './tools.mjs';

/** @param {string} url */
async function opened(url) {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  return socket;
}

/** @param {CloseEvent} event */
const closing = ({ code, reason, wasClean, isTrusted }) => ({ code, reason, wasClean, isTrusted });

/** @type {[string, (world: import('./fetch.mjs').World) => unknown][]} */
export const SOCKET = [
  [
    'socket: constructor',
    () => ({
      face: faceOf(WebSocket),
      where: descriptorOf(window, 'WebSocket'),
      constants: [WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED],
    }),
  ],
  [
    'socket: methods',
    () => [
      faceOf(WebSocket.prototype.send),
      faceOf(WebSocket.prototype.close),
      Reflect.ownKeys(WebSocket.prototype).map(String).sort(),
    ],
  ],
  [
    'socket: misuse',
    async ({ ws }) => [
      await outcome(() => Reflect.apply(/** @type {any} */ (WebSocket), undefined, [ws])),
      await outcome(() => new WebSocket('not an address://')),
      await outcome(() => new WebSocket(`${ws}/ws`).send(rpcBody('eth_call'))),
      await outcome(() => WebSocket.prototype.send.call(/** @type {any} */ ({}), rpcBody('eth_call'))),
      await outcome(() => new WebSocket(`${ws}/ws`).close(999)),
    ],
  ],
  [
    'socket: instance',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws`);
      const { url, protocol, extensions, binaryType, readyState } = socket;
      return [
        new URL(url).pathname,
        protocol,
        extensions,
        binaryType,
        readyState,
        socket instanceof WebSocket,
        socket.constructor === WebSocket,
        Reflect.ownKeys(socket),
      ];
    },
  ],
  [
    'socket: subclass',
    async ({ ws }) => {
      class Mine extends WebSocket {
        mine = 1;
      }
      const socket = new Mine(`${ws}/ws`);
      await once(socket, 'open');
      socket.send(rpcBody('eth_call'));
      return [socket.mine, (await once(socket, 'message')).data, socket instanceof Mine];
    },
  ],
  [
    'socket: text and bytes',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws`);
      socket.binaryType = 'arraybuffer';
      socket.send('plain');
      const text = (await once(socket, 'message')).data;
      socket.send(new Uint8Array([1, 2, 3]));
      const bytes = (await once(socket, 'message')).data;
      socket.binaryType = 'blob';
      socket.send(new Blob(['four']));
      return [text, bytes.byteLength, (await once(socket, 'message')).data.size];
    },
  ],
  [
    'socket: JSON-RPC read',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws`);
      socket.send(rpcBody('eth_getBalance', 'ä1'));
      const event = await once(socket, 'message');
      return [event.data, event.origin === ws, event.isTrusted, event.lastEventId, event.source, event.ports.length];
    },
  ],
  [
    'socket: JSON-RPC in order',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws`);
      /** @type {string[]} */
      const seen = [];
      const all = new Promise((resolve) => {
        socket.onmessage = ({ data }) => seen.push(data) === 20 && resolve(undefined);
      });
      for (let id = 1; id <= 20; id++) socket.send(rpcBody(id % 5 ? 'eth_call' : 'eth_subscribe', id));
      await all;
      return seen;
    },
  ],
  [
    'socket: JSON-RPC batch and 5 MB',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws/good`);
      socket.send(`[${rpcBody('eth_call', 1)},${rpcBody('eth_call', 2)}]`);
      const batch = (await once(socket, 'message')).data;
      const big = await opened(`${ws}/ws/big`);
      big.send(rpcBody('eth_getLogs'));
      return [batch, (await once(big, 'message')).data.length];
    },
  ],
  [
    'socket: JSON-RPC limit, no lane',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws/limit`);
      socket.send(rpcBody('eth_getBalance'));
      return (await once(socket, 'message')).data;
    },
  ],
  [
    'socket: closed by the page',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws/hang`);
      socket.send(rpcBody('eth_getBalance'));
      socket.close(3001, 'enough');
      return [socket.readyState, closing(await once(socket, 'close')), socket.readyState];
    },
  ],
  [
    'socket: closed by the other side',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws`);
      socket.send('close me');
      return closing(await once(socket, 'close'));
    },
  ],
  [
    'socket: refused',
    async ({ ws }) => {
      const socket = new WebSocket(`${ws}/ws/refuse`);
      /** @type {string[]} */
      const order = [];
      socket.onerror = () => order.push('error');
      const { code, wasClean } = await once(socket, 'close');
      return [order, code, wasClean, socket.readyState];
    },
  ],
  [
    'socket: gone with a send on the way',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws/drop`);
      socket.send(rpcBody('eth_sendRawTransaction'));
      return closing(await once(socket, 'close'));
    },
  ],
  [
    'socket: gone with a read on the way, no lane',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws/drop`);
      socket.send(rpcBody('eth_call'));
      const { code, wasClean } = await once(socket, 'close');
      return [code, wasClean, socket.readyState];
    },
  ],
  [
    'socket: sent after the end',
    async ({ ws }) => {
      const socket = await opened(`${ws}/ws`);
      socket.close();
      await once(socket, 'close');
      return outcome(() => socket.send(rpcBody('eth_call')));
    },
  ],
];
