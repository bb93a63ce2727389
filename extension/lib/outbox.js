// What a document says in one burst crosses the runtime port together. A message on a port costs the browser some
// milliseconds of work in three processes whatever its size, and everybody's messages to the worker pass one pipe.

/** So many characters cross together at most. */
const MOST = 256 * 1024;

export class Outbox {
  /**
   * @param {(texts: string[]) => void} post
   * @param {(run: () => void) => void} soon runs it after what has arrived by now has been handled
   */
  constructor(post, soon) {
    this.post = post;
    this.soon = soon;
    /** @type {string[]} */
    this.texts = [];
    this.size = 0;
    this.collects = false;
  }

  /** The first goes at once; what follows in the same burst goes together. @param {string} text */
  put(text) {
    if (this.size + text.length > MOST) this.flush();
    this.texts.push(text);
    this.size += text.length;
    if (this.collects) return;
    this.collects = true;
    this.flush();
    this.soon(() => {
      this.collects = false;
      this.flush();
    });
  }

  flush() {
    const { texts } = this;
    this.clear();
    if (texts.length > 0) this.post(texts);
  }

  /** The port is gone. */
  clear() {
    this.texts = [];
    this.size = 0;
  }
}
