// Figures of many reads.

/** @param {number[]} sorted ascending @param {number} q 0 … 1 @returns {number} NaN when empty */
export const quantile = (sorted, q) =>
  sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] : NaN;

/** @param {number} ms */
export const inMs = (ms) => (Number.isFinite(ms) ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : '–');

/** Counts, and the latencies of the last answers. */
export class Stats {
  answered = 0;
  failed = 0;
  waiting = 0;
  /** @type {{ms: number, ok: boolean}[]} */
  last = [];

  /** @param {{ms: number, ok: boolean}} answer */
  add({ ms, ok }) {
    this.waiting -= 1;
    if (ok) this.answered += 1;
    else this.failed += 1;
    this.last.push({ ms, ok });
    if (this.last.length > 400) this.last.shift();
  }

  /** @param {number} q */
  quantile(q) {
    return quantile(
      this.last
        .filter(({ ok }) => ok)
        .map(({ ms }) => ms)
        .sort((a, b) => a - b),
      q,
    );
  }
}
