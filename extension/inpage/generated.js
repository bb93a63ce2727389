// Written by tools/generate/ from src/ and data/: change it there, not here.

/** @typedef {'wallet'|'local'|'read'|'broadcast'|'sticky'} RouteClass */

/** Methods by what happens to them, what a plain answer looks like, and whether `null` is one. */
const METHODS = {
  broadcast: `eth_sendRawTransaction eth_sendRawTransactionSync`,
  'local:quantity': `eth_chainId net_version`,
  read: `arb_checkPublisherHealth arb_findBatchContainingBlock arb_getL1Confirmations
arb_getMinRequiredNitroVersion arb_getRawBlockMetadata arb_latestValidated arb_maintenanceStatus arbtrace_block
arbtrace_call arbtrace_callMany arbtrace_filter arbtrace_get arbtrace_replayBlockTransactions arbtrace_replayTransaction
arbtrace_transaction bor_getAuthor bor_getCurrentProposer bor_getCurrentValidators bor_getRootHash bor_getSigners
bor_getSignersAtHash bor_getSnapshot bor_getSnapshotAtHash bor_getSnapshotProposer bor_getSnapshotProposerSequence
debug_accountAt debug_accountRange debug_executionWitness debug_executionWitnessByBlockHash debug_getAccessibleState
debug_getBadBlocks debug_getModifiedAccountsByHash debug_getModifiedAccountsByNumber debug_getRawBlock
debug_getRawHeader debug_getRawReceipts debug_getRawTransaction debug_intermediateRoots debug_preimage
debug_storageRangeAt debug_traceBadBlock debug_traceBlock debug_traceBlockByHash debug_traceBlockByNumber
debug_traceCall debug_traceCallMany debug_traceTransaction eth_capabilities eth_config eth_createAccessList eth_getProof
eth_getStorageValues eth_protocolVersion eth_syncing linea_estimateGas linea_getProof
linea_getTransactionExclusionStatusV1 net_listening optimism_outputAtBlock optimism_rollupConfig optimism_syncStatus
optimism_version rollup_gasPrices rollup_getInfo trace_block trace_call trace_callMany trace_filter trace_get
trace_replayBlockTransactions trace_replayTransaction trace_transaction web3_clientVersion zks_L1BatchNumber
zks_L1ChainId zks_estimateFee zks_estimateGasL1ToL2 zks_gasPerPubdata zks_getAllAccountBalances
zks_getBaseTokenL1Address zks_getBatchFeeInput zks_getBlockDetails zks_getBridgeContracts zks_getBridgehubContract
zks_getBytecodeByHash zks_getConfirmedTokens zks_getFeeParams zks_getL1BatchBlockRange zks_getL1BatchDetails
zks_getL1GasPrice zks_getL2Multicall3 zks_getL2ToL1LogProof zks_getL2ToL1MsgProof zks_getMainContract zks_getProof
zks_getProtocolVersion zks_getRawBlockTransactions zks_getTestnetPaymaster zks_getTimestampAsserter
zks_getTransactionDetails`,
  'read:data': `eth_call eth_getCode eth_getStorageAt web3_sha3`,
  'read:data:null': `eth_getRawTransactionByHash`,
  'read:hash:null': `eth_getTransactionByBlockHashAndIndex eth_getTransactionByBlockNumberAndIndex
eth_getTransactionByHash`,
  'read:list': `eth_getLogs eth_simulateV1`,
  'read:list:null': `eth_getBlockAccessList eth_getBlockReceipts`,
  'read:number hash:null': `eth_getBlockByHash eth_getBlockByNumber eth_getHeaderByHash eth_getHeaderByNumber
eth_getUncleByBlockHashAndIndex eth_getUncleByBlockNumberAndIndex`,
  'read:oldestBlock baseFeePerGas gasUsedRatio': `eth_feeHistory`,
  'read:quantity': `eth_blockNumber eth_estimateGas eth_gasPrice eth_getBalance eth_getTransactionCount
eth_maxPriorityFeePerGas net_peerCount`,
  'read:quantity:null': `eth_baseFee eth_blobBaseFee eth_getBlockTransactionCountByHash
eth_getBlockTransactionCountByNumber eth_getUncleCountByBlockHash eth_getUncleCountByBlockNumber`,
  'read:transactionHash:null': `eth_getTransactionReceipt`,
  sticky: `eth_getFilterChanges eth_getFilterLogs eth_newBlockFilter eth_newFilter eth_newPendingTransactionFilter
eth_uninstallFilter eth_unsubscribe`,
  'sticky:data': `eth_subscribe`,
};

