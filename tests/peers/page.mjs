// The peers that run in a page, and Breakwater as a page sees it. Bundled into one script; `window.bench` runs a row.
import { FallbackProvider, JsonRpcProvider } from 'ethers';
import { createPublicClient, fallback, http } from 'viem';
import { mainnet } from 'viem/chains';
import { readAll } from './run.mjs';

/** @typedef {import("./run.mjs").Ask} Ask */

let sends = 0;
const platform = globalThis.fetch;
/** Counts the sends of the page, including those that never reach their endpoint. @type {typeof fetch} */
globalThis.fetch = async (input, init) => {
  const text = typeof init?.body === 'string' ? init.body : new TextDecoder().decode(/** @type {any} */ (init?.body));
  const body = JSON.parse(text);
  sends += Array.isArray(body) ? body.length : 1;
  return platform(input, init);
};

/** @param {string} url @returns {Ask} what a dApp without any library does */
function direct(url) {
  let id = 0;
  return async ({ method, params }) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params });
    const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
    const { result, error } = await reply.json();
    if (error) throw new Error(error.message);
    return result;
  };
}

/** @param {string[]} urls @param {boolean} rank @returns {Ask} */
function viem(urls, rank) {
  const client = createPublicClient({
    chain: mainnet,
    transport: fallback(
      urls.map((url) => http(url)),
      { rank },
    ),
  });
  return ({ method, params }) => client.request(/** @type {any} */ ({ method, params }));
}

/** @param {string[]} urls @param {{quorum?: number}} [options] @returns {Ask} */
function ethers(urls, options) {
  const provider = new FallbackProvider(
    urls.map((url) => new JsonRpcProvider(url)),
    undefined,
    options,
  );
  return ({ kind, params }) => {
    switch (kind) {
      case 'balance':
        return provider.getBalance(params[0]);
      case 'call':
        return provider.call(params[0]);
      case 'block':
        return provider.getBlock(params[0] === 'latest' ? params[0] : Number(params[0]));
      case 'receipt':
        return provider.getTransactionReceipt(params[0]);
      case 'logs':
        return provider.getLogs(params[0]);
      case 'number':
        return provider.getBlockNumber();
    }
  };
}

/** The page's wallet as Breakwater guards it, or Breakwater's own provider. @returns {Promise<any>} */
async function guarded() {
  const { ethereum } = /** @type {any} */ (window);
  if (/** @type {any} */ (window).hasWallet) return ethereum;
  return new Promise((resolve) => {
    window.addEventListener('eip6963:announceProvider', (event) => {
      const { info, provider } = /** @type {CustomEvent} */ (event).detail;
      if (info.name.includes('Breakwater')) resolve(provider);
    });
    window.dispatchEvent(new Event('eip6963:requestProvider'));
  });
}

/** @type {Record<string, (urls: string[]) => Promise<Ask> | Ask>} */
const PEERS = {
  'direct to the first': ([first]) => direct(first),
  'direct to the second': ([, second]) => direct(second),
  'viem fallback': (urls) => viem(urls, false),
  'viem fallback ranked': (urls) => viem(urls, true),
  'ethers FallbackProvider': (urls) => ethers(urls),
  'ethers FallbackProvider quorum 1': (urls) => ethers(urls, { quorum: 1 }),
  breakwater: async () => {
    const provider = await guarded();
    return ({ method, params }) => provider.request({ method, params });
  },
};

Object.assign(window, {
  /** Resolves when the peer can be asked. @param {string} peer */
  benchReady: async (peer) => {
    if (peer === 'breakwater') await guarded();
  },
  /** @param {string} peer @param {string[]} urls @param {any[]} questions @param {any} limits */
  bench: async (peer, urls, questions, limits) => {
    const ask = await PEERS[peer](urls);
    sends = 0;
    const reads = await readAll(ask, questions, limits);
    return { reads, sends };
  },
});
