// dApps that read through their own URL, with four libraries. The same functions run in a page, whose endpoint may be
// dark, and in Node, directly on an honest node. The results must be equal.

import { createConfig, getBlockNumber, getPublicClient, http as wagmiHttp, readContract } from '@wagmi/core';
import { Contract, JsonRpcProvider } from 'ethers';
import { createPublicClient, erc20Abi, http, parseAbi } from 'viem';
import { mainnet } from 'viem/chains';
import { Web3 } from 'web3';
import { inTurn } from '../pages/steps.mjs';

/** @typedef {import("../pages/dapp.mjs").Targets} Targets */

const ODDITY = parseAbi([
  'error Refused(uint256 code, string why)',
  'function failCustom() view',
  'function bytesOf(uint256 n) view returns (bytes)',
]);

/** @param {any} error */
const decoded = (error) => {
  const { data } = error.walk((/** @type {any} */ e) => e.data?.errorName) ?? {};
  return { name: data?.errorName, args: data?.args };
};

/** @param {string} url @param {Targets} targets @param {boolean} batch */
function viemSession(url, { account, token, oddity, block, tx }, batch) {
  const client = createPublicClient({ chain: mainnet, transport: http(url, { retryCount: 0, batch }) });
  const [who, coin, strange, hash, txHash] = /** @type {any[]} */ ([account, token, oddity, block, tx]);
  const read = { address: strange, abi: ODDITY };
  return inTurn({
    blockNumber: () => client.getBlockNumber({ cacheTime: 0 }),
    many: () =>
      Promise.all([
        client.getBalance({ address: who }),
        client.getChainId(),
        client.getCode({ address: coin }),
        client.getGasPrice(),
      ]),
    byHash: () => client.getBlock({ blockHash: hash, includeTransactions: true }),
    receipt: () => client.getTransactionReceipt({ hash: txHash }),
    nonce: () => client.getTransactionCount({ address: who }),
    tokens: () => client.readContract({ address: coin, abi: erc20Abi, functionName: 'balanceOf', args: [who] }),
    logs: () => client.getContractEvents({ address: coin, abi: erc20Abi, fromBlock: 0n }),
    gas: () => client.estimateGas({ account: who, to: who, value: 1n }),
    bytes: () => client.readContract({ ...read, functionName: 'bytesOf', args: [5000n] }),
    customError: () => client.readContract({ ...read, functionName: 'failCustom' }).catch(decoded),
  });
}

/** viem's `http()`, one request a call. @param {string} url @param {Targets} targets */
export const viem = (url, targets) => viemSession(url, targets, false);
/** viem's `http()` with JSON-RPC batches. @param {string} url @param {Targets} targets */
export const viemBatch = (url, targets) => viemSession(url, targets, true);

/** @param {string} url @param {Targets} targets */
export function ethers(url, { account, token, oddity, block, tx }) {
  const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1 });
  const coin = new Contract(token, erc20Abi, provider);
  const strange = new Contract(oddity, ODDITY, provider);
  return inTurn({
    network: async () => (await provider.getNetwork()).chainId,
    blockNumber: () => provider.getBlockNumber(),
    many: () =>
      Promise.all([provider.getBalance(account), provider.getCode(token), provider.getTransactionCount(account)]),
    byHash: async () => (await provider.getBlock(block))?.toJSON(),
    receipt: async () => (await provider.getTransactionReceipt(tx))?.toJSON(),
    tokens: () => coin.balanceOf(account),
    logs: async () => (await coin.queryFilter('Transfer', 0)).map((log) => log.toJSON()),
    gas: () => provider.estimateGas({ from: account, to: account, value: 1 }),
    customError: () =>
      strange
        .failCustom()
        .catch((/** @type {any} */ error) => ({
          data: error.data,
          name: error.revert?.name,
          args: [...(error.revert?.args ?? [])],
        })),
  }).finally(() => provider.destroy());
}

/** @param {string} url @param {Targets} targets */
export function web3(url, { account, token, block, tx }) {
  const { eth } = new Web3(url);
  const coin = new eth.Contract(/** @type {any} */ (erc20Abi), token);
  return inTurn({
    chain: () => eth.getChainId(),
    blockNumber: () => eth.getBlockNumber(),
    many: () => Promise.all([eth.getBalance(account), eth.getCode(token), eth.getTransactionCount(account)]),
    byHash: () => eth.getBlock(block, true),
    receipt: () => eth.getTransactionReceipt(tx),
    tokens: () => /** @type {any} */ (coin.methods).balanceOf(account).call(),
    logs: async () => (await coin.getPastEvents(/** @type {any} */ ('Transfer'), { fromBlock: 0 })).length,
    gas: () => eth.estimateGas({ from: account, to: account, value: 1 }),
  });
}

/** @param {string} url @param {Targets} targets */
export function wagmi(url, { account, token }) {
  const config = createConfig({
    chains: [mainnet],
    batch: { multicall: false },
    transports: { [mainnet.id]: wagmiHttp(url, { retryCount: 0 }) },
  });
  const [who, coin] = /** @type {any[]} */ ([account, token]);
  return inTurn({
    blockNumber: () => getBlockNumber(config, { cacheTime: 0 }),
    balance: () => getPublicClient(config).getBalance({ address: who }),
    tokens: () => readContract(config, { address: coin, abi: erc20Abi, functionName: 'balanceOf', args: [who] }),
    symbol: () => readContract(config, { address: coin, abi: erc20Abi, functionName: 'symbol' }),
    fees: () => getPublicClient(config).getGasPrice(),
  });
}

/** XMLHttpRequest, as older libraries use it. @param {string} url @param {Targets} targets */
export function xhr(url, { account, token }) {
  const ask = (/** @type {string} */ method, /** @type {unknown[]} */ params) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', url);
      request.setRequestHeader('content-type', 'application/json');
      request.onload = () => resolve(JSON.parse(request.responseText));
      request.onerror = () => reject(new Error('no connection'));
      request.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    });
  return inTurn({
    chain: () => ask('eth_chainId', []),
    balance: () => ask('eth_getBalance', [account, 'latest']),
    code: () => ask('eth_getCode', [token, 'latest']),
    badParams: () => ask('eth_getBalance', ['0x12']),
  });
}

if (typeof window !== 'undefined') Object.assign(window, { direct: { viem, viemBatch, ethers, web3, wagmi, xhr } });
