//! A node whose chain a test writes block by block: it grows, is reorganised or starts over. Such a node makes its
//! answers when they arrive, so that a test can change the chain while an answer is in flight.

use serde_json::{Value, json};

use super::sockets::Ws;

/// One block.
#[derive(Clone, Debug)]
pub struct Block {
    pub number: u64,
    pub hash: String,
    pub parent: String,
    pub logs: usize,
}

/// The hash of a block. `fork` distinguishes blocks of the same number.
pub fn hash(fork: u8, number: u64) -> String {
    format!("0x{fork:02x}{number:062x}")
}

impl Block {
    pub fn header(&self) -> Value {
        let bloom = if self.logs > 0 { "ff" } else { "00" }.repeat(256);
        json!({"number": format!("0x{:x}", self.number), "hash": self.hash, "parentHash": self.parent,
            "logsBloom": format!("0x{bloom}"), "transactions": ["0x1"]})
    }

    fn logs(&self) -> Vec<Value> {
        let log = |index| {
            json!({"blockNumber": format!("0x{:x}", self.number), "blockHash": self.hash,
            "logIndex": format!("0x{index:x}"), "removed": false})
        };
        (0..self.logs).map(log).collect()
    }
}

/// What one node has, and how it behaves.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Its blocks, oldest first. If there are none, it serves the world's chain.
    pub chain: Vec<Block>,
    pub dark: bool,
    pub ws: Ws,
    pub ws_url: String,
    /// How many sockets were opened so far.
    pub dialled: usize,
    /// Whether it answers an empty list for a block it does not have, as some nodes do.
    pub shrugs: bool,
    pub most_blocks: Option<u64>,
    pub asked: Vec<String>,
}

impl Own {
    pub fn is_written(&self) -> bool {
        !self.chain.is_empty()
    }

    /// Adds one block. Returns its header.
    pub fn grow(&mut self, fork: u8, logs: usize) -> Value {
        let (number, parent) = self.chain.last().map_or((1, hash(0, 0)), |tip| (tip.number + 1, tip.hash.clone()));
        let block = Block { number, hash: hash(fork, number), parent, logs };
        let header = block.header();
        self.chain.push(block);
        header
    }

    /// Its answer to a request now; `None` if the connection is lost.
    pub fn answer(&mut self, body: &[u8]) -> Option<Value> {
        let request: Value = serde_json::from_slice(body).expect("request");
        let method = request["method"].as_str().expect("method").to_owned();
        self.asked.push(method.clone());
        if self.dark {
            return None;
        }
        let (id, params) = (request["id"].clone(), &request["params"]);
        let tip = self.chain.last().expect("tip");
        let result = match method.as_str() {
            "eth_chainId" => json!("0x1"),
            "eth_blockNumber" => json!(format!("0x{:x}", tip.number)),
            "eth_getBlockByNumber" => {
                let wanted = number(&params[0]).unwrap_or(tip.number);
                self.chain.iter().find(|b| b.number == wanted).map_or(Value::Null, Block::header)
            }
            "eth_getBlockByHash" => self.chain.iter().find(|b| b.hash == params[0]).map_or(Value::Null, Block::header),
            "eth_getLogs" => match self.logs(&params[0]) {
                Ok(logs) => logs,
                Err(message) => return Some(json!({"id": id, "error": {"code": -32000, "message": message}})),
            },
            other => panic!("{other}"),
        };
        Some(json!({"jsonrpc": "2.0", "id": id, "result": result}))
    }

    fn logs(&self, filter: &Value) -> Result<Value, &'static str> {
        if let Some(hash) = filter["blockHash"].as_str() {
            let block = self.chain.iter().find(|b| b.hash == hash);
            return match block {
                Some(block) => Ok(json!(block.logs())),
                None if self.shrugs => Ok(json!([])),
                None => Err("unknown block"),
            };
        }
        let tip = self.chain.last().expect("tip").number;
        let (from, to) = (number(&filter["fromBlock"]).unwrap_or(tip), number(&filter["toBlock"]).unwrap_or(tip));
        if self.most_blocks.is_some_and(|most| to - from >= most) {
            return Err("block range is too wide");
        }
        let inside = self.chain.iter().filter(|b| (from..=to).contains(&b.number));
        Ok(json!(inside.flat_map(Block::logs).collect::<Vec<_>>()))
    }
}

fn number(value: &Value) -> Option<u64> {
    u64::from_str_radix(value.as_str()?.strip_prefix("0x")?, 16).ok()
}
