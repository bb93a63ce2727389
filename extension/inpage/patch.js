// A function of ours in the place of a member of a wallet's own object, or the object exactly as it was.
//
// Wallets stand behind proxies: what one assigns may land elsewhere or be swallowed, and what one reads may be made
// anew each time. So only a member is patched that reads as its property says, only by definition, and only when it
// reads back. A function that cannot be taken out again passes everything on.

import { looksLike } from './looks.js';
import { originals } from './originals.js';

/**
 * @param {any} object
 * @param {string} name
 * @param {(kept: Function, self: unknown, args: any[]) => unknown} around what is called instead
 * @returns {{kept: Function, patched: Function, undo: () => void} | null} null: it cannot be done, and nothing was
 */
export function patchMember(object, name, around) {
  try {
    const kept = object[name];
    if (typeof kept !== 'function' || described(object, name) !== kept) return null;
    let active = true;
    const patched = looksLike(new Proxy(kept, {
      apply: (f, self, args) => (active ? around(f, self, args) : originals.apply(f, self, args)),
    }), kept);
    const before = Reflect.getOwnPropertyDescriptor(object, name);
    const flags = before ?? { writable: true, enumerable: false, configurable: true };
    if (!Reflect.defineProperty(object, name, { ...flags, value: patched })) return null;
    const undo = () => {
      active = false;
      if (Reflect.getOwnPropertyDescriptor(object, name)?.value !== patched) return; // somebody stands over it
      if (before) Reflect.defineProperty(object, name, before);
      else if (!Reflect.deleteProperty(object, name) || Reflect.getOwnPropertyDescriptor(object, name)) {
        Reflect.defineProperty(object, name, { ...flags, value: kept }); // a proxy that deletes nothing
      }
    };
    if (object[name] === patched) return { kept, patched, undo };
    undo();
  } catch {
    // a proxy that throws
  }
  return null;
}

/** @param {object} object @param {string} name @returns {unknown} the value that the member's property says */
function described(object, name) {
  for (let at = /** @type {object | null} */ (object); at !== null; at = Reflect.getPrototypeOf(at)) {
    const property = Reflect.getOwnPropertyDescriptor(at, name);
    if (property) return property.value;
  }
  return undefined;
}
