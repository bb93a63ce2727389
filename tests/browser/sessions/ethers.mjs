// A dApp on ethers. It reads through its own URL, and uses the wallet for filters, events and sends.
import { BrowserProvider, Contract, JsonRpcProvider } from 'ethers';
import { erc20Abi } from 'viem';
import { inTurn } from '../pages/steps.mjs';
import { MISSING, ODDITY, POLL_MS, gathered, told, when } from './common.mjs';

const OPTIONS = { cacheTimeout: -1, pollingInterval: POLL_MS };

/** @param {Promise<any>} thing a block, a transaction or a receipt */
const json = async (thing) => (await thing)?.toJSON();

/** How long to let ethers wait for a block before asking it again, in ms. */
const WAIT_MS = 3_000;

/**
 * ethers looks for the receipt and only then listens for blocks. It never hears of a block between the two, and waits
 * forever if the chain mines no more. When asked again, it sees the receipt at once.
 * @template T @param {(timeout?: number) => Promise<T>} wait
 */
const waited = (wait) =>
  wait(WAIT_MS).catch((error) => {
    if (error?.code !== 'TIMEOUT') throw error;
    return wait();
  });

/** @param {import("./common.mjs").Scene} scene */
export async function ethersSession({ own, account, token, oddity, block, tx }) {
  const provider = new JsonRpcProvider(own, undefined, OPTIONS);
  const through = new BrowserProvider(/** @type {any} */ (window).ethereum, undefined, OPTIONS);
  const signer = await through.getSigner();
  const coin = new Contract(token, erc20Abi, provider);
  const strange = new Contract(oddity, ODDITY, provider);
  const bySigner = new Contract(token, [...erc20Abi, ...ODDITY], signer);
  const [call, heard] = [{ to: token, data: '0x18160ddd' }, gathered()];
  /** @type {any} */
  let sent;
  /** @type {string[]} */
  let filters = [];
  return inTurn(
    {
      network: async () => (await provider.getNetwork()).chainId,
      blockNumber: () => provider.getBlockNumber(),
      balance: () => provider.getBalance(account),
      balanceThen: () => provider.getBalance(account, 16),
      code: () => provider.getCode(token),
      noCode: () => provider.getCode(account),
      storage: () => provider.getStorage(token, 0),
      nonce: () => provider.getTransactionCount(account),
      noncePending: () => provider.getTransactionCount(account, 'pending'),
      fees: async () => (await provider.getFeeData()).toJSON(),
      gasPrice: () => provider.send('eth_gasPrice', []),
      priorityFee: () => provider.send('eth_maxPriorityFeePerGas', []),
      feeHistory: () => provider.send('eth_feeHistory', ['0x4', 'latest', [25, 75]]),
      blobFee: () => provider.send('eth_blobBaseFee', []),
      latest: () => json(provider.getBlock('latest')),
      byNumber: async () => (await provider.getBlock(5, true))?.prefetchedTransactions.map((one) => one.toJSON()),
      byHash: () => json(provider.getBlock(block)),
      safe: () => json(provider.getBlock('safe')),
      finalized: () => json(provider.getBlock('finalized')),
      earliest: () => json(provider.getBlock('earliest')),
      countOfBlock: () => provider.send('eth_getBlockTransactionCountByHash', [block]),
      receiptsOfBlock: () => provider.send('eth_getBlockReceipts', ['0x5']),
      noBlock: () => json(provider.getBlock(MISSING)),
      noNumber: () => json(provider.getBlock(99_999_999)),
      transaction: () => json(provider.getTransaction(tx)),
      ofBlock: async () => json(/** @type {any} */ (await provider.getBlock(5)).getTransaction(0)),
      noTransaction: () => json(provider.getTransaction(MISSING)),
      receipt: () => json(provider.getTransactionReceipt(tx)),
      noReceipt: () => json(provider.getTransactionReceipt(MISSING)),
      confirmations: async () => (await provider.getTransactionReceipt(tx))?.confirmations(),
      logs: async () => (await provider.getLogs({ address: token, fromBlock: 0 })).map((log) => log.toJSON()),
      logsOfBlock: async () => (await provider.getLogs({ blockHash: block })).map((log) => log.toJSON()),
      logsOfEvent: async () =>
        (await coin.queryFilter(coin.filters.Transfer?.(null, account) ?? '', 2, 20)).map((log) => log.toJSON()),
      noLogs: () => provider.getLogs({ address: account, fromBlock: 0 }),
      proof: () => provider.send('eth_getProof', [token, [`0x${'0'.repeat(64)}`], 'latest']),
      call: () => provider.call(call),
      callThen: () => provider.call({ ...call, blockTag: 7 }),
      gas: () => provider.estimateGas({ from: account, to: account, value: 1 }),
      gasTooMuch: () => provider.estimateGas({ from: account, to: account, value: 10n ** 26n }),
      contractGas: () => coin.transfer?.estimateGas(oddity, 1n, { from: account }),
      name: () => coin.name?.(),
      symbol: () => coin.symbol?.(),
      decimals: () => coin.decimals?.(),
      supply: () => coin.totalSupply?.(),
      tokens: () => coin.balanceOf?.(account),
      allowance: () => coin.allowance?.(account, token),
      bytes: () => strange.bytesOf?.(5000),
      customError: () => strange.failCustom?.(),
      revertText: () => strange.failText?.(),
      revertEmpty: () => strange.failEmpty?.(),
      panic: () => strange.failPanic?.(0),
      invalid: () => strange.burn?.(),
      simulate: () => coin.transfer?.staticCall(oddity, 1n, { from: account }),
      simulateRefused: () => bySigner.transfer?.staticCall(oddity, 10n ** 30n),
      badParams: () => provider.send('eth_getBalance', ['0x12', 'latest']),
      atOnce: () =>
        Promise.all([
          provider.getBlockNumber(),
          provider.getBalance(token),
          coin.symbol?.(),
          provider.getCode(account),
        ]),
      accounts: async () => (await through.listAccounts()).map(({ address }) => address),
      walletChain: async () => (await through.getNetwork()).chainId,
      signed: () => signer.signMessage('hello'),
      filters: async () => {
        filters = [
          await through.send('eth_newBlockFilter', []),
          await through.send('eth_newFilter', [{ address: token }]),
        ];
        return filters.length;
      },
      watch: async () => {
        await provider.on('block', (number) => heard.add('blocks', number));
        await bySigner.on('Transfer', (from, to, value) => heard.add('events', [from, to, value]));
        heard.stop.push(
          () => provider.off('block'),
          () => bySigner.removeAllListeners(),
        );
        const begun = await through.getBlockNumber(); // sent after the listener's filter
        return [begun, await provider.listenerCount()];
      },
      send: async () => (sent = await bySigner.transfer?.(oddity, 3n)).hash,
      sentReceipt: async () => json(waited((timeout) => provider.waitForTransaction(sent.hash, 1, timeout))),
      heardEvents: () => when(() => heard.has('events') && heard.has('blocks')).then(() => heard.all()),
      changedBlocks: () => when(() => through.send('eth_getFilterChanges', [filters[0]])),
      changedEvents: () => when(() => through.send('eth_getFilterChanges', [filters[1]])),
      filterLogs: () => through.send('eth_getFilterLogs', [filters[1]]),
      uninstall: () => Promise.all(filters.map((id) => through.send('eth_uninstallFilter', [id]))),
      nonceAfter: () => provider.getTransactionCount(account),
      tokensAfter: () => coin.balanceOf?.(oddity),
      sendRefused: async () => {
        const refused = await bySigner.transfer?.(oddity, 10n ** 30n, { gasLimit: 100_000 });
        return json(waited((timeout) => refused.wait(1, timeout)));
      },
      end: () => heard.end(),
    },
    told,
  ).finally(() => [provider, through].forEach((each) => each.destroy()));
}
