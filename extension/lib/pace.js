// How fast a document's large texts are handed on. Each holds up the worker for as long as it takes to read it, and with
// it everybody's answers: so they go one by one, and small ones pass them.

/** A text of so many characters is large. */
const LARGE = 64 * 1024;
/** So much of large texts goes at once … */
const AT_ONCE = 1024 * 1024;
/** … and so much a second, for long. */
const PER_MS = 4 * 1024;
/** What waits here at most: more than the bridge lets a page have unanswered. */
const MOST = 32 * 1024 * 1024;

/** One text, and whether it is still wanted. @typedef {{text: string, wanted: () => boolean}} Held */

export class Pace {
  /**
   * @param {(text: string) => void} send
   * @param {{setTimeout: Function, clearTimeout: Function, now: () => number}} timers
   */
  constructor(send, timers) {
    this.send = send;
    this.timers = timers;
    /** @type {Held[]} oldest first */
    this.queue = [];
    this.waiting = 0;
    /** When all of it is there again: a text that is larger than that takes it in advance. */
    this.full = -Infinity;
    /** @type {any} */
    this.timer = null;
  }

  /**
   * Sends it now, or in its turn.
   * @param {string} text
   * @param {() => boolean} wanted asked when its turn has come
   */
  hand(text, wanted) {
    if (text.length <= LARGE) {
      this.send(text);
      return;
    }
    if (this.waiting + text.length > MOST) return;
    this.queue.push({ text, wanted });
    this.waiting += text.length;
    this.go();
  }

  /** Whatever may go goes. */
  go() {
    for (let head = this.queue[0]; head !== undefined; head = this.queue[0]) {
      if (head.wanted() && !this.may(head.text.length)) return;
      this.queue.shift();
      this.waiting -= head.text.length;
      if (head.wanted()) this.send(head.text);
    }
  }

  /** @param {number} size @returns {boolean} whether it may go now; if not, it is asked again when it may */
  may(size) {
    const now = this.timers.now();
    const left = AT_ONCE - Math.max(0, this.full - now) * PER_MS;
    const missing = Math.min(size, AT_ONCE) - left;
    if (missing > 0) {
      this.timer ??= this.timers.setTimeout(() => {
        this.timer = null;
        this.go();
      }, Math.ceil(missing / PER_MS));
      return false;
    }
    this.full = Math.max(this.full, now) + size / PER_MS;
    return true;
  }

  /** The port is gone: what waits is handed on anew by the next one. */
  clear() {
    this.queue = [];
    this.waiting = 0;
  }
}

/** The platform's timers; a test brings its own. */
export const clock = {
  setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
  clearTimeout: (/** @type {number} */ timer) => clearTimeout(timer),
  now: () => performance.now(),
};
