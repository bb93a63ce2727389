// A browser's MessageEvent can be cancelable; Node's ignores the option. Import this before lib/handover.js.

globalThis.MessageEvent = /** @type {any} */ (
  class extends Event {
    /** @param {string} type @param {any} init */
    constructor(type, init) {
      super(type, init);
      this.ports = init.ports;
    }
  }
);
