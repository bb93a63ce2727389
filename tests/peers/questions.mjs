// The questions for every peer, and the right answers. No blocks are mined meanwhile, so a wrong answer is noticed.

/** @typedef {"balance"|"call"|"block"|"receipt"|"logs"|"number"} Kind */
/** @typedef {{kind: Kind, method: string, params: any[]}} Question */

/** How many addresses hold ether and tokens. */
const HOLDERS = 40;
/** Transactions in each block that funds them. */
const PER_BLOCK = 20;

const hex = (/** @type {number | bigint} */ n) => `0x${n.toString(16)}`;
const word = (/** @type {string | bigint} */ value) =>
  (typeof value === 'bigint' ? value.toString(16) : value.slice(2)).padStart(64, '0');
/** @param {number} i @returns {string} an address without a known key */
const holder = (i) => `0x${(0xa000 + i).toString(16).repeat(10)}`;

/**
 * Gives every holder ether and tokens, the same on each node. A node that is some blocks behind does not know them yet.
 * @param {import("../net/anvil.mjs").Anvil} node @param {string} from @param {string} token
 * @returns {Promise<string[]>} the transactions' hashes
 */
export async function giveToHolders(node, from, token) {
  const fees = { gas: hex(100_000), maxFeePerGas: hex(20_000_000_000), maxPriorityFeePerGas: hex(1_000_000_000) };
  const hashes = [];
  for (let i = 0; i < HOLDERS; i++) {
    hashes.push(
      await node.rpc('eth_sendTransaction', [{ from, ...fees, to: holder(i), value: hex(10n ** 15n * BigInt(i + 1)) }]),
    );
    const data = `0xa9059cbb${word(holder(i))}${word(BigInt(i + 1))}`;
    hashes.push(await node.rpc('eth_sendTransaction', [{ from, ...fees, to: token, data }]));
    if (hashes.length % PER_BLOCK === 0) await node.rpc('anvil_mine', ['0x1']);
  }
  return hashes;
}

/**
 * One of each kind, in turn; no two in flight at once are the same but block numbers.
 * @type {((i: number, world: World) => Question)[]}
 */
const KINDS = [
  (i) => ({ kind: 'balance', method: 'eth_getBalance', params: [holder(i % HOLDERS), 'latest'] }),
  (i, { token }) => ({
    kind: 'call',
    method: 'eth_call',
    params: [{ to: token, data: `0x70a08231${word(holder(i % HOLDERS))}` }, 'latest'],
  }),
  (i, { head }) => ({
    kind: 'block',
    method: 'eth_getBlockByNumber',
    params: [i % 2 ? 'latest' : hex(head - i), false],
  }),
  (i, { hashes }) => ({ kind: 'receipt', method: 'eth_getTransactionReceipt', params: [hashes[i % hashes.length]] }),
  (i, { token, head }) => ({
    kind: 'logs',
    method: 'eth_getLogs',
    params: [{ address: token, fromBlock: hex(head - 8 - i), toBlock: 'latest' }],
  }),
  () => ({ kind: 'number', method: 'eth_blockNumber', params: [] }),
];

/** @typedef {{token: string, head: number, hashes: string[]}} World */

/** @param {number} count @param {World} world @returns {Question[]} */
export const questions = (count, world) =>
  Array.from({ length: count }, (_, i) => KINDS[i % KINDS.length](Math.floor(i / KINDS.length), world));

/**
 * The parts of an answer that must be right, in a form that a raw reply and a library's own object share.
 * @param {Kind} kind @param {any} answer @returns {string}
 */
export function essence(kind, answer) {
  if (answer === null || answer === undefined) return 'nothing';
  switch (kind) {
    case 'balance':
    case 'call':
    case 'number':
      return BigInt(answer).toString();
    case 'block':
      return answer.hash;
    case 'receipt':
      return `${answer.transactionHash ?? answer.hash} ${answer.blockHash}`;
    case 'logs':
      return answer
        .map((/** @type {any} */ log) => `${log.transactionHash} ${Number(log.logIndex ?? log.index)}`)
        .join();
  }
}
