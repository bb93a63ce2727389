//! Headers and logs as lanes send them. JSON text is split and joined without changing its contents: a log or a header
//! reaches the page with its members in the order and spelling that the lane sent.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::jsonrpc;

/// Members that a block has and the header of a `newHeads` event lacks
/// (<https://geth.ethereum.org/docs/interacting-with-geth/rpc/pubsub#newheads>).
const BLOCK_ONLY: [&str; 5] = ["transactions", "uncles", "withdrawals", "size", "totalDifficulty"];

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        d.deserialize_map(InOrder)
    }
}

fn object(members: &[(String, &RawValue)]) -> String {
    let member = |(name, value): &(String, &RawValue)| {
        // A name may be any string, so serde quotes it.
        format!("{}:{}", serde_json::to_string(name).unwrap_or_default(), value.get())
    };
    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
}

/// The header inside a block.
fn header_of(block: &str) -> Option<String> {
    let Members(mut members) = serde_json::from_str(block).ok()?;
    members.retain(|(name, _)| !BLOCK_ONLY.contains(&name.as_str()));
    Some(object(&members))
}

/// The log as an event that removes it.
pub(crate) fn removed(log: &str) -> String {
    let Ok(Members(mut members)) = serde_json::from_str(log) else { return log.to_owned() };
    let Ok(yes) = RawValue::from_string("true".to_owned()) else { return log.to_owned() };
    match members.iter_mut().find(|(name, _)| name == "removed") {
        Some((_, value)) => *value = &yes,
        None => members.push(("removed".to_owned(), &yes)),
    }
    object(&members)
}

/// The position that a log states.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogPosition<'a> {
    #[serde(borrow)]
    block_number: &'a RawValue,
    block_hash: String,
}

/// One log: the text a lane sent, and its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    pub(crate) number: u64,
    /// In lower case.
    pub(crate) hash: String,
    pub(crate) text: String,
}

/// The logs of an answer to `eth_getLogs`, in order; `None` if it is not a list of mined logs.
pub(crate) fn logs(text: &str) -> Option<Vec<Log>> {
    let list: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    let log = |raw: &&RawValue| {
        let place: LogPosition<'_> = serde_json::from_str(raw.get()).ok()?;
        let number = jsonrpc::quantity(place.block_number.get())?;
        Some(Log { number, hash: place.block_hash.to_lowercase(), text: raw.get().to_owned() })
    };
    list.iter().map(log).collect()
}

/// Largest block number that is believed: JavaScript's largest integer.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) number: u64,
    /// In lower case.
    pub(crate) hash: String,
    pub(crate) parent: String,
    /// JSON text in the form of a `newHeads` event.
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Block<'a> {
    #[serde(borrow)]
    number: &'a RawValue,
    hash: String,
    parent_hash: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bloom {
    logs_bloom: String,
}

impl Header {
    /// Parses a block that a lane sent.
    pub(crate) fn read(block: &str) -> Option<Self> {
        let read: Block<'_> = serde_json::from_str(block).ok()?;
        let number = jsonrpc::quantity(read.number.get()).filter(|n| *n <= MAX_NUMBER)?;
        let hash = |text: &str| bytes::<32>(text).map(|_| text.to_lowercase());
        Some(Header { number, hash: hash(&read.hash)?, parent: hash(&read.parent_hash)?, text: header_of(block)? })
    }

    /// The bloom of the block's logs; empty if it has none.
    pub(crate) fn bloom(&self) -> String {
        serde_json::from_str::<Bloom>(&self.text).map(|b| b.logs_bloom).unwrap_or_default()
    }
}

/// Bytes of `0x…` text, when there are exactly `N`.
pub(crate) fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let hex = text.strip_prefix("0x")?.as_bytes();
    let mut out = [0; N];
    if hex.len() != N * 2 {
        return None;
    }
    for (byte, pair) in out.iter_mut().zip(hex.chunks_exact(2)) {
        let digit = |at: usize| pair.get(at).and_then(|c| char::from(*c).to_digit(16));
        *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_keeps_order_and_spelling() {
        let block = r#"{"number": "0x1", "transactions":["0x2"], "é\"":1e400, "size":"0x3","hash":"0xA"}"#;
        assert_eq!(header_of(block).as_deref(), Some(r#"{"number":"0x1","é\"":1e400,"hash":"0xA"}"#));
        assert_eq!(header_of("[]"), None);
    }

    #[test]
    fn a_log_can_be_marked_removed() {
        assert_eq!(removed(r#"{"removed":false,"data":"0x"}"#), r#"{"removed":true,"data":"0x"}"#);
        assert_eq!(removed(r#"{"data":"0x"}"#), r#"{"data":"0x","removed":true}"#);
    }

    #[test]
    fn logs_carry_their_block_and_index() {
        let read = logs(r#"[{"blockNumber":"0x10","blockHash":"0xAB","data":"0x"}]"#).expect("logs");
        assert_eq!((read[0].number, read[0].hash.as_str()), (16, "0xab"));
        assert!(logs(r#"[{"blockNumber":null,"blockHash":null}]"#).is_none(), "pending");
        assert!(logs("null").is_none());
    }
}
