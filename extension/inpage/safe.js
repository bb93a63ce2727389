// Collections whose methods a page cannot change, because the page must not see what they hold (messages, the core's
// state, the channel to the bridge).

/**
 * A class whose instances keep the platform's methods, whatever a page puts on the prototype. A page can still change
 * the iterators, so use `forEach`.
 * @template {new (...args: any[]) => any} C
 * @param {C} Base
 * @returns {C}
 */
function safe(Base) {
  // A class's default constructor would pass its arguments on by their iterator.
  const Safe = /** @type {C} */ (
    class extends /** @type {any} */ (Base) {
      constructor() {
        super();
      }
    }
  );
  const { constructor: _, ...members } = Object.getOwnPropertyDescriptors(Base.prototype);
  Object.defineProperties(Safe.prototype, members);
  return Safe;
}

export const SafeMap = safe(Map);
export const SafeSet = safe(Set);
export const SafeWeakMap = safe(WeakMap);
export const SafeWeakSet = safe(WeakSet);

const { isArray } = Array;

/**
 * A set of the entries in a message's list, made without the list's iterator.
 * @param {unknown} list
 * @returns {Set<any>}
 */
export function setOf(list) {
  const set = new SafeSet();
  for (let i = 0; isArray(list) && i < list.length; i++) set.add(list[i]);
  return set;
}
