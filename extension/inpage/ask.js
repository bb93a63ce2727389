// One request that the core is answering, with the wallet as the fallback.
//
//   begin ── answer / error ──────────────► settled
//     │  ──  use-wallet ──────────────────► settled with the wallet's own promise
//     ├─ ask-wallet: the wallet's answer is kept and reported to the core
//     ├─ 60 % of the deadline, core silent: the wallet is asked ahead, so that it can still be in time
//     └─ deadline: the wallet's answer if it has one, else an error
//
// When the core is lost or off, everything settles with the wallet at once (`fall`). Without a wallet, requests wait
// for an unreachable worker until their deadline.

import { CODES, rpcError } from './errors.js';
import { originals } from './originals.js';
import { deadlineOf } from './slow.js';
import { isFlat } from '../lib/depth.js';
import { DEFAULT_DEADLINE_MS } from '../lib/generated.js';
import { DEADLINE_GRACE_MS, MAX_JSON_DEPTH, WALLET_AHEAD_PERCENT } from './generated.js';

/** Shorter texts are parsed quickly, however deep they are. Millions of levels would block a page for seconds. */
const SHORT = 64 * 1024;
/** Longest delay that a timer accepts, in ms (2^31 - 1). */
const LONGEST_MS = 2_147_483_647;

/**
 * `params` is JSON text; `owner` is the wallet or the own provider; `lane` asks the wallet, if there is one.
 * @typedef {{chain: number, method: string, params: string, kind: 'read' | 'broadcast' | 'sticky',
 *   owner: import('./sticky.js').Owner, lane: (() => unknown) | null}} Request
 */

export class Ask {
  /**
   * @param {import('./client.js').Client} client
   * @param {number} id
   * @param {Request} request
   */
  constructor(client, id, request) {
    this.client = client;
    this.id = id;
    this.request = request;
    /** @type {Promise<unknown> | null} the wallet's answer, once asked */
    this.lane = null;
    this.laneDone = false;
    this.heard = false;
    /** @type {any[]} */
    this.timers = [];
    this.settled = false;
    /** A transaction for private endpoints only. */
    this.secret = false;
    /** @type {(value: unknown) => void} */
    this.resolve = () => {};
    /** @type {(error: unknown) => void} */
    this.reject = () => {};
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  begin() {
    const { chain, method, params, lane } = this.request;
    const { state } = this.client;
    const usual = state?.deadlineMs ?? DEFAULT_DEADLINE_MS;
    this.secret = this.request.kind === 'broadcast' && state !== null && state.private.has(chain);
    this.client.post({ type: 'ask', id: this.id, wallet: lane !== null, chain, method, params });
    // Only a read may be asked twice: a wallet would make a second filter, or a transaction public.
    if (lane !== null && this.request.kind === 'read') {
      this.after((usual * WALLET_AHEAD_PERCENT) / 100, () => {
        if (!this.heard) this.askLane();
      });
    }
    this.after(deadlineOf(method, usual) + DEADLINE_GRACE_MS, () => this.expire());
  }

  /** @param {number} ms @param {() => void} then */
  after(ms, then) {
    this.timers.push(this.client.timers.setTimeout(then, Math.min(ms, LONGEST_MS)));
  }

  /** @param {any} message CoreToPage with our id */
  receive(message) {
    this.heard = true;
    switch (message.type) {
      case 'answer':
        this.answer(message.result);
        break;
      case 'created':
        this.client.stickies.add(message, this.request);
        if (this.finish()) this.resolve(message.subscription);
        break;
      case 'changes':
        this.answer(this.client.stickies.changes(message));
        break;
      case 'error':
        this.fail(rpcError(message.code, message.message, parsed(message.data)));
        break;
      case 'ask-wallet':
        this.report();
        break;
      case 'use-wallet':
        this.adopt();
        break;
      default:
        break; // a message of a newer core: the deadline still applies
    }
  }

  /** @param {string} text */
  answer(text) {
    /** @type {unknown} */
    let value;
    try {
      if (text.length > SHORT && !isFlat(text, MAX_JSON_DEPTH)) throw new Error('nested too deep');
      value = originals.parse(text);
    } catch {
      this.adopt();
      return;
    }
    if (this.finish()) this.resolve(value);
  }

  /** @param {unknown} error */
  fail(error) {
    if (this.finish()) this.reject(error);
  }

  /** @returns {Promise<unknown>} the wallet's answer, asked for once */
  askLane() {
    if (this.lane === null) {
      this.lane = lanePromise(/** @type {() => unknown} */ (this.request.lane));
      const done = () => {
        this.laneDone = true;
      };
      this.lane.then(done, done);
    }
    return this.lane;
  }

  /** Asks the wallet as a lane, and reports its answer to the core. */
  report() {
    if (this.request.lane === null) return;
    const lane = this.askLane();
    const tell = (/** @type {object} */ said) => {
      if (!this.settled && lane === this.lane) this.client.post({ type: 'wallet', id: this.id, ...said });
    };
    lane.then(
      (value) => tell(resultOf(value)),
      (error) => tell(errorOf(error)),
    );
  }

  /** Settles with the wallet's answer, value or error. */
  adopt() {
    if (this.request.lane === null) {
      this.fail(rpcError(CODES.INTERNAL, 'No endpoint of this chain answered.'));
    } else if (this.finish()) {
      this.resolve(this.askLane());
    }
  }

  /** The core is lost: do what would happen without us, but never make a private transaction public. */
  fall() {
    if (this.request.lane === null && this.client.state?.down) return;
    if (this.secret) {
      this.fail(rpcError(CODES.INTERNAL, 'The transaction may have been sent privately; it was not made public.'));
    } else this.adopt();
  }

  expire() {
    if (this.settled) return;
    this.client.post({ type: 'abort', id: this.id });
    if (this.laneDone) this.adopt();
    else this.fail(rpcError(CODES.INTERNAL, 'No answer before the deadline.'));
  }

  /**
   * The wallet changed chain during a read: ask it again. A signed transaction names its chain itself.
   * @param {number} chain
   */
  moved(chain) {
    if (this.settled || this.request.kind === 'broadcast' || chain === this.request.chain) return;
    this.client.post({ type: 'abort', id: this.id });
    this.lane = null;
    this.adopt();
  }

  /** @returns {boolean} true the first time */
  finish() {
    if (this.settled) return false;
    this.settled = true;
    for (const timer of this.timers) this.client.timers.clearTimeout(timer);
    this.client.leave(this.id);
    return true;
  }
}

/** @param {() => unknown} lane @returns {Promise<unknown>} */
export function lanePromise(lane) {
  try {
    return Promise.resolve(lane());
  } catch (error) {
    return Promise.reject(error);
  }
}

/** @param {string | null | undefined} text */
function parsed(text) {
  if (text === null || text === undefined) return undefined;
  try {
    return originals.parse(text);
  } catch {
    return text;
  }
}

/** The report to the core of the wallet's answer. @param {unknown} value */
export function resultOf(value) {
  try {
    return { result: originals.stringify(value) ?? 'null' };
  } catch {
    return { code: CODES.INTERNAL, message: 'The wallet answered with something that is not JSON.' };
  }
}

/** @param {any} error */
export function errorOf(error) {
  const code = Number.isSafeInteger(error?.code) ? error.code : CODES.INTERNAL;
  /** @type {{code: number, message: string, data?: string}} */
  const said = { code, message: String(error?.message ?? error) };
  try {
    const data = originals.stringify(error?.data);
    if (data !== undefined) said.data = data;
  } catch {
    // data that is not JSON stays in the page, which gets the error object itself
  }
  return said;
}
