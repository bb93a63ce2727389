// A page's own WebSocket in a test.

globalThis.CloseEvent ??= /** @type {any} */ (
  class CloseEvent extends Event {
    /** @param {string} type @param {any} [init] */
    constructor(type, { code = 0, reason = '', wasClean = false } = {}) {
      super(type);
      Object.assign(this, { code, reason, wasClean });
    }
  }
);

/** A socket without a network: `sent` holds what the page sends, and `hear` delivers the endpoint's messages. */
export const socketClass = () =>
  class Socket extends EventTarget {
    static open = /** @type {any[]} */ ([]);
    #state = 1;
    url = 'wss://mainnet.infura.io/ws/v3/key';
    protocol = '';
    sent = /** @type {any[]} */ ([]);
    /** @type {(() => void) | null} */
    onopen = null;
    constructor() {
      super();
      Socket.open.push(this);
    }
    get readyState() {
      return this.#state;
    }
    /** @param {string} text */
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.#state = 3;
    }
    /** @param {unknown} message */
    hear(message) {
      this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
    }
    hangUp(code = 1006) {
      this.#state = 3;
      this.dispatchEvent(new CloseEvent('close', { code, wasClean: false }));
    }
  };
