// A wallet's events reach the page with the wrapper as `this`: to the page, the wrapper is the wallet.
//
// The emitter keeps order and count: each listener of the page has one stand-in, so that adding it twice and
// removing it once mean what they meant.

import { originals } from './originals.js';

export class Listeners {
  /**
   * @param {object} target the wallet's own provider
   * @param {() => object} wrapper
   */
  constructor(target, wrapper) {
    this.target = target;
    this.wrapper = wrapper;
    /** @type {WeakMap<Function, Function>} */
    this.standIns = new WeakMap();
    /** @type {WeakMap<Function, Function>} */
    this.pages = new WeakMap();
  }

  /** @param {unknown} listener @returns {unknown} */
  standIn(listener) {
    if (typeof listener !== 'function' || this.pages.has(listener)) return listener;
    const known = this.standIns.get(listener);
    if (known) return known;
    const { target, wrapper } = this;
    const standIn = function standIn(/** @type {unknown[]} */ ...args) {
      // @ts-ignore `this` is what the emitter makes it
      return originals.apply(listener, this === target ? wrapper() : this, args);
    };
    this.standIns.set(listener, standIn);
    this.pages.set(standIn, listener);
    return standIn;
  }

  /** @param {unknown} list what `listeners()` returned */
  pagesOf(list) {
    return Array.isArray(list) ? list.map((l) => this.pages.get(l) ?? l) : list;
  }
}
