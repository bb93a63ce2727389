// The document's side of the core: which chains are guarded, and what is waiting for an answer.
//
// State: unknown (reads wait for the first state, at most STATE_WAIT_MS) · on · off · down (the worker cannot be
// reached: everything is passed on, and the next read tries again) · gone (the extension was removed: off for good).

import { Ask } from './ask.js';
import { rpcError } from './errors.js';
import { originals } from './originals.js';
import { SafeMap, SafeSet, setOf } from './safe.js';
import { Stickies } from './sticky.js';
import { KNOCK_MS, STATE_WAIT_MS } from './generated.js';
import { DEFAULT_DEADLINE_MS, MAX_CHAINS, MAX_IN_FLIGHT, TOO_MANY } from '../lib/generated.js';

/** While an answer is pending, the page checks this often whether the bridge still exists, in ms. */
const LOOK_MS = 40;
/** The same while only events are expected, in ms. */
const GLANCE_MS = 1_000;

/**
 * @typedef {{on: boolean, chains: Set<number>, deadlineMs: number, ownChain: number | null, direct: boolean,
 *   private: Set<number>, down: boolean}} State
 *   `down` comes with `on: false` and the last known values of the rest
 */

/** @type {State} */
const OFF = Object.freeze({
  on: false,
  chains: setOf([]),
  deadlineMs: DEFAULT_DEADLINE_MS,
  ownChain: null,
  direct: false,
  private: setOf([]),
  down: false,
});
export class Client {
  /**
   * @param {{post: (message: object) => void, alive?: () => boolean, timers?: import('./originals.js').Timers}} parts
   */
  constructor({ post, alive = () => true, timers = originals }) {
    this.post = post;
    this.alive = alive;
    this.timers = timers;
    /** @type {State | null} */
    this.state = null;
    this.gone = false;
    this.knockedAt = -Infinity;
    this.nextId = 1;
    /** @type {import('./wallet.js').Wallet | null} the wallet the page used last */
    this.current = null;
    /** @type {number | null} the chain last reported to the core */
    this.using = null;
    /** @type {Set<number>} chains outside the state that were reported to the core */
    this.wanted = new SafeSet();
    this.stickies = new Stickies(this);
    /** @type {Map<number, {receive(message: any): void, fall(): void}>} what waits for an answer of the core */
    this.waiting = new SafeMap();
    /** @type {{timer: any, ms: number} | null} */
    this.looking = null;
    /** @type {Set<(state: State) => void>} */
    this.watchers = new SafeSet();
    /** @type {Promise<void> | null} */
    this.known = null;
    /** @type {(() => void) | null} */
    this.makeKnown = null;
  }

  /**
   * The page shows interest in chains: only now must the worker wake. Once it has said that it is on, a request is
   * enough to wake it again.
   */
  wake() {
    if (this.gone || this.state?.on) return;
    const now = this.timers.now();
    if (now - this.knockedAt < KNOCK_MS) return;
    this.knockedAt = now;
    this.post({ type: 'hello' });
  }

  /** @returns {Promise<void>} settles when the state is known, or when it is time to go on without it */
  ready() {
    this.wake();
    if (this.state !== null) return Promise.resolve();
    this.known ??= new Promise((/** @type {(nothing: void) => void} */ resolve) => {
      const timer = this.timers.setTimeout(resolve, STATE_WAIT_MS);
      this.makeKnown = () => {
        this.timers.clearTimeout(timer);
        resolve();
      };
    }).then(() => {
      this.known = null;
    });
    return this.known;
  }

  /** @param {number} chain whether the core answers for it now */
  guards(chain) {
    return this.state !== null && this.state.on && this.state.chains.has(chain);
  }

  /** @param {any} message CoreToPage, or the bridge's `down` and `gone` */
  receive(message) {
    switch (message?.type) {
      case 'state':
        this.become(read(message));
        break;
      case 'down':
        this.become({ ...(this.state ?? OFF), on: false, down: true });
        break;
      case 'gone':
        this.gone = true;
        this.become(OFF);
        break;
      case 'notify':
        this.stickies.notify(message);
        break;
      default:
        this.answered(message);
    }
  }

  /** @param {any} message with the id of something that waits */
  answered(message) {
    const waiting = this.waiting.get(message?.id);
    if (waiting) waiting.receive(message);
    // Nobody waits for it any more: the core must stop working on it.
    else if (message?.type === 'created') this.stickies.unask(message.subscription, this.using ?? 0);
    else if (message?.type === 'changes') this.stickies.late(message);
  }

  /** @param {State} state */
  become(state) {
    if (this.gone) state = OFF;
    this.state = state;
    this.makeKnown?.();
    if (!state.on) this.fallAll();
    this.stickies.stateIs(state);
    this.watchers.forEach((watcher) => watcher(state));
  }

  /** Everything that waits gets what it would have got without us. */
  fallAll() {
    this.using = null;
    this.waiting.forEach((waiting) => waiting.fall());
  }

