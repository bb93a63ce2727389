// A page with every kind of listener, and what each of them must have received exactly once.
import assert from 'node:assert/strict';
import { TOKEN } from '../net/chain.mjs';
import { Ledger, held } from './ledger.mjs';
import { until } from './stage.mjs';

export const LOG_LISTS = ['logs', 'viemEvents', 'viemLogs', 'ethersLogs'];

/**
 * The listeners that have not received everything yet.
 * @param {Record<string, any[]>} lists
 * @param {string[]} truth
 * @param {string} newest its hash
 * @param {number} tip its number
 */
function missing(lists, truth, newest, tip) {
  const logs = LOG_LISTS.filter((name) => !truth.every((place) => lists[name]?.includes(place)));
  const heads = ['heads', 'viemHashes'].filter((name) => lists[name]?.at(-1) !== newest);
  const numbers = ['viemBlocks', 'ethersBlocks'].filter((name) => lists[name]?.at(-1) !== tip);
  return [...logs, ...heads, ...numbers, ...(logs.length > 0 ? (lists.failed?.slice(-1) ?? []) : [])];
}

/**
 * @param {Awaited<ReturnType<typeof import("./stage.mjs").stage>>} on
 * @returns a dApp page on which everything listens from the next block on
 */
export async function listening(on) {
  const ledger = new Ledger(on.net);
  const page = await on.dapp();
  await page.evaluate(async (token) => {
    const w = /** @type {any} */ (window);
    w.heard = await w.dapp.follow(w.found, token);
  }, TOKEN);
  /** @returns {Promise<Record<string, any[]>>} */
  const heard = () =>
    page.evaluate(async () => {
      const { heard } = /** @type {any} */ (window);
      await heard.changes().catch((/** @type {any} */ error) => heard.failed.push(String(error)));
      return JSON.parse(JSON.stringify(heard));
    });
  // Libraries need some time to start.
  await until(
    async () => {
      await ledger.mine(1);
      return heard();
    },
    (lists) => Object.entries(lists).every(([name, list]) => name === 'failed' || list.length > 0),
    'every listener',
  );
  const [tip, newest] = await ledger.head();
  const truth = await ledger.onChain();
  await until(
    async () => missing(await heard(), truth.slice(-1), newest, tip),
    (late) => late.length === 0,
    'a quiet start',
  );
  await page.evaluate(() =>
    Object.values(/** @type {any} */ (window).heard).forEach((list) => {
      list.length = 0;
    }),
  );
  ledger.from = tip + 1;
  return { page, ledger, allHeard: () => allHeard(ledger, heard) };
}

/**
 * Every listener has received everything exactly once.
 * @param {Ledger} ledger
 * @param {() => Promise<Record<string, any[]>>} heard
 */
async function allHeard(ledger, heard) {
  const truth = (await ledger.onChain()).sort();
  const [tip, newest] = await ledger.head();
  /** @type {Record<string, any[]>} */
  let last = {};
  await until(
    async () => {
      last = await heard();
      return missing(last, truth, newest, tip);
    },
    (late) => late.length === 0,
    'every event',
    60_000,
  );
  for (const name of LOG_LISTS.slice(0, 3)) assert.deepEqual(held(/** @type {any} */ (last[name])), truth, name);
  // ethers gives removed logs only to listeners of its own "orphan" events.
  const ethers = held(/** @type {any} */ (last.ethersLogs));
  assert.deepEqual(
    ethers.filter((place) => !ledger.dropped.includes(place)),
    truth,
    'ethersLogs',
  );
  for (const name of ['viemBlocks', 'ethersBlocks']) {
    const numbers = /** @type {number[]} */ (last[name]).filter((number) => number >= ledger.from);
    assert.deepEqual(
      numbers,
      Array.from({ length: tip - ledger.from + 1 }, (_, i) => ledger.from + i),
      name,
    );
  }
  return last;
}
