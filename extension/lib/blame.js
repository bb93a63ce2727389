// Which document made a core fail: the one whose message or reply was being handled. A timer is blamed on nobody,
// unless one origin alone had reads waiting, again and again. An origin that fails core after core is not served again,
// so that others have no more pauses because of it.

/** Nobody: a timer, a socket, a reply to the core's own question. */
export const NOBODY = 0;
/** Our own call: for a panel, or for an event of the browser. */
export const OURSELVES = -1;

/** An origin whose documents have failed this many cores is not served again while this worker lives. */
const MOST_FAILURES = 3;
/** A page can give each frame a new origin, so this is the limit for all foreign frames in tabs of one host. */
const MOST_OF_FRAMES = 9;
/** Documents remembered: two of one origin may share a read, and the first one may be gone. */
const MOST_DOCUMENTS = 10_000;

/** @typedef {{origin: string, host: string}} Page */

export class Blame {
  constructor() {
    /** @type {Map<number, Page>} by the document's number */
    this.pages = new Map();
    /** @type {Map<string, number>} cores failed, by origin or host */
    this.failures = new Map();
    /** The origin that alone had reads waiting when the last cores failed in a timer, and how many in a row. */
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

  /** A core failed for an unknown reason. @param {Page[]} waiting documents whose reads were waiting */
  suspect(waiting) {
    const names = new Set(waiting.map(nameOf));
    const [name = ''] = names.size === 1 ? names : [];
    this.alone = { name, times: name === this.alone.name ? this.alone.times + 1 : 1 };
    if (name && this.alone.times >= MOST_FAILURES) this.failures.set(name, MOST_FAILURES);
  }

  /** @param {string} name */
  count(name) {
    return name ? (this.failures.get(name) ?? 0) : 0;
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
