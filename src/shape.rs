//! The shape of each method's result (<https://ethereum.github.io/execution-apis/>). It is checked in the raw text
//! without parsing it. Members that a vendor adds, and their order, do not matter.

use crate::route::Spec;

/// Most bytes of a hexadecimal text that are checked.
const LOOKED_AT: usize = 70;

/// The shape of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A whole number.
    Quantity,
    /// Bytes.
    Data,
    /// 32 bytes.
    Hash,
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// An object with these members, each a text or a number. In a pending block they may be `null`.
    Found(&'static [&'static str]),
    /// An object identified by this member.
    Named(&'static str),
    /// An object with these members, none of them `null`. Without a list of members, any object that is not empty.
    Object(&'static [&'static str]),
    /// An object, which may be empty.
    Map,
    /// The fees of some blocks, none of them `null`.
    Fees,
    /// `false`, or an object that is not empty.
    Syncing,
    /// A list of objects, whose first one is not empty if there is one.
    List,
    /// A list of texts.
    Texts,
    Any,
}

/// Whether `null` is an answer to this method.
type Null = bool;

fn of(method: &str) -> (Shape, Null) {
    match method {
        "eth_blockNumber"
        | "eth_getBalance"
        | "eth_getTransactionCount"
        | "eth_estimateGas"
        | "eth_gasPrice"
        | "eth_maxPriorityFeePerGas"
        | "eth_chainId"
        | "zks_estimateGasL1ToL2"
        | "zks_gasPerPubdata"
        | "zks_getL1GasPrice"
        | "zks_L1BatchNumber"
        | "zks_L1ChainId"
        | "net_version"
        | "net_peerCount" => (Shape::Quantity, false),
        // Before the fork that introduced it there is no such fee: go-ethereum says `null`.
        "eth_baseFee"
        | "eth_blobBaseFee"
        | "eth_getBlockTransactionCountByNumber"
        | "eth_getBlockTransactionCountByHash"
        | "eth_getUncleCountByBlockNumber"
        | "eth_getUncleCountByBlockHash" => (Shape::Quantity, true),
        "eth_getCode" | "eth_getStorageAt" | "eth_call" | "web3_sha3" | "zks_getMainContract" | "bor_getAuthor" => {
            (Shape::Data, false)
        }
        "eth_getRawTransactionByHash"
        | "debug_getRawTransaction"
        | "debug_getRawBlock"
        | "debug_getRawHeader"
        | "debug_preimage" => (Shape::Data, true),
        "eth_sendRawTransaction" => (Shape::Hash, false),
        "web3_clientVersion" | "optimism_version" => (Shape::Text, false),
        "net_listening" => (Shape::Flag, false),
        "eth_getBlockByNumber"
        | "eth_getBlockByHash"
        | "eth_getHeaderByNumber"
        | "eth_getHeaderByHash"
        | "eth_getUncleByBlockNumberAndIndex"
        | "eth_getUncleByBlockHashAndIndex" => (Shape::Found(&["number", "hash"]), true),
        "eth_getTransactionByHash"
        | "eth_getTransactionByBlockNumberAndIndex"
        | "eth_getTransactionByBlockHashAndIndex" => (Shape::Named("hash"), true),
        "eth_getTransactionReceipt" => (Shape::Named("transactionHash"), true),
        "zks_getBlockDetails" | "zks_getL1BatchDetails" => (Shape::Found(&["number"]), true),
        "zks_getTransactionDetails" => (Shape::Found(&["status"]), true),
        "zks_getL2ToL1LogProof" | "zks_getL2ToL1MsgProof" => (Shape::Object(&["proof"]), true),
        "zks_getProof" => (Shape::Object(&["storageProof"]), true),
        "debug_executionWitness" | "debug_executionWitnessByBlockHash" => (Shape::Object(&["state", "codes"]), true),
        "eth_feeHistory" => (Shape::Fees, false),
        "eth_config" => (Shape::Object(&["current"]), false),
        "eth_capabilities" => (Shape::Object(&["state"]), false),
        "eth_createAccessList" => (Shape::Object(&["accessList"]), false),
        "eth_getProof" | "linea_getProof" => (Shape::Object(&["accountProof"]), false),
        "zks_estimateFee" => (Shape::Object(&["gas_limit"]), false),
        "linea_estimateGas" => (Shape::Object(&["gasLimit"]), false),
        "rollup_gasPrices" => (Shape::Object(&["l1GasPrice"]), false),
        "optimism_outputAtBlock" => (Shape::Object(&["outputRoot"]), false),
        "optimism_syncStatus" => (Shape::Object(&["unsafe_l2"]), false),
        "optimism_rollupConfig" => (Shape::Object(&["genesis"]), false),
        "eth_getStorageValues" | "zks_getBridgeContracts" => (Shape::Object(&[]), false),
        // An account without tokens has no balance.
        "zks_getAllAccountBalances" => (Shape::Map, false),
        "eth_syncing" => (Shape::Syncing, false),
        "eth_getLogs"
        | "eth_simulateV1"
        | "zks_getRawBlockTransactions"
        | "zks_getConfirmedTokens"
        | "arb_getRawBlockMetadata"
        | "bor_getCurrentValidators" => (Shape::List, false),
        "bor_getSigners" | "zks_getL1BatchBlockRange" | "debug_getRawReceipts" => (Shape::Texts, true),
        "eth_getBlockReceipts"
        | "eth_getBlockAccessList"
        | "debug_traceBlockByNumber"
        | "debug_traceBlockByHash"
        | "debug_getBadBlocks"
        | "trace_block"
        | "trace_transaction"
        | "trace_filter"
        | "trace_replayBlockTransactions" => (Shape::List, true),
        _ => (Shape::Any, true),
    }
}

