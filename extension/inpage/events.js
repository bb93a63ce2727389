// A wallet's events reach the page with the wrapper as `this`, because to the page the wrapper is the wallet.
//
// The emitter keeps order and count. Each listener of the page has one stand-in for an event, so that adding it twice
// and removing it once work as usual. We hear of a chain change just before the page does.

import { originals } from './originals.js';

export class Listeners {
  /**
   * @param {import('./wallet.js').Wallet} wallet
   * @param {() => object} wrapper
   */
  constructor(wallet, wrapper) {
    this.wallet = wallet;
    this.wrapper = wrapper;
    /** @type {Map<unknown, WeakMap<Function, Function>>} */
    this.standIns = new Map();
    /** @type {WeakMap<Function, Function>} */
    this.pages = new WeakMap();
  }

  /** @param {unknown} name of the event @param {unknown} listener @returns {unknown} */
  standIn(name, listener) {
    if (typeof listener !== 'function' || this.pages.has(listener)) return listener;
    let ofEvent = this.standIns.get(name);
    if (!ofEvent) this.standIns.set(name, (ofEvent = new WeakMap()));
    const known = ofEvent.get(listener);
    if (known) return known;
    const { wallet, wrapper } = this;
    if (name === 'chainChanged') wallet.speaks = true;
    const standIn = function standIn(/** @type {unknown[]} */ ...args) {
      wallet.heard(name, args[0]);
      // @ts-ignore `this` is what the emitter makes it
      return originals.apply(listener, this === wallet.target ? wrapper() : this, args);
    };
    ofEvent.set(listener, standIn);
    this.pages.set(standIn, listener);
    return standIn;
  }

  /** @param {unknown} list what `listeners()` returned */
  pagesOf(list) {
    return Array.isArray(list) ? list.map((l) => this.pages.get(l) ?? l) : list;
  }
}
