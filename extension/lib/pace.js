// How fast a document's messages are passed on. Reading one blocks the worker, and with it everybody's answers.
// Requests go by credit. Large texts go one by one and in pieces, and small ones overtake them.

import { Credit } from './credit.js';
import { Outbox } from './outbox.js';
import { PIECE, pieceOf } from './pieces.js';

/** This much of large texts goes at once … */
const AT_ONCE = 1024 * 1024;
/** … and this much per second in the long run. */
const PER_MS = 2 * 1024;
/** Most that waits here: more than the bridge lets a page have unanswered, in characters and in messages. */
const MOST = 32 * 1024 * 1024;
const MOST_SMALL = 4_000;

/** While more waits, freed requests go this many together, which costs the worker little more than one … */
const GATHERED = 16;
/** … or after this many ms, if few are in flight. */
const GATHER_MS = 20;

/**
 * One message. `owed`: an answer is expected; `sent`: all of it; `from`: characters sent of a large one.
 * @typedef {{text: string, owed: boolean, sent?: boolean, from?: number, message?: any}} Held
 */

/** Messages without an answer cost little, and a transaction must not wait. @param {Held} held */
const isUrgent = ({ owed, message }) => !owed || String(message?.method).startsWith('eth_sendRaw');

/**
 * @typedef {{setTimeout: Function, clearTimeout: Function, now: () => number, soon: (run: () => void) => void}} Timers
 */

export class Pace {
  /**
   * @param {(parts: import('./pieces.js').Part[]) => void} send
   * @param {Timers} timers
   * @param {boolean} framed whether the document is a frame of another
   */
  constructor(send, timers, framed) {
    this.outbox = new Outbox(send, timers.soon);
    this.timers = timers;
    this.credit = new Credit(timers.now, framed);
    /** @type {Set<Held>} small ones, oldest first */
    this.small = new Set();
    /** @type {Set<Held>} large ones, oldest first */
    this.large = new Set();
    this.waiting = 0;
    /** When all of it is available again. */
    this.full = -Infinity;
    /** @type {{id: any, at: number} | null} */
    this.timer = null;
  }

  /** Sends it now, or in its turn. @param {Held} held */
  hand(held) {
    const urgent = isUrgent(held);
    held.sent = false;
    held.from = 0;
    if (held.text.length > PIECE) {
      if (this.waiting + held.text.length > MOST) return;
      this.large.add(held);
      this.waiting += held.text.length;
    } else if ((urgent || this.small.size === 0) && this.credit.take(urgent)) {
      this.put(held);
      return;
    } else if (this.small.size < MOST_SMALL) this.small.add(held);
    this.go();
  }

  /** Nobody waits for it any more. @param {Held} held @param {boolean} refused because the document asks too much */
  settled(held, refused) {
    if (this.small.delete(held)) return;
    if (this.large.delete(held)) this.waiting -= held.text.length;
    else if (held.sent) this.credit.settled(refused);
    if (this.small.size === 0 || this.credit.left >= GATHERED) this.go();
    else this.again(this.credit.isLow ? GATHER_MS : this.credit.pause(this.small.size));
  }

  /** @param {Held} held */
  put(held) {
    this.sent(held);
    this.outbox.put(held.text);
  }

  /** @param {Held} held */
  sent(held) {
    held.sent = true;
    if (held.owed) this.credit.out += 1;
  }

  /** Sends all that may go, and sets a timer for the rest. */
  go() {
    for (const held of this.small) {
      if (!this.credit.take(isUrgent(held))) {
        this.again(this.credit.pause(this.small.size));
        break;
      }
      this.small.delete(held);
      this.put(held);
    }
    for (const held of this.large) {
      if (!this.pieces(held)) break;
      this.large.delete(held);
      this.waiting -= held.text.length;
      this.sent(held);
    }
  }

  /** Sends as much of a large text as may go now. @param {Held} held @returns {boolean} whether all of it is sent */
  pieces(held) {
    for (;;) {
      const { text, from = 0, message } = held;
      const piece = pieceOf(text, from, message?.id);
      const missing = this.missing(piece.text.length);
      if (missing > 0) {
        this.again(Math.ceil(missing / PER_MS));
        return false;
      }
      held.from = from + piece.text.length;
      this.outbox.put(piece);
      if (!this.large.has(held)) return false; // the port has died under it
      if (piece.end) return true;
    }
  }

  /** @param {number} size @returns {number} characters still missing for it; 0: it may go, and is counted */
  missing(size) {
    const now = this.timers.now();
    const missing = size - AT_ONCE + Math.max(0, this.full - now) * PER_MS;
    if (missing <= 0) this.full = Math.max(this.full, now) + size / PER_MS;
    return Math.max(0, missing);
  }

  /** @param {number} ms from now, or sooner */
  again(ms) {
    const at = this.timers.now() + ms;
    if (this.timer !== null && this.timer.at <= at) return;
    if (this.timer !== null) this.timers.clearTimeout(this.timer.id);
    const id = this.timers.setTimeout(() => {
      this.timer = null;
      this.go();
    }, ms);
    this.timer = { id, at };
  }

  /** The port is gone: the next one passes on what waits. */
  clear() {
    this.outbox.clear();
    this.small.clear();
    this.large.clear();
    this.waiting = 0;
    this.credit.reset();
  }
}

/** @type {MessageChannel | undefined} */
let bell;
/** @type {(() => void)[]} */
const turns = [];

/** The platform's timers; a test brings its own. @type {Timers} */
export const clock = {
  setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
  clearTimeout: (/** @type {number} */ timer) => clearTimeout(timer),
  now: () => performance.now(),
  // Its turn comes after those of messages that have already arrived.
  soon: (run) => {
    bell ??= new MessageChannel();
    bell.port1.onmessage = () => turns.shift()?.();
    turns.push(run);
    bell.port2.postMessage(null);
  },
};
