// A transfer that a wallet has signed, as a dApp broadcasts it.
import { privateKeyToAccount } from 'viem/accounts';

/** anvil's first account, of the well-known test mnemonic. */
const SENDER = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');

/** @param {Awaited<ReturnType<typeof import('../net/network.mjs').startNetwork>>} net */
export async function signedTransfer(net) {
  const nonce = Number.parseInt(
    await net.nodes[0].anvil.rpc('eth_getTransactionCount', [SENDER.address, 'pending']),
    16,
  );
  return SENDER.signTransaction({
    chainId: 1,
    nonce,
    to: /** @type {`0x${string}`} */ (net.accounts[1]),
    value: 1n,
    gas: 21_000n,
    maxFeePerGas: 20_000_000_000n,
    maxPriorityFeePerGas: 1_000_000_000n,
  });
}
