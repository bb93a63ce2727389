// What this document has learnt of the URLs it calls: their chain and their usual delay.
// In memory, in this document, and nowhere else: a URL may carry a key.

import { knownChain, mayBeAFork } from './hosts.js';
import { SafeMap } from '../safe.js';
import {
  STALL_AGAIN_MS,
  STALL_FACTOR,
  STALL_MAX_MS,
  STALL_MIN_MS,
  STALL_SAMPLES,
  STALL_SAMPLES_KEPT,
  STALL_UNKNOWN_MS,
} from '../generated.js';

/** A page with a fresh URL per call must not grow this without end. */
const MAX_URLS = 200;

export class UrlMemory {
  /** @param {URL} url */
  constructor(url) {
    /** EIP-155 id; null until something said so. @type {number | null} */
    this.chain = knownChain(url);
    /** Whether the page itself saw this chain named, which nothing else needs to confirm. */
    this.observed = false;
    this.barred = mayBeAFork(url);
    /** @type {Promise<number | null> | null} */
    this.learning = null;
    /** Calls in a row that a lane had to answer. */
    this.strikes = 0;
    /** Times of good answers in ms, by method: logs take longer than block numbers. @type {Map<string, number[]>} */
    this.times = new SafeMap();
  }

  /**
   * The page's own call answered well.
   * @param {string} method
   * @param {number} ms
   */
  answered(method, ms) {
    this.strikes = 0;
    const times = this.times.get(method) ?? [];
    times.push(ms);
    if (times.length > STALL_SAMPLES_KEPT) times.shift();
    this.times.set(method, times);
  }

  /** A lane answered in its place. */
  struck() {
    this.strikes += 1;
  }

  /**
   * How long the page's own call may take before a lane is asked beside it, in ms.
   * @param {string} method
   */
  delay(method) {
    const times = this.times.get(method) ?? [];
    const usual =
      times.length < STALL_SAMPLES
        ? STALL_UNKNOWN_MS
        : Math.min(STALL_MAX_MS, Math.max(STALL_MIN_MS, STALL_FACTOR * median(times)));
    return this.strikes === 0 ? usual : Math.max(STALL_AGAIN_MS, usual / 2 ** this.strikes);
  }

  /** @param {number} chain  as an `eth_chainId` answer on this very URL named it */
  learn(chain) {
    this.chain = chain;
    this.observed = true;
  }
}

/** The memories of one document. */
export class Memories {
  constructor() {
    /** @type {Map<string, UrlMemory>} */
    this.map = new SafeMap();
  }

  /** @param {URL} url */
  of(url) {
    const key = url.href;
    const memory = this.map.get(key) ?? new UrlMemory(url);
    this.map.delete(key);
    this.map.set(key, memory);
    if (this.map.size > MAX_URLS) this.map.delete(/** @type {string} */ (this.map.keys().next().value));
    return memory;
  }
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
