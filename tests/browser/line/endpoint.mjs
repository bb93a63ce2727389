// An endpoint that answers byte by byte as no honest one does.
import { once } from 'node:events';
import net from 'node:net';

const CORS = 'Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *\r\nContent-Type: application/json\r\n';
const MIB = 1 << 20;

/** @typedef {"honest" | "endless" | "deep"} Manner */

/** @returns {Promise<{url: string, manner: Manner, sent: number, close: () => void}>} */
export async function startEndpoint() {
  /** @type {Set<net.Socket>} */
  const open = new Set();
  const server = net.createServer((socket) => {
    open.add(socket);
    let text = '';
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    socket.on('data', (chunk) => {
      text += chunk;
      const [head, body = ''] = text.split('\r\n\r\n');
      const length = Number(/content-length: *(\d+)/i.exec(head ?? '')?.[1] ?? 0);
      if (!text.includes('\r\n\r\n') || body.length < length) return;
      text = '';
      if (!/^POST/.test(head ?? '')) socket.end(`HTTP/1.1 204 No Content\r\n${CORS}\r\n`);
      else answer(self, socket, JSON.parse(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  const self = {
    url: `http://127.0.0.1:${port}/`,
    manner: /** @type {Manner} */ ('honest'),
    sent: 0,
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
  return self;
}

/**
 * @param {{manner: Manner, sent: number}} self
 * @param {net.Socket} socket
 * @param {{id: unknown, method: string}} request
 */
function answer(self, socket, { id, method }) {
  const start = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`;
  if (method === 'eth_getLogs' && self.manner === 'endless') return endless(self, socket, start);
  const result =
    method === 'eth_getLogs' && self.manner === 'deep' ? `${'['.repeat(5_000_000)}${']'.repeat(5_000_000)}` : '"0x1"';
  const body = `${start}${result}}`;
  socket.write(`HTTP/1.1 200 OK\r\n${CORS}Content-Length: ${body.length}\r\n\r\n${body}`);
}

/**
 * Sends a false length, and a body in chunks until nobody reads it.
 * @param {{sent: number}} self
 * @param {net.Socket} socket
 * @param {string} start
 */
function endless(self, socket, start) {
  socket.write(`HTTP/1.1 200 OK\r\n${CORS}Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n`);
  const chunk = (/** @type {string} */ text) => socket.write(`${text.length.toString(16)}\r\n${text}\r\n`);
  chunk(`${start}"0x`);
  const more = () => {
    while (!socket.destroyed && self.sent < 300 * MIB) {
      self.sent += MIB;
      if (!chunk('f'.repeat(MIB))) {
        socket.once('drain', more);
        return;
      }
    }
    if (!socket.destroyed) socket.end('2\r\n"}\r\n0\r\n\r\n');
  };
  more();
}
