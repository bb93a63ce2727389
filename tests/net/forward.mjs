// A proxy as a person sets one in the browser, over HTTP or SOCKS. It finds the addresses of the names it is asked for.
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

/** @typedef {{host: string, port: number}} Place */
/** @typedef {(name: string) => Place | undefined} Find */

/**
 * @param {"http" | "socks5"} kind
 * @param {Record<string, Place>} places by name
 */
export async function startForward(kind, places) {
  /** Names it was asked for. @type {string[]} */
  const asked = [];
  const find = (/** @type {string} */ name) => {
    asked.push(name);
    return places[name];
  };
  const server = kind === 'http' ? overHttp(find) : overSocks(find);
  /** @type {Set<net.Socket>} */
  const open = new Set();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  return {
    url: `${kind}://127.0.0.1:${port}`,
    asked,
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Requests name their whole URL (RFC 9112, 3.2.2). @param {Find} find */
const overHttp = (find) =>
  http.createServer((req, res) => {
    const { hostname, pathname, search } = new URL(req.url ?? '', 'http://none.invalid');
    const place = find(hostname);
    if (!place) return void res.writeHead(502).end();
    const { method, headers } = req;
    const far = http.request({ ...place, path: pathname + search, method, headers }, (reply) => {
      res.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(res);
    });
    far.on('error', () => res.destroy());
    req.pipe(far);
  });

/** SOCKS 5 without passwords (RFC 1928). @param {Find} find */
const overSocks = (find) => net.createServer((near) => void serve(near, find).catch(() => near.destroy()));

/** A reply without an address of ours. @param {number} result 0: connected, 4: no such host */
const reply = (result) => Buffer.from([5, result, 0, 1, 0, 0, 0, 0, 0, 0]);

/** @param {net.Socket} near @param {Find} find */
async function serve(near, find) {
  near.on('error', () => near.destroy());
  const [, methods] = await take(near, 2);
  await take(near, methods);
  near.write(Buffer.from([5, 0]));
  const [, , , kind] = await take(near, 4);
  const isName = kind === 3;
  const host = await take(near, isName ? (await take(near, 1))[0] : kind === 4 ? 16 : 4);
  await take(near, 2); // the port is the place's
  const place = find(isName ? String(host) : host.join('.'));
  if (!place) return void near.end(reply(4));
  const far = net.connect(place.port, place.host);
  far.on('error', () => near.destroy());
  near.on('close', () => far.destroy());
  await once(far, 'connect');
  near.write(reply(0));
  near.pipe(far).pipe(near);
}

/** The next bytes, exactly as many. @param {net.Socket} socket @param {number} count @returns {Promise<Buffer>} */
async function take(socket, count) {
  for (;;) {
    const bytes = socket.read(count);
    if (bytes?.length === count) return bytes;
    if (socket.readableEnded || socket.destroyed) throw new Error('closed');
    await once(socket, 'readable');
  }
}
