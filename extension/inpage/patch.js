// Replaces a member of a wallet's own object by a function of ours, or leaves the object exactly as it was.
//
// Wallets may be proxies: an assignment may go elsewhere or be ignored, and a read may return a new object each time.
// So a member is patched only if it reads as its property says, only by definition, and only if it reads back. A
// function that cannot be removed later passes everything on.

import { looksLike } from './looks.js';
import { originals } from './originals.js';

/**
 * @param {any} object
 * @param {string} name
 * @param {(kept: Function, self: unknown, args: any[]) => unknown} around is called instead
 * @returns {{kept: Function, patched: Function, undo: () => void} | null} null: it cannot be done, and nothing was
 */
export function patchMember(object, name, around) {
  try {
    const kept = object[name];
    if (typeof kept !== 'function' || described(object, name) !== kept) return null;
    let active = true;
    const patched = looksLike(
      new Proxy(kept, { apply: (f, self, args) => (active ? around(f, self, args) : originals.apply(f, self, args)) }),
      kept,
    );
    const before = Reflect.getOwnPropertyDescriptor(object, name);
    const flags = before ?? { writable: true, enumerable: false, configurable: true };
    if (!Reflect.defineProperty(object, name, { ...flags, value: patched })) return null;
    const undo = () => {
      active = false;
      if (Reflect.getOwnPropertyDescriptor(object, name)?.value !== patched) return; // another script patched it since
      if (before) Reflect.defineProperty(object, name, before);
      else if (!Reflect.deleteProperty(object, name) || Reflect.getOwnPropertyDescriptor(object, name)) {
        Reflect.defineProperty(object, name, { ...flags, value: kept }); // for a proxy that refuses to delete
      }
    };
    if (object[name] === patched) return { kept, patched, undo };
    undo();
  } catch {
    // a proxy that throws
  }
  return null;
}

/** @param {object} object @param {string} name @returns {unknown} the value in the member's own property descriptor */
function described(object, name) {
  for (let at = /** @type {object | null} */ (object); at !== null; at = Reflect.getPrototypeOf(at)) {
    const property = Reflect.getOwnPropertyDescriptor(at, name);
    if (property) return property.value;
  }
  return undefined;
}