/// For the page script, which keeps a plain answer of a page's own endpoint without asking: one word for the shape
/// of a result, or the names of its members, each a text, a number or a list; and whether `null` is an answer. `None`:
/// only the core can tell. `tools/generate/` reads it; it is not shipped.
#[cfg(not(target_family = "wasm"))]
pub fn plain(spec: &Spec) -> Option<(String, bool)> {
    let common = ["eth_", "net_", "web3_"].iter().any(|space| spec.method.starts_with(space));
    let (shape, null) = of(spec.method);
    let word = match shape {
        Shape::Quantity => "quantity".to_owned(),
        Shape::Data => "data".to_owned(),
        Shape::List => "list".to_owned(),
        Shape::Fees => "oldestBlock baseFeePerGas gasUsedRatio".to_owned(),
        Shape::Found(members) => members.join(" "),
        Shape::Named(name) => name.to_owned(),
        // The id of a subscription.
        Shape::Any if spec.method == "eth_subscribe" => "data".to_owned(),
        _ => return None,
    };
    // No id is no subscription.
    common.then_some((word, null && shape != Shape::Any))
}

/// Whether a result can be an answer to this method.
pub fn fits(spec: &Spec, text: &str) -> bool {
    let (shape, null) = of(spec.method);
    let text = text.trim();
    if text == "null" {
        return null;
    }
    match shape {
        Shape::Any => true,
        Shape::Quantity => is_quantity(text),
        Shape::Data => is_data(text),
        Shape::Hash => text.len() == 68 && is_data(text),
        Shape::Text => text.starts_with('"') && text.len() > 2,
        Shape::Flag => matches!(text, "true" | "false"),
        Shape::Found(members) => has_members(text, members),
        Shape::Named(name) => has_members(text, &[name]) && !is_null(text, name),
        Shape::Object(members) => is_filled(text) && members.iter().all(|m| is_told(text, m)),
        Shape::Map => text.starts_with('{'),
        Shape::Fees => is_filled(text) && is_told(text, "oldestBlock") && !has_nulls(text),
        Shape::Syncing => text == "false" || is_filled(text),
        Shape::List => first_of(text).is_some_and(|first| first.starts_with(']') || is_filled(first)),
        Shape::Texts => first_of(text).is_some_and(|first| first.starts_with(['"', ']'])),
    }
}

/// Whether a receipt, a transaction or a block is the one that was asked for. `params` is JSON text.
pub fn names(spec: &Spec, params: &str, text: &str) -> bool {
    let asked = ["eth_getTransactionReceipt", "eth_getTransactionByHash", "eth_getBlockByHash", "eth_getHeaderByHash"];
    if !asked.contains(&spec.method) || text == "null" {
        return true;
    }
    // A hash of another length cannot exist, so any answer of the lane will do.
    let hash = params.split('"').nth(1).filter(|hash| hash.len() == 66);
    hash.is_none_or(|hash| text.contains(hash) || text.to_ascii_lowercase().contains(&hash.to_ascii_lowercase()))
}

