// Which address our own fetches reached, and why they failed: the browser tells it by webRequest only.
//
// The filter names the endpoints' hosts. With every URL in it, every request of every tab would wake us.

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

  /** @param {any} settings the stored settings, as they are: not validated here */
  endpoints(settings) {
    this.fixed = new Set();
    for (const chain of list(settings?.chains)) {
      for (const endpoint of list(chain?.endpoints)) this.fixed.add(pattern(endpoint?.url));
    }
    const resolver = pattern(settings?.resolver);
    if (resolver) this.fixed.add(resolver);
    this.listen();
  }

  /** @param {unknown} url a URL that is tried out before it is saved */
  also(url) {
    this.extra.add(pattern(url));
    this.listen();
  }

  listen() {
    const urls = [...new Set([...this.fixed, ...this.extra])].filter(Boolean).sort();
    const { onResponseStarted, onErrorOccurred } = this.api.webRequest;
    if (urls.join() === this.listening) return;
    this.listening = urls.join();
    onResponseStarted.removeListener(this.onStarted);
    onErrorOccurred.removeListener(this.onFailed);
    if (urls.length === 0) return;
    onResponseStarted.addListener(this.onStarted, { urls, types: TYPES });
    onErrorOccurred.addListener(this.onFailed, { urls, types: TYPES });
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
  const host = hostOf(url);
  return host ? `*://${host}/*` : '';
}

/** @param {unknown} url */
function hostOf(url) {
  try {
    return new URL(String(url)).hostname;
  } catch {
    return '';
  }
}
