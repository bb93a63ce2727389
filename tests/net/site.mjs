// The site that serves the lab and the tests' pages, and the demo network's switches for a page.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FAULTS } from './faults.mjs';
import { PLACES } from './network.mjs';

/** The lab's folder. */
export const WWW = fileURLToPath(new URL('../../www', import.meta.url));

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.png': 'image/png',
};

/** What is shown of a node's ground: what the labels say. */
const PLACE_NAMES = ['AWS us-east-1', 'Google europe-west3', 'Hetzner DE'];

/** @typedef {Awaited<ReturnType<typeof import("./network.mjs").startNetwork>>} Network */
/** @typedef {(req: http.IncomingMessage, res: http.ServerResponse, path: string) => void | Promise<void>} Handler */

/** @param {Network} net */
const state = (net) => ({
  nodes: net.nodes.map((node, i) => ({
    name: node.name,
    url: node.url,
    place: PLACE_NAMES[i],
    fault: node.fault.name,
    sends: node.counts.sends,
  })),
  account: net.accounts[1],
  token: net.contracts.token.address,
  faults: FAULTS,
});

/** @param {http.IncomingMessage} req @returns {Promise<any>} */
async function json(req) {
  let text = '';
  for await (const chunk of req) text += chunk;
  return JSON.parse(text);
}

/** `GET /demo/state`, `POST /demo/faults` with node name → fault. @param {Network} net @returns {Handler} */
const demo = (net) => async (req, res, path) => {
  // Another site must not break our demo: browsers send Origin with every cross-site POST.
  const origin = req.headers.origin;
  if (origin && new URL(origin).host !== req.headers.host) return void res.writeHead(403).end();
  if (path === '/demo/faults' && req.method === 'POST') {
    const faults = await json(req);
    for (const node of net.nodes) if (typeof faults[node.name] === 'string') await node.setFault(faults[node.name]);
  } else if (path !== '/demo/state') return void res.writeHead(404).end();
  res.writeHead(200, { 'content-type': TYPES['.json'], 'cache-control': 'no-store' }).end(JSON.stringify(state(net)));
};

/** @param {string} root @returns {Handler} files of one folder */
const files = (root) => async (_, res, path) => {
  const file = join(root, normalize(path.endsWith('/') ? `${path}index.html` : path));
  const body = file.startsWith(root) ? await readFile(file).catch(() => undefined) : undefined;
  if (!body) return void res.writeHead(404).end('not here');
  res
    .writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-store' })
    .end(body);
};

/**
 * @param {{network?: Network, port?: number, roots?: Record<string, string>, pages?: Record<string,
 *   string | Handler>}} [options]
 *   `roots`: path prefix → folder; `pages`: path → HTML text or handler
 */
export async function startSite({ network, port = 0, roots = {}, pages = {} } = {}) {
  const www = files(WWW);
  const server = http.createServer(async (req, res) => {
    const path = new URL(req.url ?? '/', 'http://localhost').pathname;
    try {
      if (path in pages) {
        const page = pages[path];
        if (typeof page !== 'string') return await page(req, res, path);
        return void res.writeHead(200, { 'content-type': TYPES['.html'] }).end(page);
      }
      if (network && path.startsWith('/demo/')) return await demo(network)(req, res, path);
      const prefix = Object.keys(roots).find((start) => path.startsWith(start));
      await (prefix ? files(roots[prefix])(req, res, `/${path.slice(prefix.length)}`) : www(req, res, path));
    } catch (error) {
      if (!res.headersSent) res.writeHead(400);
      res.end(String(error));
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const actual = /** @type {import("node:net").AddressInfo} */ (server.address()).port;
  return {
    url: `http://127.0.0.1:${actual}/`,
    port: actual,
    pages,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A table of who stands where, for a terminal. @param {Network} net @param {string} lab */
export function table(net, lab) {
  const rows = net.nodes.map(
    (node, i) =>
      `  ${node.name.padEnd(12)} ${PLACE_NAMES[i].padEnd(22)} ${PLACES[i].label.match.padEnd(15)} ${node.url}`,
  );
  return [
    `The demo network, one chain (id ${net.chainId}) on three grounds:`,
    ...rows,
    `  ${'Lab'.padEnd(51)} ${lab}`,
  ].join('\n');
}
