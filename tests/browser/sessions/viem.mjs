// A dApp on viem. It reads through its own URL, and uses the wallet for filters, events and sends.
import { createPublicClient, createWalletClient, custom, erc20Abi, getContract, http, parseEther } from 'viem';
import { mainnet } from 'viem/chains';
import { inTurn } from '../pages/steps.mjs';
import { MISSING, ODDITY, POLL_MS, TRANSFER, gathered, told, when } from './common.mjs';

/** @param {import("./common.mjs").Scene} scene */
export function viemSession({ own, account, token, oddity, block, tx }) {
  const provider = /** @type {any} */ (window).ethereum;
  const client = createPublicClient({
    chain: mainnet,
    transport: http(own, { retryCount: 0 }),
    pollingInterval: POLL_MS,
    cacheTime: 0,
  });
  const wallet = createWalletClient({ chain: mainnet, transport: custom(provider, { retryCount: 0 }) });
  const through = createPublicClient({
    chain: mainnet,
    transport: custom(provider, { retryCount: 0 }),
    pollingInterval: POLL_MS,
    cacheTime: 0,
  });
  const [who, coin, strange, hash, txHash] = /** @type {any[]} */ ([account, token, oddity, block, tx]);
  const erc20 = getContract({ address: coin, abi: erc20Abi, client });
  const odd = { address: strange, abi: ODDITY };
  const heard = gathered();
  /** @type {any} */
  let sent;
  /** @type {any} */
  let filters;
  return inTurn(
    {
      chainId: () => client.getChainId(),
      blockNumber: () => client.getBlockNumber(),
      balance: () => client.getBalance({ address: who }),
      balanceThen: () => client.getBalance({ address: who, blockNumber: 16n }),
      code: () => client.getCode({ address: coin }),
      noCode: () => client.getCode({ address: who }),
      storage: () => client.getStorageAt({ address: coin, slot: '0x0' }),
      nonce: () => client.getTransactionCount({ address: who }),
      noncePending: () => client.getTransactionCount({ address: who, blockTag: 'pending' }),
      gasPrice: () => client.getGasPrice(),
      priorityFee: () => client.estimateMaxPriorityFeePerGas(),
      fees: () => client.estimateFeesPerGas(),
      feeHistory: () => client.getFeeHistory({ blockCount: 4, rewardPercentiles: [25, 75] }),
      blobFee: () => client.getBlobBaseFee(),
      latest: () => client.getBlock(),
      byNumber: () => client.getBlock({ blockNumber: 5n, includeTransactions: true }),
      byHash: () => client.getBlock({ blockHash: hash }),
      countOfBlock: () => client.getBlockTransactionCount({ blockHash: hash }),
      noBlock: () => client.getBlock({ blockHash: MISSING }),
      transaction: () => client.getTransaction({ hash: txHash }),
      byIndex: () => client.getTransaction({ blockNumber: 5n, index: 0 }),
      noTransaction: () => client.getTransaction({ hash: MISSING }),
      receipt: () => client.getTransactionReceipt({ hash: txHash }),
      noReceipt: () => client.getTransactionReceipt({ hash: MISSING }),
      confirmations: () => client.getTransactionConfirmations({ hash: txHash }),
      logs: () => client.getLogs({ address: coin, fromBlock: 0n }),
      logsOfBlock: () => client.getLogs({ blockHash: hash }),
      logsOfEvent: () =>
        client.getLogs({ address: coin, event: TRANSFER, args: { to: who }, fromBlock: 2n, toBlock: 20n }),
      contractEvents: () =>
        client.getContractEvents({ address: coin, abi: erc20Abi, eventName: 'Transfer', fromBlock: 400n }),
      noLogs: () => client.getLogs({ address: who, fromBlock: 0n }),
      proof: () => client.getProof({ address: coin, storageKeys: [/** @type {any} */ (`0x${'0'.repeat(64)}`)] }),
      call: () => client.call({ to: coin, data: '0x18160ddd' }),
      callThen: () => client.call({ to: coin, data: '0x18160ddd', blockNumber: 7n }),
      gas: () => client.estimateGas({ account: who, to: who, value: 1n }),
      gasTooMuch: () => client.estimateGas({ account: who, to: who, value: parseEther('99999999') }),
      contractGas: () => erc20.estimateGas.transfer([who, 1n], { account: who }),
      accessList: () => client.createAccessList({ account: who, to: coin, data: '0x18160ddd' }),
      simulated: () =>
        client.simulateCalls({ account: who, calls: [{ to: who, value: 1n }] }).then(({ results }) => results),
      name: () => erc20.read.name(),
      symbol: () => erc20.read.symbol(),
      decimals: () => erc20.read.decimals(),
      supply: () => erc20.read.totalSupply(),
      tokens: () => erc20.read.balanceOf([who]),
      allowance: () => erc20.read.allowance([who, coin]),
      bytes: () => client.readContract({ ...odd, functionName: 'bytesOf', args: [5000n] }),
      customError: () => client.readContract({ ...odd, functionName: 'failCustom' }),
      revertText: () => client.readContract({ ...odd, functionName: 'failText' }),
      revertEmpty: () => client.readContract({ ...odd, functionName: 'failEmpty' }),
      panic: () => client.readContract({ ...odd, functionName: 'failPanic', args: [0n] }),
      invalid: () => client.readContract({ ...odd, functionName: 'burn' }),
      simulate: () =>
        client
          .simulateContract({ address: coin, abi: erc20Abi, functionName: 'transfer', args: [who, 1n], account: who })
          .then(({ result }) => result),
      simulateRefused: () =>
        client.simulateContract({
          address: coin,
          abi: [...erc20Abi, ...ODDITY],
          functionName: 'transfer',
          args: [who, 10n ** 30n],
          account: who,
        }),
      atOnce: () =>
        Promise.all([
          client.getGasPrice(),
          client.getBalance({ address: coin }),
          erc20.read.symbol(),
          client.getChainId(),
        ]),
      accounts: () => wallet.requestAddresses(),
      walletChain: () => wallet.getChainId(),
      signed: () => wallet.signMessage({ account: who, message: 'hello' }),
      filters: async () => {
        filters = {
          blocks: await through.createBlockFilter(),
          events: await through.createEventFilter({ address: coin, event: TRANSFER }),
        };
        return Object.values(filters).map(({ type }) => type);
      },
      watch: () => {
        heard.stop.push(
          client.watchBlocks({
            emitMissed: true,
            emitOnBegin: true,
            onBlock: (/** @type {any} */ seen) => heard.add('blocks', [seen.number, seen.hash]),
          }),
          client.watchBlockNumber({
            emitMissed: true,
            emitOnBegin: true,
            onBlockNumber: (number) => heard.add('numbers', number),
          }),
          through.watchContractEvent({
            address: coin,
            abi: erc20Abi,
            onLogs: (logs) => logs.forEach((log) => heard.add('events', [log.blockHash, log.logIndex])),
          }),
        );
        return when(() => heard.has('blocks') && heard.has('numbers'));
      },
      send: async () =>
        (sent = await wallet.writeContract({
          account: who,
          address: coin,
          abi: erc20Abi,
          functionName: 'transfer',
          args: [strange, 3n],
        })),
      sentReceipt: () => client.waitForTransactionReceipt({ hash: sent, pollingInterval: POLL_MS }),
      heardEvents: () =>
        when(() => heard.has('events') && heard.count('blocks') > 1 && heard.count('numbers') > 1).then(() =>
          heard.all(),
        ),
      changedBlocks: () => when(() => through.getFilterChanges({ filter: filters.blocks })),
      changedEvents: () => when(() => through.getFilterChanges({ filter: filters.events })),
      filterLogs: () => through.getFilterLogs({ filter: filters.events }),
      uninstall: async () => [
        await through.uninstallFilter({ filter: filters.blocks }),
        await through.uninstallFilter({ filter: filters.events }),
      ],
      nonceAfter: () => client.getTransactionCount({ address: who }),
      tokensAfter: () => erc20.read.balanceOf([strange]),
      sendRefused: () =>
        wallet
          .writeContract({
            account: who,
            address: coin,
            abi: erc20Abi,
            functionName: 'transfer',
            args: [strange, 10n ** 30n],
            gas: 100_000n,
            chain: mainnet,
          })
          .then((/** @type {any} */ refused) =>
            client.waitForTransactionReceipt({ hash: refused, pollingInterval: POLL_MS }),
          ),
      end: () => heard.end(),
    },
    told,
  );
}
