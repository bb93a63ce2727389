// What the page scripts need from a browser's window, for Node. Import it before anything from extension/inpage/.

const events = new EventTarget();
const g = /** @type {any} */ (globalThis);
g.addEventListener ??= events.addEventListener.bind(events);
g.removeEventListener ??= events.removeEventListener.bind(events);
g.dispatchEvent ??= events.dispatchEvent.bind(events);
