// Faults in an endpoint's answers, as functions of the request and the honest reply. Faults on the wire (silence,
// refusal, reset, slowness) are in proxy.mjs.

/** @typedef {{jsonrpc?: string, id?: unknown, method?: string, params?: any}} Request */
/** @typedef {{jsonrpc: string, id: unknown, result?: any, error?: any}} Reply */
/** @typedef {{head: () => Promise<number>}} Context the node's true head */
/**
 * @typedef {object} Rewrite
 * @property {(request: Request, context: Context, options: any) => Promise<Request> | Request} [request]
 * @property {(request: Request, reply: Reply, context: Context, options: any) => Promise<Reply> | Reply} [reply]
 */

/** Look-ups whose `null` may only mean "not known here". */
const BY_HASH = new Set([
  'eth_getTransactionReceipt',
  'eth_getTransactionByHash',
  'eth_getBlockByHash',
  'eth_getBlockReceipts',
]);

/** Position of the block tag in `params`. @type {Record<string, number>} */
const TAG_AT = {
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_call: 1,
  eth_estimateGas: 1,
  eth_getStorageAt: 2,
  eth_getProof: 2,
  eth_getBlockByNumber: 0,
  eth_getBlockTransactionCountByNumber: 0,
  eth_feeHistory: 1,
  eth_createAccessList: 1,
  eth_getBlockReceipts: 0,
};

const hex = (/** @type {number} */ n) => `0x${Math.max(0, n).toString(16)}`;
const number = (/** @type {unknown} */ text) => (typeof text === 'string' ? Number.parseInt(text, 16) : NaN);
const moving = (/** @type {unknown} */ tag) =>
  tag === undefined || tag === 'latest' || tag === 'pending' || tag === 'safe';

/** A node that is `n` blocks behind: it reads at its own head and knows nothing later. @type {Rewrite} */
const stale = {
  async request(request, context, { n }) {
    const head = (await context.head()) - n;
    const params = Array.isArray(request.params) ? [...request.params] : [];
    const at = TAG_AT[request.method ?? ''];
    if (at !== undefined && moving(params[at])) params[at] = hex(head);
    if (request.method === 'eth_getLogs' && params[0] && !params[0].blockHash) {
      const from = moving(params[0].fromBlock) ? hex(head) : params[0].fromBlock;
      params[0] = {
        ...params[0],
        fromBlock: from,
        toBlock: number(params[0].toBlock) <= head ? params[0].toBlock : hex(head),
      };
    }
    return { ...request, params };
  },
  async reply(request, reply, context, { n }) {
    const head = (await context.head()) - n;
    if (request.method === 'eth_blockNumber') return { ...reply, result: hex(head) };
    const at = number(reply.result?.blockNumber ?? reply.result?.number);
    return at > head ? { ...reply, result: null } : reply;
  },
};

/** Answers `null` although the node has the result. @param {(method: string) => boolean} which @returns {Rewrite} */
const nothing = (which) => ({
  reply: (request, reply) => (which(request.method ?? '') && 'result' in reply ? { ...reply, result: null } : reply),
});

/** Balances are one ether (or one token unit) too high. @type {Rewrite} */
const lie = {
  reply(request, reply) {
    if (typeof reply.result !== 'string') return reply;
    if (request.method === 'eth_getBalance')
      return { ...reply, result: `0x${(BigInt(reply.result) + 10n ** 18n).toString(16)}` };
    const call = request.method === 'eth_call' && /^0x[0-9a-f]{64}$/.test(reply.result);
    return call
      ? { ...reply, result: `0x${((BigInt(reply.result) + 1n) % (1n << 256n)).toString(16).padStart(64, '0')}` }
      : reply;
  },
};

/** An endpoint of another chain: its own id, and other balances. @type {Rewrite} */
const wrongChain = {
  reply(request, reply, context, options) {
    if (request.method === 'eth_chainId') return { ...reply, result: '0x5' };
    if (request.method === 'net_version') return { ...reply, result: '5' };
    return lie.reply?.(request, reply, context, options) ?? reply;
  },
};

/** The same error for every request. @param {number} code @param {string} message @returns {Rewrite} */
const says = (code, message) => ({ reply: (_, { id }) => ({ jsonrpc: '2.0', id, error: { code, message } }) });

/** Faults that change the answer. @type {Record<string, Rewrite>} */
export const REWRITES = {
  stale,
  lie,
  'wrong-chain': wrongChain,
  null: nothing((method) => BY_HASH.has(method)),
  'missing-receipt': nothing((method) => method === 'eth_getTransactionReceipt'),
  limit: says(-32005, 'daily request count exceeded, request rate limited'),
  missing: says(-32000, 'header not found'),
  internal: says(-32603, 'Internal error'),
  'wrong-id': { reply: (_, reply) => ({ ...reply, id: typeof reply.id === 'number' ? reply.id + 1 : 'another' }) },
};

/**
 * Faults that answer without asking the node: status, headers, body.
 * @type {Record<string, (options: any) => {status: number, headers?: Record<string, string>, body: string | Buffer}>}
 */
export const CANNED = {
  429: ({ retryAfter }) => ({
    status: 429,
    headers: retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) },
    body: '{"jsonrpc":"2.0","id":null,"error":{"code":429,"message":"Too many requests"}}',
  }),
  /** Refuses every batch. */
  plan: () => ({
    status: 200,
    body: '[{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches on the free plan"}}]',
  }),
  503: () => ({ status: 503, headers: { 'content-type': 'text/plain' }, body: 'Service Unavailable' }),
  html: () => ({
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<!doctype html><html><head><title>Just a moment…</title></head><body>Checking your browser</body></html>',
  }),
  utf8: () => ({
    status: 200,
    body: Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":1,"result":"'),
      Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
      Buffer.from('"}'),
    ]),
  }),
};

/** Everything `setFault` knows. */
export const FAULTS = [
  'none',
  'dark',
  'hold',
  'refuse',
  'reset',
  'cut',
  'slow',
  'tail',
  'flap',
  'two-replies',
  'huge',
  'no-batches',
  ...Object.keys(REWRITES),
  ...Object.keys(CANNED),
];

/**
 * `"slow:300"`, `"stale:5"`, `"tail:0.1,3000"`, `"429:2"`, `"flap:2000"`, `"huge:50"`: the short form of a fault.
 * @param {string} text @param {Record<string, any>} [options]
 * @returns {{name: string, [option: string]: any}}
 */
export function parseFault(text, options = {}) {
  const [name = 'none', rest = ''] = text.split(':');
  if (!FAULTS.includes(name)) throw new Error(`no fault "${name}"; there are ${FAULTS.join(', ')}`);
  const numbers = rest === '' ? [] : rest.split(',').map(Number);
  if (numbers.some(Number.isNaN)) throw new Error(`"${text}": numbers were expected after the colon`);
  /** @type {Record<string, string[]>} */
  const names = { slow: ['ms'], stale: ['n'], tail: ['p', 'ms'], 429: ['retryAfter'], flap: ['ms'], huge: ['mb'] };
  /** @type {Record<string, Record<string, number>>} */
  const defaults = {
    slow: { ms: 1000 },
    stale: { n: 5 },
    tail: { p: 0.1, ms: 3000 },
    flap: { ms: 2000 },
    huge: { mb: 50 },
  };
  const given = Object.fromEntries(numbers.map((value, i) => [names[name]?.[i] ?? `option${i}`, value]));
  return { name, ...defaults[name], ...given, ...options };
}
