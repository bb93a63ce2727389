// Replacing one function of the platform so that a page cannot tell, except by what it does.

import { looksLike } from '../looks.js';

/**
 * @callback Trap
 * @param {Function} native  the function as it was
 * @param {any} self  `this` of the call
 * @param {any[]} args
 * @returns {any}
 */

/**
 * Wrap a method, or with `part` `'get'` the getter of an accessor.
 *
 * @param {any} owner
 * @param {string} key
 * @param {Trap} trap
 * @param {'value' | 'get'} [part]
 * @returns {() => void} undo; if someone wrapped us meanwhile, our layer becomes a plain pass-through
 */
export function wrapMethod(owner, key, trap, part = 'value') {
  let active = true;
  const undo = replace(owner, key, part, {
    apply: (target, self, args) => (active ? trap(target, self, args) : Reflect.apply(target, self, args)),
  });
  return () => {
    active = false;
    undo();
  };
}

/**
 * Wrap a constructor; `made` gets every new object, and what it was made of, before the page does. Subclasses go
 * on working.
 *
 * @param {any} owner
 * @param {string} key
 * @param {(object: any, args: any[]) => void} made
 * @returns {() => void} undo
 */
export function wrapConstructor(owner, key, made) {
  let active = true;
  const undo = replace(owner, key, 'value', {
    construct(target, args, newTarget) {
      const object = Reflect.construct(target, args, newTarget);
      if (active) made(object, args);
      return object;
    },
  });
  const { prototype } = owner[key];
  const undoConstructor = set(prototype, 'constructor', owner[key]);
  return () => {
    active = false;
    undo();
    undoConstructor();
  };
}

/**
 * Put a proxy in a function's place. A proxy of the native function keeps its name, length, prototype,
 * statics and whether it is a constructor.
 * A locked property is left alone: then that way of calling is not guarded, and nothing breaks.
 *
 * @param {any} owner
 * @param {string} key
 * @param {'value' | 'get'} part
 * @param {ProxyHandler<any>} handler
 * @returns {() => void} undo
 */
function replace(owner, key, part, handler) {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  const native = before?.[part];
  if (!before?.configurable || typeof native !== 'function') return () => {};
  return set(owner, key, looksLike(new Proxy(native, handler), native), part);
}

/**
 * @param {any} owner
 * @param {string} key
 * @param {Function} wrapped
 * @param {'value' | 'get'} [part]
 * @returns {() => void} undo, unless someone else has set it since
 */
function set(owner, key, wrapped, part = 'value') {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  if (!before?.configurable) return () => {};
  Object.defineProperty(owner, key, { ...before, [part]: wrapped });
  return () => {
    if (Object.getOwnPropertyDescriptor(owner, key)?.[part] === wrapped) Object.defineProperty(owner, key, before);
  };
}
