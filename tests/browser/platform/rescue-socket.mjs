// Runs in the page: reads over a page's own WebSocket whose endpoint fails, with a core that can answer.

import { pause } from './scene.mjs';
import { once, rpcBody } from './tools.mjs';

/** @param {import('./scene.mjs').Scene} scene */
async function line({ line: address }) {
  const socket = new WebSocket(address);
  /** @type {string[]} */
  const log = [];
  for (const type of ['message', 'error', 'close']) {
    socket.addEventListener(type, (/** @type {any} */ event) =>
      log.push(type === 'message' ? event.data : `${type} ${event.code ?? ''}`.trim()),
    );
  }
  await once(socket, 'open');
  socket.send(rpcBody('eth_chainId', 1));
  await once(socket, 'message');
  log.length = 0;
  return { socket, log };
}

/** @type {Record<string, (scene: import('./scene.mjs').Scene) => Promise<unknown>>} */
export const SOCKETS = {
  'socket stalls': async (at) => {
    const { socket, log } = await line(at);
    await at.fault('hang');
    socket.send(rpcBody('eth_getBalance', 5));
    await once(socket, 'message');
    return [log, socket.readyState];
  },
  'socket late answer is dropped': async (at) => {
    const { socket, log } = await line(at);
    await at.fault('late-2200');
    socket.send(rpcBody('eth_getBalance', 5));
    await once(socket, 'message');
    await pause(1200);
    await at.fault('good');
    socket.send(rpcBody('eth_call', 6));
    await once(socket, 'message');
    return log;
  },
  'socket refuses': async (at) => {
    const { socket, log } = await line(at);
    await at.fault('limit');
    socket.send(rpcBody('eth_getBalance', 5));
    await once(socket, 'message');
    return log;
  },
  'socket dies': async (at) => {
    const { socket, log } = await line(at);
    await at.fault('drop');
    socket.send(rpcBody('eth_getBalance', 5));
    await once(socket, 'close');
    return log;
  },
  'socket leaves politely': async (at) => {
    const { socket, log } = await line(at);
    await at.fault('leave');
    socket.send(rpcBody('eth_getBalance', 5));
    await once(socket, 'close');
    return log;
  },
  "socket chain learnt between the page's own requests": async (at) => {
    const socket = new WebSocket(at.line);
    await once(socket, 'open');
    /** @type {string[]} */
    const log = [];
    socket.onmessage = ({ data }) => log.push(data);
    socket.send(rpcBody('eth_call', 1));
    await once(socket, 'message');
    await at.learnt();
    await at.fault('drop');
    socket.send(rpcBody('eth_getCode', 2));
    await once(socket, 'close');
    return log;
  },
};
