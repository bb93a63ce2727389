// The object a page gets instead of a wallet's provider.
//
// A Proxy with an empty target. With the wallet as target, a wallet whose members are non-writable (Brave)
// breaks the invariants of `get`, and every call throws. With an empty target there is nothing to violate. Every
// call reaches the wallet with the wallet as `this`, for wallets with private fields (MetaMask).
// What cannot be put on the wallet, and the page's own `request`, `send` or `sendAsync`, stays on the target.

import { Listeners } from './events.js';
import { legacy } from './legacy.js';
import { originals } from './originals.js';
import { route } from './route.js';

/** Replacements of these stay on the wrapper: on the wallet, a patched `request` would call itself through us. */
const ROUTED = new Set(['request', 'send', 'sendAsync']);
const LISTENS = new Set(['on', 'once', 'off', 'addListener', 'removeListener', 'prependListener', 'prependOnceListener']);
const LISTS = new Set(['listeners', 'rawListeners']);
/** Properties under which wallets keep other wallets' providers. */
const NESTED = new Set(['selectedProvider', 'currentProvider', 'provider']);

/**
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @param {(provider: any) => any} wrap for the providers a provider holds
 */
export function makeWrapper(wallet, client, wrap) {
  const target = wallet.target;
  const own = /** @type {any} */ ({});
  const listeners = new Listeners(target, () => wrapper);
  const present = presenter(wallet, client, listeners, wrap, () => wrapper);
  const wrapper = new Proxy(own, {
    get: (_, p) => (Object.hasOwn(own, p) ? own[p] : present.value(p, Reflect.get(target, p))),
    set: (_, p, value) => {
      if (!ROUTED.has(String(p)) && !Object.hasOwn(own, p) && Reflect.set(target, p, present.raw(value))) return true;
      return Reflect.defineProperty(own, p, { value, writable: true, enumerable: true, configurable: true });
    },
    has: (_, p) => Object.hasOwn(own, p) || Reflect.has(target, p),
    deleteProperty: (_, p) => Reflect.deleteProperty(own, p) && Reflect.deleteProperty(target, p),
    ownKeys: () => [...new Set([...Reflect.ownKeys(target), ...Reflect.ownKeys(own)])],
    getOwnPropertyDescriptor: (_, p) => Reflect.getOwnPropertyDescriptor(own, p) ?? present.descriptor(p),
    defineProperty: (_, p, descriptor) => {
      // A property that is to be non-configurable must be on the target, or the engine throws.
      const there = !ROUTED.has(String(p)) && Reflect.defineProperty(target, p, descriptor);
      return there && descriptor.configurable !== false ? true : Reflect.defineProperty(own, p, descriptor);
    },
    getPrototypeOf: () => Reflect.getPrototypeOf(target),
    setPrototypeOf: (_, prototype) => Reflect.setPrototypeOf(target, prototype),
    preventExtensions: () => false, // a frozen wrapper could not follow the wallet
  });
  return wrapper;
}

/**
 * How the wallet's members look from outside.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @param {Listeners} listeners
 * @param {(provider: any) => any} wrap
 * @param {() => object} wrapper
 */
function presenter(wallet, client, listeners, wrap, wrapper) {
  const { target } = wallet;
  const shown = new Functions(target, wrapper);
  const nested = nestedViews(wrap);

  /** @param {string} p @param {Function} f @param {any[]} args @param {unknown} self */
  const call = (p, f, args, self) => {
    if (p === 'request') return route(wallet, client, args);
    if (p === 'send' || p === 'sendAsync') return legacy(wallet, client, f, args);
    if (LISTENS.has(p)) {
      if (p !== 'off' && p !== 'removeListener') wallet.follow();
      const [name, listener, ...rest] = args;
      return originals.apply(f, self, args.length < 2 ? args : [name, listeners.standIn(listener), ...rest]);
    }
    const result = originals.apply(f, self, args);
    return LISTS.has(p) ? listeners.pagesOf(result) : result;
  };

  /** @param {string | symbol} p @param {any} value */
  const value = (p, value) => {
    if (typeof value === 'function') return p === 'constructor' ? value : shown.show(kindOf(p), value, call);
    if (p === 'providers' && Array.isArray(value)) return nested(value);
    return NESTED.has(String(p)) && isProvider(value) ? wrap(value) : value;
  };

  /** @param {string | symbol} p */
  const descriptor = (p) => {
    const d = Reflect.getOwnPropertyDescriptor(target, p);
    if (!d) return undefined;
    d.configurable = true; // nothing non-configurable is on the empty target
    if ('value' in d) d.value = value(p, d.value);
    else if (d.get) d.get = /** @type {() => any} */ (shown.show('get', d.get, call));
    return d;
  };

  return { value, descriptor, raw: (/** @type {any} */ v) => shown.raw(v) };
}

/** Functions of one treatment share their stand-in. @param {string | symbol} p */
function kindOf(p) {
  const name = String(p);
  return ROUTED.has(name) || LISTENS.has(name) || LISTS.has(name) ? name : 'plain';
}

/** The wallet's functions as the page sees them: same name, length and properties, stable identity. */
class Functions {
  /** @param {object} target @param {() => object} wrapper */
  constructor(target, wrapper) {
    this.target = target;
    this.wrapper = wrapper;
    /** @type {Map<string, WeakMap<Function, Function>>} */
    this.byKind = new Map();
    /** @type {WeakMap<Function, Function>} */
    this.raws = new WeakMap();
    /** @type {WeakSet<Function>} the page's own: read back as written */
    this.pages = new WeakSet();
  }

  /**
   * @param {string} kind
   * @param {Function} f
   * @param {(kind: string, f: Function, args: any[], self: unknown) => unknown} call
   * @returns {Function}
   */
  show(kind, f, call) {
    if (this.pages.has(f)) return f;
    let known = this.byKind.get(kind);
    if (!known) this.byKind.set(kind, known = new WeakMap());
    let shown = known.get(f);
    if (!shown) {
      const { target, wrapper } = this;
      shown = new Proxy(f, {
        apply: (_, self, args) => {
          const result = call(kind, f, args, self === wrapper() ? target : self);
          return result === target ? wrapper() : result; // emitters return themselves
        },
      });
      known.set(f, shown);
      this.raws.set(shown, f);
    }
    return shown;
  }

  /**
   * @param {any} value what the page puts on the wallet; a function that stands for one of the wallet's is that one
   * @returns {any}
   */
  raw(value) {
    if (typeof value !== 'function') return value;
    const raw = this.raws.get(value);
    if (!raw) this.pages.add(value);
    return raw ?? value;
  }
}

/** `providers[]`, live: what a wallet pushes there later is seen. @param {(provider: any) => any} wrap */
function nestedViews(wrap) {
  /** @type {WeakMap<any[], readonly any[]>} */
  const views = new WeakMap();
  const shown = (/** @type {any} */ v) => (isProvider(v) ? wrap(v) : v);
  return (/** @type {any[]} */ array) => {
    const known = views.get(array);
    if (known) return known;
    const view = Object.isFrozen(array) ? Object.freeze(array.map(shown)) : new Proxy(array, {
      get: (t, p, receiver) => shown(Reflect.get(t, p, receiver)),
    });
    views.set(array, view);
    return view;
  };
}

/** @param {any} value */
export function isProvider(value) {
  return (typeof value === 'object' && value !== null) && typeof value.request === 'function';
}
