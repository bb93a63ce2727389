// dApps that follow blocks and logs by their own WebSocket, with four libraries. Events are kept in order.

import {
  createConfig,
  getPublicClient,
  watchBlockNumber,
  watchContractEvent,
  webSocket as wagmiSocket,
} from '@wagmi/core';
import { Contract, WebSocketProvider } from 'ethers';
import { createPublicClient, erc20Abi, webSocket } from 'viem';
import { mainnet } from 'viem/chains';
import { Web3 } from 'web3';

/** @typedef {{heads: (number: unknown) => void, log: (log: any) => void}} Heard */
/** @typedef {() => Promise<unknown>} Read */

/** @type {Record<string, (url: string, token: any, heard: Heard) => Promise<Read>>} */
const LISTENERS = {
  async viem(url, address, { heads, log }) {
    const client = createPublicClient({ chain: mainnet, transport: webSocket(url, { retryCount: 0 }) });
    await client.getChainId();
    client.watchBlockNumber({ onBlockNumber: heads });
    client.watchContractEvent({ address, abi: erc20Abi, eventName: 'Transfer', onLogs: (many) => many.forEach(log) });
    return () => client.getBalance({ address });
  },
  async wagmi(url, address, { heads, log }) {
    const config = createConfig({
      chains: [mainnet],
      batch: { multicall: false },
      transports: { [mainnet.id]: wagmiSocket(url, { retryCount: 0 }) },
    });
    const client = getPublicClient(config);
    await client.getChainId();
    watchBlockNumber(config, { onBlockNumber: heads });
    watchContractEvent(config, { address, abi: erc20Abi, eventName: 'Transfer', onLogs: (many) => many.forEach(log) });
    return () => client.getBalance({ address });
  },
  async ethers(url, address, { heads, log }) {
    const provider = new WebSocketProvider(url, undefined, { cacheTimeout: -1 });
    await provider.send('eth_chainId', []);
    await provider.on('block', heads);
    await new Contract(address, erc20Abi, provider).on('Transfer', (_from, _to, _value, event) =>
      log({ ...event.log, blockHash: event.log.blockHash, logIndex: event.log.index, removed: event.log.removed }),
    );
    return () => provider.getBalance(address);
  },
  async web3(url, address, { heads, log }) {
    const { eth } = new Web3(new Web3.providers.WebsocketProvider(url));
    await eth.getChainId();
    (await eth.subscribe('newHeads')).on('data', ({ number }) => heads(number));
    (await eth.subscribe('logs', { address })).on('data', log);
    return () => eth.getBalance(address);
  },
};

/** @type {Record<string, {heads: number[], logs: string[]}>} */
const heard = {};
/** @type {Read[]} */
const reads = [];

/** Every library subscribes. @param {string} url @param {string} token */
async function listen(url, token) {
  for (const [name, start] of Object.entries(LISTENERS)) {
    const mine = (heard[name] = { heads: /** @type {number[]} */ ([]), logs: /** @type {string[]} */ ([]) });
    reads.push(
      await start(url, token, {
        heads: (number) => mine.heads.push(Number(number)),
        log: ({ blockHash, logIndex, removed }) =>
          mine.logs.push(`${removed ? '-' : ''}${blockHash}/${Number(logIndex)}`),
      }),
    );
  }
}

/** Every library reads once. */
const readAll = async () => (await Promise.all(reads.map((read) => read()))).map(String);

Object.assign(window, { listening: { listen, heard, readAll } });
