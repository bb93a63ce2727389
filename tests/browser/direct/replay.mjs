// An endpoint that replays recorded replies. Every known question has one exact reply; anything else is an error.

import http from 'node:http';
import { once } from 'node:events';

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'content-type': 'application/json',
};

/** @param {string} method @param {unknown} params */
const key = (method, params) => `${method} ${JSON.stringify(params ?? [])}`;

/**
 * @param {string} host
 * @param {import("./pairs.mjs").Pair[]} pairs
 */
export async function startReplay(host, pairs) {
  const lines = new Map(pairs.map((pair) => [key(pair.method, pair.params), pair]));
  const state = { dark: false };
  const server = http.createServer(async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(204, CORS).end();
    const parts = [];
    for await (const part of request) parts.push(part);
    const { id, method, params } = JSON.parse(String(Buffer.concat(parts)));
    if (method !== 'eth_chainId' && state.dark) return void response.writeHead(503, CORS).end('{}');
    const chain = { reply: '"result":"0x1"', before: '', after: '' };
    const none = { reply: '"error":{"code":-32601,"message":"method not found"}', before: '', after: '' };
    const {
      reply,
      before = '',
      after = '',
    } = lines.get(key(method, params)) ?? (method === 'eth_chainId' ? chain : none);
    response.writeHead(200, CORS).end(`{${before}"jsonrpc":"2.0","id":${JSON.stringify(id)},${reply}${after}}`);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`,
    state,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
