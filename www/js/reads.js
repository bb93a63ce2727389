// What the lab reads, and one run of many reads.

/** @typedef {import("./providers.js").Provider} Provider */
/**
 * @typedef {{account: string, token: string, logs: number}} Targets account and token to read; logs: how many blocks
 *   back
 */
/** @typedef {{method: string, params: unknown[]}} Question */
/** @typedef {{question: Question, ok: boolean, ms: number, result?: any, error?: string}} Answer */

/** The newest block this page has been shown; `eth_getLogs` looks back from it. */
export const seen = { head: 0 };

const hex = (/** @type {number} */ n) => `0x${Math.max(0, n).toString(16)}`;
const balanceOf = (/** @type {string} */ account) => `0x70a08231${account.slice(2).padStart(64, '0')}`;

/** One of each kind, in turn. @type {((targets: Targets) => Question)[]} */
const KINDS = [
  () => ({ method: 'eth_blockNumber', params: [] }),
  ({ account }) => ({ method: 'eth_getBalance', params: [account, 'latest'] }),
  ({ account, token }) => ({ method: 'eth_call', params: [{ to: token, data: balanceOf(account) }, 'latest'] }),
  () => ({ method: 'eth_getBlockByNumber', params: ['latest', false] }),
  ({ token, logs }) => ({
    method: 'eth_getLogs',
    params: [{ address: token, fromBlock: hex(seen.head - logs), toBlock: 'latest' }],
  }),
];

/** @param {number} i @param {Targets} targets @returns {Question} the i-th read of a run */
export function question(i, targets) {
  // Logs are read once the page knows the newest block.
  const kind = KINDS[i % KINDS.length];
  return (kind === KINDS[4] && seen.head === 0 ? KINDS[0] : kind)(targets);
}

/** @param {Provider} provider @param {Question} asked @returns {Promise<Answer>} never rejects */
export async function read(provider, asked) {
  const start = performance.now();
  try {
    const result = await provider.request(asked);
    const ms = performance.now() - start;
    if (asked.method === 'eth_blockNumber') seen.head = Math.max(seen.head, Number(result));
    return { question: asked, ok: true, ms, result };
  } catch (error) {
    return {
      question: asked,
      ok: false,
      ms: performance.now() - start,
      error: String(/** @type {any} */ (error)?.message ?? error),
    };
  }
}

/**
 * Reads `count` times, `lanes` at once.
 * @param {Provider} provider @param {Targets} targets
 * @param {{count: number, lanes: number, pause?: number, going?: () => boolean, asked?: () => void,
 *   told: (answer: Answer) => void}} run
 */
export async function readMany(provider, targets, { count, lanes, pause = 0, going = () => true, asked, told }) {
  let next = 0;
  const lane = async () => {
    while (next < count && going()) {
      const i = next++;
      asked?.();
      told(await read(provider, question(i, targets)));
      if (pause)
        await new Promise((resolve) => {
          setTimeout(resolve, pause);
        });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** A result in readable form. @param {Answer} answer @returns {string} */
export function shown({ question: { method }, ok, result, error }) {
  if (!ok) return error ?? 'failed';
  if (method === 'eth_blockNumber') return `block ${Number(result)}`;
  if (method === 'eth_getBalance')
    return `${(Number(BigInt(result)) / 1e18).toLocaleString('en', { maximumFractionDigits: 6 })} of the chain's coin`;
  if (method === 'eth_call') return result === '0x' ? 'nothing there' : `${BigInt(result)} units`;
  if (method === 'eth_getLogs') return `${result.length} transfers`;
  return result ? `block ${Number(result.number)} with ${result.transactions.length} transactions` : 'null';
}
