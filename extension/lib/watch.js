// Which address our own fetches reached, and why they failed: the browser tells it by webRequest only.
//
// The filter names the endpoints' hosts. With every URL in it, every request of every tab would wake us.

import { MAX_ALL_ENDPOINTS } from './generated.js';
import { hostPattern } from './match.js';

const TYPES = ['xmlhttprequest', 'other'];

export class Watch {
  /**
   * @param {any} api
   * @param {import('./shell.js').Shell} shell
   */
  constructor(api, shell) {
    this.api = api;
    this.shell = shell;
    this.own = new URL(api.runtime.getURL('')).host;
    /** @type {Set<string>} patterns of the endpoints in the settings */
    this.fixed = new Set();
    /** @type {Set<string>} patterns of URLs that are being tried out */
    this.extra = new Set();
    this.listening = '';
    this.onStarted = (/** @type {any} */ d) => {
      if (d.ip && this.isOwn(d)) shell.call('address', d.url, d.ip);
    };
    this.onFailed = (/** @type {any} */ d) => {
      if (this.isOwn(d)) shell.call('network_error', d.url, d.error);
    };
  }

  /** @param {...any} all the stored settings and those beside them, as they are: not validated here */
  endpoints(...all) {
    this.fixed = new Set();
    for (const settings of all) {
      this.fixed.add(pattern(settings?.resolver));
      for (const chain of list(settings?.chains)) {
        for (const endpoint of list(chain?.endpoints)) this.fixed.add(pattern(endpoint?.url));
      }
    }
    this.listen();
  }

  /** @param {unknown} url a URL that is tried out before it is saved */
  also(url) {
    this.extra.add(pattern(url));
    this.listen();
  }

  listen() {
    const urls = [...new Set([...this.fixed, ...this.extra])].filter(Boolean).slice(0, MAX_ALL_ENDPOINTS).sort();
    const { onResponseStarted, onErrorOccurred } = this.api.webRequest;
    if (urls.join() === this.listening) return;
    this.listening = urls.join();
    onResponseStarted.removeListener(this.onStarted);
    onErrorOccurred.removeListener(this.onFailed);
    if (urls.length === 0) return;
    try {
      onResponseStarted.addListener(this.onStarted, { urls, types: TYPES });
      onErrorOccurred.addListener(this.onFailed, { urls, types: TYPES });
    } catch (error) {
      // A pattern the browser does not take must not keep the core from starting: grounds stay unknown.
      console.warn('Breakwater: webRequest', error);
    }
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

/** @param {unknown} url */
function pattern(url) {
  return hostPattern(hostOf(url).replace(/\.$/, ''));
}

/** @param {unknown} url */
function hostOf(url) {
  try {
    return new URL(String(url)).hostname;
  } catch {
    return '';
  }
}
