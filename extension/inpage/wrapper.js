// The object a page gets instead of a wallet's provider.
//
// A Proxy with an empty target. If the wallet were the target, non-writable members (Brave) would violate the
// invariants of `get`, and every call would throw. Every call reaches the wallet with the wallet as `this`, for wallets
// with private fields (MetaMask). Properties that cannot be written to the wallet stay on the target, and so do the
// page's own `request`, `send` and `sendAsync`. So does everything frozen (`Object.freeze`), because the engine
// compares it with the target.

import { ROUTED, presenter } from './members.js';

/**
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @param {(provider: any) => any} wrap for the providers a provider holds
 * @param {WeakSet<Function>} guards collects our own `request` functions
 */
export function makeWrapper(wallet, client, wrap, guards) {
  const target = wallet.target;
  const own = /** @type {any} */ ({});
  /** @type {Set<string | symbol>} properties of `own` that only have the shape of the wallet's */
  const shapes = new Set();
  const isOwn = (/** @type {string | symbol} */ p) => Object.hasOwn(own, p) && !shapes.has(p);
  const present = presenter(wallet, client, wrap, guards, () => wrapper);
  const wrapper = new Proxy(own, {
    get: (_, p) => (isOwn(p) ? own[p] : present.value(p, Reflect.get(target, p))),
    set: (_, p, value) => {
      if (!ROUTED.has(String(p)) && !isOwn(p) && Reflect.set(target, p, present.raw(value))) return true;
      return Reflect.defineProperty(own, p, { value, writable: true, enumerable: true, configurable: true });
    },
    has: (_, p) => Object.hasOwn(own, p) || Reflect.has(target, p),
    deleteProperty: (_, p) => Reflect.deleteProperty(own, p) && Reflect.deleteProperty(target, p),
    ownKeys: () => {
      const ours = Reflect.ownKeys(own);
      return Reflect.isExtensible(own) ? [...new Set([...Reflect.ownKeys(target), ...ours])] : ours;
    },
    getOwnPropertyDescriptor: (_, p) => {
      const there = Reflect.getOwnPropertyDescriptor(own, p);
      const shown = isOwn(p) ? undefined : present.descriptor(p);
      if (shown && there) shown.configurable = there.configurable === true;
      return shown ?? there;
    },
    defineProperty: (_, p, descriptor) => {
      // A non-configurable property must exist on the target, or the engine throws.
      const there = !ROUTED.has(String(p)) && Reflect.defineProperty(target, p, descriptor);
      if (there && descriptor.configurable !== false) return true;
      const says = isOwn(p) || ['value', 'get', 'set'].some((key) => key in descriptor);
      const whole = says ? descriptor : { ...present.descriptor(p), ...descriptor };
      if (!Reflect.defineProperty(own, p, whole)) return false;
      if (there && Reflect.getOwnPropertyDescriptor(own, p)?.writable) shapes.add(p);
      else shapes.delete(p);
      return true;
    },
    getPrototypeOf: () => Reflect.getPrototypeOf(target),
    setPrototypeOf: (_, prototype) => Reflect.setPrototypeOf(target, prototype),
    preventExtensions: () => {
      if (!Reflect.preventExtensions(target)) return false;
      Reflect.setPrototypeOf(own, Reflect.getPrototypeOf(target));
      for (const p of Reflect.ownKeys(target)) {
        if (Object.hasOwn(own, p)) continue;
        shapes.add(p);
        Reflect.defineProperty(own, p, present.descriptor(p) ?? {});
      }
      return Reflect.preventExtensions(own);
    },
  });
  return wrapper;
}
