// A window for Node whose events behave as in a browser: capturing listeners come first, and as in Chromium an event
// that was stopped once stays stopped. Import it before anything from extension/inpage/.

class PageEvent {
  /** @param {string} type */
  constructor(type) {
    this.type = type;
    this.eventPhase = 0;
    this.stopped = false;
  }

  stopImmediatePropagation() {
    this.stopped = true;
  }
}

class PageCustomEvent extends PageEvent {
  #detail;
  /** @param {string} type @param {{detail?: unknown}} [init] */
  constructor(type, { detail = null } = {}) {
    super(type);
    this.#detail = detail;
  }

  get detail() {
    return this.#detail;
  }
}

export class PageWindow {
  /** @type {{type: string, listener: Function, capture: boolean}[]} */
  listeners = [];

  /** @param {string} type @param {Function} listener @param {{capture?: boolean}} [options] */
  addEventListener(type, listener, { capture = false } = {}) {
    if (this.listeners.some((l) => l.type === type && l.listener === listener && l.capture === capture)) return;
    this.listeners.push({ type, listener, capture });
  }

  /** @param {string} type @param {Function} listener @param {{capture?: boolean}} [options] */
  removeEventListener(type, listener, { capture = false } = {}) {
    this.listeners = this.listeners.filter((l) => l.type !== type || l.listener !== listener || l.capture !== capture);
  }

  /** @param {PageEvent} event */
  dispatchEvent(event) {
    event.eventPhase = 2;
    const there = this.listeners.filter((l) => l.type === event.type);
    for (const { listener } of [...there.filter((l) => l.capture), ...there.filter((l) => !l.capture)]) {
      if (!event.stopped) Reflect.apply(listener, this, [event]);
    }
    event.eventPhase = 0;
    return true;
  }
}

let current = new PageWindow();

/** @returns {any} the window from now on */
export function freshWindow() {
  current = new PageWindow();
  return current;
}

const g = /** @type {any} */ (globalThis);
g.Event = PageEvent;
g.CustomEvent = PageCustomEvent;
for (const name of /** @type {const} */ (['addEventListener', 'removeEventListener', 'dispatchEvent'])) {
  g[name] = (/** @type {any[]} */ ...args) => Reflect.apply(/** @type {any} */ (current)[name], current, args);
}
