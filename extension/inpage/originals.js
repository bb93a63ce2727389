// The platform as it was before any page script ran. A page may replace these later; we keep ours.

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

/**
 * A class whose instances keep the platform's methods, whatever a page puts on the prototype. Its iterators are the
 * page's to change: use `forEach`.
 * @template {new (...args: any[]) => any} C
 * @param {C} Base
 * @returns {C}
 */
function safe(Base) {
  // The constructor a class has by itself hands its arguments on by their iterator.
  const Safe = /** @type {C} */ (class extends /** @type {any} */ (Base) { constructor() { super(); } });
  const { constructor: _, ...members } = Object.getOwnPropertyDescriptors(Base.prototype);
  Object.defineProperties(Safe.prototype, members);
  return Safe;
}

export const SafeMap = safe(Map);
export const SafeSet = safe(Set);
export const SafeWeakMap = safe(WeakMap);
export const SafeWeakSet = safe(WeakSet);

const { isArray } = Array;

/** A set of what a message lists, without the list's iterator. @param {unknown} list @returns {Set<any>} */
export function setOf(list) {
  const set = new SafeSet();
  for (let i = 0; isArray(list) && i < list.length; i++) set.add(list[i]);
  return set;
}

/** Before the page's own listeners, whatever those are. */
export const CAPTURE = Object.freeze({ capture: true });
