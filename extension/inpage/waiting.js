// A transaction or a signature that the wallet does not answer for a while: the core is told the method's name, so
// that the popup can say what the wallet is waiting for. The call is the wallet's own and goes to it in its tick;
// its promise is looked at only when it is late, so that one the page leaves unhandled is still reported as such.

import { errorOf, lanePromise, resultOf } from './ask.js';
import { originals } from './originals.js';
import { SENDS, WALLET_PATIENCE_MS } from '../lib/generated.js';

/**
 * @param {import('./wallet.js').Wallet} wallet
 * @param {unknown} method
 * @param {any} answer what the wallet returned
 */
export function watchSend(wallet, method, answer) {
  if (!SENDS.has(/** @type {string} */ (method)) || !(answer instanceof Promise)) return;
  const since_ms = originals.date();
  wallet.client.timers.setTimeout(() => late(wallet, { method, since_ms }, answer), WALLET_PATIENCE_MS);
}

/**
 * Whether it has been answered shows only after a turn.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {{method: unknown, since_ms: number}} call
 * @param {Promise<unknown>} answer
 */
function late(wallet, call, answer) {
  const { client } = wallet;
  const id = client.nextId++;
  let over = false;
  const done = () => {
    over = true;
    if (client.waiting.delete(id)) client.post({ type: 'wallet-done', id });
  };
  answer.then(done, done);
  client.timers.setTimeout(() => {
    if (over || client.gone || client.state?.on === false) return;
    client.waiting.set(id, { receive: (message) => tryWallet(wallet, message), fall() {} });
    client.post({ type: 'wallet-waits', id, chain: wallet.chain, ...call });
  }, 0);
}

/**
 * Whether the wallet's own endpoint answers, by a read the core names.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {any} message CoreToPage
 */
function tryWallet(wallet, { type, id, method, params }) {
  if (type !== 'try-wallet') return;
  const tell = (/** @type {object} */ said) => wallet.client.post({ type: 'wallet', id, ...said });
  lanePromise(() => wallet.call({ method, params: originals.parse(params) }))
    .then((value) => tell(resultOf(value)), (error) => tell(errorOf(error)));
}
