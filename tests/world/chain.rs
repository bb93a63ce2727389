//! A chain whose every answer can be recomputed: what is true, and at which block an answer was true.

use serde_json::{Value, json};
use sha3::{Digest as _, Keccak256};

use super::rng::mix;

/// When every world begins, ms since the Unix epoch.
pub const START: u64 = 1_700_000_000_000;
/// How many blocks it takes until a block is final.
const FINAL: u64 = 64;
/// A bit that is set in every lie and in no true answer.
const LIE: u32 = 120;

/// One chain.
#[derive(Debug, Clone)]
pub struct Chain {
    pub id: u64,
    pub block_ms: u64,
    pub base: u64,
}

/// A node's answer about the chain.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    Result(Value),
    Error { code: i64, message: String, data: Option<Value> },
}

impl Said {
    fn error(code: i64, message: &str) -> Said {
        Said::Error { code, message: message.to_owned(), data: None }
    }
}

impl Chain {
    pub fn head(&self, now: u64) -> u64 {
        self.base + now.saturating_sub(START) / self.block_ms
    }

    /// The answer of a node whose newest block is `head`. `lie` makes it false.
    pub fn say(&self, method: &str, params: &Value, head: u64, lie: Option<u64>) -> Said {
        let text = |at: usize| params.get(at).and_then(Value::as_str).unwrap_or("latest");
        let money = |at: u64, who: &str| {
            let truth = u128::from(at) << 32 | u128::from(hash(who) & 0xffff_ffff);
            lie.map_or(truth, |lie| 1 << LIE | u128::from(lie))
        };
        match method {
            "eth_chainId" => Said::Result(json!(format!("0x{:x}", self.id))),
            "eth_blockNumber" | "eth_gasPrice" => Said::Result(json!(format!("0x{head:x}"))),
            "eth_getBalance" | "eth_getTransactionCount" => match block(text(1), head) {
                Some(at) => Said::Result(json!(format!("0x{:x}", money(at, text(0))))),
                None => Said::error(-32000, "header not found"),
            },
            "eth_call" => {
                let to = params[0]["to"].as_str().unwrap_or_default();
                match block(text(1), head) {
                    None => Said::error(-32000, "header not found"),
                    Some(_) if to.ends_with("dead") => Said::Error {
                        code: 3,
                        message: "execution reverted: no".to_owned(),
                        data: Some(json!(format!("0x08c379a0{:08x}", hash(to) as u32))),
                    },
                    Some(at) => Said::Result(json!(format!("0x{:064x}", money(at, to)))),
                }
            }
            "eth_getBlockByNumber" => match block(text(0), head) {
                Some(at) if at <= head => Said::Result(self.block(at)),
                _ => Said::Result(Value::Null),
            },
            "eth_getBlockByHash" | "eth_getTransactionReceipt" => match mined(text(0)) {
                Some(at) if at <= head && method == "eth_getBlockByHash" => Said::Result(self.block(at)),
                Some(at) if at <= head => {
                    Said::Result(json!({"transactionHash": text(0), "blockNumber": format!("0x{at:x}")}))
                }
                _ => Said::Result(Value::Null),
            },
            "eth_getLogs" => {
                let number =
                    |tag: &Value| tag.as_str().and_then(|t| u64::from_str_radix(t.strip_prefix("0x")?, 16).ok());
                let filter = &params[0];
                let (from, to) =
                    (number(&filter["fromBlock"]).unwrap_or(head), number(&filter["toBlock"]).unwrap_or(head));
                Said::Result(
                    (from..=to.min(head))
                        .filter(|n| n % 3 == 0)
                        .map(|n| json!({"blockNumber": format!("0x{n:x}")}))
                        .collect(),
                )
            }
            "eth_getProof" => Said::Result(json!({"address": text(0), "accountProof": []})),
            "eth_sendRawTransaction" => match text(0) {
                raw if raw.ends_with("bad0") => Said::error(-32000, "insufficient funds for gas * price + value"),
                raw => Said::Result(json!(lie.map_or_else(|| transaction_hash(raw), |l| format!("0x{l:064x}")))),
            },
            _ => Said::error(-32601, "the method does not exist/is not available"),
        }
    }

    fn block(&self, at: u64) -> Value {
        json!({"number": format!("0x{at:x}"), "hash": block_hash(at)})
    }
}

/// The block that a tag names for a node at `head`; `None` if the node does not have it.
pub fn block(tag: &str, head: u64) -> Option<u64> {
    match tag {
        "latest" | "pending" => Some(head),
        "finalized" | "safe" => Some(head.saturating_sub(FINAL)),
        "earliest" => Some(0),
        number => u64::from_str_radix(number.strip_prefix("0x")?, 16).ok().filter(|at| *at <= head),
    }
}

/// Whether a money answer is a lie.
pub fn is_lie(result: &Value) -> bool {
    let digits = result.as_str().and_then(|t| t.strip_prefix("0x")).map(|t| t.trim_start_matches('0'));
    digits.is_some_and(|d| u128::from_str_radix(d, 16).is_ok_and(|n| n >> LIE == 1))
}

/// The block at which a money answer was true.
pub fn money_block(result: &Value) -> Option<u64> {
    let digits = result.as_str()?.strip_prefix("0x")?.trim_start_matches('0');
    u64::try_from(u128::from_str_radix(digits, 16).ok()? >> 32).ok()
}

/// A transaction or block hash that carries its block, so that nodes need no memory.
pub fn hash_at(nonce: u64, at: u64) -> String {
    format!("0x{nonce:048x}{at:016x}")
}

pub fn block_hash(at: u64) -> String {
    hash_at(0xb10c, at)
}

fn mined(hash: &str) -> Option<u64> {
    u64::from_str_radix(hash.get(50..66)?, 16).ok()
}

pub fn transaction_hash(raw: &str) -> String {
    let hex = raw.strip_prefix("0x").unwrap_or(raw).as_bytes();
    let digit = |c: u8| (c as char).to_digit(16).unwrap_or(0) as u8;
    let bytes: Vec<u8> = hex.chunks(2).map(|p| digit(p[0]) << 4 | p.get(1).map_or(0, |low| digit(*low))).collect();
    let hash = Keccak256::digest(bytes);
    format!("0x{}", hash.iter().map(|b| format!("{b:02x}")).collect::<String>())
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(7, |h, b| mix(h ^ u64::from(b)))
}
