// Requests and the exact text of their replies, recorded from a node or written by hand.

import { ACCOUNTS, ODDITY, TOKEN, balanceOfData } from '../../net/chain.mjs';

/**
 * @typedef {object} Pair
 * @property {string} method
 * @property {unknown[]} params
 * @property {string} reply  what follows the id: `"result":…` or `"error":{…}`, byte for byte
 * @property {string} [before]  odd text between the brace and the id
 * @property {string} [after]  odd text before the closing brace
 */

const [FROM, TO] = /** @type {[string, string]} */ (/** @type {unknown} */ (ACCOUNTS));
const hex = (/** @type {number} */ n) => `0x${n.toString(16)}`;

/**
 * What to ask a node: every read route, most of them in several ways.
 * @param {any} latest a block
 * @param {any} old a block
 */
function questions(latest, old) {
  const blocks = ['latest', 'earliest', '0x5', '0x10', latest.number];
  const hashes = [latest.hash, old.hash, `0x${'0'.repeat(63)}1`];
  const txs = [latest.transactions[0], old.transactions[0], `0x${'0'.repeat(63)}2`];
  const calls = [
    { to: TOKEN, data: balanceOfData(TO) },
    { to: TOKEN, data: '0x95d89b41' },
    { to: TOKEN, data: '0xffffffff' },
    { from: FROM, to: TO, value: '0x1' },
    { to: TO, data: '0x' },
    { from: TO, to: TOKEN, data: '0xa9059cbb' },
  ];
  const filters = [
    { fromBlock: '0x0', toBlock: 'latest' },
    { address: TOKEN, fromBlock: '0x2', toBlock: '0x9' },
    { blockHash: old.hash },
    { address: FROM, fromBlock: '0x0', toBlock: 'latest' },
    { topics: [`0x${'1'.repeat(64)}`], fromBlock: '0x0' },
  ];
  /** @type {[string, unknown[]][]} */
  return [
    ['eth_blobBaseFee', []],
    ['eth_blockNumber', []],
    ['eth_gasPrice', []],
    ['eth_maxPriorityFeePerGas', []],
    ['eth_syncing', []],
    ['net_listening', []],
    ['web3_clientVersion', []],
    ['web3_sha3', ['0x68656c6c6f']],
    ...[
      [4, 'latest', []],
      [2, 'latest', [10, 90]],
      ['0x3', latest.number, null],
    ].map((p) => ['eth_feeHistory', p]),
    ...calls.flatMap((call) => [
      ['eth_call', [call, 'latest']],
      ['eth_call', [call, '0x10']],
      ['eth_estimateGas', [call]],
      ['eth_createAccessList', [call, 'latest']],
    ]),
    ...[FROM, TO, TOKEN].flatMap((who) => [
      ['eth_getBalance', [who, 'latest']],
      ['eth_getBalance', [who, '0x10']],
      ['eth_getCode', [who, 'latest']],
      ['eth_getTransactionCount', [who, 'latest']],
      ['eth_getStorageAt', [who, '0x0', 'latest']],
      ['eth_getProof', [who, ['0x0'], 'latest']],
    ]),
    ...blocks.flatMap((tag) => [
      ['eth_getBlockByNumber', [tag, false]],
      ['eth_getBlockByNumber', [tag, true]],
      ['eth_getBlockTransactionCountByNumber', [tag]],
      ['eth_getTransactionByBlockNumberAndIndex', [tag, '0x0']],
      ['eth_getUncleCountByBlockNumber', [tag]],
      ['eth_getUncleByBlockNumberAndIndex', [tag, '0x0']],
    ]),
    ...blocks.slice(1).map((tag) => ['eth_getBlockReceipts', [tag]]),
    ...hashes.flatMap((hash) => [
      ['eth_getBlockByHash', [hash, false]],
      ['eth_getBlockTransactionCountByHash', [hash]],
      ['eth_getTransactionByBlockHashAndIndex', [hash, '0x0']],
      ['eth_getUncleCountByBlockHash', [hash]],
      ['eth_getUncleByBlockHashAndIndex', [hash, '0x0']],
    ]),
    ...txs.flatMap((hash) => [
      ['eth_getTransactionByHash', [hash]],
      ['eth_getTransactionReceipt', [hash]],
      ['eth_getRawTransactionByHash', [hash]],
    ]),
    ...filters.map((filter) => ['eth_getLogs', [filter]]),
    ['eth_simulateV1', [{ blockStateCalls: [{ calls: [calls[0]] }] }, 'latest']],
    ...['failCustom()', 'failText()', 'failEmpty()'].map((_, i) => [
      'eth_call',
      [{ to: ODDITY, data: SELECTORS[i] }, 'latest'],
    ]),
    ['eth_getBalance', ['0x12', 'latest']],
    ['eth_getBalance', []],
    ['eth_getBlockByNumber', ['0xzz', false]],
  ].map(([method, params]) => /** @type {[string, unknown[]]} */ ([method, params]));
}

