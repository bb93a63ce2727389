// A resolver for DNS over HTTPS (RFC 8484) in wire format (RFC 1035). For one name it returns a chain of aliases and
// the addresses at its end.
import { once } from 'node:events';
import http from 'node:http';

const A = 1;
const CNAME = 5;
const AAAA = 28;
const IN = 1;

/** A name in labels, uncompressed. @param {string} name */
const labels = (name) =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);

/** @param {string} owner @param {number} type @param {Buffer} data */
function record(owner, type, data) {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(IN, 2);
  head.writeUInt32BE(60, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([labels(owner), head, data]);
}

/** The only question of a message. @param {Buffer} message @returns {{name: string, type: number, end: number}} */
function question(message) {
  const parts = [];
  let at = 12;
  while (message[at] !== 0) {
    parts.push(message.toString('latin1', at + 1, at + 1 + message[at]));
    at += 1 + message[at];
  }
  return { name: parts.join('.'), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** @param {Buffer} query @param {string[]} aliases @param {string[]} addresses IPv4 @returns {Buffer} */
function reply(query, aliases, addresses) {
  const { name, type, end } = question(query);
  const chain = [name, ...aliases];
  const records = aliases.map((alias, i) => record(chain[i], CNAME, labels(alias)));
  if (type === A)
    records.push(...addresses.map((ip) => record(chain[chain.length - 1], A, Buffer.from(ip.split('.').map(Number)))));
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180, 2); // an answer, recursion desired and available
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, query.subarray(12, end), ...records]);
}

/**
 * @param {Record<string, {aliases: string[], addresses: string[]}>} names
 * @returns {Promise<{url: string, asked: {name: string, type: string, method?: string, mime?: string}[],
 *   close: () => Promise<void>}>}
 */
export async function startResolver(names) {
  /** @type {{name: string, type: string, method?: string, mime?: string}[]} */
  const asked = [];
  const server = http.createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const query = Buffer.concat(chunks);
    const { name, type } = question(query);
    asked.push({
      name,
      type: { [A]: 'A', [AAAA]: 'AAAA' }[type] ?? String(type),
      method: req.method,
      mime: req.headers['content-type'],
    });
    const { aliases, addresses } = names[name] ?? { aliases: [], addresses: [] };
    res.writeHead(200, { 'content-type': 'application/dns-message' }).end(reply(query, aliases, addresses));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/dns-query`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
