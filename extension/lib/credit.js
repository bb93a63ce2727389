// How many requests a document may pass on. Each costs the shared worker some time, so a document that makes thousands
// of requests at once waits here, in its own process. Answers make room for more, as with the streams of HTTP/2, and
// the window grows while answers arrive (RFC 5681, slow start).

import { CREDIT_DEBT, CREDIT_FRAME_MOST, CREDIT_FULL_PER_S, CREDIT_MOST, CREDIT_PER_S } from './generated.js';

/** Requests freed by time alone go this many together. */
const BY_TIME = 8;

export class Credit {
  /** @param {() => number} now in ms @param {boolean} framed whether the document is a frame of another */
  constructor(now, framed) {
    this.most = framed ? CREDIT_FRAME_MOST : CREDIT_MOST;
    this.now = now;
    this.left = this.most / 2;
    this.at = now();
    /** Requests in flight. */
    this.out = 0;
  }

  /** A new line, with nothing in flight. */
  reset() {
    this.left = this.most / 2;
    this.out = 0;
  }

  /** Takes one. @param {boolean} urgent @returns {boolean} whether it may go now */
  take(urgent) {
    const now = this.now();
    this.left = Math.min(this.most, this.left + (now - this.at) * this.rate);
    this.at = now;
    if (this.left < (urgent ? 1 - CREDIT_DEBT : 1)) return false;
    this.left -= 1;
    return true;
  }

  /** It was settled. @param {boolean} refused because the document asks too much */
  settled(refused) {
    this.out = Math.max(0, this.out - 1);
    if (!refused) this.left = Math.min(this.most, this.left + (this.out < this.most ? 2 : 1));
  }

  /** Whether the worker may soon run out of this document's requests. */
  get isLow() {
    return this.out < this.most / 2;
  }

  /** How many go in a millisecond by time alone. */
  get rate() {
    return (this.out < this.most ? CREDIT_PER_S : CREDIT_FULL_PER_S) / 1000;
  }

  /** @param {number} count of waiting ones @returns {number} ms until some may go by time */
  pause(count) {
    const wanted = this.out < this.most ? Math.min(BY_TIME, count) : 1;
    return Math.max(1, Math.ceil((wanted - this.left) / this.rate));
  }
}
