// Seeded latency: the same run has the same delays.

/** mulberry32: small, and good enough for delays. @param {number} seed @returns {() => number} 0 … 1 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** @param {number} ms @returns {Promise<void>} */
export const later = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** @typedef {{median: number, spread?: number, tail?: {p: number, ms: number}, seed?: number}} Profile */

/** Delays around a median (± spread, a share of it), with an occasional long one. */
export class Latency {
  #random;
  /** @param {Profile} profile */
  constructor(profile) {
    this.profile = profile;
    this.#random = seeded(profile.seed ?? 1);
  }

  /** @returns {number} the next delay in ms */
  next() {
    const { median, spread = 0.15, tail } = this.profile;
    const base = median * (1 + spread * (2 * this.#random() - 1));
    return base + (tail && this.#random() < tail.p ? tail.ms : 0);
  }
}
