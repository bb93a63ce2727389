// dApps that read by WebSocket, with four libraries. Each one connects once and then reads again and again.

import { createConfig, getPublicClient, webSocket as wagmiSocket } from '@wagmi/core';
import { WebSocketProvider } from 'ethers';
import { createPublicClient, webSocket } from 'viem';
import { mainnet } from 'viem/chains';
import { Web3 } from 'web3';

/** @typedef {(account: string, token: string) => Promise<unknown[]>} Ask chain, balance and the length of some code */

/** @param {any} client @returns {Ask} */
const asViem = (client) => async (account, token) => [
  await client.getChainId(),
  String(await client.getBalance({ address: account })),
  (await client.getCode({ address: token })).length,
];

/** @type {Record<string, (url: string) => Ask>} */
export const LINES = {
  viem: (url) => asViem(createPublicClient({ chain: mainnet, transport: webSocket(url, { retryCount: 0 }) })),
  wagmi: (url) =>
    asViem(
      getPublicClient(
        createConfig({
          chains: [mainnet],
          batch: { multicall: false },
          transports: { [mainnet.id]: wagmiSocket(url, { retryCount: 0 }) },
        }),
      ),
    ),
  ethers: (url) => {
    const provider = new WebSocketProvider(url, undefined, { cacheTimeout: -1 });
    return async (account, token) => [
      Number(await provider.send('eth_chainId', [])),
      String(await provider.getBalance(account)),
      (await provider.getCode(token)).length,
    ];
  },
  web3: (url) => {
    const { eth } = new Web3(new Web3.providers.WebsocketProvider(url));
    return async (account, token) => [
      Number(await eth.getChainId()),
      String(await eth.getBalance(account)),
      (await eth.getCode(token)).length,
    ];
  },
};

/** @type {Map<string, Ask>} */
const open = new Map();

/**
 * @param {string} name
 * @param {string} url
 * @param {string} account
 * @param {string} token
 * @returns {Promise<unknown>}
 */
export function askLine(name, url, account, token) {
  const ask = open.get(name) ?? /** @type {(url: string) => Ask} */ (LINES[name])(url);
  open.set(name, ask);
  return ask(account, token).catch((error) => ({ failed: String(error?.message ?? error) }));
}

if (typeof window !== 'undefined') Object.assign(window, { askLine });
