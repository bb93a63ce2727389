// Finds the providers: wallets that announce themselves (EIP-6963, https://eips.ethereum.org/EIPS/eip-6963), the one on
// `window.ethereum`, and the page's own endpoints.

/**
 * @typedef {{request: (args: {method: string, params?: unknown[]}) => Promise<unknown>, on?: Function}} Provider
 * @typedef {{key: string, name: string, from: string, icon?: string, provider: Provider}} Found
 */

/** How long wallets have to announce themselves before `window.ethereum` is listed as well. */
const ANNOUNCING_MS = 400;

/** An error of a JSON-RPC reply, with its code and data unchanged. */
class RpcError extends Error {
  /** @param {{code: number, message: string, data?: unknown}} error */
  constructor({ code, message, data }) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** A provider that does what most dApps do: POST to one URL. @param {string} url @returns {Provider} */
export function ownEndpoint(url) {
  let id = 0;
  return {
    async request({ method, params = [] }) {
      const reply = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
      });
      if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
      const { result, error } = await reply.json();
      if (error) throw new RpcError(error);
      return result;
    },
  };
}

/**
 * Calls back for every provider that exists now and for each later one, once per key.
 * @param {(found: Found) => void} tell
 */
export function discover(tell) {
  const told = new Set();
  const once = (/** @type {Found} */ found) => {
    if (told.has(found.key) || told.has(found.provider)) return;
    told.add(found.key).add(found.provider);
    tell(found);
  };
  window.addEventListener('eip6963:announceProvider', (event) => {
    const { info, provider } = /** @type {CustomEvent} */ (event).detail ?? {};
    if (info && provider)
      once({ key: info.uuid, name: info.name, icon: info.icon, from: `announced by ${info.rdns}`, provider });
  });
  window.dispatchEvent(new Event('eip6963:requestProvider'));
  const injected = () => {
    const provider = /** @type {any} */ (window).ethereum;
    if (provider) once({ key: 'window.ethereum', name: 'window.ethereum', from: 'set on the page', provider });
  };
  // Announcements come first: they have a name, and most objects on `window.ethereum` are announced as well.
  setTimeout(injected, ANNOUNCING_MS);
  window.addEventListener('ethereum#initialized', () => setTimeout(injected, ANNOUNCING_MS), { once: true });
}