/** Calls of the contract that fails in every way: custom error, text, no data. @type {string[]} */
const SELECTORS = [];

/** "Not found" and "no such method" are not answers. Another lane is asked; if none can answer, the error is ours. */
const UNABLE = /^"error":\{"code":-32(001|601),/;

/**
 * Every question's reply as the node sent it.
 * @param {import("../../net/anvil.mjs").Anvil} node
 * @param {string[]} selectors
 * @returns {Promise<Pair[]>}
 */
export async function recorded(node, selectors) {
  SELECTORS.splice(0, SELECTORS.length, ...selectors);
  const latest = await node.rpc('eth_getBlockByNumber', ['latest', false]);
  const old = await node.rpc('eth_getBlockByNumber', ['0x5', false]);
  const pairs = [];
  for (const [method, params] of questions(latest, old)) {
    const text = await (
      await fetch(node.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      })
    ).text();
    const head = '{"jsonrpc":"2.0","id":1,';
    if (!text.startsWith(head)) throw new Error(`unexpected reply: ${text.slice(0, 100)}`);
    pairs.push({ method, params, reply: text.slice(head.length, text.lastIndexOf('}')) });
  }
  return pairs.filter(({ reply }) => !UNABLE.test(reply));
}

/** Result texts that a careless hop would change, for a method whose results may have any shape. */
const RESULTS = [
  '9007199254740993',
  '-9007199254740993',
  '123456789012345678901234567890',
  '0.1000',
  '1e5',
  '-0',
  '1E+2',
  'true',
  'false',
  '""',
  '[]',
  '{}',
  '"0x"',
  '"0x0"',
  '"h\\u00e9llo"',
  '"héllo"',
  '"\\ud83d\\ude00"',
  '"😀"',
  '"a\\/b"',
  '"\\u2028\\u2029"',
  '"tab\\tnew\\nline"',
  '"\\"quoted\\""',
  '"مرحبا"',
  '"\\u0000"',
  '{"b":1,"a":2}',
  '{"2":"x","1":"y"}',
  '{ "a" : [ 1 ,\n\t2 ] }',
  '[ ]',
  '{"a":{"b":{"c":[[[[]]]]}}}',
  '{"__proto__":{"x":1}}',
  '{"constructor":1,"toString":2}',
  '{"jsonrpc":"1.0","id":99,"result":"inner"}',
  '{"error":{"code":-32005,"message":"rate limit"}}',
  '"rate limit exceeded"',
  '"execution reverted"',
  '{"a":null}',
  '[null,null]',
  '"</script>"',
  `"${'é'.repeat(1000)}"`,
  `[${Array.from({ length: 500 }, (_, i) => `{"n":${i},"big":${i + 1}00000000000000001}`).join(',')}]`,
  `${'['.repeat(60)}${']'.repeat(60)}`,
  '"0x' + 'ab'.repeat(2_500_000) + '"',
];

