// The members of a wallet's provider on its wrapper. Functions call the wallet with the wallet as `this`, and keep
// name, length, text, properties and identity. Providers that the wallet holds are guarded too.

import { Listeners } from './events.js';
import { legacy } from './legacy.js';
import { looksLike } from './looks.js';
import { originals } from './originals.js';
import { route } from './route.js';

/** Replacements of these stay on the wrapper. On the wallet, a patched `request` would call itself through us. */
export const ROUTED = new Set(['request', 'send', 'sendAsync']);
const LISTENS = new Set([
  'on',
  'once',
  'off',
  'addListener',
  'removeListener',
  'prependListener',
  'prependOnceListener',
]);
const LISTS = new Set(['listeners', 'rawListeners']);
/** Properties under which wallets keep other wallets' providers. */
const NESTED = new Set(['selectedProvider', 'currentProvider', 'provider']);

/**
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @param {(provider: any) => any} wrap for the providers a provider holds
 * @param {WeakSet<Function>} guards collects our own `request` functions
 * @param {() => object} wrapper
 */
export function presenter(wallet, client, wrap, guards, wrapper) {
  const { target } = wallet;
  const listeners = new Listeners(wallet, wrapper);
  const shown = new Functions(target, wrapper, guards);
  const nested = nestedViews(wrap);

  /** @param {string} p @param {Function} f @param {any[]} args @param {unknown} self */
  const call = (p, f, args, self) => {
    if (p === 'request') return route(wallet, client, args);
    if (p === 'send' || p === 'sendAsync') return legacy(wallet, client, f, args);
    if (LISTENS.has(p)) {
      if (p !== 'off' && p !== 'removeListener') client.wake();
      const [name, listener, ...rest] = args;
      return originals.apply(f, self, args.length < 2 ? args : [name, listeners.standIn(name, listener), ...rest]);
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
    d.configurable = true; // the empty target has nothing non-configurable
    if ('value' in d) d.value = value(p, d.value);
    else if (d.get) d.get = /** @type {() => any} */ (shown.show('get', d.get, call));
    return d;
  };

  return { value, descriptor, raw: (/** @type {any} */ v) => shown.raw(v) };
}

/** Functions that are treated alike share their stand-in. @param {string | symbol} p */
function kindOf(p) {
  const name = String(p);
  return ROUTED.has(name) || LISTENS.has(name) || LISTS.has(name) ? name : 'plain';
}

/** The wallet's functions as the page sees them. */
class Functions {
  /** @param {object} target @param {() => object} wrapper @param {WeakSet<Function>} guards */
  constructor(target, wrapper, guards) {
    this.target = target;
    this.wrapper = wrapper;
    this.guards = guards;
    /** @type {Map<string, WeakMap<Function, Function>>} */
    this.byKind = new Map();
    /** @type {WeakMap<Function, Function>} */
    this.raws = new WeakMap();
    /** @type {WeakSet<Function>} the page's own functions, read back as written */
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
    if (!known) this.byKind.set(kind, (known = new WeakMap()));
    let shown = known.get(f);
    if (!shown) {
      const { target, wrapper } = this;
      shown = looksLike(
        new Proxy(f, {
          apply: (_, self, args) => {
            const result = call(kind, f, args, self === wrapper() ? target : self);
            return result === target ? wrapper() : result; // emitters return themselves
          },
        }),
        f,
      );
      if (kind === 'request') this.guards.add(shown);
      known.set(f, shown);
      this.raws.set(shown, f);
    }
    return shown;
  }

  /**
   * @param {any} value what the page writes to the wallet; a stand-in is replaced by the wallet's own function
   * @returns {any}
   */
  raw(value) {
    if (typeof value !== 'function') return value;
    const raw = this.raws.get(value);
    if (!raw) this.pages.add(value);
    return raw ?? value;
  }
}

/** `providers[]`, live: providers that a wallet adds later are included. @param {(provider: any) => any} wrap */
function nestedViews(wrap) {
  /** @type {WeakMap<any[], readonly any[]>} */
  const views = new WeakMap();
  const shown = (/** @type {any} */ v) => (isProvider(v) ? wrap(v) : v);
  return (/** @type {any[]} */ array) => {
    const known = views.get(array);
    if (known) return known;
    const view = Object.isFrozen(array)
      ? Object.freeze(array.map(shown))
      : new Proxy(array, { get: (t, p, receiver) => shown(Reflect.get(t, p, receiver)) });
    views.set(array, view);
    return view;
  };
}

/** @param {any} value */
export function isProvider(value) {
  return typeof value === 'object' && value !== null && typeof value.request === 'function';
}
