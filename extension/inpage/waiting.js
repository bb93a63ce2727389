// A transaction or a signature that the wallet does not answer for a while: the core is told the method's name, so
// that the popup can say what the wallet is waiting for. The call is the wallet's own and goes to it in its tick;
// its promise is looked at only when it is late, so that one the page leaves unhandled is still reported as such. A
// callback must be stood in for from the beginning: there is no other way to see it called.

import { errorOf, lanePromise, resultOf } from './ask.js';
import { originals } from './originals.js';
import { SENDS, WALLET_PATIENCE_MS } from './generated.js';

/**
 * A call whose answer is a promise.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {unknown} method
 * @param {any} answer what the wallet returned
 */
export function watchSend(wallet, method, answer) {
  if (isSend(method) && answer instanceof Promise) new Wait(wallet, method).endsWith(answer);
}

/**
 * A call whose answer comes by a callback: the wallet gets one that hands on to the page's all it is called with.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {unknown[]} methods of the payload; a wallet waits for one thing at a time, so the first send stands for all
 * @param {Function} callback the page's
 * @returns {{callback: Function, returned: (answer: unknown) => void, thrown: () => void}}
 */
export function watchCallback(wallet, methods, callback) {
  const method = methods.find(isSend);
  const { state } = wallet.client;
  const off = state !== null && !state.on && !state.down;
  if (method === undefined || off) return { callback, returned() {}, thrown() {} };
  const wait = new Wait(wallet, method);
  const handsOn = new Proxy(callback, {
    apply: (f, self, args) => {
      wait.end();
      return originals.apply(f, self, args);
    },
  });
  // Some wallets return a promise as well. One that comes to nothing says nothing: the callback is still to come.
  const said = (/** @type {unknown} */ value) => value !== undefined;
  return {
    callback: handsOn,
    returned: (answer) => { if (answer instanceof Promise) wait.endsWith(answer, said); },
    thrown: () => wait.end(),
  };
}

/** @param {unknown} method */
function isSend(method) {
  return SENDS.has(/** @type {string} */ (method));
}

/** One call, from when the page made it until the wallet has answered. */
class Wait {
  /** @param {import('./wallet.js').Wallet} wallet @param {unknown} method */
  constructor(wallet, method) {
    this.wallet = wallet;
    this.call = { method, since_ms: originals.date() };
    /** @type {{promise: Promise<unknown>, said: (value: unknown) => boolean} | null} */
    this.answer = null;
    /** @type {number | null} once the core was told */
    this.id = null;
    this.over = false;
    this.timer = wallet.client.timers.setTimeout(() => this.late(), WALLET_PATIENCE_MS);
  }

  /**
   * @param {Promise<unknown>} promise
   * @param {(value: unknown) => boolean} [said] whether what it came to is an answer
   */
  endsWith(promise, said = () => true) {
    this.answer = { promise, said };
  }

  /** Whether a promise is settled shows only after a turn. */
  late() {
    const { answer } = this;
    answer?.promise.then((value) => { if (answer.said(value)) this.end(); }, () => this.end());
    this.timer = this.wallet.client.timers.setTimeout(() => this.tell(), 0);
  }

  tell() {
    const { wallet } = this;
    const { client } = wallet;
    if (this.over || client.gone || client.state?.on === false) return;
    this.id = client.nextId++;
    client.waiting.set(this.id, { receive: (message) => tryWallet(wallet, message), fall() {} });
    client.post({ type: 'wallet-waits', id: this.id, chain: wallet.chain, ...this.call });
  }

  end() {
    if (this.over) return;
    this.over = true;
    const { client } = this.wallet;
    client.timers.clearTimeout(this.timer);
    if (this.id !== null && client.waiting.delete(this.id)) client.post({ type: 'wallet-done', id: this.id });
  }
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
