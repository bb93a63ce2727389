// A fault proxy: an endpoint as a browser sees one, in front of an honest node, that can go wrong on command.
import http from 'node:http';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer } from 'ws';
import { Counts } from './counts.mjs';
import { CANNED, REWRITES, parseFault } from './faults.mjs';
import { Latency, later, seeded } from './latency.mjs';
import { wire } from './wire.mjs';

/** What public endpoints send, so that pages can read them directly. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, GET, OPTIONS',
  'access-control-allow-headers': '*, authorization, content-type',
  'access-control-max-age': '600',
};

/** Whatever has this in it is never answered under the fault `hold`. */
export const HELD = '0x00000000000000000000000000000000dead1010';

/** @typedef {import("./faults.mjs").Request} Request */

/** One endpoint. Start it with `listen`, break it with `setFault`. */
export class FaultProxy {
  /** @type {{name: string, [option: string]: any}} */
  #fault = { name: 'none' };
  #faultSince = Date.now();
  #server = http.createServer((req, res) => this.#serve(req, res).catch(() => req.socket.destroy()));
  #agent = new http.Agent({ keepAlive: true });
  #wires = new WebSocketServer({ noServer: true });
  /** @type {Set<import("node:net").Socket>} */
  #sockets = new Set();
  #random = seeded(1);
  /** What has been asked of this endpoint. */
  counts = new Counts();
  /** Connections it has reset. */
  resets = 0;
  /** @type {Latency | undefined} */
  latency;
  /** Called with the body of every transaction sent through. @type {((raw: string) => void) | undefined} */
  onTransaction;
  port = 0;
  /** What an answer carries besides: a cloud's or a CDN's marks. @type {Record<string, string>} */
  headers = {};

