// A transaction or a signature that the wallet does not answer for a while. The core is told the method's name, so that
// the popup can say what the wallet is waiting for. The call itself goes to the wallet in the page's own tick. Its
// promise is looked at only when it is late, so that the browser still reports a rejection the page does not handle. A
// callback must be replaced from the start, because there is no other way to see it called.

import { errorOf, lanePromise, resultOf } from './ask.js';
import { originals } from './originals.js';
import { SENDS, WALLET_PATIENCE_MS } from './generated.js';

/**
 * A call whose answer is a promise.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {unknown} method
 * @param {any} answer the wallet's return value
 */
export function watchSend(wallet, method, answer) {
  if (isSend(method) && answer instanceof Promise) new Wait(wallet, method).endsWith(answer);
}

/**
 * A call whose answer comes by a callback. The wallet gets one that passes every call on to the page's.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {unknown[]} methods of the payload; a wallet waits for one thing at a time, so the first send counts for all
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
  // Some wallets return a promise as well. If it resolves to nothing, the callback is still to come.
  const said = (/** @type {unknown} */ value) => value !== undefined;
  return {
    callback: handsOn,
    returned: (answer) => {
      if (answer instanceof Promise) wait.endsWith(answer, said);
    },
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
   * @param {(value: unknown) => boolean} [said] whether its value is an answer
   */
  endsWith(promise, said = () => true) {
    this.answer = { promise, said };
  }

  /** Whether a promise is settled can only be seen one turn later. */
  late() {
    const { answer } = this;
    answer?.promise.then(
      (value) => {
        if (answer.said(value)) this.end();
      },
      () => this.end(),
    );
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
 * Tests whether the wallet's own endpoint answers, by a read that the core names.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {any} message CoreToPage
 */
function tryWallet(wallet, { type, id, method, params }) {
  if (type !== 'try-wallet') return;
  const tell = (/** @type {object} */ said) => wallet.client.post({ type: 'wallet', id, ...said });
  lanePromise(() => wallet.call({ method, params: originals.parse(params) })).then(
    (value) => tell(resultOf(value)),
    (error) => tell(errorOf(error)),
  );
}
