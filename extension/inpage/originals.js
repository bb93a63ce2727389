// The platform's functions as they were before any page script ran. A page may replace them later; we keep these.

/** @template {Function} F @param {F} f @param {unknown} self @returns {F} */
const bound = (f, self) => f.bind(self);

/** @typedef {{setTimeout: Function, clearTimeout: Function, now: () => number}} Timers a test brings its own */

const w = globalThis;

export const originals = Object.freeze({
  apply: Reflect.apply,
  parse: JSON.parse,
  stringify: JSON.stringify,
  setTimeout: bound(w.setTimeout, w),
  clearTimeout: bound(w.clearTimeout, w),
  now: bound(performance.now, performance),
  date: Date.now,
  random: typeof crypto === 'object' ? bound(crypto.getRandomValues, crypto) : null,
  addEventListener: bound(w.addEventListener, w),
  removeEventListener: bound(w.removeEventListener, w),
  dispatchEvent: bound(w.dispatchEvent, w),
  CustomEvent: w.CustomEvent,
  MutationObserver: w.MutationObserver,
  fetch: w.fetch,
  XMLHttpRequest: w.XMLHttpRequest,
  WebSocket: w.WebSocket,
});

/** Runs before the page's own listeners, whatever those are. */
export const CAPTURE = Object.freeze({ capture: true });
