//! Every method that is not the wallet's, with what is known about it. The table lists whole names, never prefixes,
//! because each of these namespaces also has methods that send, sign, store, or control a node.

use super::spec::{Class, Lasting, Merge, Spec, Weight};

pub(super) const fn plain(method: &'static str, class: Class) -> Spec {
    Spec {
        method,
        class,
        weight: Weight::Light,
        null_loses: false,
        tag: None,
        merge: Merge::Equal,
        money: false,
        lasting: Lasting::Changes,
    }
}

const fn read(method: &'static str, weight: Weight) -> Spec {
    Spec { weight, ..plain(method, Class::Read) }
}

const fn at(method: &'static str, weight: Weight, tag: usize) -> Spec {
    Spec { tag: Some(tag), ..read(method, weight) }
}

const fn money(method: &'static str, weight: Weight, tag: usize) -> Spec {
    Spec { money: true, ..at(method, weight, tag) }
}

const fn fee(method: &'static str) -> Spec {
    Spec { merge: Merge::Median, ..read(method, Weight::Light) }
}

const fn found(method: &'static str, lasting: Lasting) -> Spec {
    Spec { null_loses: true, lasting, ..read(method, Weight::Light) }
}

const fn found_at(method: &'static str, weight: Weight, tag: usize) -> Spec {
    Spec { null_loses: true, ..at(method, weight, tag) }
}

const fn trace(method: &'static str) -> Spec {
    Spec { null_loses: true, ..read(method, Weight::Slow) }
}

const fn trace_at(method: &'static str, tag: usize) -> Spec {
    Spec { tag: Some(tag), ..trace(method) }
}

