// Helpers for all sessions: contracts, comparable errors, and collected events.
import { parseAbi, parseAbiItem } from 'viem';

/**
 * @typedef {import("../pages/dapp.mjs").Targets & {own: string, spare: string, line: string}} Scene
 *   the dApp's own URLs: two by http and one by WebSocket
 */

/** How often the libraries poll, in ms. */
export const POLL_MS = 100;

/** The zero hash. */
export const MISSING = /** @type {any} */ (`0x${'0'.repeat(63)}1`);

/** Every way a call can end, and the token's own revert. */
export const ODDITY = parseAbi([
  'error Refused(uint256 code, string why)',
  'error InsufficientBalance(address account, uint256 needed, uint256 have)',
  'function failCustom() view',
  'function failText() view',
  'function failEmpty() view',
  'function failPanic(uint256 d) view returns (uint256)',
  'function burn() view',
  'function bytesOf(uint256 n) view returns (bytes)',
]);

export const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)');

/** An error as a dApp sees it, down to its causes. @param {any} error @returns {unknown} */
export function told(error) {
  const { name, code, shortMessage, message, details, data, reason, revert, cause, innerError } = error ?? {};
  const deeper = cause ?? innerError;
  return {
    name,
    code,
    message: shortMessage ?? message,
    details,
    reason,
    data: data?.errorName ? { name: data.errorName, args: data.args } : data,
    revert: revert && { name: revert.name, args: [...revert.args] },
    cause: deeper && deeper !== error ? told(deeper) : undefined,
  };
}

/**
 * Waits until `look` returns a list that is not empty, or another true value.
 * @template T
 * @param {() => T | Promise<T>} look
 * @returns {Promise<T>}
 */
export async function when(look) {
  for (;;) {
    const seen = await look();
    if (Array.isArray(seen) ? seen.length > 0 : seen) return seen;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

/** Lists of received events, by name. */
export function gathered() {
  /** @type {Record<string, unknown[]>} */
  const lists = {};
  /** @type {(() => unknown)[]} */
  const stop = [];
  const count = (/** @type {string} */ name) => lists[name]?.length ?? 0;
  return {
    stop,
    count,
    add: (/** @type {string} */ name, /** @type {unknown} */ item) => void (lists[name] ??= []).push(item),
    has: (/** @type {string} */ name) => count(name) > 0,
    all: () => lists,
    /** Stops listening. */
    end: async () => {
      for (const each of stop) await each();
    },
  };
}
