// A browser's MessageEvent can be cancelable; node's ignores the wish. Import it before lib/handover.js.

globalThis.MessageEvent = /** @type {any} */ (class extends Event {
  /** @param {string} type @param {any} init */
  constructor(type, init) {
    super(type, init);
    this.ports = init.ports;
  }
});
