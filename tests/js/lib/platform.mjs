// What the page's scripts take from a browser's window, for node. Import it before anything of extension/inpage/.

const events = new EventTarget();
const g = /** @type {any} */ (globalThis);
g.addEventListener ??= events.addEventListener.bind(events);
g.removeEventListener ??= events.removeEventListener.bind(events);
g.dispatchEvent ??= events.dispatchEvent.bind(events);
