// Is what came back an answer? The page's own answer stands whenever it is one, errors of the chain included.

import { parseJson } from './rpc.js';

/** Bodies up to this many bytes are read before the page gets them. Refusals are short. */
export const PEEK = 64 * 1024;

/** Codes that mean "not now" or "not you" with several vendors; -32005 is EIP-1474's "limit exceeded". */
const REFUSAL_CODES = new Set([-32005, -32029, -32097, 402, 403, 429]);
const REFUSAL_TEXT = new RegExp([
  'rate.?limit', 'too many requests', 'request limit', 'under too much load', 'no server available',
  'exceeded.{0,30}(quota|limit|capacity|requests)', '(quota|capacity|throughput).{0,30}(exceeded|limit|reached)',
].join('|'), 'i');
/** The chain's own words: a contract that reverts with "rate limit" is still a revert. */
const CHAIN_TEXT = /revert|out of gas|insufficient funds|nonce too low/i;

/**
 * @param {number} status  HTTP status
 * @param {string | null} type  content-type
 * @returns {boolean} false when the head alone already says that no answer follows
 */
export function mayAnswer(status, type) {
  return status !== 429 && !/^text\/html/i.test(type ?? '');
}

/**
 * @param {number} status  HTTP status
 * @param {string | null} type  content-type
 * @param {string | null} text  the body; null when it is longer than `PEEK`, which no refusal is
 * @returns {boolean}
 */
export function isAnswer(status, type, text) {
  if (!mayAnswer(status, type)) return false;
  if (text === null) return status < 400;
  const body = parseJson(text);
  const items = Array.isArray(body) ? body : [body];
  if (items.length === 0 || !items.every(isEnvelope)) return false;
  return items.every((item) => !isRefusal(item.error, status));
}

/** @param {any} item */
function isEnvelope(item) {
  return isObject(item) && ('result' in item || isObject(item.error));
}

/**
 * Some nodes send a revert with status 400 or 500: the chain's words count, the status only without them.
 *
 * @param {any} error
 * @param {number} status
 */
function isRefusal(error, status) {
  if (!isObject(error)) return false;
  const message = typeof error.message === 'string' ? error.message : '';
  if (error.code === 3 || CHAIN_TEXT.test(message)) return false;
  if (REFUSAL_CODES.has(error.code) || REFUSAL_TEXT.test(message)) return true;
  return status >= 500 || (status >= 401 && status <= 403);
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === 'object' && value !== null;
}
