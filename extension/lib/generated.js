// Kept equal to src/route.rs and src/protocol.rs by a Rust test: change it there, not here.

/** @typedef {'wallet'|'local'|'read'|'broadcast'|'sticky'} RouteClass */

/**
 * What happens to a JSON-RPC method. A method that is not listed goes to the wallet.
 * @type {Readonly<Record<string, RouteClass>>}
 */
export const ROUTES = Object.freeze({
  eth_chainId: 'local',
  net_version: 'local',
  eth_blobBaseFee: 'read',
  eth_blockNumber: 'read',
  eth_call: 'read',
  eth_createAccessList: 'read',
  eth_estimateGas: 'read',
  eth_feeHistory: 'read',
  eth_gasPrice: 'read',
  eth_getBalance: 'read',
  eth_getBlockByHash: 'read',
  eth_getBlockByNumber: 'read',
  eth_getBlockReceipts: 'read',
  eth_getBlockTransactionCountByHash: 'read',
  eth_getBlockTransactionCountByNumber: 'read',
  eth_getCode: 'read',
  eth_getLogs: 'read',
  eth_getProof: 'read',
  eth_getStorageAt: 'read',
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
  net_listening: 'read',
  net_peerCount: 'read',
  web3_clientVersion: 'read',
  web3_sha3: 'read',
  eth_sendRawTransaction: 'broadcast',
  eth_getFilterChanges: 'sticky',
  eth_getFilterLogs: 'sticky',
  eth_newBlockFilter: 'sticky',
  eth_newFilter: 'sticky',
  eth_newPendingTransactionFilter: 'sticky',
  eth_subscribe: 'sticky',
  eth_uninstallFilter: 'sticky',
  eth_unsubscribe: 'sticky',
});

/** Transactions and signatures: what a wallet is asked for and a person confirms. */
export const SENDS = new Set([
  'eth_sendTransaction', 'eth_sign', 'eth_signTransaction', 'eth_signTypedData', 'eth_signTypedData_v1',
  'eth_signTypedData_v3', 'eth_signTypedData_v4', 'personal_sign', 'wallet_sendCalls', 'wallet_sendPreparedCalls',
  'wallet_signAuthorization',
]);

/** Methods to which `null` is an answer. */
export const NULL_ANSWERS = new Set([
  'eth_getBlockByNumber', 'eth_getBlockByHash', 'eth_getBlockReceipts', 'eth_getBlockTransactionCountByNumber',
  'eth_getBlockTransactionCountByHash', 'eth_getTransactionByHash', 'eth_getTransactionReceipt',
  'eth_getTransactionByBlockNumberAndIndex', 'eth_getTransactionByBlockHashAndIndex',
  'eth_getUncleCountByBlockNumber', 'eth_getUncleCountByBlockHash', 'eth_getUncleByBlockNumberAndIndex',
  'eth_getUncleByBlockHashAndIndex', 'eth_syncing', 'net_listening', 'eth_protocolVersion',
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
