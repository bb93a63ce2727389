// The ways to ask from before EIP-1193: `send(payload, callback)` and `sendAsync`, with one payload or an array.
//
// Only these forms are guarded: their answer is a JSON-RPC response whatever the wallet. What `send('method')`
// and `send(payload)` return differs from wallet to wallet, so they go to the wallet untouched.

import { classOf, parse, route } from './route.js';
import { watchSend } from './waiting.js';

/**
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @param {Function} own the wallet's own `send` or `sendAsync`
 * @param {any[]} args
 */
export function legacy(wallet, client, own, args) {
  const [payload, callback] = args;
  const through = () => {
    const answer = Reflect.apply(own, wallet.target, args);
    if (!wallet.inside) watchSend(wallet, typeof payload === 'string' ? payload : parse(payload)?.method, answer);
    return answer;
  };
  if (wallet.inside || typeof callback !== 'function' || client.state?.on === false) return through();
  if (typeof wallet.target.request !== 'function') return through();
  const batch = Array.isArray(payload);
  const items = batch ? payload : [payload];
  if (items.length === 0 || !items.every(isRead)) return through();
  const answers = items.map((item) => respond(wallet, client, item));
  Promise.all(answers).then((responses) => {
    if (batch) callback(null, responses.map(({ response }) => response));
    else callback(responses[0]?.error ?? null, responses[0]?.response);
  });
  return undefined;
}

/** @param {unknown} item */
function isRead(item) {
  const asked = parse(item);
  return asked !== null && ['read', 'broadcast'].includes(classOf(asked.method));
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
