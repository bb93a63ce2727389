// Learns which address our own fetches reached and why they failed, which the browser reports by webRequest only.
//
// The filter names the endpoints' hosts. If it named every URL, every request of every tab would wake us. One event
// costs up to a sixth of the processor time of its `fetch`, so we listen to a host only while one of its URLs was asked
// and has no fresh address.

import { MAX_ALL_ENDPOINTS } from './generated.js';
import { hostPattern } from './match.js';

const TYPES = ['xmlhttprequest', 'other'];
const SOCKET_TYPES = ['websocket'];
/** A reported address stays fresh for at most this many ms, and until a request there fails. */
const FRESH_MS = 5_000;

export class Watch {
  /**
   * @param {any} api
   * @param {import('./shell.js').Shell} shell
   */
  constructor(api, shell) {
    this.own = new URL(api.runtime.getURL('')).host;
    this.timers = shell.timers;
    /** @type {Set<string>} patterns of the endpoints in the settings */
    this.fixed = new Set();
    /** @type {Set<string>} patterns of URLs that are being checked */
    this.extra = new Set();
    /** @type {Set<string>} URLs whose address was reported lately */
    this.fresh = new Set();
    /** @type {Set<string>} URLs that were asked and whose address was not reported since */
    this.asked = new Set();
    const { onResponseStarted, onErrorOccurred } = api.webRequest;
    this.answers = new Hearing(onResponseStarted, [...TYPES, ...SOCKET_TYPES], (d) => {
      // Firefox names the proxy. Its address says nothing about the endpoint.
      const proxied = (d.proxyInfo?.type ?? 'direct') !== 'direct';
      if (!(d.ip || proxied) || !this.isOwn(d)) return;
      this.told(d.url);
      shell.call('address', d.url, proxied ? '' : d.ip);
    });
    this.failures = new Hearing(onErrorOccurred, TYPES, (d) => {
      if (!this.isOwn(d)) return;
      this.fresh.delete(d.url);
      shell.call('network_error', d.url, d.error);
    });
  }

  /** @param {...any} all the stored settings and their copy, unvalidated */
  endpoints(...all) {
    this.fixed = new Set();
    for (const settings of all) {
      this.fixed.add(pattern(settings?.resolver));
      for (const chain of list(settings?.chains)) {
        for (const endpoint of list(chain?.endpoints)) this.fixed.add(pattern(endpoint?.url));
      }
    }
    this.failures.hear([...this.fixed, ...this.extra]);
    // Other hosts may be asked from now on, and addresses are reported once more.
    for (const known of [this.fresh, this.asked]) known.clear();
    this.answers.hear([]);
  }

  /** @param {unknown} url a URL that is checked before it is saved */
  also(url) {
    this.extra.add(pattern(url));
    this.fresh.clear();
    this.failures.hear([...this.fixed, ...this.extra]);
  }

  /** The core asks an endpoint. @param {string} url as the browser has it */
  asks(url) {
    if (this.fresh.has(url) || this.asked.has(url)) return;
    this.asked.add(url);
    this.answers.hear([...this.asked].map(pattern));
  }

  /** @param {string} url whose address is known from now on */
  told(url) {
    if (this.fresh.size === 0) this.timers.setTimeout(() => this.fresh.clear(), FRESH_MS);
    this.fresh.add(url);
    if (this.asked.delete(url)) this.answers.hear([...this.asked].map(pattern));
  }

  /** @param {any} details */
  isOwn(details) {
    const from = details.initiator ?? details.originUrl ?? '';
    return details.tabId === -1 && hostOf(from) === this.own;
  }
}

/** @param {unknown} value */
function list(value) {
  return Array.isArray(value) ? value : [];
}

/** One event of webRequest, for some hosts. */
class Hearing {
  /** @param {any} event @param {string[]} types of requests @param {(details: any) => void} heard */
  constructor(event, types, heard) {
    this.event = event;
    this.types = types;
    this.heard = heard;
    this.filter = '';
  }

  /** @param {string[]} patterns of hosts that are listened to from now on */
  hear(patterns) {
    const urls = [...new Set(patterns)].filter(Boolean).slice(0, MAX_ALL_ENDPOINTS).sort();
    if (urls.join() === this.filter) return;
    this.filter = urls.join();
    this.event.removeListener(this.heard);
    if (urls.length === 0) return;
    try {
      this.event.addListener(this.heard, { urls, types: this.types });
    } catch (error) {
      // A pattern the browser rejects must not keep the core from starting; the ground stays unknown.
      console.warn('Breakwater: webRequest', error);
    }
  }
}

/** @param {unknown} url */
function pattern(url) {
  const hosts = hostPattern(hostOf(url).replace(/\.$/, ''));
  // Chromium's star stands for http and https only.
  const [socket] = (typeof url === 'string' && /^wss?(?=:)/.exec(url)) || [];
  return socket ? hosts.replace('*', socket) : hosts;
}

/** @param {unknown} url */
function hostOf(url) {
  try {
    return new URL(String(url)).hostname;
  } catch {
    return '';
  }
}