/** Every code of JSON-RPC 2.0, EIP-1474, EIP-1193 and EIP-3326, and some undefined ones. */
const CODES = [
  3, 0, 1, -1, 430, 2147483647, -32700, -32600, -32601, -32602, -32603, -32000, -32001, -32002, -32003, -32004, -32005,
  -32006, -32010, -32015, -32016, -32029, -32097, -32099, 4001, 4100, 4200, 4900, 4901, 4902,
];

/** The chain's own errors, recognised by their text whatever the code. */
const ERRORS = [
  ...CODES.map((code) => `{"code":${code},"message":"execution reverted: with code ${code}","data":"0x08c379a0"}`),
  '{"code":3,"message":"execution reverted","data":"0x"}',
  '{"code":3,"message":"execution reverted: no","data":"0x08c379a0"}',
  '{"code":3,"message":"execution reverted","data":{"a":9007199254740993,"b":[1, 2]}}',
  '{"code":3,"message":"execution reverted"}',
  '{"message":"execution reverted","data":"0xdeadbeef","code":3}',
  '{"code":-32000,"message":"execution reverted"}',
  '{"code":-32000,"message":"insufficient funds for gas * price + value: have 0 want 1"}',
  '{"code":-32000,"message":"out of gas"}',
  '{"code":-32000,"message":"gas required exceeds allowance (0)"}',
  '{"code":-32000,"message":"intrinsic gas too low"}',
  '{"code":-32602,"message":"invalid argument 0: hex string has length 4, want 40 for common.Address"}',
  '{"code":-32602,"message":"missing value for required argument 1"}',
  '{"code":-32015,"message":"VM execution error.","data":"Reverted 0x08c379a0"}',
  '{"code":-32015,"message":"execution reverted","data":null}',
  '{"code":3,"message":"execution reverted: h\\u00e9 \\"x\\" 😀","data":"0x01"}',
  '{"code":-32000,"message":"execution reverted","data":false}',
  '{"code":-32000,"message":"invalid opcode: INVALID"}',
  '{"code":-32603,"message":"EVM error InvalidFEOpcode"}',
  '{"code":-32000,"message":"stack underflow (0 <=> 1)"}',
];

/** @param {number} n a call nobody else makes @returns {unknown[]} */
const call = (n) => [{ to: TO, data: `0x${n.toString(16).padStart(8, '0')}` }, 'latest'];

/** @returns {Pair[]} */
export function madeByHand() {
  const results = RESULTS.map((text, i) => ({
    method: 'eth_protocolVersion',
    params: call(0xa000 + i),
    reply: `"result":${text}`,
  }));
  const errors = ERRORS.map((text, i) => ({ method: 'eth_call', params: call(0xe000 + i), reply: `"error":${text}` }));
  const odd = [
    { reply: '"result" : "0x1"', before: ' "extra" : {"x":1} ,', after: ' , "time":12 ' },
    { reply: '"result":"0x2"', after: ',"error":null' },
    { reply: '"result":"0x3"', before: '\n\t' },
    { reply: '"error":{"code":3,"message":"execution reverted","data":"0x04"}', after: ',"result":null' },
  ].map((pair, i) => ({ method: 'eth_call', params: call(0xf000 + i), ...pair }));
  const nulls = ['eth_getTransactionByHash', 'eth_getTransactionReceipt'].map((method, i) => ({
    method,
    params: [hex(i + 1).padEnd(66, '0')],
    reply: '"result":null',
  }));
  const rare = [
    ['eth_protocolVersion', '"0x41"'],
    ['net_peerCount', '"0x19"'],
  ].map(([method = '', text]) => ({ method, params: [], reply: `"result":${text}` }));
  return [...results, ...errors, ...odd, ...nulls, ...rare];
}
