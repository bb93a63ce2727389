// JSON-RPC 2.0 (https://www.jsonrpc.org/specification) as far as a bystander must read it:
// is this body a call we may rescue, and is this reply an answer.

import { MAX_PARAMS_BYTES } from '../generated.js';
import { kindOf } from '../kind.js';

/** `"jsonrpc"` is looked for this far from either end, so that the test costs the same for any body. */
const EDGE = 200;

/** Methods whose answer is the chain id itself, in the notation each uses. */
const CHAIN_ID = new Map([
  ['eth_chainId', (/** @type {number} */ id) => `0x${id.toString(16)}`],
  ['net_version', (/** @type {number} */ id) => String(id)],
]);

/**
 * @typedef {object} Call  one request body of the page: a single request or a batch
 * @property {string} text  the body as the page sent it
 * @property {boolean} batch
 * @property {{id: string|number, method: string}[]} items
 */

/**
 * The text of a body that may be JSON-RPC, or null. Runs on every POST of a page, so it only peeks.
 *
 * @param {unknown} body
 * @returns {string | null}
 */
export function candidate(body) {
  if (typeof body === 'string') return looksLikeRpc(body) ? body : null;
  if (!(body instanceof ArrayBuffer) && !(body instanceof Uint8Array)) return null;
  const bytes = body instanceof Uint8Array ? body : new Uint8Array(body);
  if (bytes[0] !== 0x7b && bytes[0] !== 0x5b) return null;
  if (bytes.length > MAX_PARAMS_BYTES) return null;
  const edges = [bytes.subarray(0, EDGE), bytes.subarray(-EDGE)];
  if (!edges.some((edge) => String.fromCharCode(...edge).includes('"jsonrpc"'))) return null;
  return new TextDecoder().decode(bytes);
}

/** @param {string} text */
function looksLikeRpc(text) {
  const first = text.charCodeAt(0);
  if (first !== 0x7b && first !== 0x5b) return false;
  if (text.length > MAX_PARAMS_BYTES) return false;
  return text.slice(0, EDGE).includes('"jsonrpc"') || text.slice(-EDGE).includes('"jsonrpc"');
}

/**
 * The call in a candidate's text, or null when there is anything in it that must not be asked twice
 * or elsewhere: a send, a signature, a subscription, a notification, a method we do not know.
 *
 * @param {string} text
 * @returns {Call | null}
 */
export function parseCall(text) {
  const body = parseJson(text);
  const batch = Array.isArray(body);
  const items = batch ? body : [body];
  if (items.length === 0 || !items.every(isRescuable)) return null;
  return { text, batch, items: items.map(({ id, method }) => ({ id, method })) };
}

/** @param {any} item */
function isRescuable(item) {
  if (typeof item !== 'object' || item === null) return false;
  if (typeof item.id !== 'number' && typeof item.id !== 'string') return false;
  return typeof item.method === 'string' && (isLocal(item.method) || routeOf(item.method) === 'read');
}

/**
 * @typedef {object} Subscribing  `eth_subscribe` to new heads or logs, or `eth_unsubscribe`
 * @property {string|number} id
 * @property {string} method
 * @property {unknown[]} params
 *
 * @param {string} text
 * @returns {Subscribing | null}
 */
export function parseSubscribing(text) {
  const { id, method, params } = parseJson(text) ?? {};
  if ((typeof id !== 'number' && typeof id !== 'string') || !Array.isArray(params)) return null;
  const made = method === 'eth_subscribe' && (params[0] === 'newHeads' || params[0] === 'logs');
  return made || method === 'eth_unsubscribe' ? { id, method, params } : null;
}

/** @param {string} method */
function isLocal(method) {
  return CHAIN_ID.has(method);
}

/** @param {string} method */
const routeOf = (method) => kindOf(method)[0];

/**
 * The whole reply when every item only asks for the chain's number; null when a lane must be asked.
 *
 * @param {Call} call
 * @param {number} chain
 * @returns {string | null}
 */
export function localReply(call, chain) {
  if (!call.items.every((item) => isLocal(item.method))) return null;
  const replies = call.items.map(({ id, method }) => ({ jsonrpc: '2.0', id, result: CHAIN_ID.get(method)?.(chain) }));
  return JSON.stringify(call.batch ? replies : replies[0]);
}

/**
 * The chain id a good reply names, when the call asked for it.
 *
 * @param {Call} call
 * @param {string} text
 * @returns {number | null}
 */
export function chainNamed(call, text) {
  const asked = call.items.find((item) => item.method === 'eth_chainId');
  if (!asked) return null;
  const reply = parseJson(text);
  const item = (Array.isArray(reply) ? reply : [reply]).find((one) => one?.id === asked.id);
  return toChainId(item?.result);
}

/**
 * However a server writes it: `"0x1"`, `"0X1"`, `" 0x1 "`, `"1"` or `1`, as the core reads it.
 *
 * @param {unknown} value
 * @returns {number | null}
 */
function toChainId(value) {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value).trim();
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) return null;
  const id = Number(text);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** @param {string} text @returns {any} undefined when it is not JSON */
export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
