// The small world of the platform tests: a page with its origin, a second origin with an RPC endpoint that misbehaves
// on request, and a WebSocket. Nothing here knows about Breakwater.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { WebSocketServer } from 'ws';

/**
 * @typedef {import('node:http').ServerResponse} Out
 * @typedef {object} Visit
 * @property {import('node:http').IncomingMessage} request
 * @property {Out} response
 * @property {URL} url
 * @property {Buffer} body
 * @property {Set<Out>} held  responses that hang
 * @property {Map<string, string>} faults  of the endpoints named `/rpc/as-…`
 * @property {Set<string>} met  endpoints that have been asked for their chain
 * @typedef {(visit: Visit) => unknown} Route
 */

const ROOT = new URL('../../../', import.meta.url);

/**
 * @typedef {object} World
 * @property {string} page  origin of the page
 * @property {string} rpc  another origin, with CORS
 * @property {string} ws  the same, by WebSocket
 * @property {string} dead  an origin that refuses connections
 * @property {{path: string, body: string}[]} hits  JSON-RPC bodies that have arrived
 * @property {() => Promise<void>} close
 */

/**
 * `127.10.0.9` instead of `127.0.0.1`, because a node on a developer's own machine is never rescued.
 *
 * @param {string} [host]
 * @param {string} [other]
 * @returns {Promise<World>}
 */
export async function startWorld(host = '127.10.0.9', other = '127.10.0.8') {
  /** @type {Set<Out>} */
  const held = new Set();
  /** @type {World['hits']} */
  const hits = [];
  /** @type {Map<string, string>} */
  const faults = new Map();
  /** @type {Set<string>} */
  const met = new Set();
  /** @type {import('node:http').Server[]} */
  const servers = [];
  const sockets = new WebSocketServer({ noServer: true });
  const listen = async (/** @type {string} */ address) => {
    const server = createServer((request, response) => {
      void answer(request, response, { held, hits, faults, met }).catch(() => response.destroy());
    });
    server.on('upgrade', (request, socket, head) => {
      if (request.url === '/ws/refuse') return socket.destroy();
      sockets.handleUpgrade(request, socket, head, (line) => serveLine(line, request.url ?? '', { hits, faults, met }));
    });
    await new Promise((resolve) => {
      server.listen(0, address, () => resolve(undefined));
    });
    servers.push(server);
    return `${address}:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  };
  const page = await listen(host);
  const rpc = await listen(other);
  return {
    page: `http://${page}`,
    rpc: `http://${rpc}`,
    ws: `ws://${rpc}`,
    dead: `http://${other}:1`,
    hits,
    close: async () => {
      held.forEach((response) => response.destroy());
      sockets.clients.forEach((line) => line.terminate());
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {Out} response
 * @param {{held: Set<Out>, hits: World['hits'], faults: Map<string, string>, met: Set<string>}} state
 */
async function answer(request, response, { held, hits, faults, met }) {
  const url = new URL(request.url ?? '/', 'http://x');
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-headers', 'content-type, x-test, authorization');
  response.setHeader('access-control-expose-headers', 'x-answer, retry-after');
  response.setHeader('cache-control', 'no-store');
  if (request.method === 'OPTIONS') return response.writeHead(204).end();
  const body = await bodyOf(request);
  /** @type {Record<string, Route>} */
  const routes = {
    '/rpc': rpc,
    '/echo': echo,
    '/file': file,
    '/site': site,
    '/src': source,
    '/set': set,
    '/met': hasMet,
  };
  const route = routes[`/${url.pathname.split('/')[1]}`];
  if (!route) return response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here');
  if (url.pathname.startsWith('/rpc')) hits.push({ path: url.pathname, body: String(body) });
  return route({ request, response, url, body, held, faults, met });
}

/** @param {import('node:http').IncomingMessage} request */
async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** JSON-RPC with a fault named in the path: `/rpc/429`, `/rpc/hang`, `/rpc/html`, … @param {Visit} visit */
function rpc({ response, url, body, held, faults: set, met }) {
  const name = url.pathname.split('/')[2] ?? 'good';
  const fault = name.startsWith('as-') ? (set.get(name) ?? 'good') : name;
  /** @type {Record<string, () => unknown>} */
  const faults = {
    hang: () => held.add(response),
    'half-hang': () => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"jsonrpc":"2.0",');
      held.add(response);
    },
    429: () => response.writeHead(429, { 'content-type': 'text/plain', 'retry-after': '7' }).end('slow down'),
    503: () => response.writeHead(503, { 'content-type': 'application/json' }).end('{"message":"no"}'),
    html: () => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Oops</title>'),
    reset: () => /** @type {import('node:net').Socket} */ (response.socket).resetAndDestroy(),
    'half-reset': () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' }).write('{"jsonrpc":');
      setTimeout(() => /** @type {import('node:net').Socket} */ (response.socket).resetAndDestroy(), 30);
    },
  };
  if (faults[fault]) return faults[fault]();
  const asked = JSON.parse(String(body));
  const replies = [asked].flat().map((one) => reply(one, fault));
  const status = fault === 'revert400' ? 400 : 200;
  response.writeHead(status, { 'content-type': 'application/json', 'x-answer': 'yes' });
  response.end(JSON.stringify(Array.isArray(asked) ? replies : replies[0]));
  if (asksChain(asked)) met.add(name);
}

/**
 * What the page's own endpoint answers where data is asked for: the question.
 * @param {string} method
 * @param {unknown} params
 */
export const ownData = (method, params) =>
  `0x${Buffer.from(`own:${method}:${JSON.stringify(params)}`).toString('hex')}`;

/** @param {any} asked one request, or a batch */
const asksChain = (asked) => [asked].flat().some(({ method }) => method === 'eth_chainId');

/** @param {{id: unknown, method: string, params: unknown}} asked @param {string} fault */
function reply({ id, method, params }, fault) {
  /** @type {Record<string, object>} */
  const errors = {
    limit: { code: -32005, message: 'daily request count exceeded, request rate limited' },
    revert400: { code: 3, message: 'execution reverted', data: '0x08c379a0' },
    revert: { code: 3, message: 'execution reverted', data: '0x08c379a0' },
  };
  if (errors[fault]) return { jsonrpc: '2.0', id, error: errors[fault] };
  const chain = fault.startsWith('chain-') ? Number(fault.slice(6)) : 1;
  if (method === 'eth_chainId') return { jsonrpc: '2.0', id, result: `0x${chain.toString(16)}` };
  const size = fault === 'big' ? 5_000_000 : 0;
  // Data where the method's answer is data, a number otherwise: a result of another shape is no answer, and is rescued.
  const own = /^eth_(call|getCode)$/.test(method) ? ownData(method, params ?? []) : '0x6f776e';
  return { jsonrpc: '2.0', id, result: size ? `0x${'a'.repeat(size)}` : own };
}

/** `/set/as-NAME/FAULT`: from now on that endpoint has that fault. @param {Visit} visit */
function set({ response, url, faults }) {
  const [, , name = '', fault = ''] = url.pathname.split('/');
  faults.set(name, fault);
  response.writeHead(204).end();
}

/** `/met/as-NAME`: whether that endpoint has been asked for its chain. @param {Visit} visit */
function hasMet({ response, url, met }) {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(String(met.has(url.pathname.split('/')[2] ?? '')));
}

/** @param {Visit} visit */
function echo({ request, response, url, body }) {
  const status = Number(url.searchParams.get('status') ?? 200);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      method: request.method,
      type: (request.headers['content-type'] ?? null)?.replace(/boundary=.*/, 'boundary=…'),
      test: request.headers['x-test'] ?? null,
      cookie: request.headers.cookie ?? null,
      ...(/multipart/.test(request.headers['content-type'] ?? '')
        ? {}
        : {
            // a boundary is random, and in Firefox so is its length
            length: body.length,
            body: body.subarray(0, 300).toString('latin1'),
          }),
    }),
  );
}

