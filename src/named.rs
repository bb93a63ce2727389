//! The blocks that a request names, by number or by a tag that not every node knows: its block parameter, or the ends
//! of a range of logs.
//!
//! ```
//! use breakwater::{named::blocks, route::spec};
//! let at = |method, params| blocks(spec(method), params).map(|named| (named.oldest, named.newest));
//! assert_eq!(at("eth_call", r#"[{"to":"0xab"},"0x3e8"]"#), Some((1_000, 1_000)));
//! assert_eq!(at("eth_getLogs", r#"[{"fromBlock":"0x5","toBlock":"0x3e8"}]"#), Some((5, 1_000)));
//! assert_eq!(at("eth_call", r#"[{"to":"0xab"},"latest"]"#), None);
//! ```

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::route::Spec;

/// The oldest and the newest block that a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The lower one of a range.
    pub oldest: u64,
    /// The higher one, which a lane must have to answer.
    pub newest: u64,
    /// Whether the page has been shown the newest one, perhaps by an earlier life of the core, which knew the lane.
    pub seen: bool,
}

/// A tag that some nodes do not know, or cannot serve: a chain without finality, a node without history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// The first block.
    Earliest,
    /// A block that will most likely stay.
    Safe,
    /// A block that will stay.
    Finalized,
}

impl Tag {
    /// All of them.
    pub const ALL: [Tag; 3] = [Tag::Earliest, Tag::Safe, Tag::Finalized];

    /// The text in a request.
    pub fn word(self) -> &'static str {
        match self {
            Tag::Earliest => "earliest",
            Tag::Safe => "safe",
            Tag::Finalized => "finalized",
        }
    }
}

/// EIP-1898, and the filter of `eth_getLogs`: <https://ethereum.github.io/execution-apis/>.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Object<'a> {
    #[serde(borrow)]
    block_number: Option<&'a RawValue>,
    #[serde(borrow)]
    from_block: Option<&'a RawValue>,
    #[serde(borrow)]
    to_block: Option<&'a RawValue>,
}

/// The blocks that these parameters name; tags and hashes name none.
pub fn blocks(spec: &Spec, params: &str) -> Option<Named> {
    let named: Vec<u64> = places(spec, params)?.into_iter().filter_map(number).collect();
    Some(Named { oldest: named.iter().copied().min()?, newest: named.into_iter().max()?, seen: false })
}

/// The tag that these parameters name, if it is one that not every node knows.
pub fn tag(spec: &Spec, params: &str) -> Option<Tag> {
    let places = places(spec, params)?;
    Tag::ALL.into_iter().find(|tag| places.iter().any(|raw| raw.get().trim_matches('"') == tag.word()))
}

/// The parts of the parameters that name blocks.
fn places<'a>(spec: &Spec, params: &'a str) -> Option<Vec<&'a RawValue>> {
    let items: Vec<&RawValue> = serde_json::from_str(params).ok()?;
    // A method without a block parameter may still take a filter as its first parameter.
    let item = *items.get(spec.tag.unwrap_or(0))?;
    if item.get().starts_with('{') {
        let object: Object<'a> = serde_json::from_str(item.get()).ok()?;
        return Some([object.block_number, object.from_block, object.to_block].into_iter().flatten().collect());
    }
    spec.tag.map(|_| vec![item])
}

/// A quantity, or the plain number that some nodes accept as well.
fn number(raw: &RawValue) -> Option<u64> {
    let text = raw.get().trim_matches('"');
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        // The hash of a block is longer than any number.
        Some(digits) if digits.len() < 64 => {
            Some(u64::from_str_radix(digits, 16).unwrap_or(u64::MAX)).filter(|_| is_hex(digits))
        }
        Some(_) => None,
        None => raw.get().parse().ok(),
    }
}

fn is_hex(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::spec;

    fn newest(method: &str, params: &str) -> Option<u64> {
        blocks(spec(method), params).map(|named| named.newest)
    }

    #[test]
    fn every_way_to_name_a_block_is_parsed() {
        for (method, params) in [
            ("eth_call", r#"[{},"0x3e8"]"#),
            ("eth_call", r#"[{}, {"blockNumber":"0x3e8"}]"#),
            ("eth_call", r#"[{}, { "requireCanonical": true, "blockNumber" : "0x3e8" }]"#),
            ("eth_call", "[{},1000]"),
            ("eth_getBalance", r#"["0xab","0x03e8"]"#),
            ("eth_getStorageAt", r#"["0xab","0x0","0x3E8"]"#),
            ("eth_getProof", r#"["0xab",[],"0x3e8"]"#),
            ("eth_feeHistory", r#"["0x4","0x3e8",[]]"#),
            ("eth_getBlockByNumber", r#"["0x3e8",false]"#),
            ("eth_getLogs", r#"[{"fromBlock":"0x1","toBlock":"0x3e8"}]"#),
            ("eth_getLogs", r#"[{"fromBlock":"0x3e8","toBlock":"latest"}]"#),
            ("eth_getLogs", r#"[{"fromBlock":"0x3e8"}]"#),
        ] {
            assert_eq!(newest(method, params), Some(1_000), "{method} {params}");
        }
        assert_eq!(newest("eth_call", r#"[{},"0xfffffffffffffffffff"]"#), Some(u64::MAX), "higher than any");
    }

    #[test]
    fn tags_that_not_every_node_knows_are_found() {
        let tag = |method: &str, params: &str| tag(spec(method), params);
        assert_eq!(tag("eth_getBlockByNumber", r#"["finalized",false]"#), Some(Tag::Finalized));
        assert_eq!(tag("eth_call", r#"[{},"safe"]"#), Some(Tag::Safe));
        assert_eq!(tag("eth_getLogs", r#"[{"fromBlock":"earliest"}]"#), Some(Tag::Earliest));
        assert_eq!(tag("eth_getLogs", r#"[{"toBlock":"finalized"}]"#), Some(Tag::Finalized));
        assert_eq!(tag("eth_call", r#"[{},"latest"]"#), None);
        assert_eq!(tag("eth_getTransactionReceipt", r#"["safe"]"#), None);
    }

    #[test]
    fn tags_hashes_and_nonsense_name_no_number() {
        let hash = format!("0x{:064x}", 1_000);
        for (method, params) in [
            ("eth_call", r#"[{},"latest"]"#.to_owned()),
            ("eth_call", "[{}]".to_owned()),
            ("eth_call", format!(r#"[{{}},"{hash}"]"#)),
            ("eth_call", format!(r#"[{{}},{{"blockHash":"{hash}"}}]"#)),
            ("eth_call", r#"[{"value":"0x3e8"},null]"#.to_owned()),
            ("eth_call", r#"[{},"0x"]"#.to_owned()),
            ("eth_call", r#"[{},"0xzz"]"#.to_owned()),
            ("eth_getLogs", format!(r#"[{{"blockHash":"{hash}"}}]"#)),
            ("eth_getTransactionReceipt", r#"["0x3e8"]"#.to_owned()),
            ("eth_blockNumber", "[]".to_owned()),
            ("eth_blockNumber", String::new()),
            ("eth_call", "{}".to_owned()),
        ] {
            assert_eq!(newest(method, &params), None, "{method} {params}");
        }
    }
}
