// What a document reports about itself and its wallet. Every core must hear it. Only a new wallet call wakes a core;
// the rest is sent with the next request, or when a panel is opened.

import { MAX_CHAINS } from './generated.js';

/** Most unanswered wallet calls that one document may report. */
const MOST_WAITS = 64;

export class Reports {
  constructor() {
    /** @type {Map<number, string>} calls the wallet has not answered */
    this.waits = new Map();
    /** @type {Map<number, string>} chains the page read outside the core's state */
    this.wants = new Map();
    /** @type {string | null} a wallet cannot be guarded */
    this.locked = null;
  }

  /**
   * @param {any} message of the page
   * @param {string} text the same as it came
   * @returns {boolean} whether no core need be woken to hear it
   */
  take({ type, id, chain }, text) {
    if (type === 'wallet-waits' && this.waits.size < MOST_WAITS) this.waits.set(id, text);
    if (type === 'wants' && this.wants.size < MAX_CHAINS) this.wants.set(chain, text);
    if (type === 'locked') this.locked = text;
    // `locked` and `met` come from the wallet, not the page. Wallets are reported again with the next core's state.
    return ['wants', 'locked', 'met'].includes(type) || (type === 'wallet-done' && this.waits.delete(id));
  }

  /** @returns {string[]} what the next core must hear */
  get texts() {
    return [...this.waits.values(), ...this.wants.values(), ...(this.locked === null ? [] : [this.locked])];
  }
}