/** @param {Visit} visit */
function file({ response, url, held }) {
  const name = url.pathname.slice('/file/'.length);
  /** @type {Record<string, () => unknown>} */
  const files = {
    text: () => response.writeHead(200, { 'content-type': 'text/plain;charset=utf-8', 'x-answer': 'a' }).end('héllo'),
    json: () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":[1,2,3]}'),
    xml: () => response.writeHead(200, { 'content-type': 'application/xml' }).end('<r><a>1</a></r>'),
    form: () => response.writeHead(200, { 'content-type': 'application/x-www-form-urlencoded' }).end('a=1&b=2'),
    empty: () => response.writeHead(204).end(),
    redirect: () => response.writeHead(302, { location: '/file/text' }).end(),
    cookie: () => response.writeHead(200, { 'set-cookie': 'seen=1; Path=/' }).end('set'),
    hang: () => held.add(response),
    dribble: () => {
      response.writeHead(200, { 'content-type': 'text/plain' }).write('first');
      setTimeout(() => response.end('last'), 60);
    },
  };
  return (files[name] ?? (() => response.writeHead(404).end('none')))();
}

const PAGE = '<!doctype html><meta charset=utf-8><title>A page of the platform tests</title><body>';

/** @param {Visit} visit */
function site({ response, url }) {
  if (url.searchParams.has('isolated')) {
    // gives finer clocks for measuring
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
  }
  response
    .writeHead(200, { 'content-type': 'text/html', 'set-cookie': ['mine=1; Path=/', 'seen=; Path=/; Max-Age=0'] })
    .end(PAGE);
}

/** The repository's own modules, unchanged. @param {Visit} visit */
async function source({ response, url }) {
  const name = url.pathname.slice('/src/'.length);
  if (!/^(extension|tests)\/[\w./-]+\.m?js$/.test(name) || name.includes('..')) return response.writeHead(404).end();
  const text = await readFile(new URL(name, ROOT));
  return response.writeHead(200, { 'content-type': 'text/javascript' }).end(text);
}

/**
 * A WebSocket that speaks JSON-RPC, echoes everything else, and does what its path says.
 *
 * @param {import('ws').WebSocket} line
 * @param {string} path
 * @param {{hits: World['hits'], faults: Map<string, string>, met: Set<string>}} state
 */
function serveLine(line, path, { hits, faults, met }) {
  const name = path.split('/')[2] ?? 'good';
  line.on('message', (data, binary) => {
    if (binary) return line.send(data, { binary });
    const text = String(data);
    if (!text.includes('"jsonrpc"')) return text === 'close me' ? line.close(4001, 'as asked') : line.send(text);
    hits.push({ path, body: text });
    const fault = name.startsWith('as-') ? (faults.get(name) ?? 'good') : name;
    if (fault === 'hang') return undefined;
    if (fault === 'drop') return line.terminate();
    if (fault === 'leave') return line.close(1012, 'restarting');
    const asked = JSON.parse(text);
    const replies = [asked].flat().map((one) => reply(one, fault));
    const send = () => {
      line.send(JSON.stringify(Array.isArray(asked) ? replies : replies[0]));
      if (asksChain(asked)) met.add(name);
    };
    return fault.startsWith('late-') ? setTimeout(send, Number(fault.slice(5))) : send();
  });
}
