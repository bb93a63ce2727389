// A dApp on wagmi, with each of its transports. The `injected` connector has the accounts, the sends and the filters in
// all of them, because an endpoint of the dApp's own that goes dark takes its filters with it. With http, events are
// read block by block.
import {
  call,
  connect,
  createConfig,
  disconnect,
  estimateFeesPerGas,
  estimateGas,
  estimateMaxPriorityFeePerGas,
  fallback,
  getBalance,
  getBlobBaseFee,
  getBlock,
  getBlockNumber,
  getBlockTransactionCount,
  getBytecode,
  getChainId,
  getConnections,
  getContractEvents,
  getFeeHistory,
  getGasPrice,
  getProof,
  getPublicClient,
  getStorageAt,
  getTransaction,
  getTransactionConfirmations,
  getTransactionCount,
  getTransactionReceipt,
  getWalletClient,
  http,
  injected,
  prepareTransactionRequest,
  readContract,
  readContracts,
  sendTransaction,
  signMessage,
  simulateContract,
  unstable_connector,
  waitForTransactionReceipt,
  watchBlockNumber,
  watchBlocks,
  watchContractEvent,
  webSocket,
  writeContract,
} from '@wagmi/core';
import { erc20Abi, parseEther } from 'viem';
import { mainnet } from 'viem/chains';
import { inTurn } from '../pages/steps.mjs';
import { MISSING, ODDITY, POLL_MS, TRANSFER, gathered, told, when } from './common.mjs';

const ONCE = { retryCount: 0 };

/** @type {Record<string, (scene: import("./common.mjs").Scene) => any>} */
export const TRANSPORTS = {
  http: ({ own }) => http(own, ONCE),
  fallback: ({ own, spare }) => fallback([http(own, ONCE), http(spare, ONCE)], ONCE),
  webSocket: ({ line }) => webSocket(line, ONCE),
  unstable_connector: () => unstable_connector(injected, ONCE),
};

/**
 * @param {keyof typeof TRANSPORTS} transport
 * @returns {(scene: import("./common.mjs").Scene) => Promise<Record<string, any>>}
 */
