// A large text crosses a runtime port in pieces. In one piece, a text of 4 MB keeps the browser's own processes at work
// for some 150 ms, and the messages of all pages wait behind it.

/** This many characters cross together. */
export const PIECE = 64 * 1024;
/** Documents of one site may hold incomplete texts of this many whole messages. */
const MOST = 4;

/** A whole text, or a piece of a large one. @typedef {string | Piece} Part */
/** `id`: of the message, if it has one. @typedef {{id?: number, text: string, start: boolean, end: boolean}} Piece */

/** @param {Part} part */
export const textOf = (part) => (typeof part === 'string' ? part : part.text);

/** @param {string} text @param {number} from @param {number} [id] @returns {Piece} */
export function pieceOf(text, from, id) {
  const to = Math.min(text.length, from + PIECE);
  // The halves of a surrogate pair stay together: alone, neither is valid UTF-8.
  const end = to < text.length && /[\ud800-\udbff]/.test(text[to - 1]) ? to - 1 : to;
  return { id, text: text.slice(from, end), start: from === 0, end: end === text.length };
}

export class Pieces {
  /** @param {number} most characters of one text */
  constructor(most) {
    this.most = most;
    /** @type {Map<number, {site: string, texts: string[], size: number}>} by client */
    this.begun = new Map();
  }

  /**
   * @param {number} client
   * @param {string} site
   * @param {Piece} piece
   * @returns {string | null | undefined} the whole text; null: more is to come; undefined: it exceeds the limit
   */
  take(client, site, { text, start, end }) {
    if (start) this.begun.delete(client);
    const begun = this.begun.get(client) ?? { site, texts: [], size: 0 };
    this.begun.set(client, begun);
    begun.texts.push(text);
    begun.size += text.length;
    const all = [...this.begun.values()].reduce((sum, other) => sum + (other.site === site ? other.size : 0), 0);
    const fits = begun.size <= this.most && all <= MOST * this.most;
    if (fits && !end) return null;
    this.begun.delete(client);
    return fits ? begun.texts.join('') : undefined;
  }

  /** @param {number} client that is gone */
  drop(client) {
    this.begun.delete(client);
  }
}
