// A dApp's first read through its wallet with wagmi, which gives the wallet 100 ms to say its chain, three times.
import { createConfig, getBlockNumber, injected, unstable_connector } from '@wagmi/core';
import { mainnet } from 'viem/chains';

/** @returns {Promise<string>} the newest block, or why there is none */
async function firstRead() {
  const config = createConfig({
    chains: [mainnet],
    connectors: [injected()],
    storage: null,
    transports: { [mainnet.id]: unstable_connector(injected, { retryCount: 0 }) },
  });
  return getBlockNumber(config).then(String, (error) => String(error.details ?? error.message));
}

/** @type {any} */ (window).firstRead = firstRead;
