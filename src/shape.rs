//! Which shape a method's result has (<https://ethereum.github.io/execution-apis/>). It is looked for in the raw
//! text, without a parse; what a vendor adds, and in what order, is not looked at.

use crate::route::Spec;

/// Most bytes of a hexadecimal text that are looked at.
const LOOKED_AT: usize = 70;

/// What a result looks like.
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
    /// A number, or `null` where there is nothing to count.
    Count,
    /// An object with these members, or `null`. Of a block that is not made yet they may be `null` too.
    Found(&'static [&'static str]),
    /// An object with this name of its own, or `null`.
    Named(&'static str),
    /// An object with these members, of which none is `null`.
    Object(&'static [&'static str]),
    /// A list of objects.
    List,
    /// The same, or `null`.
    ListOrNull,
    /// An object, or `null`.
    ObjectOrNull,
    /// A list of texts, or `null`.
    TextsOrNull,
    Any,
}

fn of(method: &str) -> Shape {
    match method {
        "eth_blockNumber"
        | "eth_getBalance"
        | "eth_getTransactionCount"
        | "eth_estimateGas"
        | "eth_gasPrice"
        | "eth_maxPriorityFeePerGas"
        | "eth_baseFee"
        | "eth_blobBaseFee"
        | "eth_chainId"
        | "zks_estimateGasL1ToL2"
        | "zks_gasPerPubdata"
        | "zks_getL1GasPrice"
        | "zks_L1BatchNumber"
        | "zks_L1ChainId"
        | "net_version"
        | "net_peerCount" => Shape::Quantity,
        "eth_getCode" | "eth_getStorageAt" | "eth_call" | "web3_sha3" | "zks_getMainContract" | "bor_getAuthor" => {
            Shape::Data
        }
        "eth_sendRawTransaction" => Shape::Hash,
        "web3_clientVersion" => Shape::Text,
        "eth_getBlockTransactionCountByNumber"
        | "eth_getBlockTransactionCountByHash"
        | "eth_getUncleCountByBlockNumber"
        | "eth_getUncleCountByBlockHash" => Shape::Count,
        "eth_getBlockByNumber"
        | "eth_getBlockByHash"
        | "eth_getUncleByBlockNumberAndIndex"
        | "eth_getUncleByBlockHashAndIndex" => Shape::Found(&["number", "hash"]),
        "eth_getTransactionByHash"
        | "eth_getTransactionByBlockNumberAndIndex"
        | "eth_getTransactionByBlockHashAndIndex" => Shape::Named("hash"),
        "eth_getTransactionReceipt" => Shape::Named("transactionHash"),
        "zks_getBlockDetails" | "zks_getL1BatchDetails" => Shape::Found(&["number"]),
        "zks_getTransactionDetails" => Shape::Found(&["status"]),
        "zks_getL2ToL1LogProof" | "zks_getL2ToL1MsgProof" => Shape::ObjectOrNull,
        "eth_feeHistory" => Shape::Object(&["oldestBlock"]),
        "eth_config" => Shape::Object(&["current"]),
        "eth_capabilities" => Shape::Object(&["head"]),
        "zks_estimateFee" => Shape::Object(&["gas_limit"]),
        "linea_estimateGas" => Shape::Object(&["gasLimit"]),
        "rollup_gasPrices" => Shape::Object(&["l1GasPrice"]),
        "optimism_outputAtBlock" => Shape::Object(&["outputRoot"]),
        "eth_createAccessList"
        | "eth_getProof"
        | "eth_getStorageValues"
        | "zks_getAllAccountBalances"
        | "zks_getBridgeContracts"
        | "linea_getProof"
        | "optimism_syncStatus"
        | "optimism_rollupConfig" => Shape::Object(&[]),
        "eth_getLogs"
        | "eth_simulateV1"
        | "zks_getRawBlockTransactions"
        | "zks_getConfirmedTokens"
        | "arb_getRawBlockMetadata"
        | "bor_getCurrentValidators" => Shape::List,
        "bor_getSigners" | "zks_getL1BatchBlockRange" => Shape::TextsOrNull,
        "eth_getBlockReceipts"
        | "debug_traceBlockByNumber"
        | "debug_traceBlockByHash"
        | "trace_block"
        | "trace_transaction"
        | "trace_filter"
        | "trace_replayBlockTransactions" => Shape::ListOrNull,
        _ => Shape::Any,
    }
}

