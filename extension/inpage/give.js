// "Give my wallet a healthy endpoint": asks the wallet to take the endpoint the person chose in the popup
// (EIP-3085, https://eips.ethereum.org/EIPS/eip-3085). The wallet shows its own dialog; we report what happened.

/**
 * @param {import('./wallet.js').Wallet | null} wallet
 * @param {{chain: object}} wish  the chain, as EIP-3085 has it
 * @returns {Promise<{ok: boolean, code?: number | string, message?: string}>}
 */
export async function giveEndpoint(wallet, { chain }) {
  if (wallet === null) return { ok: false, code: 'no-wallet' };
  try {
    await wallet.call({ method: 'wallet_addEthereumChain', params: [chain] });
    wallet.forget(); // it may have changed chain meanwhile
    return { ok: true };
  } catch (/** @type {any} */ error) {
    return { ok: false, code: error?.code ?? 'error', message: String(error?.message ?? error) };
  }
}
