// What we know of one wallet's provider: how to call it, and which chain it is on.

import { lanePromise } from './ask.js';
import { originals } from './originals.js';
import { patchMember } from './patch.js';

/** A question of its chain that is out, whoever asked; `said` rejects when it is no word on the chain it is on now.
 * @typedef {{at: number, said: Promise<unknown>}} Question */

/** wagmi gives `eth_chainId` 100 ms before every read. How long a wallet may take to say its chain at first, in ms. */
const CHAIN_WAIT_MS = 1_000;
/** A wallet that forgets to emit `chainChanged` is found out this soon, in ms. */
const VERIFY_MS = 1_000;
/** A read waits this long for a wallet to say its chain again, in ms. */
const DOUBT_MS = 250;
/** Events after which a wallet may be on another chain. @type {Set<unknown>} */
const WORDS = new Set(['chainChanged', 'connect', 'accountsChanged', 'disconnect']);

export class Wallet {
  /**
   * @param {any} target the wallet's own provider object
   * @param {import('./client.js').Client} client
   * @param {Set<() => void>} [patches] takes what gives the wallet its own functions back
   */
  constructor(target, client, patches = new Set()) {
    this.target = target;
    this.client = client;
    this.patches = patches;
    /** @type {Function | null} the wallet's own `request`, when ours had to be put in its place */
    this.kept = null;
    /** @type {number | null} */
    this.chain = null;
    /** @type {Map<string, unknown>} the wallet's own answers to the `local` methods */
    this.answers = new Map();
    /** Grows with every word of the wallet on its chain: older answers are told from newer ones by it. */
    this.epoch = 0;
    this.following = false;
    /** What it emits passes us. */
    this.hooked = false;
    /** It has emitted a word on its chain, or the page listens for one: the next will be heard. */
    this.speaks = false;
    /** @type {Promise<void> | null} its chain is being asked again */
    this.doubt = null;
    /** The last word of this tick: each listener of the page brings it once more. @type {string | null} */
    this.word = null;
    /** @type {((message: any) => void)[]} */
    this.hearers = [];
    /** @type {Question | null} */
    this.out = null;
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

  /**
   * Hears what the wallet emits, once the page uses it. Never as a listener: wallets ask upstream for each one they
   * have, and some emit once more for it.
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
   * The wallet emits this: learnt before the page's listeners are called.
   * @param {unknown} name
   * @param {any} value
   */
  heard(name, value) {
    if (name === 'message' && this.hooked) for (const hearer of this.hearers) hearer(value);
    const chain = name === 'connect' ? value?.chainId : value;
    const word = WORDS.has(name) ? `${name} ${name === 'connect' || name === 'chainChanged' ? chain : ''}` : null;
    if (word === null || this.word === word) return;
    this.word = word;
    Promise.resolve().then(() => { this.word = null; });
    this.speaks = true;
    if (name === 'connect' || name === 'chainChanged') this.learn(chain);
    else this.forget();
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
  hear(listener) {
    this.follow();
    if (this.hooked) this.hearers.push(listener);
    else this.target.on('message', listener);
  }

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
    if (this.client.timers.now() - this.verifiedAt > VERIFY_MS) this.verify();
    return this.chain;
  }

  /** Many wallets emit nothing while nobody listens: until they have said it again, what we know is in doubt. */
  verify() {
    const said = this.askChain();
    if (this.speaks) return;
    const doubt = Promise.race([said, new Promise((/** @type {(none: null) => void} */ resolve) => {
      this.client.timers.setTimeout(() => resolve(null), DOUBT_MS);
    })]).then(() => { if (this.doubt === doubt) this.doubt = null; });
    this.doubt = doubt;
  }

  /**
   * A read that was asked while its chain was in doubt.
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

  /** @returns {Promise<number | null>} null when the wallet does not say it in time */
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
