// What a dApp does to follow blocks and logs, with viem, with ethers, and by `eth_subscribe`. All events are kept in
// order.
import { BrowserProvider, Contract } from 'ethers';
import { createPublicClient, custom, erc20Abi } from 'viem';
import { mainnet } from 'viem/chains';

/** How often the libraries poll, in ms. */
const POLL_MS = 400;

/**
 * @typedef {{request: (args: any) => Promise<any>, on: (name: string, heard: (message: any) => void) => void}} Provider
 */

/** A log as `block/index`, with `-` before it when it is removed. @param {any} log */
const place = ({ blockHash, logIndex, removed }) => `${removed ? '-' : ''}${blockHash}/${Number(logIndex)}`;

/**
 * @param {Provider} provider @param {string} token
 * @returns {Promise<any>} lists that grow, and `changes`, which asks viem's filters
 */
export async function follow(provider, token) {
  const heard = {
    heads: [],
    logs: [],
    viemBlocks: [],
    viemEvents: [],
    viemLogs: [],
    viemHashes: [],
    ethersBlocks: [],
    ethersLogs: [],
    failed: [],
  };
  const lists = /** @type {Record<string, any[]>} */ (heard);
  const onError = (/** @type {any} */ error) => lists.failed?.push(String(error?.message ?? error));

  const heads = await provider.request({ method: 'eth_subscribe', params: ['newHeads'] });
  const logs = await provider.request({ method: 'eth_subscribe', params: ['logs', { address: token }] });
  provider.on('message', ({ type, data }) => {
    if (type !== 'eth_subscription') return;
    if (data.subscription === heads) lists.heads?.push(data.result.hash);
    if (data.subscription === logs) lists.logs?.push(place(data.result));
  });

  const client = createPublicClient({
    chain: mainnet,
    transport: custom(/** @type {any} */ (provider), { retryCount: 0 }),
    pollingInterval: POLL_MS,
  });
  const address = /** @type {`0x${string}`} */ (token);
  client.watchBlocks({
    emitMissed: true,
    onBlock: (block) => {
      lists.viemBlocks?.push(Number(block.number));
    },
    onError,
  });
  client.watchContractEvent({
    address,
    abi: erc20Abi,
    eventName: 'Transfer',
    onLogs: (many) => {
      lists.viemEvents?.push(...many.map(place));
    },
    onError,
  });
  const eventFilter = await client.createContractEventFilter({ address, abi: erc20Abi, eventName: 'Transfer' });
  const blockFilter = await client.createBlockFilter();

  const ethers = new BrowserProvider(/** @type {any} */ (provider), undefined, {
    pollingInterval: POLL_MS,
    cacheTimeout: -1,
  });
  await ethers.on('block', (number) => lists.ethersBlocks?.push(number));
  await new Contract(token, erc20Abi, ethers).on('Transfer', (_from, _to, _value, { log }) => {
    lists.ethersLogs?.push(`${log.removed ? '-' : ''}${log.blockHash}/${log.index}`);
  });

  const changes = async () => {
    lists.viemLogs?.push(...(await client.getFilterChanges({ filter: eventFilter })).map(place));
    lists.viemHashes?.push(...(await client.getFilterChanges({ filter: blockFilter })));
  };
  return Object.assign(heard, { changes });
}