/**
 * The three of each method. A method that is not listed goes to the wallet.
 * @type {Readonly<Record<string, string[]>>}
 */
export const KINDS = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.fromEntries(
    /* @__PURE__ */ Object.entries(METHODS).flatMap(([kind, names]) =>
      names.split(/\s/).map((name) => [name, kind.split(':')]),
    ),
  ),
);

/** Reads that a wallet answers from what it is: beside one they are its own. */
export const WALLETS_OWN = new Set(['eth_syncing', 'web3_clientVersion']);

/** Transactions and signatures: what a wallet is asked for and a person confirms. */
export const SENDS = new Set([
  'eth_sendTransaction',
  'eth_sign',
  'eth_signTransaction',
  'eth_signTypedData',
  'eth_signTypedData_v1',
  'eth_signTypedData_v3',
  'eth_signTypedData_v4',
  'personal_sign',
  'wallet_sendCalls',
  'wallet_sendPreparedCalls',
  'wallet_signAuthorization',
]);

/** Methods, by how their names begin, that take seconds on every lane. */
export const SLOW = ['debug_', 'trace_', 'arbtrace_', 'eth_sendRawTransactionSync'];

/** What an error begins with when a contract speaks, in lower case. */
export const REVERTS = [
  'execution reverted',
  'transaction reverted',
  'reverted',
  'vm execution error',
  'vm exception while processing transaction',
  'vm exception: revert',
  'revert reason',
  'execution failed due to an exception',
];

/** How long a slow request may take, ms, unless the person gave every request longer. */
export const SLOW_MS = 60_000;
/**
 * How long a wallet may take for a transaction or a signature before the core is told, in ms. Most people confirm
 * sooner.
 */
export const WALLET_PATIENCE_MS = 15_000;
/** Longest method name a page may send, in bytes. The longest real one has under 40. */
export const MAX_METHOD_BYTES = 128;
/** Largest parameters a page may send for one request, in bytes of JSON text. */
export const MAX_PARAMS_BYTES = 4 * 1024 * 1024;
/**
 * Deepest nesting of parameters and results. Call traces have some 60 levels; no method of ours comes near the limit.
 */
export const MAX_JSON_DEPTH = 512;
/** The page's own call stalls after so many times its usual answer, … */
export const STALL_FACTOR = 3;
/** … not sooner than this, ms, … */
export const STALL_MIN_MS = 400;
/** … and at the latest after this, ms. */
export const STALL_MAX_MS = 2_500;
/** The same before enough answers have been seen, ms. */
export const STALL_UNKNOWN_MS = 1_500;
/** So many answers are enough. */
export const STALL_SAMPLES = 3;
/** So many answers are remembered. */
export const STALL_SAMPLES_KEPT = 15;
/** A URL that has just stalled gets half the time on the next call, and so on down to this, ms. */
export const STALL_AGAIN_MS = 50;
/** The same for a method that takes seconds wherever it is asked, ms. */
export const STALL_SLOW_MS = 20_000;
/**
 * The page is left alone this long after a URL's first answer before its chain is asked, ms: most pages ask
 * themselves.
 */
export const LEARN_AFTER_MS = 1_000;
/** An endpoint that hangs cannot be asked for its chain either: no longer is waited for that, ms. */
export const LEARN_TIMEOUT_MS = 2_000;
/** A chain that could not be learnt is not asked again sooner than this, ms. */
export const LEARN_AGAIN_MS = 30_000;
/** A socket's `close` is held back for the answers of the lanes no longer than this, ms. */
export const CLOSE_HELD_MS = 3_000;
/** A socket with subscriptions that says nothing for this long is asked whether it is there, ms. */
export const QUIET_MS = 30_000;
/** While its endpoint is away, a page's socket tries it this often, ms. */
export const RETRY_MS = 30_000;
/** Percentage of the deadline after which a silent core is not waited for alone: the wallet can still be in time. */
export const WALLET_AHEAD_PERCENT = 60;
/** The core keeps the deadline itself and says why nothing came; the page steps in this much later, ms. */
export const DEADLINE_GRACE_MS = 250;
/** How long the first reads wait for the worker to wake and say which chains it guards, ms. */
export const STATE_WAIT_MS = 2_000;
/** While the core is off or down, a page that reads knocks at the worker's door this often at most, ms. */
export const KNOCK_MS = 5_000;