  /** @param {(state: State) => void} watcher called now if the state is known, and whenever it changes */
  onState(watcher) {
    this.watchers.add(watcher);
    if (this.state !== null) watcher(this.state);
  }

  /** @param {number} chain */
  use(chain) {
    if (this.using === chain) return;
    this.using = chain;
    this.post({ type: 'use', chain });
  }

  /**
   * The page reads a chain that is not in the state. Only the core knows whether the person has to allow it here; the
   * page never learns that.
   * @param {number | null} chain
   */
  wants(chain) {
    if (chain === null || !this.state?.on || this.wanted.has(chain) || this.wanted.size >= MAX_CHAINS) return;
    this.wanted.add(chain);
    this.post({ type: 'wants', chain });
  }

  /** @param {number} id @param {{receive(message: any): void, fall(): void}} waiting for an answer of the core */
  enter(id, waiting) {
    this.waiting.set(id, waiting);
    this.look();
  }

  /** @param {number} id */
  leave(id) {
    if (this.waiting.delete(id) && this.waiting.size === 0) this.look();
  }

  /** An extension that is updated, disabled or removed sends nothing: the page has to check. */
  look() {
    const owed = this.waiting.size > 0;
    const ms = owed ? LOOK_MS : GLANCE_MS;
    const wanted = !this.gone && (owed || this.stickies.pushes);
    if (wanted && this.looking?.ms === ms) return;
    if (this.looking !== null) this.timers.clearTimeout(this.looking.timer);
    this.looking = wanted ? { ms, timer: this.timers.setTimeout(() => this.looked(), ms) } : null;
  }

  looked() {
    this.looking = null;
    if (this.alive()) this.look();
    else this.receive({ type: 'gone' });
  }

  /** The core would refuse more than these. The rest goes to the wallet, or is refused here. */
  get full() {
    return this.waiting.size >= MAX_IN_FLIGHT;
  }

  /**
   * One request for the core.
   * @param {import('./ask.js').Request} request
   * @returns {Promise<unknown>} settles exactly once
   */
  ask(request) {
    if (this.full) return Promise.reject(rpcError(TOO_MANY.code, TOO_MANY.message));
    this.use(request.chain);
    const ask = new Ask(this, this.nextId++, request);
    this.enter(ask.id, ask);
    ask.begin();
    return ask.promise;
  }

  /**
   * The owner (a wallet) is on another chain now: requests in flight must not return as that chain's data.
   * @param {object} owner
   * @param {number} chain
   */
  moved(owner, chain) {
    this.waiting.forEach((waiting) => {
      if (waiting instanceof Ask && waiting.request.owner === owner) waiting.moved(chain);
    });
    this.stickies.moved(owner, chain);
    if (this.using !== null && this.guards(chain)) this.use(chain);
  }

  /**
   * The lanes continue a subscription that the page's own endpoint served.
   * @param {import('./sticky.js').Following} wanted
   */
  follow(wanted) {
    this.use(wanted.chain);
    this.stickies.follow(wanted);
  }

  /** @param {string} subscription by which the core knows it */
  unfollow(subscription) {
    this.stickies.end(subscription);
  }

  /**
   * A page's own JSON-RPC call that failed, stalls, or got an answer for the core to judge.
   * @param {number} chain
   * @param {string} body the page's request body
   * @param {{status: number, text: string} | null} said what its own endpoint answered
   * @param {number} [ms] how long it may take; the person's deadline
   * @returns {{body: Promise<string | null>, abort: () => void}} null: the result of the page's own call stands
   */
  rescue(chain, body, said, ms = this.state?.deadlineMs ?? 0) {
    if (!this.guards(chain) || this.full) return { body: Promise.resolve(null), abort: () => {} };
    const id = this.nextId++;
    /** @type {(body: string | null) => void} */
    let settle = () => {};
    const answer = new Promise((/** @type {(body: string | null) => void} */ resolve) => {
      settle = resolve;
    });
    const finish = (/** @type {string | null} */ text) => {
      this.timers.clearTimeout(timer);
      this.leave(id);
      settle(text);
    };
    const abort = () => {
      if (this.waiting.has(id)) this.post({ type: 'abort', id });
      finish(null);
    };
    const timer = this.timers.setTimeout(abort, ms);
    this.enter(id, {
      receive: (m) => {
        if (m.type === 'body') finish(m.body);
        else if (m.type === 'no-rescue') finish(null);
      },
      fall: () => finish(null),
    });
    this.post({ type: 'rescue', id, chain, body, ...(said && { said }) });
    return { body: answer, abort };
  }
}

/** @param {any} m @returns {State} */
function read(m) {
  return {
    on: m.on === true,
    chains: setOf(m.chains),
    deadlineMs: m.deadline_ms,
    ownChain: m.own_chain ?? null,
    direct: m.direct === true,
    private: setOf(m.private),
    down: false,
  };
}
