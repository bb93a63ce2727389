// Is what came back plainly an answer? All else the core judges, by the catalogue it judges lanes by: here it is only
// seen whether there is anything to ask. What is plain costs no message.

import { REVERTS } from '../generated.js';
import { kindOf } from '../kind.js';
import { SafeMap } from '../safe.js';
import { parseJson } from './rpc.js';

/** Bodies up to this many bytes are read before the page gets them. Refusals are short. */
export const PEEK = 64 * 1024;

/** @typedef {{status: number, text: string}} Said  what the page's own endpoint answered */

/**
 * @param {number} status  HTTP status
 * @param {string | null} type  content-type
 * @returns {boolean} false when the head alone already says that no answer follows
 */
export function mayAnswer(status, type) {
  return status !== 429 && !/^text\/html/i.test(type ?? '');
}

/**
 * @param {import('./rpc.js').Call} call  what was asked
 * @param {number} status  HTTP status
 * @param {string | null} type  content-type
 * @param {string | null} text  the body; null when it is longer than `PEEK`, which no refusal is
 * @returns {boolean}
 */
export function isPlain(call, status, type, text) {
  if (!mayAnswer(status, type)) return false;
  if (text === null) return status < 400;
  const body = parseJson(text);
  const replies = call.batch ? body : [body];
  if (!Array.isArray(replies) || replies.length !== call.items.length) return false;
  /** @type {Map<string, any>} some servers send a number back as a text */
  const byId = new SafeMap();
  for (const reply of replies) byId.set(String(reply?.id), reply);
  return call.items.every(({ id, method }) => isPlainReply(byId.get(String(id)), method, status));
}

/** @param {any} reply @param {string} method @param {number} status */
function isPlainReply(reply, method, status) {
  if (!isObject(reply)) return false;
  const { error, result } = reply;
  if (isObject(error)) return isRevert(error);
  if (status >= 400 || error) return false;
  const [, shape, nothing] = kindOf(method);
  return result === null ? nothing !== undefined : fits(result, shape);
}

/**
 * Lets pass no more than `src/shape.rs` does.
 *
 * @param {any} result  not null
 * @param {string | undefined} shape  a word, or the names of members; none: only the core can tell
 * @returns {boolean}
 */
function fits(result, shape) {
  switch (shape) {
    case undefined:
      return false;
    case 'quantity':
      return !isObject(result) && /^(0x[\da-f]{1,78}|\d{1,78})$/i.test(String(result));
    case 'data':
      return typeof result === 'string' && /^0x[\da-f]*$/i.test(result);
    case 'list':
      return isList(result) && (result.length === 0 || (isObject(result[0]) && Object.keys(result[0]).length > 0));
    default:
      return isObject(result) && shape.split(' ').every((name) => isPart(result[name]));
  }
}

const isList = Array.isArray;

/** @param {unknown} value a text, a number, or a list without nulls */
const isPart = (value) =>
  isList(value) ? !value.includes(null) : typeof value === 'string' || typeof value === 'number';

/**
 * The contract's own word, with whatever status: some nodes send it with 400 or 500.
 *
 * @param {any} error
 */
function isRevert({ code, message }) {
  if (code === 3) return true;
  const text = typeof message === 'string' ? message.slice(0, 100).toLowerCase() : '';
  return REVERTS.some((mark) => text.startsWith(mark));
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === 'object' && value !== null;
}
