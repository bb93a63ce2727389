// How many requests a document may pass on. Each costs the shared worker some time, so a document that makes thousands
// of requests at once waits here, in its own process. Answers make room for more, as with the streams of HTTP/2, and
// the window grows while answers arrive (RFC 5681, slow start).

/** This many go at once. */
const FIRST = 32;
/** Answers allow at most this many in flight … */
const MOST = 64;
/** … and without answers this many more go per ms, so that calls that never end do not block others … */
const PER_MS = 0.05;
/** … or this many, once answers allow no more. */
const FULL_PER_MS = 0.005;
/** Urgent messages (an abort, a transaction, a wallet's answer) may take this many in advance. */
const DEBT = 256;

export class Credit {
  /** @param {() => number} now in ms */
  constructor(now) {
    this.now = now;
    this.left = FIRST;
    this.at = now();
    this.out = 0;
  }

  /** A new line, with nothing in flight. */
  reset() {
    this.left = FIRST;
    this.out = 0;
  }

  /** Takes one. @param {boolean} urgent @returns {boolean} whether it may go now */
  take(urgent) {
    const now = this.now();
    this.left = Math.min(MOST, this.left + (now - this.at) * this.rate);
    this.at = now;
    if (this.left < (urgent ? 1 - DEBT : 1)) return false;
    this.left -= 1;
    return true;
  }

  /** A request is in flight. */
  sent() {
    this.out += 1;
  }

  /** It was settled. @param {boolean} refused because the document asks too much */
  settled(refused) {
    this.out = Math.max(0, this.out - 1);
    if (!refused) this.left = Math.min(MOST, this.left + (this.out < MOST ? 2 : 1));
  }

  /** Whether the worker may soon run out of this document's requests. */
  get isLow() {
    return this.out < FIRST;
  }

  get rate() {
    return this.out < MOST ? PER_MS : FULL_PER_MS;
  }

  /** @param {number} count @returns {number} ms until `count` may go; until one may, if answers allow no more */
  pause(count) {
    const wanted = this.out < MOST ? count : 1;
    return Math.max(1, Math.ceil((wanted - this.left) / this.rate));
  }
}
