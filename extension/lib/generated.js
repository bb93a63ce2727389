// Kept equal to src/route.rs and src/protocol/ by a Rust test: change it there, not here.

/** @typedef {'wallet'|'local'|'read'|'broadcast'|'sticky'} RouteClass */

/**
 * What happens to a JSON-RPC method. A method that is not listed goes to the wallet.
 * @type {Readonly<Record<string, RouteClass>>}
 */
export const ROUTES = Object.freeze({
  eth_chainId: 'local',
  net_version: 'local',
  arb_checkPublisherHealth: 'read',
  arb_findBatchContainingBlock: 'read',
  arb_getL1Confirmations: 'read',
  arb_getMinRequiredNitroVersion: 'read',
  arb_getRawBlockMetadata: 'read',
  arb_latestValidated: 'read',
  arb_maintenanceStatus: 'read',
  arbtrace_block: 'read',
  arbtrace_call: 'read',
  arbtrace_callMany: 'read',
  arbtrace_filter: 'read',
  arbtrace_get: 'read',
  arbtrace_replayBlockTransactions: 'read',
  arbtrace_replayTransaction: 'read',
  arbtrace_transaction: 'read',
  bor_getAuthor: 'read',
  bor_getCurrentProposer: 'read',
  bor_getCurrentValidators: 'read',
  bor_getRootHash: 'read',
  bor_getSigners: 'read',
  bor_getSignersAtHash: 'read',
  bor_getSnapshot: 'read',
  bor_getSnapshotAtHash: 'read',
  bor_getSnapshotProposer: 'read',
  bor_getSnapshotProposerSequence: 'read',
  debug_accountAt: 'read',
  debug_accountRange: 'read',
  debug_executionWitness: 'read',
  debug_executionWitnessByBlockHash: 'read',
  debug_getAccessibleState: 'read',
  debug_getBadBlocks: 'read',
  debug_getModifiedAccountsByHash: 'read',
  debug_getModifiedAccountsByNumber: 'read',
  debug_getRawBlock: 'read',
  debug_getRawHeader: 'read',
  debug_getRawReceipts: 'read',
  debug_getRawTransaction: 'read',
  debug_intermediateRoots: 'read',
  debug_preimage: 'read',
  debug_storageRangeAt: 'read',
  debug_traceBadBlock: 'read',
  debug_traceBlock: 'read',
  debug_traceBlockByHash: 'read',
  debug_traceBlockByNumber: 'read',
  debug_traceCall: 'read',
  debug_traceCallMany: 'read',
  debug_traceTransaction: 'read',
  eth_baseFee: 'read',
  eth_blobBaseFee: 'read',
  eth_blockNumber: 'read',
  eth_call: 'read',
  eth_capabilities: 'read',
  eth_config: 'read',
  eth_createAccessList: 'read',
  eth_estimateGas: 'read',
  eth_feeHistory: 'read',
  eth_gasPrice: 'read',
  eth_getBalance: 'read',
  eth_getBlockAccessList: 'read',
  eth_getBlockByHash: 'read',
  eth_getBlockByNumber: 'read',
  eth_getBlockReceipts: 'read',
  eth_getBlockTransactionCountByHash: 'read',
  eth_getBlockTransactionCountByNumber: 'read',
  eth_getCode: 'read',
  eth_getHeaderByHash: 'read',
  eth_getHeaderByNumber: 'read',
  eth_getLogs: 'read',
  eth_getProof: 'read',
  eth_getRawTransactionByHash: 'read',
  eth_getStorageAt: 'read',
  eth_getStorageValues: 'read',
  eth_getTransactionByBlockHashAndIndex: 'read',
  eth_getTransactionByBlockNumberAndIndex: 'read',
  eth_getTransactionByHash: 'read',
  eth_getTransactionCount: 'read',
  eth_getTransactionReceipt: 'read',
  eth_getUncleByBlockHashAndIndex: 'read',
  eth_getUncleByBlockNumberAndIndex: 'read',
  eth_getUncleCountByBlockHash: 'read',
  eth_getUncleCountByBlockNumber: 'read',
  eth_maxPriorityFeePerGas: 'read',
  eth_protocolVersion: 'read',
  eth_simulateV1: 'read',
  eth_syncing: 'read',
  linea_estimateGas: 'read',
  linea_getProof: 'read',
  linea_getTransactionExclusionStatusV1: 'read',
  net_listening: 'read',
  net_peerCount: 'read',
  optimism_outputAtBlock: 'read',
  optimism_rollupConfig: 'read',
  optimism_syncStatus: 'read',
  optimism_version: 'read',
  rollup_gasPrices: 'read',
  rollup_getInfo: 'read',
  trace_block: 'read',
  trace_call: 'read',
  trace_callMany: 'read',
  trace_filter: 'read',
  trace_get: 'read',
  trace_replayBlockTransactions: 'read',
  trace_replayTransaction: 'read',
  trace_transaction: 'read',
  web3_clientVersion: 'read',
  web3_sha3: 'read',
  zks_L1BatchNumber: 'read',
  zks_L1ChainId: 'read',
  zks_estimateFee: 'read',
  zks_estimateGasL1ToL2: 'read',
  zks_gasPerPubdata: 'read',
  zks_getAllAccountBalances: 'read',
  zks_getBaseTokenL1Address: 'read',
  zks_getBatchFeeInput: 'read',
  zks_getBlockDetails: 'read',
  zks_getBridgeContracts: 'read',
  zks_getBridgehubContract: 'read',
  zks_getBytecodeByHash: 'read',
  zks_getConfirmedTokens: 'read',
  zks_getFeeParams: 'read',
  zks_getL1BatchBlockRange: 'read',
  zks_getL1BatchDetails: 'read',
  zks_getL1GasPrice: 'read',
  zks_getL2Multicall3: 'read',
  zks_getL2ToL1LogProof: 'read',
  zks_getL2ToL1MsgProof: 'read',
  zks_getMainContract: 'read',
  zks_getProof: 'read',
  zks_getProtocolVersion: 'read',
  zks_getRawBlockTransactions: 'read',
  zks_getTestnetPaymaster: 'read',
  zks_getTimestampAsserter: 'read',
  zks_getTransactionDetails: 'read',
  eth_sendRawTransaction: 'broadcast',
  eth_sendRawTransactionSync: 'broadcast',
  eth_getFilterChanges: 'sticky',
  eth_getFilterLogs: 'sticky',
  eth_newBlockFilter: 'sticky',
  eth_newFilter: 'sticky',
  eth_newPendingTransactionFilter: 'sticky',
  eth_subscribe: 'sticky',
  eth_uninstallFilter: 'sticky',
  eth_unsubscribe: 'sticky',
});

