// One `eth_subscribe` of a page's own socket: what its endpoint has delivered, and what the lanes have to add.
//
//   endpoint's ── heard() ──► recorded, and the page gets it as it came
//      │ the endpoint hangs up or falls silent: begin() says after which block the lanes go on
//   lanes' ────── take() ───► what the page has not had, in its own envelope

/** Blocks a subscription remembers, so that a reorganisation over the change is told as one. */
const KEPT = 32;

/** @typedef {import('../sticky.js').BlockEvents} BlockEvents */

export class Subscription {
  /**
   * @param {string} id  as the page knows it
   * @param {unknown[]} params
   */
  constructor(id, params) {
    this.id = id;
    this.params = params;
    this.isLogs = params[0] === 'logs';
    /** The newest block when it was made, for as long as nothing has come. @type {number | null} */
    this.base = null;
    /** What was delivered, oldest first. @type {BlockEvents[]} */
    this.blocks = [];
    /** The lanes' name for it, once they serve it. @type {string | null} */
    this.lane = null;
    /** Logs of the newest block, of which there may have been more to come. @type {BlockEvents | null} */
    this.open = null;
  }

  /** @param {any} result  an event of the endpoint's */
  heard(result) {
    const number = Number(this.isLogs ? result?.blockNumber : result?.number);
    const hash = this.isLogs ? result?.blockHash : result?.hash;
    if (!Number.isSafeInteger(number) || typeof hash !== 'string') return;
    const known = this.blocks.find((block) => block.hash === hash);
    if (this.isLogs && result.removed) {
      if (known) known.results = known.results.filter((text) => placeOf(text) !== place(result));
    } else if (known && this.isLogs) {
      known.results.push(JSON.stringify(result));
    } else {
      const results = this.isLogs ? [JSON.stringify(result)] : [];
      this.blocks = [
        ...this.blocks.filter((block) => block.number < number),
        { number, hash, removed: false, results },
      ].slice(-KEPT);
    }
  }

  /**
   * The lanes take over. A block of heads was delivered whole; the logs of the newest block are asked for again,
   * as the endpoint may have died between two of them.
   * @param {number} head  where the lanes are now, in case nothing is known
   * @returns {BlockEvents[]} what they go on after
   */
  begin(head) {
    const none = [{ number: this.base ?? head, hash: '', removed: false, results: [] }];
    const last = this.blocks.at(-1);
    if (!last) return none;
    if (!this.isLogs) return this.blocks;
    this.open = last;
    const before = this.blocks.slice(0, -1);
    if (before.at(-1)?.number === last.number - 1) return before;
    return [...before, { number: last.number - 1, hash: '', removed: false, results: [] }];
  }

  /** @param {BlockEvents[]} blocks  of the lanes @returns {string[]} events for the page, as JSON text */
  take(blocks) {
    return blocks.flatMap((block) => {
      const { open } = this;
      if (!open || block.removed || block.number < open.number) return block.results;
      this.open = null;
      const had = new Set(open.results.map(placeOf));
      if (block.hash === open.hash) return block.results.filter((text) => !had.has(placeOf(text)));
      // The block it was in the middle of is not there any more.
      return [...open.results.map(takenBack).reverse(), ...block.results];
    });
  }
}

/** @param {any} log @returns {string} */
function place({ blockHash, logIndex }) {
  return `${blockHash}/${Number(logIndex)}`;
}

/** @param {string} text @returns {string} */
function placeOf(text) {
  return place(JSON.parse(text));
}

/** @param {string} text @returns {string} */
function takenBack(text) {
  return JSON.stringify({ ...JSON.parse(text), removed: true });
}
