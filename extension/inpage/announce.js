// EIP-6963 (https://eips.ethereum.org/EIPS/eip-6963): wallets announce themselves by an event on `window`. We stop
// each announcement and dispatch it again, with the same `info` and one stable wrapper. Never under another name.

import { CAPTURE, originals } from './originals.js';

export const ANNOUNCE = 'eip6963:announceProvider';
export const REQUEST = 'eip6963:requestProvider';

export class Announcements {
  /**
   * @param {import('./registry.js').Registry} registry
   * @param {(announce: () => void) => void} [defer] for the own provider: after the wallets
   * @param {(rdns: string) => void} [met] a wallet has announced itself for the first time
   */
  constructor(registry, defer = (announce) => registry.client.timers.setTimeout(announce, 0), met = () => {}) {
    this.registry = registry;
    this.defer = defer;
    this.met = met;
    /** @type {WeakMap<object, object>} a wallet's detail → ours */
    this.details = new WeakMap();
    /** @type {WeakSet<Event>} */
    this.ours = new WeakSet();
    /** @type {Set<unknown>} `info` of what we are dispatching right now */
    this.passing = new Set();
    /** @type {object | null} detail of the own provider */
    this.own = null;
    this.waiting = false;
    this.onAnnounce = (/** @type {Event} */ event) => this.announced(/** @type {CustomEvent} */ (event));
    this.onRequest = () => {
      registry.client.wake();
      registry.seek();
      this.announceOwn();
    };
  }

  /** Adding what is there already changes nothing, so this may run as often as one likes. */
  arm() {
    originals.addEventListener(ANNOUNCE, this.onAnnounce, CAPTURE);
    originals.addEventListener(REQUEST, this.onRequest, CAPTURE);
  }

  disarm() {
    originals.removeEventListener(ANNOUNCE, this.onAnnounce, CAPTURE);
    originals.removeEventListener(REQUEST, this.onRequest, CAPTURE);
  }

  /** @param {CustomEvent} event */
  announced(event) {
    const { detail } = event;
    // Another guard of wallets may dispatch ours again as its own: two that stop each other would never end.
    if (this.ours.has(event) || this.passing.has(detail?.info)) return;
    const provider = detail?.provider;
    if (typeof provider !== 'object' || provider === null || this.registry.wrap(provider) === provider) return;
    event.stopImmediatePropagation();
    this.registry.meet(provider);
    if (!this.details.has(detail) && typeof detail.info?.rdns === 'string') this.met(detail.info.rdns);
    const ours = this.details.get(detail) ?? Object.freeze({ ...detail, provider: this.registry.wrap(provider) });
    this.details.set(detail, ours);
    this.dispatch(ours);
  }

  /** @param {any} detail */
  dispatch(detail) {
    const event = new originals.CustomEvent(ANNOUNCE, { detail });
    this.ours.add(event);
    this.passing.add(detail.info);
    originals.dispatchEvent(event); // listeners' faults are reported by the platform, not thrown
    this.passing.delete(detail.info);
  }

  /** @param {object | null} detail of the own provider, or null when it is not to be had */
  setOwn(detail) {
    if (this.own === detail) return;
    this.own = detail;
    this.announceOwn();
  }

  /** Some dApps take the first provider they hear of, and a read-only one is no wallet: it speaks last. */
  announceOwn() {
    if (this.own === null || this.waiting) return;
    this.waiting = true;
    this.defer(() => {
      this.waiting = false;
      if (this.own !== null) this.dispatch(this.own);
    });
  }
}
