// Whose doing it was that a core failed: the document's whose message or whose reply was being handled. A timer is
// nobody's, unless one origin alone had reads waiting, again and again. An origin that fails core after core is not
// served again: the others have no pauses for its sake.

/** Nobody's: a timer, a socket, a reply to the core's own question. */
export const NOBODY = 0;
/** The core was asked by ourselves: for a panel, or because the browser told us something. */
export const OURSELVES = -1;

/** An origin whose documents have failed so many cores is not served again while this worker lives. */
const MOST_FAILURES = 3;
/** A page can give its frames a new origin each: so many for all frames of other origins in tabs of one host. */
const MOST_OF_FRAMES = 9;
/** Documents that are remembered: a read may be asked by two of one origin, and the first one may be gone. */
const MOST_DOCUMENTS = 10_000;

/** @typedef {{origin: string, host: string}} Page */

export class Blame {
  constructor() {
    /** @type {Map<number, Page>} by the document's number */
    this.pages = new Map();
    /** @type {Map<string, number>} cores that somebody has failed */
    this.failures = new Map();
    /** Who alone had reads waiting when the last cores failed in a timer, and how many in a row. */
    this.alone = { name: '', times: 0 };
  }

  /** @param {number} number @param {Page} page */
  meet(number, { origin, host }) {
    this.pages.set(number, { origin, host });
    for (const first of this.pages.keys()) {
      if (this.pages.size <= MOST_DOCUMENTS) break;
      this.pages.delete(first);
    }
  }

  /** @param {Page} page */
  isOver(page) {
    return this.count(nameOf(page)) >= MOST_FAILURES || this.count(framesOf(page)) >= MOST_OF_FRAMES;
  }

  /** @param {number} number of the document whose message, or whose reply, a core did not survive */
  put(number) {
    const page = this.pages.get(number);
    if (!page) return;
    for (const name of [nameOf(page), framesOf(page)]) if (name) this.failures.set(name, this.count(name) + 1);
  }

  /** A core failed, and nobody knows by what. @param {Page[]} waiting documents whose reads were waiting */
  suspect(waiting) {
    const names = new Set(waiting.map(nameOf));
    const [name = ''] = names.size === 1 ? names : [];
    this.alone = { name, times: name === this.alone.name ? this.alone.times + 1 : 1 };
    if (name && this.alone.times >= MOST_FAILURES) this.failures.set(name, MOST_FAILURES);
  }

  /** @param {string} name */
  count(name) {
    return name ? this.failures.get(name) ?? 0 : 0;
  }
}

/** @param {Page} page */
function nameOf({ origin, host }) {
  return `${origin} ${host}`;
}

/** @param {Page} page @returns {string} empty for a document of the tab's own host */
function framesOf({ origin, host }) {
  return isOf(origin, host) ? '' : `in ${host}`;
}

/** @param {string} origin @param {string} host */
function isOf(origin, host) {
  const [, rest = ''] = origin.split('://');
  return rest === host || rest.startsWith(`${host}:`);
}