/// Whether a result can be an answer to this method.
pub fn fits(spec: &Spec, text: &str) -> bool {
    let text = text.trim();
    match of(spec.method) {
        Shape::Any => true,
        Shape::Quantity => is_quantity(text),
        Shape::Data => is_data(text),
        Shape::Hash => text.len() == 68 && is_data(text),
        Shape::Text => text.starts_with('"'),
        Shape::Count => text == "null" || is_quantity(text),
        Shape::Found(members) => text == "null" || has_members(text, members),
        Shape::Named(name) => text == "null" || (has_members(text, &[name]) && !is_null(text, name)),
        Shape::Object(members) => text.starts_with('{') && members.iter().all(|m| is_told(text, m)) && !has_nulls(text),
        Shape::ObjectOrNull => text == "null" || text.starts_with('{'),
        Shape::TextsOrNull => text == "null" || is_list_of(text, &['"', ']']),
        Shape::List => is_list(text),
        Shape::ListOrNull => is_list(text) || text == "null",
    }
}

/// Whether a receipt, a transaction or a block is the one that was asked for. `params` is JSON text.
pub fn names(spec: &Spec, params: &str, text: &str) -> bool {
    let asked = matches!(spec.method, "eth_getTransactionReceipt" | "eth_getTransactionByHash" | "eth_getBlockByHash");
    if !asked || text == "null" {
        return true;
    }
    // A hash of another length is nobody's, and whatever the lane makes of it is its own business.
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

/// A list of objects, by its first.
fn is_list(text: &str) -> bool {
    is_list_of(text, &['{', ']'])
}

fn is_list_of(text: &str, first: &[char]) -> bool {
    text.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with(first))
}

/// Whether a member is there, and is not `null`.
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

/// A fee history of nulls has its lists, and nothing in them.
fn has_nulls(text: &str) -> bool {
    let list = |name: &str| value_of(text, name)?.strip_prefix('[')?.split(']').next();
    ["baseFeePerGas", "gasUsedRatio"].iter().any(|name| list(name).is_some_and(|list| list.contains("null")))
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
    fn answers_fit_and_other_things_do_not() {
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
            ("eth_getLogs", vec!["[]", "[{}]"], vec!["null", "{}", "\"\"", "[null]", "[1]"]),
            (
                "eth_getBlockByNumber",
                vec!["null", block.as_str(), r#"{"number":"0x1","hash":null}"#],
                vec!["{}", "[]", "\"0x1\"", r#"{"number":"0x1"}"#, r#"{"number":{},"hash":[]}"#],
            ),
            ("eth_getBlockReceipts", vec!["null", "[]"], vec!["{}", "\"0x1\""]),
            ("eth_getTransactionReceipt", vec!["null"], vec!["{}", "[]", r#"{"transactionHash":null}"#]),
            ("eth_sendRawTransaction", vec![hash.as_str()], vec!["null", "\"0x\"", "true"]),
            ("eth_chainId", vec!["\"0x1\"", "\"0X1\"", "1", "\" 1 \""], vec!["null", "{}", "\"not synced\""]),
            ("web3_clientVersion", vec!["\"Geth\""], vec!["null", "{}"]),
            ("eth_getBlockTransactionCountByHash", vec!["null", "\"0x2\""], vec!["{}", "\"many\""]),
            (
                "eth_feeHistory",
                vec![history, r#"{"oldestBlock":"0x0","gasUsedRatio":null}"#],
                vec![
                    "null",
                    "{}",
                    r#"{"oldestBlock":null}"#,
                    r#"{"oldestBlock":"0x1","baseFeePerGas":[ null],"gasUsedRatio":[]}"#,
                    r#"{"oldestBlock":"0x1","baseFeePerGas":["0x1", null],"gasUsedRatio":[]}"#,
                ],
            ),
            ("eth_getProof", vec!["{}"], vec!["null", "\"0x\""]),
            ("eth_syncing", vec!["false", "{}", "null"], vec![]),
        ] {
            good.iter().for_each(|text| assert!(fits(spec(method), text), "{method} {text}"));
            bad.iter().for_each(|text| assert!(!fits(spec(method), text), "{method} {text}"));
        }
    }

    #[test]
    fn a_receipt_names_the_asked_transaction() {
        let hash = format!("0x{:064X}", 0xabc);
        let params = format!("[\"{hash}\"]");
        let receipt = |hash: &str| format!(r#"{{"transactionHash":"{hash}","logs":[]}}"#);
        let spec = spec("eth_getTransactionReceipt");
        assert!(names(spec, &params, &receipt(&hash)) && names(spec, &params, &receipt(&hash.to_lowercase())));
        assert!(names(spec, &params, "null") && names(spec, "[\"0x1\"]", "{}"));
        assert!(!names(spec, &params, &receipt(&format!("0x{:064x}", 1))));
    }

    #[test]
    fn every_shape_is_of_a_method_in_the_table() {
        let known = TABLE.iter().filter(|spec| of(spec.method) != Shape::Any).count();
        assert_eq!(known, 71, "a method was renamed, or has a shape of its own now");
    }
}
