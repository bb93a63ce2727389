// Messages of one burst cross the runtime port together. A message on a port costs the browser some milliseconds of
// work in three processes, whatever its size, and all messages to the worker pass one pipe.

import { textOf } from './pieces.js';

/** At most this many characters cross together. */
const MOST = 256 * 1024;

export class Outbox {
  /**
   * @param {(parts: import('./pieces.js').Part[]) => void} post
   * @param {(run: () => void) => void} soon runs it once everything that has arrived is handled
   */
  constructor(post, soon) {
    this.post = post;
    this.soon = soon;
    /** @type {import('./pieces.js').Part[]} */
    this.parts = [];
    this.size = 0;
    this.collects = false;
  }

  /** The first goes at once; the rest of the burst goes together. @param {import('./pieces.js').Part} part */
  put(part) {
    const { length } = textOf(part);
    if (this.size + length > MOST) this.flush();
    this.parts.push(part);
    this.size += length;
    if (typeof part !== 'string') this.flush();
    if (this.collects) return;
    this.collects = true;
    this.flush();
    this.soon(() => {
      this.collects = false;
      this.flush();
    });
  }

  flush() {
    const { parts } = this;
    this.clear();
    if (parts.length > 0) this.post(parts);
  }

  /** The port is gone. */
  clear() {
    this.parts = [];
    this.size = 0;
  }
}
