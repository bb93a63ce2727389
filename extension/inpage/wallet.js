// What we know about one wallet's provider: how to call it, and which chain it is on.

import { lanePromise } from './ask.js';
import { originals } from './originals.js';
import { patchMember } from './patch.js';

/** A chain question in flight, whoever asked; `said` rejects when the answer does not apply to the wallet's chain now.
 * @typedef {{at: number, said: Promise<unknown>}} Question */

/** wagmi gives `eth_chainId` 100 ms before every read. How long a wallet may take to say its chain at first, in ms. */
const CHAIN_WAIT_MS = 1_000;
/** A wallet that forgets to emit `chainChanged` is noticed after this many ms. */
const VERIFY_MS = 1_000;
/** A read waits this many ms for a wallet to say its chain again. */
const DOUBT_MS = 250;
/** Events after which a wallet may be on another chain. @type {Set<unknown>} */
const WORDS = new Set(['chainChanged', 'connect', 'accountsChanged', 'disconnect']);

export class Wallet {
  /**
   * @param {any} target the wallet's own provider object
   * @param {import('./client.js').Client} client
   * @param {Set<() => void>} [patches] collects functions that restore the wallet's own
   */
  constructor(target, client, patches = new Set()) {
    this.target = target;
    this.client = client;
    this.patches = patches;
    /** @type {Function | null} the wallet's own `request`, if ours had to replace it */
    this.kept = null;
    /** @type {number | null} */
    this.chain = null;
    /** @type {Map<string, unknown>} the wallet's own answers to the `local` methods */
    this.answers = new Map();
    /** Grows each time the wallet says its chain, to distinguish older answers from newer ones. */
    this.epoch = 0;
    this.following = false;
    /** Whether its events pass through us. */
    this.hooked = false;
    /** Whether it has emitted a chain event, or the page listens for one, so that we will hear the next. */
    this.speaks = false;
    /** @type {Promise<void> | null} pending while its chain is asked again */
    this.doubt = null;
    /** The last chain event of this tick: each listener of the page delivers it again. @type {string | null} */
    this.word = null;
    /** @type {((message: any) => void)[]} */
    this.hearers = [];
    /** @type {Question | null} */
    this.out = null;
    this.verifiedAt = -Infinity;
    /** True while we call the wallet: a patcher in between may call back through a wrapper. */
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

  /**
   * Watches the wallet's events once the page uses it. Never as a listener: wallets ask upstream for each listener, and
   * some emit once more for it.
   */
  follow() {
    if (this.following) return;
    this.following = true;
    const patch = patchMember(this.target, 'emit', (emit, self, args) => {
      this.heard(args[0], args[1]);
      return originals.apply(emit, self, args);
    });
    this.hooked = patch !== null;
    if (patch === null) return;
    this.patches.add(() => {
      patch.undo();
      this.following = this.hooked = false;
    });
  }

  /**
   * The wallet emits this event. Learns from it before the page's listeners are called.
   * @param {unknown} name
   * @param {any} value
   */
  heard(name, value) {
    if (name === 'message' && this.hooked) for (const hearer of this.hearers) hearer(value);
    const chain = name === 'connect' ? value?.chainId : value;
    const word = WORDS.has(name) ? `${name} ${name === 'connect' || name === 'chainChanged' ? chain : ''}` : null;
    if (word === null || this.word === word) return;
    this.word = word;
    Promise.resolve().then(() => {
      this.word = null;
    });
    this.speaks = true;
    if (name === 'connect' || name === 'chainChanged') this.learn(chain);
    else this.forget();
  }

  /** Whether a subscription's events can be delivered to the page's listeners. */
  get canTell() {
    return typeof this.target.emit === 'function' && typeof this.target.on === 'function';
  }

  /** @param {string} name @param {object} event for the page's listeners */
  tell(name, event) {
    originals.apply(this.target.emit, this.target, [name, event]);
  }

  /** @param {(message: any) => void} listener for the wallet's own subscriptions */
  hear(listener) {
    this.follow();
    if (this.hooked) this.hearers.push(listener);
    else this.target.on('message', listener);
  }

  /** @param {unknown} said a chain id in the wallet's notation */
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

  /** The wallet may have changed chain: ask before the next read. */
  forget() {
    this.chain = null;
    this.epoch += 1;
    this.answers.clear();
  }

  /** @returns {number | null} the chain, if it is known without asking */
  knownChain() {
    this.follow();
    if (this.chain === null) return null;
    if (typeof this.target.on !== 'function') return null;
    if (this.client.timers.now() - this.verifiedAt > VERIFY_MS) this.verify();
    return this.chain;
  }

  /** Many wallets emit nothing while nobody listens. Until they have said their chain again, ours is in doubt. */
  verify() {
    const said = this.askChain();
    if (this.speaks) return;
    const doubt = Promise.race([
      said,
      new Promise((/** @type {(none: null) => void} */ resolve) => {
        this.client.timers.setTimeout(() => resolve(null), DOUBT_MS);
      }),
    ]).then(() => {
      if (this.doubt === doubt) this.doubt = null;
    });
    this.doubt = doubt;
  }

  /**
   * A read that was made while the chain was in doubt.
   * @param {number} chain
   * @param {Promise<unknown>} answer
   * @param {() => unknown} lane the wallet's own answer
   * @returns {Promise<unknown>}
   */
  unlessMoved(chain, answer, lane) {
    const { doubt } = this;
    if (doubt === null) return answer;
    const sure = () => doubt.then(() => (this.chain === null || this.chain === chain ? answer : lane()));
    return answer.then(sure, sure);
  }

  /** @returns {Promise<number | null>} null if the wallet does not say it in time */
  learnChain() {
    this.follow();
    const late = new Promise((/** @type {(none: null) => void} */ resolve) => {
      this.client.timers.setTimeout(() => resolve(null), CHAIN_WAIT_MS);
    });
    return Promise.race([this.askChain(), late]);
  }

  /** One question at a time, unless it is lost. @returns {Promise<number | null>} */
  askChain() {
    const now = this.client.timers.now();
    this.verifiedAt = now;
    const open =
      this.out !== null && now - this.out.at < CHAIN_WAIT_MS
        ? this.out
        : this.hearing(lanePromise(() => this.call({ method: 'eth_chainId' })));
    const chain = () => this.chain;
    return open.said.then(chain, chain);
  }

  /**
   * It was asked `eth_chainId`. Learns the answer, unless the wallet has changed chain meanwhile.
   * @param {unknown} answer
   * @returns {Question}
   */
  hearing(answer) {
    const { epoch } = this;
    /** @type {Question} */
    const question = {
      at: this.client.timers.now(),
      said: Promise.resolve(answer)
        .then((said) => {
          if (epoch !== this.epoch) throw new Error('It has moved since.');
          this.learn(said);
          if (this.chain === null) throw new Error('That is no chain.');
          return said;
        })
        .finally(() => {
          if (this.out === question) this.out = null;
        }),
    };
    question.said.catch(() => {});
    this.out = question;
    return question;
  }

  /**
   * The chain that a wallet shows without having said one. MetaMask's `chainId` is `null` until it is known, and writes
   * to the console when it is read, so we only look at a wallet that is late.
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
 * Wallets use hex text, some decimal text or a number.
 * @param {unknown} said
 * @returns {number | null}
 */
export function chainNumber(said) {
  if (typeof said !== 'string' && typeof said !== 'number') return null;
  const chain = Number(said);
  return Number.isSafeInteger(chain) && chain > 0 ? chain : null;
}
