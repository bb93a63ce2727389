// One life of the core: a fresh instance of the wasm with its own glue, from its start to its first failure.
//
// A wasm that has trapped cannot be used again. Everything that enters an instance (a call, a timer, a reply of a
// fetch, a socket) enters by its exports. So a failure is seen here, belongs to this instance, and is the last thing
// that runs in it.

/** @typedef {{init: () => Promise<unknown>, Core: new (host: object) => any}} Glue */
/** @typedef {(watched: (exports: any) => any, platform: {WebSocket: any}) => Glue} MakeGlue */

export class Life {
  /**
   * @param {MakeGlue} makeGlue
   * @param {(life: Life, error: unknown) => void} failed called once
   * @param {(url: string) => void} [opens] a socket that is opened now
   */
  constructor(makeGlue, failed, opens = () => {}) {
    this.failed = failed;
    this.over = false;
    this.began = performance.now();
    /** @type {Set<WebSocket>} */
    this.sockets = new Set();
    /** @type {(nothing: void) => void} */
    this.finish = () => {};
    this.end = new Promise((/** @type {(nothing: void) => void} */ resolve) => {
      this.finish = resolve;
    });
    this.glue = makeGlue((exports) => this.watched(exports), { WebSocket: socketOf(this.sockets, opens) });
  }

  /** @param {unknown} error */
  fail(error) {
    if (this.over) return;
    this.over = true;
    for (const socket of this.sockets) socket.close();
    this.finish();
    this.failed(this, error);
  }

  /** @param {Record<string, any>} exports @returns {Record<string, any>} the same, with every function watched */
  watched(exports) {
    return Object.fromEntries(
      Object.entries(exports).map(([name, member]) => [
        name,
        typeof member === 'function' ? this.watch(member) : member,
      ]),
    );
  }

  /** @param {Function} run */
  watch(run) {
    return (/** @type {any[]} */ ...args) => {
      if (this.over) return undefined; // a late callback of a dead instance
      try {
        return run(...args);
      } catch (error) {
        this.fail(error);
        throw error;
      }
    };
  }
}

/**
 * A WebSocket that is listed while it is open.
 * @param {Set<WebSocket>} open
 * @param {(url: string) => void} opens
 */
function socketOf(open, opens) {
  return class extends (globalThis.WebSocket ?? Object) {
    /** @param {string} url */
    constructor(url) {
      opens(url);
      super(url);
      open.add(/** @type {any} */ (this));
      this.addEventListener('close', () => open.delete(/** @type {any} */ (this)));
    }
  };
}
