// What we know of one wallet's provider: how to call it, and which chain it is on.

import { lanePromise } from './ask.js';
import { originals } from './originals.js';

/** A question of its chain that is out, whoever asked; `said` rejects when it is no word on the chain it is on now.
 * @typedef {{at: number, said: Promise<unknown>}} Question */

/** wagmi gives `eth_chainId` 100 ms before every read. How long a wallet may take to say its chain at first, in ms. */
const CHAIN_WAIT_MS = 1_000;
/** A wallet that forgets to emit `chainChanged` is found out this soon, in ms. */
const VERIFY_MS = 1_000;

export class Wallet {
  /**
   * @param {any} target the wallet's own provider object
   * @param {import('./client.js').Client} client
   */
  constructor(target, client) {
    this.target = target;
    this.client = client;
    /** @type {Function | null} the wallet's own `request`, when ours had to be put in its place */
    this.kept = null;
    /** @type {number | null} */
    this.chain = null;
    /** @type {Map<string, unknown>} the wallet's own answers to the `local` methods */
    this.answers = new Map();
    /** Grows with every word of the wallet on its chain: older answers are told from newer ones by it. */
    this.epoch = 0;
    this.following = false;
    /** @type {Question | null} */
    this.out = null;
    /** It is in the page: its events are heard. */
    this.met = false;
    this.verifiedAt = -Infinity;
    /** True while we call the wallet: a patcher between us and it may come back through a wrapper. */
    this.inside = false;
  }

  /**
   * The wallet's own answer, in this tick, as if we were not there.
   * @param {unknown[]} args of `request`
   */
  call(...args) {
    const before = this.inside;
    this.inside = true;
    try {
      return originals.apply(this.kept ?? this.target.request, this.target, args);
    } finally {
      this.inside = before;
    }
  }

  /** Listens to the wallet's events, before the page's own listeners. */
  follow() {
    if (this.following) return;
    this.following = true;
    const on = (/** @type {string} */ name, /** @type {(value: any) => void} */ listener) => {
      try {
        this.target.on?.(name, listener);
      } catch {
        // a wallet without events: its chain is asked again and again (`fresh`)
      }
    };
    on('chainChanged', (chain) => this.learn(chain));
    on('connect', (info) => this.learn(info?.chainId));
    on('accountsChanged', () => this.forget());
    on('disconnect', () => this.forget());
  }

  /** Whether the page's listeners can be told of a subscription's events. */
  get canTell() {
    return typeof this.target.emit === 'function' && typeof this.target.on === 'function';
  }

  /** @param {string} name @param {object} event for the page's listeners */
  tell(name, event) {
    originals.apply(this.target.emit, this.target, [name, event]);
  }

  /** @param {(message: any) => void} listener for the wallet's own subscriptions */
  hear(listener) { this.target.on('message', listener); }

  /** @param {unknown} said a chain id as the wallet says it */
  learn(said) {
    const chain = chainNumber(said);
    if (chain === null) {
      this.forget();
      return;
    }
    const before = this.chain;
    this.chain = chain;
    this.epoch += 1;
    this.verifiedAt = this.client.timers.now();
    if (before === chain) return;
    this.answers.clear();
    if (typeof said === 'string') this.answers.set('eth_chainId', said);
    this.client.moved(this, chain);
  }

  /** The chain may be another one now: ask before the next read. */
  forget() {
    this.chain = null;
    this.epoch += 1;
    this.answers.clear();
  }

  /** @returns {number | null} the chain, when it is known without asking */
  knownChain() {
    this.follow();
    if (this.chain === null) return null;
    if (typeof this.target.on !== 'function') return null;
    if (this.client.timers.now() - this.verifiedAt > VERIFY_MS) this.askChain();
    return this.chain;
  }

  /** @returns {Promise<number | null>} null when the wallet does not say it in time */
  learnChain() {
    this.follow();
    const late = new Promise((/** @type {(none: null) => void} */ resolve) => {
      this.client.timers.setTimeout(() => resolve(null), CHAIN_WAIT_MS);
    });
    return Promise.race([this.askChain(), late]);
  }

  /**
   * Before the page asks: a wallet that has to wake up itself has a start then. A page's own question goes first.
   */
  askEarly() {
    const { gone, state } = this.client;
    if (this.chain === null && this.out === null && !gone && state?.on !== false) this.askChain();
  }

  /** One question at a time, unless it is lost. @returns {Promise<number | null>} */
  askChain() {
    const now = this.client.timers.now();
    this.verifiedAt = now;
    const open = this.out !== null && now - this.out.at < CHAIN_WAIT_MS ? this.out : this.hearing(lanePromise(() => this.call({ method: 'eth_chainId' })));
    const chain = () => this.chain;
    return open.said.then(chain, chain);
  }

  /**
   * It was asked `eth_chainId`: what it says is learnt, unless it has moved meanwhile.
   * @param {unknown} answer
   * @returns {Question}
   */
  hearing(answer) {
    const { epoch } = this;
    /** @type {Question} */
    const question = {
      at: this.client.timers.now(),
      said: Promise.resolve(answer).then((said) => {
        if (epoch !== this.epoch) throw new Error('It has moved since.');
        this.learn(said);
        if (this.chain === null) throw new Error('That is no chain.');
        return said;
      }).finally(() => { if (this.out === question) this.out = null; }),
    };
    question.said.catch(() => {});
    this.out = question;
    return question;
  }

  /**
   * What a wallet that has never said its chain shows of it without being asked. MetaMask's `chainId` is `null` until
   * it knows, and writes to the console when it is read: only a wallet that is late is looked at.
   * @returns {string | null}
   */
  get shown() {
    if (this.epoch > 0) return null;
    try {
      const { chainId } = this.target;
      return typeof chainId === 'string' && /^0x/i.test(chainId) && chainNumber(chainId) !== null ? chainId : null;
    } catch {
      return null;
    }
  }
}

/**
 * Wallets say hex text, some decimal text or a number.
 * @param {unknown} said
 * @returns {number | null}
 */
export function chainNumber(said) {
  if (typeof said !== 'string' && typeof said !== 'number') return null;
  const chain = Number(said);
  return Number.isSafeInteger(chain) && chain > 0 ? chain : null;
}