/// `"0x1b4"`, and `"436"` or `436` as some servers write it.
fn is_quantity(text: &str) -> bool {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text).trim();
    let hex = inner.strip_prefix("0x").or_else(|| inner.strip_prefix("0X"));
    let (digits, radix) = hex.map_or((inner, 10), |digits| (digits, 16));
    !digits.is_empty() && digits.len() <= LOOKED_AT + 8 && digits.chars().all(|c| c.is_digit(radix))
}

fn is_data(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("\"0x").and_then(|rest| rest.strip_suffix('"')) else { return false };
    digits.bytes().take(LOOKED_AT).all(|b| b.is_ascii_hexdigit())
}

/// The first item of a list.
fn first_of(text: &str) -> Option<&str> {
    text.strip_prefix('[').map(str::trim_start)
}

/// An object that is not empty.
fn is_filled(text: &str) -> bool {
    text.strip_prefix('{').is_some_and(|rest| !rest.trim_start().starts_with('}'))
}

/// Whether a member is present and not `null`.
fn is_told(text: &str, name: &str) -> bool {
    value_of(text, name).is_some_and(|value| !value.starts_with("null"))
}

/// Whether an object has these members, each a text, a number or `null`.
fn has_members(text: &str, members: &[&str]) -> bool {
    let told = |name: &&str| value_of(text, name).is_some_and(|value| !value.starts_with(['{', '[', 't', 'f']));
    text.starts_with('{') && members.iter().all(told)
}

fn is_null(text: &str, name: &str) -> bool {
    value_of(text, name).is_some_and(|value| value.starts_with("null"))
}

/// A fee history must not consist of nulls. Its lists may be missing if no block was asked for.
fn has_nulls(text: &str) -> bool {
    let list = |name: &str| value_of(text, name)?.strip_prefix('[')?.split(']').next();
    let holds_null = |name: &&str| list(name).is_some_and(|list| list.contains("null"));
    is_null(text, "baseFeePerGas") || ["baseFeePerGas", "gasUsedRatio"].iter().any(holds_null)
}

