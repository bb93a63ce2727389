// What a dApp does with viem and ethers, given a provider. The same functions run in a page, through the provider it
// finds, and in Node, directly on an honest node. The results must be equal.
import { BrowserProvider, Contract, isCallException } from 'ethers';
import { createPublicClient, custom, erc20Abi, getContract, parseAbi } from 'viem';
import { mainnet } from 'viem/chains';
import { follow } from './follow.mjs';
import { inTurn } from './steps.mjs';

/** @typedef {{request: (args: any) => Promise<any>}} Provider */
/**
 * @typedef {{account: string, token: string, oddity: string, block: string, tx: string}} Targets hashes of the newest
 *   block and its transaction
 */

const ODDITY = parseAbi([
  'error Refused(uint256 code, string why)',
  'function failCustom() view',
  'function failText() view',
  'function failEmpty() view',
  'function bytesOf(uint256 n) view returns (bytes)',
]);

/** @param {Provider} provider @param {Targets} targets */
export function viemReads(provider, { account, token, oddity, block, tx }) {
  const client = createPublicClient({
    chain: mainnet,
    transport: custom(/** @type {any} */ (provider), { retryCount: 0 }),
  });
  const erc20 = getContract({ address: /** @type {any} */ (token), abi: erc20Abi, client });
  const strange = { address: /** @type {any} */ (oddity), abi: ODDITY };
  const [who, hash, txHash] = /** @type {any[]} */ ([account, block, tx]);
  return inTurn({
    chainId: () => client.getChainId(),
    blockNumber: () => client.getBlockNumber({ cacheTime: 0 }),
    balance: () => client.getBalance({ address: who }),
    latest: () => client.getBlock(),
    byHash: () => client.getBlock({ blockHash: hash, includeTransactions: true }),
    transaction: () => client.getTransaction({ hash: txHash }),
    receipt: () => client.getTransactionReceipt({ hash: txHash }),
    nonce: () => client.getTransactionCount({ address: who }),
    code: () => client.getCode({ address: /** @type {any} */ (token) }),
    symbol: () => erc20.read.symbol(),
    tokens: () => erc20.read.balanceOf([who]),
    logs: () => client.getContractEvents({ address: /** @type {any} */ (token), abi: erc20Abi, fromBlock: 0n }),
    gas: () => client.estimateGas({ account: who, to: who, value: 1n }),
    fees: () => client.estimateFeesPerGas(),
    storage: () => client.getStorageAt({ address: /** @type {any} */ (token), slot: '0x0' }),
    bytes: () => client.readContract({ ...strange, functionName: 'bytesOf', args: [5000n] }),
    customError: () =>
      client.readContract({ ...strange, functionName: 'failCustom' }).catch((error) => {
        const { data } = error.walk((/** @type {any} */ e) => e.data?.errorName) ?? {};
        return { name: data?.errorName, args: data?.args };
      }),
    revertText: () =>
      client.readContract({ ...strange, functionName: 'failText' }).catch((error) => error.shortMessage),
  });
}

/** @param {Provider} provider @param {Targets} targets */
export function ethersReads(provider, { account, token, oddity, block, tx }) {
  const ethers = new BrowserProvider(/** @type {any} */ (provider), undefined, { cacheTimeout: -1 });
  const erc20 = new Contract(token, erc20Abi, ethers);
  const strange = new Contract(oddity, ODDITY, ethers);
  return inTurn({
    network: async () => (await ethers.getNetwork()).chainId,
    blockNumber: () => ethers.getBlockNumber(),
    balance: () => ethers.getBalance(account),
    latest: async () => (await ethers.getBlock('latest'))?.toJSON(),
    byHash: async () => (await ethers.getBlock(block))?.toJSON(),
    transaction: async () => (await ethers.getTransaction(tx))?.toJSON(),
    receipt: async () => (await ethers.getTransactionReceipt(tx))?.toJSON(),
    nonce: () => ethers.getTransactionCount(account),
    code: () => ethers.getCode(token),
    tokens: () => erc20.balanceOf(account),
    logs: async () => (await erc20.queryFilter('Transfer', 0)).map((log) => log.toJSON()),
    gas: () => ethers.estimateGas({ from: account, to: account, value: 1 }),
    fees: async () => (await ethers.getFeeData()).toJSON(),
    customError: () =>
      strange
        .failCustom()
        .catch((/** @type {any} */ error) => ({
          isCall: isCallException(error),
          data: error.data,
          name: error.revert?.name,
          args: [...(error.revert?.args ?? [])],
        })),
  }).finally(() => ethers.destroy());
}

if (typeof window !== 'undefined') Object.assign(window, { dapp: { viemReads, ethersReads, follow } });
