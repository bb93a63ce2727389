// A dApp on web3.js. It reads through its own URL, and uses the wallet for filters, subscriptions and sends.
import { erc20Abi } from 'viem';
import { Web3 } from 'web3';
import { inTurn } from '../pages/steps.mjs';
import { MISSING, ODDITY, POLL_MS, gathered, told, when } from './common.mjs';

/** @param {import("./common.mjs").Scene} scene */
export function web3Session({ own, account, token, oddity, block, tx }) {
  const reader = new Web3(own);
  const through = new Web3(/** @type {any} */ (window).ethereum);
  for (const { eth } of [reader, through])
    Object.assign(eth, { transactionPollingInterval: POLL_MS, transactionReceiptPollingInterval: POLL_MS });
  const { eth } = reader;
  const coin = /** @type {any} */ (new eth.Contract(/** @type {any} */ (erc20Abi), token)).methods;
  const strange = /** @type {any} */ (new eth.Contract(/** @type {any} */ (ODDITY), oddity)).methods;
  const owned = /** @type {any} */ (new through.eth.Contract(/** @type {any} */ (erc20Abi), token)).methods;
  const ask = (/** @type {string} */ method, /** @type {unknown[]} */ params = []) =>
    eth.requestManager.send(/** @type {any} */ ({ method, params }));
  const askWallet = (/** @type {string} */ method, /** @type {unknown[]} */ params = []) =>
    through.eth.requestManager.send(/** @type {any} */ ({ method, params }));
  const [call, heard] = [{ to: token, data: '0x18160ddd' }, gathered()];
  /** @type {string[]} */
  let filters = [];
  return inTurn(
    {
      chainId: () => eth.getChainId(),
      network: () => eth.net.getId(),
      blockNumber: () => eth.getBlockNumber(),
      listening: () => eth.net.isListening(),
      client: () => eth.getNodeInfo(),
      syncing: () => eth.isSyncing(),
      balance: () => eth.getBalance(account),
      balanceThen: () => eth.getBalance(account, 16),
      code: () => eth.getCode(token),
      noCode: () => eth.getCode(account),
      storage: () => eth.getStorageAt(token, 0),
      nonce: () => eth.getTransactionCount(account),
      noncePending: () => eth.getTransactionCount(account, 'pending'),
      gasPrice: () => eth.getGasPrice(),
      priorityFee: () => eth.getMaxPriorityFeePerGas(),
      fees: () => eth.calculateFeeData(),
      feeHistory: () => eth.getFeeHistory(4, 'latest', [25, 75]),
      latest: () => eth.getBlock(),
      byNumber: () => eth.getBlock(5, true),
      byHash: () => eth.getBlock(block),
      noBlock: () => eth.getBlock(MISSING),
      countOfBlock: () => eth.getBlockTransactionCount(block),
      uncles: () => eth.getBlockUncleCount(5),
      transaction: () => eth.getTransaction(tx),
      byIndex: () => eth.getTransactionFromBlock(5, 0),
      noTransaction: () => eth.getTransaction(MISSING),
      receipt: () => eth.getTransactionReceipt(tx),
      noReceipt: () => eth.getTransactionReceipt(MISSING),
      logs: () => eth.getPastLogs({ address: token, fromBlock: 0 }),
      logsOfBlock: () => eth.getPastLogs({ blockHash: block }),
      logsOfEvent: () =>
        new eth.Contract(/** @type {any} */ (erc20Abi), token).getPastEvents(/** @type {any} */ ('Transfer'), {
          fromBlock: 2,
          toBlock: 20,
          filter: { to: account },
        }),
      noLogs: () => eth.getPastLogs({ address: account, fromBlock: 0 }),
      proof: () => eth.getProof(token, [`0x${'0'.repeat(64)}`]),
      call: () => eth.call(call),
      callThen: () => eth.call(call, 7),
      accessList: () => eth.createAccessList({ from: account, ...call }),
      gas: () => eth.estimateGas({ from: account, to: account, value: 1 }),
      gasTooMuch: () => eth.estimateGas({ from: account, to: account, value: `0x${(10n ** 26n).toString(16)}` }),
      contractGas: () => coin.transfer(oddity, 1).estimateGas({ from: account }),
      name: () => coin.name().call(),
      symbol: () => coin.symbol().call(),
      decimals: () => coin.decimals().call(),
      supply: () => coin.totalSupply().call(),
      tokens: () => coin.balanceOf(account).call(),
      allowance: () => coin.allowance(account, token).call(),
      bytes: () => strange.bytesOf(5000).call(),
      customError: () => strange.failCustom().call(),
      revertText: () => strange.failText().call(),
      revertEmpty: () => strange.failEmpty().call(),
      panic: () => strange.failPanic(0).call(),
      invalid: () => strange.burn().call(),
      simulate: () => coin.transfer(oddity, 1).call({ from: account }),
      simulateRefused: () => coin.transfer(oddity, `0x${(10n ** 30n).toString(16)}`).call({ from: account }),
      badParams: () => ask('eth_getBalance', ['0x12', 'latest']),
      atOnce: () => Promise.all([eth.getBlockNumber(), eth.getBalance(token), coin.symbol().call(), eth.getGasPrice()]),
      accounts: () => through.eth.requestAccounts(),
      walletChain: () => through.eth.getChainId(),
      signed: () => through.eth.personal.sign('hello', account, ''),
      filters: async () => {
        filters = [await askWallet('eth_newBlockFilter'), await askWallet('eth_newFilter', [{ address: token }])];
        return filters.length;
      },
      watch: async () => {
        const heads = await through.eth.subscribe('newHeads');
        const logs = await through.eth.subscribe('logs', { address: token });
        heads.on('data', ({ number, hash }) => heard.add('blocks', [number, hash]));
        logs.on('data', ({ blockHash, logIndex }) => heard.add('events', [blockHash, logIndex]));
        heard.stop.push(
          () => heads.unsubscribe(),
          () => logs.unsubscribe(),
        );
      },
      send: async () => {
        const { transactionHash, status } = await owned.transfer(oddity, 3).send({ from: account });
        return { transactionHash, status };
      },
      heardEvents: () => when(() => heard.has('events') && heard.has('blocks')).then(() => heard.all()),
      changedBlocks: () => when(() => askWallet('eth_getFilterChanges', [filters[0]])),
      changedEvents: () => when(() => askWallet('eth_getFilterChanges', [filters[1]])),
      filterLogs: () => askWallet('eth_getFilterLogs', [filters[1]]),
      uninstall: () => Promise.all(filters.map((id) => askWallet('eth_uninstallFilter', [id]))),
      nonceAfter: () => eth.getTransactionCount(account),
      tokensAfter: () => coin.balanceOf(oddity).call(),
      end: () => heard.end(),
    },
    told,
  );
}
