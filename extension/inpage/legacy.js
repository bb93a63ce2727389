// Requests from before EIP-1193: `send(payload, callback)` and `sendAsync`, with one payload or an array.
//
// Only these forms are guarded, because with every wallet their answer is a JSON-RPC response. What `send('method')`
// and `send(payload)` return differs from wallet to wallet, so they go to the wallet untouched.

import { originals } from './originals.js';
import { classOf, parse, route } from './route.js';
import { watchCallback, watchSend } from './waiting.js';

/**
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @param {Function} own the wallet's own `send` or `sendAsync`
 * @param {any[]} args
 */
export function legacy(wallet, client, own, args) {
  const [payload, callback] = args;
  if (wallet.inside) return originals.apply(own, wallet.target, args);
  if (typeof payload === 'string' || typeof callback !== 'function') return promised(wallet, own, args);
  const batch = Array.isArray(payload);
  const items = batch ? payload : [payload];
  const methods = items.map((item) => parse(item)?.method);
  const guards = client.state?.on !== false && typeof wallet.target.request === 'function';
  if (!guards || items.length === 0 || !methods.every(isRead)) return calledBack(wallet, own, args, methods);
  const answers = items.map((item) => respond(wallet, client, item));
  Promise.all(answers).then((responses) => {
    if (batch)
      callback(
        null,
        responses.map(({ response }) => response),
      );
    else callback(responses[0]?.error ?? null, responses[0]?.response);
  });
  return undefined;
}

/**
 * The wallet's own call. Its return value may be the answer.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {Function} own
 * @param {any[]} args
 */
function promised(wallet, own, args) {
  const [payload] = args;
  const answer = originals.apply(own, wallet.target, args);
  watchSend(wallet, typeof payload === 'string' ? payload : parse(payload)?.method, answer);
  return answer;
}

/**
 * The wallet's own call. Its answer comes by the callback, which is the page's own object unless there is a send to
 * look at.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {Function} own
 * @param {any[]} args
 * @param {unknown[]} methods of the payload
 */
function calledBack(wallet, own, [payload, callback, ...rest], methods) {
  const watch = watchCallback(wallet, methods, callback);
  try {
    const answer = originals.apply(own, wallet.target, [payload, watch.callback, ...rest]);
    watch.returned(answer);
    return answer;
  } catch (error) {
    watch.thrown();
    throw error;
  }
}

/** @param {string | undefined} method */
function isRead(method) {
  return method !== undefined && ['read', 'broadcast'].includes(classOf(method));
}

/**
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @param {any} item a JSON-RPC request
 * @returns {Promise<{error: any, response: object}>} never rejects
 */
async function respond(wallet, client, item) {
  const { id, jsonrpc = '2.0', method, params } = item;
  try {
    const result = await route(wallet, client, [params === undefined ? { method } : { method, params }]);
    return { error: null, response: { id, jsonrpc, result } };
  } catch (/** @type {any} */ e) {
    const error = { code: e?.code, message: e?.message, ...(e?.data === undefined ? {} : { data: e.data }) };
    return { error: e, response: { id, jsonrpc, error } };
  }
}