export const wagmiBy = (transport) => async (scene) => {
  const { account, token, oddity, block, tx } = scene;
  const config = createConfig({
    chains: [mainnet],
    connectors: [injected()],
    batch: { multicall: false },
    pollingInterval: POLL_MS,
    cacheTime: 0,
    storage: null,
    transports: { [mainnet.id]: TRANSPORTS[transport]?.(scene) },
  });
  const connector = /** @type {any} */ (config.connectors[0]);
  if (transport === 'unstable_connector') await connect(config, { connector });
  const [who, coin, strange, hash, txHash] = /** @type {any[]} */ ([account, token, oddity, block, tx]);
  const [erc20, odd, heard] = [{ address: coin, abi: erc20Abi }, { address: strange, abi: ODDITY }, gathered()];
  const client = getPublicClient(config);
  const askWallet = async (/** @type {string} */ method, /** @type {unknown[]} */ params) =>
    (await connector.getProvider()).request({ method, params });
  const filtered = transport === 'webSocket' || transport === 'unstable_connector';
  /** @type {any} */
  let sent;
  /** @type {unknown[]} */
  let filters = [];
  const steps = {
    chainId: () => getChainId(config),
    chainOfNode: () => client.getChainId(),
    blockNumber: () => getBlockNumber(config),
    balance: () => getBalance(config, { address: who }),
    balanceThen: () => getBalance(config, { address: who, blockNumber: 16n }),
    code: () => getBytecode(config, { address: coin }),
    noCode: () => getBytecode(config, { address: who }),
    storage: () => getStorageAt(config, { address: coin, slot: '0x0' }),
    nonce: () => getTransactionCount(config, { address: who }),
    noncePending: () => getTransactionCount(config, { address: who, blockTag: 'pending' }),
    gasPrice: () => getGasPrice(config),
    priorityFee: () => estimateMaxPriorityFeePerGas(config),
    fees: () => estimateFeesPerGas(config),
    feeHistory: () => getFeeHistory(config, { blockCount: 4, rewardPercentiles: [25, 75] }),
    blobFee: () => getBlobBaseFee(config),
    latest: () => getBlock(config),
    byNumber: () => getBlock(config, { blockNumber: 5n, includeTransactions: true }),
    byHash: () => getBlock(config, { blockHash: hash }),
    noBlock: () => getBlock(config, { blockHash: MISSING }),
    countOfBlock: () => getBlockTransactionCount(config, { blockHash: hash }),
    transaction: () => getTransaction(config, { hash: txHash }),
    byIndex: () => getTransaction(config, { blockNumber: 5n, index: 0 }),
    noTransaction: () => getTransaction(config, { hash: MISSING }),
    receipt: () => getTransactionReceipt(config, { hash: txHash }),
    noReceipt: () => getTransactionReceipt(config, { hash: MISSING }),
    confirmations: () => getTransactionConfirmations(config, { hash: txHash }),
    logs: () => client.getLogs({ address: coin, fromBlock: 0n }),
    logsOfBlock: () => client.getLogs({ blockHash: hash }),
    logsOfEvent: () =>
      client.getLogs({ address: coin, event: TRANSFER, args: { to: who }, fromBlock: 2n, toBlock: 20n }),
    contractEvents: () => getContractEvents(config, { ...erc20, eventName: 'Transfer', fromBlock: 400n }),
    noLogs: () => client.getLogs({ address: who, fromBlock: 0n }),
    proof: () => getProof(config, { address: coin, storageKeys: [/** @type {any} */ (`0x${'0'.repeat(64)}`)] }),
    call: () => call(config, { to: coin, data: '0x18160ddd' }),
    callThen: () => call(config, { to: coin, data: '0x18160ddd', blockNumber: 7n }),
    name: () => readContract(config, { ...erc20, functionName: 'name' }),
    symbol: () => readContract(config, { ...erc20, functionName: 'symbol' }),
    decimals: () => readContract(config, { ...erc20, functionName: 'decimals' }),
    supply: () => readContract(config, { ...erc20, functionName: 'totalSupply' }),
    tokens: () => readContract(config, { ...erc20, functionName: 'balanceOf', args: [who] }),
    allowance: () => readContract(config, { ...erc20, functionName: 'allowance', args: [who, coin] }),
    several: () =>
      readContracts(config, {
        contracts: [
          { ...erc20, functionName: 'symbol' },
          { ...erc20, functionName: 'decimals' },
        ],
      }),
    bytes: () => readContract(config, { ...odd, functionName: 'bytesOf', args: [5000n] }),
    customError: () => readContract(config, { ...odd, functionName: 'failCustom' }),
    revertText: () => readContract(config, { ...odd, functionName: 'failText' }),
    revertEmpty: () => readContract(config, { ...odd, functionName: 'failEmpty' }),
    panic: () => readContract(config, { ...odd, functionName: 'failPanic', args: [0n] }),
    invalid: () => readContract(config, { ...odd, functionName: 'burn' }),
    atOnce: () => Promise.all([getGasPrice(config), getBalance(config, { address: coin }), getBlockNumber(config)]),
    connect: async () =>
      transport === 'unstable_connector'
        ? getConnections(config)[0]?.accounts
        : (await connect(config, { connector })).accounts,
    gas: () => estimateGas(config, { account: who, to: who, value: 1n }),
    gasTooMuch: () => estimateGas(config, { account: who, to: who, value: parseEther('99999999') }),
    simulate: () =>
      simulateContract(config, { ...erc20, functionName: 'transfer', args: [who, 1n], account: who }).then(
        ({ result }) => result,
      ),
    simulateRefused: () =>
      simulateContract(config, {
        address: coin,
        abi: [...erc20Abi, ...ODDITY],
        functionName: 'transfer',
        args: [who, 10n ** 30n],
        account: who,
      }),
    prepared: () => prepareTransactionRequest(config, { account: who, to: who, value: 1n, connector: null }),
    walletChain: async () => (await getWalletClient(config)).getChainId(),
    signed: () => signMessage(config, { message: 'hello' }),
    filters: async () =>
      (filters = [await askWallet('eth_newBlockFilter', []), await askWallet('eth_newFilter', [{ address: coin }])])
        .length,
    watch: async () => {
      const onError = (/** @type {any} */ error) => heard.add('errors', told(error));
      const onLogs = (/** @type {any[]} */ logs) =>
        logs.forEach((log) => heard.add('events', [log.blockHash, log.logIndex]));
      heard.stop.push(
        watchBlocks(config, {
          emitMissed: true,
          onError,
          onBlock: async (seen) => {
            heard.add('blocks', [seen.number, seen.hash]);
            if (!filtered)
              onLogs(await getContractEvents(config, { ...erc20, fromBlock: seen.number, toBlock: seen.number }));
            heard.add('read', seen.number);
          },
        }),
        watchBlockNumber(config, {
          emitMissed: true,
          onError,
          onBlockNumber: (number) => heard.add('numbers', number),
        }),
      );
      if (filtered) heard.stop.push(watchContractEvent(config, { ...erc20, onError, onLogs }));
      if (transport !== 'webSocket') return when(() => heard.has('blocks') && heard.has('numbers'));
      // The socket announces only the next block. Whatever was asked before has arrived when this has.
      const last = await /** @type {any} */ (client).transport.subscribe({ params: ['newHeads'], onData() {} });
      return heard.stop.push(() => last.unsubscribe());
    },
    send: async () =>
      (sent = await writeContract(config, {
        ...erc20,
        functionName: 'transfer',
        args: [strange, 3n],
        account: who,
        chainId: mainnet.id,
      })),
    sentReceipt: () => waitForTransactionReceipt(config, { hash: sent, pollingInterval: POLL_MS }),
    heardEvents: async () => {
      const blocks = transport === 'webSocket' ? 1 : 2;
      await when(() => heard.has('events') && Math.min(heard.count('read'), heard.count('numbers')) >= blocks);
      return heard.all();
    },
    changedBlocks: () => when(() => askWallet('eth_getFilterChanges', [filters[0]])),
    changedEvents: () => when(() => askWallet('eth_getFilterChanges', [filters[1]])),
    filterLogs: () => askWallet('eth_getFilterLogs', [filters[1]]),
    uninstall: () => Promise.all(filters.map((id) => askWallet('eth_uninstallFilter', [id]))),
    sendEther: async () =>
      waitForTransactionReceipt(config, {
        hash: await sendTransaction(config, { to: who, value: 5n }),
        pollingInterval: POLL_MS,
      }),
    nonceAfter: () => getTransactionCount(config, { address: who }),
    tokensAfter: () => readContract(config, { ...erc20, functionName: 'balanceOf', args: [strange] }),
    end: () => heard.end(),
    disconnect: () => disconnect(config),
  };
  return inTurn(steps, told);
};
