// How many requests a document may hand on. Each costs the worker of all pages some time, so a document that asks
// thousands of things at once waits here, in its own process: what comes back makes room for more, as with the
// streams of HTTP/2, and the window grows while answers come (RFC 5681, slow start).

/** So many go at once. */
const FIRST = 32;
/** So many may be out at most by the answers that came … */
const MOST = 64;
/** … and without any answer, so many more go in a millisecond: calls that never end hold up no others … */
const PER_MS = 0.05;
/** … or so many, when as many are out already as there may be by answers. */
const FULL_PER_MS = 0.005;
/** What cannot wait (an abort, a transaction, the word of a wallet) may take so many in advance. */
const DEBT = 256;

export class Credit {
  /** @param {() => number} now in ms */
  constructor(now) {
    this.now = now;
    this.left = FIRST;
    this.at = now();
    this.out = 0;
  }

  /** A new line: nothing is out on it. */
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

  /** A request is out. */
  sent() {
    this.out += 1;
  }

  /** It was settled. @param {boolean} refused because the document asks too much */
  settled(refused) {
    this.out = Math.max(0, this.out - 1);
    if (!refused) this.left = Math.min(MOST, this.left + (this.out < MOST ? 2 : 1));
  }

  /** Whether the worker may soon have nothing of this document's to do. */
  get isLow() {
    return this.out < FIRST;
  }

  get rate() {
    return this.out < MOST ? PER_MS : FULL_PER_MS;
  }

  /** @param {number} count @returns {number} ms until so many may go; until one may, when as many are out as there may be */
  pause(count) {
    const wanted = this.out < MOST ? count : 1;
    return Math.max(1, Math.ceil((wanted - this.left) / this.rate));
  }
}