  /** @param {string} host @param {import("./anvil.mjs").Anvil} node the honest node behind */
  constructor(host, node) {
    this.host = host;
    this.node = node;
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (req, socket, head) =>
      this.#upgrade(req, /** @type {import("node:net").Socket} */ (socket), head),
    );
  }

  /** @param {number} [port] 0 for any */
  async listen(port = 0) {
    this.#server.listen(port, this.host);
    await once(this.#server, 'listening');
    this.port = /** @type {import("node:net").AddressInfo} */ (this.#server.address()).port;
    return this;
  }

  get url() {
    return `http://${this.host}:${this.port}/`;
  }
  /** The same endpoint by WebSocket. */
  get ws() {
    return this.url.replace('http', 'ws');
  }
  get fault() {
    return this.#fault;
  }
  /** WebSockets that are open. */
  get wires() {
    return this.#wires.clients.size;
  }

  /**
   * Switches the fault from now on; what is already held in the dark stays there.
   * @param {string} name one of FAULTS, or its short form (`stale:5`)
   * @param {Record<string, any>} [options]
   */
  async setFault(name, options) {
    this.#fault = parseFault(name, options);
    this.#faultSince = Date.now();
    this.#random = seeded(this.#fault.seed ?? 1);
    if (this.#fault.name === 'reset') for (const near of this.#wires.clients) near.terminate();
    if (this.#fault.name === 'refuse') await this.#shut();
    else if (!this.#server.listening) await this.listen(this.port);
  }

  /** Latency of an ordinary day. @param {import("./latency.mjs").Profile | undefined} profile */
  setLatency(profile) {
    this.latency = profile && new Latency(profile);
  }

  async close() {
    await this.#shut();
    this.#agent.destroy();
  }

  async #shut() {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** The fault in force now: `flap` is dark every other interval. */
  #now() {
    if (this.#fault.name !== 'flap') return this.#fault;
    const odd = Math.floor((Date.now() - this.#faultSince) / this.#fault.ms) % 2;
    return { name: odd ? 'none' : (this.#fault.down ?? 'dark') };
  }

  /** @param {http.IncomingMessage} req @param {http.ServerResponse} res */
  async #serve(req, res) {
    const fault = this.#now();
    if (fault.name === 'dark') return this.#swallow(req);
    if (fault.name === 'reset') {
      this.resets += 1;
      return void req.socket.resetAndDestroy();
    }
    if (req.method === 'OPTIONS') return void res.writeHead(204, CORS).end();
    if (req.method !== 'POST')
      return void res.writeHead(405, { ...CORS, 'set-cookie': 'who=me; Path=/; Max-Age=600' }).end('Ask by POST.');
    const body = await text(req);
    this.counts.add(body, req.headers);
    // Takes these calls and keeps their connections, as a question that is too much for a node does.
    if (fault.name === 'hold' && body.includes(HELD)) return;
    await this.#wait(fault);
    if (res.destroyed) return;
    await this.#answer(fault, body, res);
  }

  /**
   * A WebSocket. In the dark and behind the times it says nothing; what is wrong with requests lets nobody open one.
   * @param {http.IncomingMessage} req
   * @param {import("node:net").Socket} socket
   * @param {Buffer} head
   */
  #upgrade(req, socket, head) {
    this.counts.add('{"method":"(websocket)"}', req.headers);
    const fault = this.#now();
    if (fault.name === 'dark') return;
    if (fault.name === 'reset') return void socket.resetAndDestroy();
    const canned = CANNED[fault.name];
    if (canned) return void socket.end(`HTTP/1.1 ${canned(fault).status} No\r\nconnection: close\r\n\r\n`);
    const says = () => !['dark', 'stale'].includes(this.#now().name);
    this.#wires.handleUpgrade(req, socket, head, (near) =>
      wire(
        near,
        this.node,
        (text) => {
          this.counts.add(text, req.headers);
          return says();
        },
        says,
      ),
    );
  }

  /** Takes the question and never says a word. @param {http.IncomingMessage} req */
  async #swallow(req) {
    const body = await text(req);
    if (req.method === 'POST') this.counts.add(body, req.headers);
  }

  /** @param {{name: string, [option: string]: any}} fault */
  async #wait(fault) {
    if (this.latency) await later(this.latency.next());
    if (fault.name === 'slow') await later(fault.ms);
    if (fault.name === 'tail' && this.#random() < fault.p) await later(fault.ms);
  }

  /** @param {{name: string, [option: string]: any}} fault @param {string} body @param {http.ServerResponse} res */
  async #answer(fault, body, res) {
    const canned = CANNED[fault.name];
    if (canned) {
      const { status, headers, body: out } = canned(fault);
      return void res.writeHead(status, { ...CORS, 'content-type': 'application/json', ...headers }).end(out);
    }
    if (fault.name === 'no-batches' && body.startsWith('[')) {
      return void res
        .writeHead(400, { ...CORS, 'content-type': 'application/json' })
        .end('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batches are not supported"}}');
    }
    const rewrite = REWRITES[fault.name];
    const out = rewrite ? await this.#rewritten(rewrite, fault, body) : await this.#forward(body);
    const head = { ...CORS, 'content-type': 'application/json', ...this.headers };
    if (fault.name === 'two-replies') return void res.writeHead(200, head).end(`${out}\n${out}`);
    if (fault.name === 'huge') return void huge(res, head, fault.mb);
    if (fault.name === 'cut') {
      res.writeHead(200, { ...head, 'content-length': String(out.length + 100) }).write(out.slice(0, out.length / 2));
      return void setImmediate(() => res.destroy());
    }
    res.writeHead(200, { ...head, 'content-length': String(Buffer.byteLength(out)) }).end(out);
  }

  /** @param {import("./faults.mjs").Rewrite} rewrite @param {object} options @param {string} body */
  async #rewritten(rewrite, options, body) {
    const context = { head: async () => Number.parseInt(await this.node.rpc('eth_blockNumber'), 16) };
    const one = async (/** @type {Request} */ request) => {
      const asked = (await rewrite.request?.(request, context, options)) ?? request;
      const reply = JSON.parse(await this.#forward(JSON.stringify(asked)));
      return (await rewrite.reply?.(request, reply, context, options)) ?? reply;
    };
    const parsed = JSON.parse(body);
    return JSON.stringify(Array.isArray(parsed) ? await Promise.all(parsed.map(one)) : await one(parsed));
  }

  /** The node's own bytes. @param {string} body @returns {Promise<string>} */
  async #forward(body) {
    const out = await post(this.#agent, this.node.url, body);
    if (this.onTransaction && /"eth_send(Raw)?Transaction"/.test(body)) await this.onTransaction(out);
    return out;
  }
}

/** Connections to nodes that are known here. @type {WeakSet<object>} */
const near = new WeakSet();

/** @param {http.Agent} agent @param {string} url @param {string} body @returns {Promise<string>} */
function post(agent, url, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const req = http.request(url, { method: 'POST', agent, headers }, (res) => text(res).then(resolve, reject));
    // A node refuses a large body while it is still being written: that comes late, when nobody listens any more.
    req.on('socket', (socket) => {
      if (!near.has(socket)) socket.on('error', () => {});
      near.add(socket);
    });
    req.on('error', reject).end(body);
  });
}

/** @param {AsyncIterable<Buffer>} stream */
async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * A body of `mb` megabytes that never was in memory at once.
 * @param {http.ServerResponse} res
 * @param {object} head
 * @param {number} mb
 */
async function huge(res, head, mb) {
  const block = Buffer.alloc(1 << 20, 'ff');
  res.writeHead(200, { ...head });
  await pipeline(async function* () {
    yield '{"jsonrpc":"2.0","id":1,"result":"0x';
    for (let i = 0; i < mb; i++) yield block;
    yield '"}';
  }, res).catch(() => {}); // the reader had enough
}
