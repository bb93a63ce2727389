//! Which logs a filter wants (<https://ethereum.org/en/developers/docs/apis/json-rpc/#eth_newfilter>).

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use sha3::{Digest as _, Keccak256};

use crate::blocks::bytes;

/// What a page asked for, and what can be derived from it without a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Criteria {
    /// The whole object, for `eth_getFilterLogs`.
    pub(super) text: String,
    address: String,
    topics: String,
    /// For each group, one of its values must be in the block's bloom. An empty group matches every block.
    groups: Vec<Vec<Vec<u8>>>,
    /// First and last block whose logs are wanted.
    pub(super) from: u64,
    /// See [`Criteria::from`].
    pub(super) to: u64,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Asked<'a> {
    #[serde(borrow)]
    address: Option<&'a RawValue>,
    #[serde(borrow)]
    topics: Option<&'a RawValue>,
    from_block: Option<String>,
    to_block: Option<String>,
    block_hash: Option<String>,
}

impl Criteria {
    /// Parses one filter object. The error is a sentence for the page, because a lane would refuse the filter each
    /// time.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let asked: Asked<'_> =
            serde_json::from_str(text).map_err(|_| "the filter is not an object of the known form")?;
        if asked.block_hash.is_some() {
            return Err("a filter on one block never changes; use eth_getLogs");
        }
        let (address, addresses) = values::<20>(asked.address).ok_or("address is not an address or a list of them")?;
        let (topics, topic_groups) = topics(asked.topics).ok_or("topics is not a list of topics")?;
        let mut groups = vec![addresses];
        groups.extend(topic_groups);
        let bound = |tag: Option<&str>, open: u64| match tag {
            None | Some("latest" | "pending" | "safe" | "finalized") => Ok(open),
            Some("earliest") => Ok(0),
            Some(hex) => crate::jsonrpc::quantity(&format!("\"{hex}\"")).ok_or("a block is neither a tag nor a number"),
        };
        Ok(Criteria {
            text: text.to_owned(),
            address,
            topics,
            groups,
            from: bound(asked.from_block.as_deref(), 0)?,
            to: bound(asked.to_block.as_deref(), u64::MAX)?,
        })
    }

    pub(super) fn wants(&self, number: u64) -> bool {
        (self.from..=self.to).contains(&number)
    }

    /// Parameters of `eth_getLogs` for one block, by its hash, so that a lane that lacks the block answers with an
    /// error.
    pub(super) fn of_block(&self, hash: &str) -> String {
        format!(r#"[{{"blockHash":"{hash}"{}{}}}]"#, self.address, self.topics)
    }

    /// Parameters of `eth_getLogs` for more blocks than can be read one by one.
    pub(super) fn of_range(&self, from: u64, to: u64) -> String {
        let (from, to) = (from.max(self.from), to.min(self.to));
        format!(r#"[{{"fromBlock":"0x{from:x}","toBlock":"0x{to:x}"{}{}}}]"#, self.address, self.topics)
    }

    /// Whether this bloom says that its block may contain a wanted log (yellow paper, section 4.3.1). An unreadable
    /// bloom does not say so, and an empty answer is then believed.
    pub(super) fn may_be_in(&self, bloom: &str) -> bool {
        let Some(bloom) = bytes::<256>(bloom) else { return false };
        self.groups.iter().all(|group| group.is_empty() || group.iter().any(|value| holds(&bloom, value)))
            && bloom.iter().any(|b| *b != 0)
    }
}

fn holds(bloom: &[u8; 256], value: &[u8]) -> bool {
    let hash = Keccak256::digest(value);
    hash.chunks_exact(2).take(3).all(|pair| {
        let bit = match pair {
            [high, low] => (usize::from(*high) << 8 | usize::from(*low)) & 2047,
            _ => return false,
        };
        bloom.get(255 - bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    })
}

/// One value, a list of them, or nothing: as a member to send on, and as bytes.
fn values<const N: usize>(raw: Option<&RawValue>) -> Option<(String, Vec<Vec<u8>>)> {
    let Some(raw) = raw.filter(|r| r.get() != "null") else { return Some(Default::default()) };
    let list = group::<N>(&serde_json::from_str(raw.get()).ok()?)?;
    Some((format!(r#","address":{}"#, raw.get()), list))
}

fn topics(raw: Option<&RawValue>) -> Option<(String, Vec<Vec<Vec<u8>>>)> {
    let Some(raw) = raw.filter(|r| r.get() != "null") else { return Some(Default::default()) };
    let list: Vec<Value> = serde_json::from_str(raw.get()).ok()?;
    let groups: Option<Vec<_>> = list.iter().map(group::<32>).collect();
    Some((format!(r#","topics":{}"#, raw.get()), groups?))
}

fn group<const N: usize>(value: &Value) -> Option<Vec<Vec<u8>>> {
    let one = |v: &Value| bytes::<N>(v.as_str()?).map(|b| b.to_vec());
    match value {
        Value::Null => Some(Vec::new()),
        // A null among alternatives matches everything.
        Value::Array(list) if list.iter().any(Value::is_null) => Some(Vec::new()),
        Value::Array(list) => list.iter().map(one).collect(),
        other => one(other).map(|v| vec![v]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPIC: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

    fn bloom_of(values: &[&[u8]]) -> String {
        let mut bloom = [0u8; 256];
        for value in values {
            for pair in Keccak256::digest(value).chunks_exact(2).take(3) {
                let bit = (usize::from(pair[0]) << 8 | usize::from(pair[1])) & 2047;
                bloom[255 - bit / 8] |= 1 << (bit % 8);
            }
        }
        format!("0x{}", bloom.iter().map(|b| format!("{b:02x}")).collect::<String>())
    }

    #[test]
    fn the_pages_parameters_are_kept_unchanged() {
        let c = Criteria::read(&format!(r#"{{"topics":[null, ["{TOPIC}"]],"fromBlock":"0x5","toBlock":"latest"}}"#))
            .expect("read");
        assert_eq!(c.of_block("0xab"), format!(r#"[{{"blockHash":"0xab","topics":[null, ["{TOPIC}"]]}}]"#));
        assert_eq!(
            c.of_range(1, 9),
            format!(r#"[{{"fromBlock":"0x5","toBlock":"0x9","topics":[null, ["{TOPIC}"]]}}]"#)
        );
        assert!(!c.wants(4) && c.wants(5));
    }

    #[test]
    fn invalid_criteria_are_refused_at_once() {
        for bad in [
            "5",
            r#"{"address":"0x1"}"#,
            r#"{"topics":["0x1"]}"#,
            r#"{"topics":{}}"#,
            r#"{"fromBlock":5}"#,
            r#"{"toBlock":"soon"}"#,
            r#"{"blockHash":"0x1"}"#,
        ] {
            assert!(Criteria::read(bad).is_err(), "{bad}");
        }
        assert!(Criteria::read(r#"{"address":[],"topics":null,"extra":1}"#).is_ok());
    }

    #[test]
    fn a_bloom_filter_rules_logs_out() {
        let c = Criteria::read(&format!(r#"{{"topics":[["{TOPIC}"]]}}"#)).expect("read");
        let topic = bytes::<32>(TOPIC).expect("topic");
        assert!(c.may_be_in(&bloom_of(&[&topic])));
        assert!(!c.may_be_in(&bloom_of(&[b"other"])));
        assert!(!c.may_be_in("0x00"), "an unreadable bloom");
        let all = Criteria::read("{}").expect("read");
        assert!(all.may_be_in(&bloom_of(&[b"other"])) && !all.may_be_in(&bloom_of(&[])));
    }
}
