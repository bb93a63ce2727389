// Collections whose methods a page cannot change: what they hold (messages, the core's state, the way to the bridge) is
// not for the page to see.

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