/** Reads that a wallet answers from what it is: beside one they are its own. */
export const WALLETS_OWN = new Set(['eth_syncing', 'web3_clientVersion']);

/** Methods, by how their names begin, that take seconds on every lane. */
export const SLOW = ['debug_', 'trace_', 'arbtrace_', 'eth_sendRawTransactionSync'];
/** How long one of these may take, unless the person gave every request longer, in ms. */
export const SLOW_MS = 60_000;

/** Transactions and signatures: what a wallet is asked for and a person confirms. */
export const SENDS = new Set([
  'eth_sendTransaction', 'eth_sign', 'eth_signTransaction', 'eth_signTypedData', 'eth_signTypedData_v1',
  'eth_signTypedData_v3', 'eth_signTypedData_v4', 'personal_sign', 'wallet_sendCalls', 'wallet_sendPreparedCalls',
  'wallet_signAuthorization',
]);

/** Methods to which `null` is an answer. */
export const NULL_ANSWERS = new Set([
  'eth_baseFee', 'eth_blobBaseFee', 'eth_getBlockByNumber', 'eth_getBlockByHash', 'eth_getHeaderByNumber',
  'eth_getHeaderByHash', 'eth_getBlockReceipts', 'eth_getBlockTransactionCountByNumber',
  'eth_getBlockTransactionCountByHash', 'eth_getBlockAccessList', 'eth_getTransactionByHash',
  'eth_getRawTransactionByHash', 'eth_getTransactionReceipt', 'eth_getTransactionByBlockNumberAndIndex',
  'eth_getTransactionByBlockHashAndIndex', 'eth_getUncleCountByBlockNumber', 'eth_getUncleCountByBlockHash',
  'eth_getUncleByBlockNumberAndIndex', 'eth_getUncleByBlockHashAndIndex', 'eth_protocolVersion',
]);

/** What an error begins with when a contract speaks, in lower case. */
export const REVERTS = [
  'execution reverted', 'transaction reverted', 'reverted', 'vm execution error',
  'vm exception while processing transaction', 'vm exception: revert', 'revert reason',
  'execution failed due to an exception',
];

/** How long a wallet may take over one of these before the core is told, in ms. */
export const WALLET_PATIENCE_MS = 15_000;
/** Longest method name a page may send, in bytes. */
export const MAX_METHOD_BYTES = 128;
/** Largest parameters a page may send for one request, in bytes of JSON text. */
export const MAX_PARAMS_BYTES = 4 * 1024 * 1024;
/** Largest message between a page and the core, in bytes of JSON text. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** Deepest nesting of such a message, outside its strings. */
export const MAX_MESSAGE_DEPTH = 16;
/** Most values in such a message, outside its strings. */
export const MAX_MESSAGE_VALUES = 50_000;
/** Deepest nesting of parameters and results. */
export const MAX_JSON_DEPTH = 512;
/** Bytes of parameters one document may have waiting at once. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** The same of all documents together. */
export const MAX_BYTES = 64 * 1024 * 1024;
/** Most requests one document may have waiting at once. */
export const MAX_IN_FLIGHT = 2000;
/** Most chains one document may ask for. */
export const MAX_CHAINS = 32;
/** Blocks whose events are kept, to deliver them again as removed when the chain drops them. */
export const KEPT_BLOCKS = 128;
/** Most bytes of such events, for each filter or subscription; the newest block's are always kept. */
export const KEPT_BYTES = 1024 * 1024;