/// The text from the value of a member on.
fn value_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.match_indices(name).find_map(|(at, _)| {
        let quoted = text.get(..at)?.ends_with('"');
        let rest = text.get(at + name.len()..)?.strip_prefix('"')?.trim_start().strip_prefix(':')?;
        quoted.then(|| rest.trim_start())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::{TABLE, spec};

    #[test]
    fn answers_have_the_shape_and_others_do_not() {
        let hash = format!("\"0x{:064x}\"", 7);
        let block = format!(r#"{{"extra":1, "hash" : {hash},"number":"0x1"}}"#);
        let history = r#"{"oldestBlock":"0x1","baseFeePerGas":["0x1"],"gasUsedRatio":[0.5]}"#;
        for (method, good, bad) in [
            (
                "eth_getBalance",
                vec!["\"0x0\"", "\"0x1b4\"", "5", "\"12\""],
                vec!["null", "\"Error while processing\"", "1e99999", "\"0x\"", "\"\"", "{}", "-1", "1.5"],
            ),
            ("eth_call", vec!["\"0x\"", "\"0xAB\""], vec!["null", "\"execution reverted\"", "\"0xzz\"", "[]", "1"]),
            (
                "eth_getLogs",
                vec!["[]", "[ ]", r#"[{"address":"0x1","data":"0x"}]"#],
                vec!["null", "{}", "\"\"", "[null]", "[1]", "[{}]", "[ { } ]"],
            ),
            (
                "eth_getBlockByNumber",
                vec!["null", block.as_str(), r#"{"number":"0x1","hash":null}"#],
                vec!["{}", "[]", "\"0x1\"", r#"{"number":"0x1"}"#, r#"{"number":{},"hash":[]}"#],
            ),
            ("eth_getHeaderByNumber", vec!["null", block.as_str()], vec!["{}", "[]", "\"0x1\""]),
            ("eth_getBlockReceipts", vec!["null", "[]"], vec!["{}", "\"0x1\"", "[{}]"]),
            ("eth_baseFee", vec!["null", "\"0x7\""], vec!["{}", "\"\"", "[]", "false"]),
            ("eth_blobBaseFee", vec!["null", "\"0x1\""], vec!["{}", "\"null\""]),
            ("eth_gasPrice", vec!["\"0x1\""], vec!["null"]),
            ("eth_getTransactionReceipt", vec!["null"], vec!["{}", "[]", r#"{"transactionHash":null}"#]),
            ("eth_sendRawTransaction", vec![hash.as_str()], vec!["null", "\"0x\"", "true"]),
            ("eth_chainId", vec!["\"0x1\"", "\"0X1\"", "1", "\" 1 \""], vec!["null", "{}", "\"not synced\""]),
            ("web3_clientVersion", vec!["\"Geth\""], vec!["null", "{}", "\"\""]),
            ("eth_getBlockTransactionCountByHash", vec!["null", "\"0x2\""], vec!["{}", "\"many\""]),
            (
                "eth_feeHistory",
                vec![history, r#"{"oldestBlock":"0x0","gasUsedRatio":null}"#],
                vec![
                    "null",
                    "{}",
                    r#"{"oldestBlock":null}"#,
                    r#"{"oldestBlock":"0x1","baseFeePerGas":null,"gasUsedRatio":null}"#,
                    r#"{"oldestBlock":"0x1","baseFeePerGas":[ null],"gasUsedRatio":[]}"#,
                    r#"{"oldestBlock":"0x1","baseFeePerGas":["0x1", null],"gasUsedRatio":[]}"#,
                ],
            ),
            (
                "eth_getProof",
                vec![r#"{"accountProof":[],"balance":"0x0","storageProof":[]}"#],
                vec!["null", "\"0x\"", "{}", r#"{"accountProof":null}"#, r#"{"error":"accountProof"}"#],
            ),
            (
                "eth_capabilities",
                vec![
                    r#"{"head":{"number":"0x1","hash":"0x2"},"state":{"disabled":false}}"#,
                    r#"{"config":{},"effective":{"state":{"disabled":true}}}"#,
                ],
                vec!["null", "{}", "[]", r#"{"head":{"number":"0x1","hash":"0x2"}}"#],
            ),
            ("eth_syncing", vec!["false", r#"{"currentBlock":"0x1"}"#], vec!["null", "{}", "{ }", "\"\"", "[]", "0"]),
            ("net_listening", vec!["true", "false"], vec!["null", "\"\"", "{}"]),
            ("zks_getAllAccountBalances", vec!["{}", r#"{"0xaa":"0x1"}"#], vec!["null", "[]"]),
            ("eth_getStorageValues", vec![r#"{"0xaa":["0x0"]}"#], vec!["null", "{}", "[]"]),
            ("debug_executionWitness", vec!["null", r#"{"state":[],"codes":[]}"#], vec!["{}", "[]"]),
            ("debug_getRawReceipts", vec!["null", "[]", "[\"0x\"]"], vec!["{}", "[{}]"]),
        ] {
            good.iter().for_each(|text| assert!(fits(spec(method), text), "{method} {text}"));
            bad.iter().for_each(|text| assert!(!fits(spec(method), text), "{method} {text}"));
        }
    }

    /// Objects that must not be empty are checked by a member, wherever a standard names one.
    #[test]
    fn empty_results_are_no_answer() {
        let takes = |text: &str| {
            let of_a_shape = TABLE.iter().filter(|spec| of(spec.method).0 != Shape::Any);
            of_a_shape.filter(|spec| fits(spec, text)).map(|spec| spec.method).collect::<Vec<_>>()
        };
        assert_eq!(takes("{}"), ["zks_getAllAccountBalances"]);
        assert_eq!([takes("[{}]"), takes("\"\"")].concat(), [""; 0]);
    }

    #[test]
    fn a_receipt_names_the_asked_transaction() {
        let hash = format!("0x{:064X}", 0xabc);
        let params = format!("[\"{hash}\"]");
        let receipt = |hash: &str| format!(r#"{{"transactionHash":"{hash}","logs":[]}}"#);
        let header = format!(r#"{{"number":"0x1","hash":"0x{:064x}"}}"#, 1);
        assert!(!names(spec("eth_getHeaderByHash"), &params, &header));
        let spec = spec("eth_getTransactionReceipt");
        assert!(names(spec, &params, &receipt(&hash)) && names(spec, &params, &receipt(&hash.to_lowercase())));
        assert!(names(spec, &params, "null") && names(spec, "[\"0x1\"]", "{}"));
        assert!(!names(spec, &params, &receipt(&format!("0x{:064x}", 1))));
    }

    #[test]
    fn every_shape_belongs_to_a_routed_method() {
        let known = TABLE.iter().filter(|spec| of(spec.method).0 != Shape::Any).count();
        assert_eq!(known, 87, "a method was renamed, or has a shape of its own now");
    }
}
