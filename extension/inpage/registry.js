// One record and one wrapper per wallet provider, however often the page meets it: dApps compare identities.

import { patchMember } from './patch.js';
import { Wallet } from './wallet.js';
import { makeWrapper } from './wrapper.js';
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
    /** @type {WeakSet<object>} our own providers, which are never wrapped */
    this.own = new SafeWeakSet();
    /** @type {WeakSet<Function>} our own `request` functions */
    this.guards = new SafeWeakSet();
    /** @type {Wallet | null} the first one seen */
    this.first = null;
    /** @type {Set<() => void>} removes our functions from wallets */
    this.patches = new SafeSet();
  }

  /** @param {object} target @returns {Wallet} */
  wallet(target) {
    let wallet = this.wallets.get(target);
    if (!wallet) this.wallets.set(target, (wallet = new Wallet(target, this.client, this.patches)));
    return wallet;
  }

  /**
   * @param {any} provider
   * @returns {any} its stable wrapper; a provider that is guarded in place, and anything but an object, unchanged
   */
  wrap(provider) {
    if (typeof provider !== 'object' || provider === null) return provider;
    if (this.raws.has(provider) || this.own.has(provider)) return provider;
    if (this.wallets.get(provider)?.kept) return provider;
    const known = this.wrappers.get(provider);
    if (known) return known;
    if (this.isGuarded(provider)) return provider;
    this.first ??= this.wallet(provider);
    const wrapper = makeWrapper(this.wallet(provider), this.client, (p) => this.wrap(p), this.guards);
    this.wrappers.set(provider, wrapper);
    this.raws.set(wrapper, provider);
    return wrapper;
  }

  /**
   * Other wallets may wrap what we handed out, and a getter may make a new proxy of it each time.
   * @param {any} provider
   */
  isGuarded(provider) {
    try {
      return this.guards.has(provider.request);
    } catch {
      return false;
    }
  }

  /** @param {any} value the wallet's own object, if this is a wrapper of ours */
  raw(value) {
    return (typeof value === 'object' && value !== null && this.raws.get(value)) || value;
  }

  /**
   * Guards a provider whose place in the page is locked, by its own `request`. From then on it is handed out itself.
   * @param {any} provider
   * @returns {boolean} whether it is guarded now
   */
  patch(provider) {
    if (this.isGuarded(provider)) return true;
    const wallet = this.wallet(provider);
    const patch = patchMember(provider, 'request', (_, _self, args) => route(wallet, this.client, args));
    if (patch === null) return false;
    this.guards.add(patch.patched);
    wallet.kept = patch.kept;
    this.first ??= wallet;
    this.patches.add(() => {
      patch.undo();
      this.guards.delete(patch.patched);
      wallet.kept = null;
    });
    return true;
  }

  /** Restores the wallets' own functions. */
  disarm() {
    this.patches.forEach((undo) => undo());
    this.patches.clear();
  }
}
