// One record and one wrapper per wallet provider, however often the page meets it: dApps compare identities.

import { Wallet } from './wallet.js';
import { isProvider, makeWrapper } from './wrapper.js';
import { route } from './route.js';
import { SafeSet, SafeWeakMap, SafeWeakSet } from './safe.js';

export class Registry {
  /** @param {import('./client.js').Client} client */
  constructor(client) {
    this.client = client;
    /** @type {WeakMap<object, Wallet>} by the wallet's own object */
    this.wallets = new SafeWeakMap();
    /** @type {WeakMap<object, object>} */
    this.wrappers = new SafeWeakMap();
    /** @type {WeakMap<object, object>} wrapper → the wallet's own object */
    this.raws = new SafeWeakMap();
    /** @type {WeakSet<object>} providers of our own: never wrapped */
    this.own = new SafeWeakSet();
    /** @type {Wallet | null} the first one seen */
    this.first = null;
    /** The page has looked for wallets. */
    this.sought = false;
    /** @type {Set<Wallet>} met before that, and not asked for their chain */
    this.unasked = new SafeSet();
  }

  /**
   * A wallet is in the page. It is heard from now on, as many say their chain when they connect; it is asked only when
   * the page looks for wallets, for it is in every page of the browser. Not in its own tick: it may not be ready there.
   * @param {any} provider
   */
  meet(provider) {
    if (!isProvider(provider) || this.raws.has(provider) || this.own.has(provider)) return;
    const wallet = this.wallet(provider);
    if (wallet.met) return;
    wallet.met = true;
    this.unasked.add(wallet);
    Promise.resolve().then(() => {
      wallet.follow();
      if (this.sought) this.askAll();
    });
  }

  /** The page looks for wallets: what it will ask next is their chain. */
  seek() {
    if (this.sought) return;
    this.sought = true;
    Promise.resolve().then(() => this.askAll()); // a question that the page asks in this tick is its own
  }

  askAll() {
    this.unasked.forEach((wallet) => wallet.askEarly());
    this.unasked.clear();
  }

  /** @param {object} target @returns {Wallet} */
  wallet(target) {
    let wallet = this.wallets.get(target);
    if (!wallet) this.wallets.set(target, wallet = new Wallet(target, this.client));
    return wallet;
  }

  /** @param {any} provider @returns {any} its stable wrapper; anything but an object as it is */
  wrap(provider) {
    if (typeof provider !== 'object' || provider === null) return provider;
    if (this.raws.has(provider) || this.own.has(provider)) return provider;
    this.first ??= this.wallet(provider);
    const known = this.wrappers.get(provider);
    if (known) return known;
    const wrapper = makeWrapper(this.wallet(provider), this.client, (p) => this.wrap(p));
    this.wrappers.set(provider, wrapper);
    this.raws.set(wrapper, provider);
    return wrapper;
  }

  /** @param {any} value the wallet's own object, when this is a wrapper of ours */
  raw(value) {
    return (typeof value === 'object' && value !== null && this.raws.get(value)) || value;
  }

  /**
   * Guards a provider whose place in the page is locked, by its own `request`.
   * @param {any} provider
   * @returns {(() => void) | null} takes it back; null when the member is locked too
   */
  patch(provider) {
    const wallet = this.wallet(provider);
    if (wallet.kept !== null) return () => {};
    const kept = provider.request;
    if (typeof kept !== 'function') return null;
    const before = Reflect.getOwnPropertyDescriptor(provider, 'request');
    const patched = new Proxy(kept, { apply: (_, _self, args) => route(wallet, this.client, args) });
    Reflect.set(provider, 'request', patched);
    if (provider.request !== patched) return null;
    wallet.kept = kept;
    this.first ??= wallet;
    return () => {
      if (provider.request === patched) {
        if (before) Reflect.defineProperty(provider, 'request', before);
        else Reflect.deleteProperty(provider, 'request');
      }
      wallet.kept = null;
    };
  }
}
