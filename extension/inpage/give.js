// "Give my wallet a healthy endpoint": asks the wallet to take the endpoint the person chose in the popup
// (EIP-3085, https://eips.ethereum.org/EIPS/eip-3085). The wallet shows its own dialog; we report what happened.

/** EIP-3085 requires the native currency, and wallets compare its symbol with the one they know. */
const ETHER = Object.freeze({ name: 'Ether', symbol: 'ETH', decimals: 18 });
/** Chains with another coin. */
const COINS = Object.freeze({
  '0x38': ['BNB', 'BNB'], '0x64': ['xDAI', 'XDAI'], '0x89': ['POL', 'POL'], '0x13a': ['Filecoin', 'FIL'],
  '0xa86a': ['Avalanche', 'AVAX'], '0x15f900': ['XRP', 'XRP'],
});

/**
 * @param {import('./wallet.js').Wallet | null} wallet
 * @param {{chain_hex: string, name: string, url: string, currency?: object}} wish
 * @returns {Promise<{ok: boolean, code?: number | string, message?: string}>}
 */
export async function giveEndpoint(wallet, { chain_hex, name, url, currency }) {
  if (wallet === null) return { ok: false, code: 'no-wallet' };
  const coin = /** @type {Record<string, readonly string[]>} */ (COINS)[chain_hex];
  const nativeCurrency = currency ?? (coin ? { name: coin[0], symbol: coin[1], decimals: 18 } : ETHER);
  try {
    await wallet.call({
      method: 'wallet_addEthereumChain',
      params: [{ chainId: chain_hex, chainName: name, rpcUrls: [url], nativeCurrency }],
    });
    wallet.forget(); // it may have changed chain meanwhile
    return { ok: true };
  } catch (/** @type {any} */ error) {
    return { ok: false, code: error?.code ?? 'error', message: String(error?.message ?? error) };
  }
}