/// Wallet methods are not listed: every method that is not here is the wallet's. Each group names its source.
pub const TABLE: &[Spec] = &[
    plain("eth_chainId", Class::Local),
    plain("net_version", Class::Local),
    // Execution JSON-RPC (<https://ethereum.github.io/execution-apis/>), EIP-1474 and the common extensions.
    Spec { merge: Merge::Highest, ..read("eth_blockNumber", Weight::Light) },
    money("eth_getBalance", Weight::Light, 1),
    at("eth_getCode", Weight::Light, 1),
    money("eth_getStorageAt", Weight::Light, 2),
    money("eth_getStorageValues", Weight::Light, 1),
    Spec { merge: Merge::Highest, ..money("eth_getTransactionCount", Weight::Light, 1) },
    money("eth_call", Weight::Heavy, 1),
    Spec { merge: Merge::Median, ..at("eth_estimateGas", Weight::Heavy, 1) },
    at("eth_createAccessList", Weight::Heavy, 1),
    at("eth_simulateV1", Weight::Heavy, 1),
    at("eth_getProof", Weight::Heavy, 2),
    fee("eth_gasPrice"),
    fee("eth_maxPriorityFeePerGas"),
    // `null` before the fork that introduces it.
    Spec { null_loses: true, ..fee("eth_baseFee") },
    Spec { null_loses: true, ..fee("eth_blobBaseFee") },
    Spec { merge: Merge::Median, ..at("eth_feeHistory", Weight::Light, 1) },
    found_at("eth_getBlockByNumber", Weight::Light, 0),
    found("eth_getBlockByHash", Lasting::ByHash),
    found_at("eth_getHeaderByNumber", Weight::Light, 0),
    found("eth_getHeaderByHash", Lasting::ByHash),
    found_at("eth_getBlockReceipts", Weight::Scan, 0),
    found_at("eth_getBlockTransactionCountByNumber", Weight::Light, 0),
    found("eth_getBlockTransactionCountByHash", Lasting::ByHash),
    found_at("eth_getBlockAccessList", Weight::Scan, 0),
    found("eth_getTransactionByHash", Lasting::Mined),
    found("eth_getRawTransactionByHash", Lasting::ByHash),
    found("eth_getTransactionReceipt", Lasting::Mined),
    found_at("eth_getTransactionByBlockNumberAndIndex", Weight::Light, 0),
    found("eth_getTransactionByBlockHashAndIndex", Lasting::ByHash),
    found_at("eth_getUncleCountByBlockNumber", Weight::Light, 0),
    found("eth_getUncleCountByBlockHash", Lasting::ByHash),
    found_at("eth_getUncleByBlockNumberAndIndex", Weight::Light, 0),
    found("eth_getUncleByBlockHashAndIndex", Lasting::ByHash),
    read("eth_getLogs", Weight::Scan),
    // The fork in force at the newest block (EIP-7910), and the node that answers: its head, and how far back its data
    // goes.
    read("eth_config", Weight::Light),
    read("eth_capabilities", Weight::Light),
    read("eth_syncing", Weight::Light),
    read("net_listening", Weight::Light),
    read("net_peerCount", Weight::Light),
    read("web3_clientVersion", Weight::Light),
    read("web3_sha3", Weight::Light),
    read("eth_protocolVersion", Weight::Light),
    plain("eth_sendRawTransaction", Class::Broadcast),
    // EIP-7966: the same, but the answer is the receipt.
    Spec { weight: Weight::Slow, ..plain("eth_sendRawTransactionSync", Class::Broadcast) },
    plain("eth_newFilter", Class::Sticky),
    plain("eth_newBlockFilter", Class::Sticky),
    plain("eth_newPendingTransactionFilter", Class::Sticky),
    plain("eth_getFilterChanges", Class::Sticky),
    plain("eth_getFilterLogs", Class::Sticky),
    plain("eth_uninstallFilter", Class::Sticky),
    plain("eth_subscribe", Class::Sticky),
    plain("eth_unsubscribe", Class::Sticky),
    // ZKsync (<https://docs.zksync.io/zksync-protocol/era-vm/api/zks-rpc>). Not `zks_sendRawTransactionWithDetailed-
    // Output`: it sends. Blocks and batches are plain numbers; a batch is no block.
    read("zks_estimateFee", Weight::Heavy),
    Spec { merge: Merge::Median, ..read("zks_estimateGasL1ToL2", Weight::Heavy) },
    fee("zks_gasPerPubdata"),
    fee("zks_getL1GasPrice"),
    read("zks_getFeeParams", Weight::Light),
    read("zks_getBatchFeeInput", Weight::Light),
    found_at("zks_getBlockDetails", Weight::Light, 0),
    at("zks_getRawBlockTransactions", Weight::Scan, 0),
    Spec { merge: Merge::Highest, ..read("zks_L1BatchNumber", Weight::Light) },
    found("zks_getL1BatchDetails", Lasting::Changes),
    found("zks_getL1BatchBlockRange", Lasting::Changes),
    found("zks_getTransactionDetails", Lasting::Changes),
    found("zks_getL2ToL1LogProof", Lasting::Changes),
    found_at("zks_getL2ToL1MsgProof", Weight::Light, 0),
    found("zks_getBytecodeByHash", Lasting::ByHash),
    Spec { null_loses: true, ..read("zks_getProof", Weight::Heavy) },
    read("zks_getAllAccountBalances", Weight::Heavy),
    read("zks_getConfirmedTokens", Weight::Light),
    read("zks_getBaseTokenL1Address", Weight::Light),
    read("zks_getBridgeContracts", Weight::Light),
    read("zks_getBridgehubContract", Weight::Light),
    read("zks_getMainContract", Weight::Light),
    read("zks_getTestnetPaymaster", Weight::Light),
    read("zks_getTimestampAsserter", Weight::Light),
    read("zks_getL2Multicall3", Weight::Light),
    read("zks_getProtocolVersion", Weight::Light),
    read("zks_L1ChainId", Weight::Light),
    // Linea (<https://docs.linea.build/api/reference>). Not `linea_sendBundle`, `linea_cancelBundle`,
    // `linea_setExtraData`.
    read("linea_estimateGas", Weight::Heavy),
    at("linea_getProof", Weight::Heavy, 2),
    read("linea_getTransactionExclusionStatusV1", Weight::Light),
    // OP Stack: the fees of its original node, which Mantle and others still serve, and the rollup node
    // (<https://docs.optimism.io/node-operators/reference/json-rpc>). Its writes are `admin_`.
    read("rollup_gasPrices", Weight::Light),
    read("rollup_getInfo", Weight::Light),
    at("optimism_outputAtBlock", Weight::Heavy, 0),
    read("optimism_syncStatus", Weight::Light),
    read("optimism_rollupConfig", Weight::Light),
    read("optimism_version", Weight::Light),
    // Arbitrum Nitro (`arbnode/api.go`, `execution/gethexec/api.go`). Not `arb_triggerMaintenance`,
    // `timeboost_sendExpressLaneTransaction`, `auctioneer_submitAuctionTransaction`; nothing of `arbdebug_`.
    at("arb_getL1Confirmations", Weight::Light, 0),
    at("arb_findBatchContainingBlock", Weight::Light, 0),
    at("arb_getRawBlockMetadata", Weight::Scan, 1),
    read("arb_getMinRequiredNitroVersion", Weight::Light),
    read("arb_latestValidated", Weight::Light),
    read("arb_checkPublisherHealth", Weight::Light),
    read("arb_maintenanceStatus", Weight::Light),
    // Polygon Bor (`consensus/bor/api.go`). Not `bor_getVoteOnHash`, which takes a node's vote and locks it, nor
    // `bor_sendRawTransactionConditional`.
    at("bor_getAuthor", Weight::Light, 0),
    at("bor_getSnapshot", Weight::Heavy, 0),
    found("bor_getSnapshotAtHash", Lasting::ByHash),
    at("bor_getSnapshotProposer", Weight::Light, 0),
    at("bor_getSnapshotProposerSequence", Weight::Heavy, 0),
    at("bor_getSigners", Weight::Light, 0),
    found("bor_getSignersAtHash", Lasting::ByHash),
    read("bor_getCurrentProposer", Weight::Light),
    read("bor_getCurrentValidators", Weight::Light),
    at("bor_getRootHash", Weight::Scan, 1),
    // geth, reth, Erigon and Nethermind (<https://geth.ethereum.org/docs/interacting-with-geth/rpc/ns-debug>,
    // <https://reth.rs/jsonrpc/debug>). Nothing that sets, frees, freezes, profiles, writes or reads files, reads the
    // raw database or dumps a whole state.
    trace_at("debug_getRawBlock", 0),
    trace_at("debug_getRawHeader", 0),
    trace_at("debug_getRawReceipts", 0),
    Spec { lasting: Lasting::ByHash, ..trace("debug_getRawTransaction") },
    trace("debug_getBadBlocks"),
    trace_at("debug_traceBlockByNumber", 0),
    Spec { lasting: Lasting::ByHash, ..trace("debug_traceBlockByHash") },
    trace("debug_traceBlock"),
    trace("debug_traceTransaction"),
    trace_at("debug_traceCall", 1),
    trace("debug_traceCallMany"),
    trace("debug_traceBadBlock"),
    trace("debug_intermediateRoots"),
    trace("debug_storageRangeAt"),
    trace_at("debug_accountRange", 0),
    trace("debug_accountAt"),
    trace_at("debug_getModifiedAccountsByNumber", 1),
    trace("debug_getModifiedAccountsByHash"),
    trace("debug_getAccessibleState"),
    trace_at("debug_executionWitness", 0),
    trace("debug_executionWitnessByBlockHash"),
    trace("debug_preimage"),
    // OpenEthereum's traces, which Erigon, Nethermind, Besu and reth serve (<https://reth.rs/jsonrpc/trace>). Not
    // `trace_rawTransaction`: it would show a signed transaction to endpoints that are not private.
    trace_at("trace_block", 0),
    trace("trace_transaction"),
    trace("trace_get"),
    trace("trace_filter"),
    trace_at("trace_call", 2),
    trace_at("trace_callMany", 1),
    trace_at("trace_replayBlockTransactions", 0),
    trace("trace_replayTransaction"),
    // The same of blocks before Nitro (<https://docs.arbitrum.io/build-decentralized-apps/nodes>).
    trace_at("arbtrace_block", 0),
    trace("arbtrace_transaction"),
    trace("arbtrace_get"),
    trace("arbtrace_filter"),
    trace_at("arbtrace_call", 2),
    trace_at("arbtrace_callMany", 1),
    trace_at("arbtrace_replayBlockTransactions", 0),
    trace("arbtrace_replayTransaction"),
];
