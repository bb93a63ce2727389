//! Draws a world from a seed: chains, endpoints with their faults, the person's settings, and what pages do and when.

use breakwater::protocol::PageToCore;
use serde_json::{Value, json};

use super::super::chain::{Chain, START, block_hash, hash_at};
use super::super::node::{Fault, Node, Spell};
use super::super::own::Own;
use super::super::rng::Rng;
use super::super::script::{AWS, GCP, HETZNER, KEY};

/// Address range, operator as labelled, region, and network of each cloud.
pub const CLOUDS: [(&str, &str, &str, &str); 3] = [
    (AWS, "aws", "us-east-1", "amazon"),
    (GCP, "gcp", "europe-west3", "google"),
    (HETZNER, "hetzner", "fsn1", "hetzner"),
];
pub const MODES: [&str; 5] = ["guard", "race", "rescue", "compare", "off"];

/// The person's settings, endpoint by endpoint.
#[derive(Debug, Clone)]
pub struct Book {
    pub deadline_ms: u64,
    pub site_off: bool,
    /// Id, mode and dispute by chain.
    pub chains: Vec<(u64, &'static str, &'static str)>,
    /// Whether the person wants an error if nothing confirms an answer. True in every fourth world.
    pub strict: bool,
    pub entries: Vec<Entry>,
}

/// One endpoint in the settings.
#[derive(Debug, Clone)]
pub struct Entry {
    pub chain: usize,
    pub url: String,
    pub listed: bool,
    pub enabled: bool,
    pub private: bool,
}

impl Book {
    pub fn text(&self) -> String {
        let endpoints = |at: usize| -> Vec<Value> {
            let mine = self.entries.iter().enumerate().filter(|(_, e)| e.chain == at && e.listed);
            mine.map(
                |(i, e)| json!({"url": e.url, "name": format!("e{i}"), "enabled": e.enabled, "private": e.private}),
            )
            .collect()
        };
        let unconfirmed = if self.strict { "error" } else { "answer" };
        let chain = |(at, (id, mode, dispute)): (usize, &(u64, &str, &str))| json!({"id": id, "name": format!("Chain {id}"), "mode": mode, "dispute": dispute, "unconfirmed": unconfirmed, "endpoints": endpoints(at)});
        let label = |(net, operator, region, _): &(&str, &str, &str, &str)| json!({"match": format!("{net}.0/24"), "operator": operator, "region": region});
        let off: Vec<&str> = if self.site_off { vec!["o1.example"] } else { Vec::new() };
        json!({
            "version": 1, "deadline_ms": self.deadline_ms, "sites_off": off,
            "chains": self.chains.iter().enumerate().map(chain).collect::<Vec<_>>(),
            "labels": CLOUDS.iter().map(label).collect::<Vec<_>>(),
        })
        .to_string()
    }

    /// Whether the settings allow an endpoint to be asked.
    pub fn on(&self, node: usize) -> bool {
        let entry = &self.entries[node];
        entry.listed && entry.enabled && self.chains[entry.chain].1 != "off"
    }

    pub fn has_private(&self, chain: usize) -> bool {
        self.entries.iter().enumerate().any(|(i, e)| e.chain == chain && e.private && self.on(i))
    }
}

/// A page's wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wallet {
    None,
    Answers { ms: u64, lag: u64 },
    Fails { ms: u64 },
    Hangs,
}

/// A change of the settings.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    Enabled(usize, bool),
    Listed(usize, bool),
    Private(usize, bool),
    Mode(usize, &'static str),
    Deadline(u64),
    Site(bool),
}

/// A question. Its parameters carry the nonce.
#[derive(Debug, Clone)]
pub struct Question {
    pub nonce: u32,
    pub chain: usize,
    pub method: &'static str,
    pub params: Value,
}

/// Something that happens.
#[derive(Debug, Clone)]
pub enum Act {
    Ask(usize, Question),
    Rescue(usize, Vec<Question>),
    Use(usize, usize),
    /// The page gives up its newest question.
    Abort(usize),
    Close(usize),
    Open(usize),
    Change(Change),
    Drill(Option<usize>),
    Online(bool),
    Restart,
    Suspend(u64),
    /// A message that no honest page sends.
    Nonsense(usize, PageToCore),
    /// The stored text comes back damaged.
    Spoil(u64),
}

/// A whole world.
#[derive(Debug, Clone)]
pub struct Script {
    pub seed: u64,
    pub chains: Vec<Chain>,
    pub nodes: Vec<Node>,
    pub book: Book,
    /// Origin and wallet by page.
    pub pages: Vec<(usize, Wallet)>,
    pub acts: Vec<(u64, Act)>,
}

impl Script {
    pub fn draw(seed: u64) -> Script {
        let mut rng = Rng::new(seed);
        let count = if rng.chance(20) { 2 } else { 1 };
        let chains: Vec<Chain> = (0..count)
            .map(|i| {
                let block_ms = rng.pick(&[250, 2_000, 12_000]);
                // One id of a chain that is known to be so fast, and one that is not known.
                let ids = match block_ms {
                    250 => [42161, 421_614],
                    2_000 => [10, 8453],
                    _ => [1, 11_155_111],
                };
                Chain { id: ids[i], block_ms, base: rng.pick(&[5_000, 20_000_000]) }
            })
            .collect();
        let life = rng.pick(&[8_000, 20_000, 60_000, 60_000, 180_000]);
        let calm = rng.chance(10);
        let mut nodes = Vec::new();
        let mut entries = Vec::new();
        for chain in 0..count {
            for _ in 0..rng.within(1, 6) {
                let node = draw_node(&mut rng, chain, nodes.len(), life, calm);
                let (listed, enabled, private) = (!rng.chance(8), !rng.chance(8), rng.chance(6));
                entries.push(Entry { chain, url: node.url.clone(), listed, enabled, private });
                nodes.push(node);
            }
        }
        let mode = |rng: &mut Rng| if rng.chance(60) { "guard" } else { rng.pick(&MODES) };
        let book = Book {
            deadline_ms: rng.pick(&[10_000, 10_000, 10_000, 3_000, 500, 30_000]),
            site_off: false,
            strict: seed % 4 == 3,
            chains: chains.iter().map(|c| (c.id, mode(&mut rng), rng.pick(&["error", "majority"]))).collect(),
            entries,
        };
        let pages: Vec<(usize, Wallet)> =
            (0..rng.within(1, 4)).map(|_| (rng.within(0, 2) as usize, draw_wallet(&mut rng))).collect();
        let mut script = Script { seed, chains, nodes, book, pages, acts: Vec::new() };
        script.draw_acts(&mut rng, life);
        script
    }

    fn draw_acts(&mut self, rng: &mut Rng, life: u64) {
        let asks = if rng.chance(3) { 450 } else { rng.within(5, 70) };
        let mut nonce = 0;
        let mut last: Vec<Option<Question>> = vec![None; 2];
        let mut at = rng.within(0, 500);
        for _ in 0..asks {
            at += if rng.chance(70) { rng.within(0, 40) } else { rng.within(0, 1 + 2 * life / asks) };
            let page = rng.within(0, self.pages.len() as u64) as usize;
            let origin = self.pages[page].0;
            let rescue = rng.chance(6);
            let question = match &last[origin] {
                Some(same) if rng.chance(15) && !rescue => same.clone(),
                _ => {
                    nonce += 1;
                    self.draw_question(rng, nonce, at)
                }
            };
            if !rescue && question.method != "eth_sendRawTransaction" {
                last[origin] = Some(question.clone());
            }
            if rescue && question.method != "eth_sendRawTransaction" {
                let mut batch = vec![question];
                for _ in 0..rng.within(0, 4) {
                    nonce += 1;
                    let more = self.draw_question(rng, nonce, at);
                    if more.chain == batch[0].chain && more.method != "eth_sendRawTransaction" {
                        batch.push(more);
                    }
                }
                self.acts.push((at, Act::Rescue(page, batch)));
            } else {
                self.acts.push((at, Act::Ask(page, question)));
            }
            if rng.chance(4) {
                self.acts.push((at + rng.within(0, 200), Act::Abort(page)));
            }
        }
        let end = at.max(life);
        let others = rng.within(0, 9);
        for _ in 0..others {
            let when = rng.within(0, end);
            self.draw_other(rng, when);
        }
        self.acts.sort_by_key(|(at, _)| *at);
    }

    fn draw_other(&mut self, rng: &mut Rng, at: u64) {
        let page = rng.within(0, self.pages.len() as u64) as usize;
        let node = rng.within(0, self.nodes.len() as u64) as usize;
        let chain = rng.within(0, self.chains.len() as u64) as usize;
        let soon = at + rng.within(1, 4_000);
        let mut spell = |a: Act, b: Act| self.acts.extend([(at, a), (soon, b)]);
        match rng.within(0, 13) {
            0 => spell(Act::Close(page), Act::Open(page)),
            1 => spell(Act::Change(Change::Enabled(node, false)), Act::Change(Change::Enabled(node, true))),
            2 => spell(Act::Change(Change::Listed(node, false)), Act::Change(Change::Listed(node, true))),
            3 => self.acts.push((at, Act::Change(Change::Private(node, rng.chance(70))))),
            4 => self.acts.push((at, Act::Change(Change::Mode(chain, rng.pick(&MODES))))),
            5 => self.acts.push((at, Act::Change(Change::Deadline(rng.pick(&[500, 3_000, 10_000, 120_000]))))),
            6 => spell(Act::Change(Change::Site(true)), Act::Change(Change::Site(false))),
            7 => spell(Act::Drill(Some(rng.within(0, 3) as usize)), Act::Drill(None)),
            8 => spell(Act::Online(false), Act::Online(true)),
            9 | 10 => self.acts.push((at, Act::Restart)),
            11 => self.acts.push((at, Act::Suspend(rng.pick(&[3_000, 40_000, 3_600_000])))),
            _ if rng.chance(50) => self.acts.push((at, Act::Spoil(rng.next()))),
            _ => {
                let id = 900_000 + rng.within(0, 50);
                let result = Some("\"0x1\"".to_owned());
                let wallet = PageToCore::Wallet { id, result, code: None, message: None, data: None };
                let odd = [
                    wallet,
                    PageToCore::Abort { id: 777_777 },
                    PageToCore::Rescue { id: 888_888, chain: 1, body: "[{".into(), said: None },
                ];
                self.acts.push((at, Act::Nonsense(page, odd[(id % 3) as usize].clone())));
                self.acts.push((soon, Act::Use(page, chain)));
            }
        }
    }

    fn draw_question(&self, rng: &mut Rng, nonce: u32, at: u64) -> Question {
        let chain = rng.within(0, self.chains.len() as u64) as usize;
        let head = self.chains[chain].head(START + at);
        let old = head - rng.within(1_000, 2_000);
        let new = format!("0x{:x}", head - rng.pick(&[0, 0, 1, 2, 20]));
        let mark = format!("5eed{nonce:08x}");
        let who = format!("0x{mark:0>40}");
        let n = u64::from(nonce) | 0x5eed_0000_0000;
        let (method, params) = match rng.within(0, 100) {
            0..20 => ("eth_getBalance", json!([who, "latest"])),
            20..24 => ("eth_getBalance", json!([who, new])),
            24..26 => ("eth_call", json!([{"to": who}, new])),
            26..34 => ("eth_getBalance", json!([who, format!("0x{old:x}")])),
            34..44 => ("eth_call", json!([{"to": who}, "latest"])),
            44..47 => ("eth_call", json!([{"to": format!("0x{mark:0>36}dead")}, "latest"])),
            47..62 => ("eth_blockNumber", json!([mark])),
            62..68 => ("eth_getTransactionReceipt", json!([hash_at(n, old)])),
            68..71 => ("eth_getTransactionReceipt", json!([hash_at(n, head + 100_000_000)])),
            71..75 => ("eth_getBlockByNumber", json!(["latest", false, mark])),
            75..77 => ("eth_getBlockByNumber", json!([format!("0x{old:x}"), false, mark])),
            77 => ("eth_getBlockByNumber", json!([new, false, mark])),
            78..81 => ("eth_getBlockByNumber", json!(["finalized", false, mark])),
            81..85 => ("eth_getBlockByHash", json!([block_hash(old), false, mark])),
            85 => ("eth_getLogs", json!([{"fromBlock": format!("0x{:x}", head - 30), "toBlock": new, "address": who}])),
            86..88 => (
                "eth_getLogs",
                json!([{"fromBlock": format!("0x{:x}", old - 20), "toBlock": format!("0x{old:x}"), "address": who}]),
            ),
            88..91 => ("eth_gasPrice", json!([mark])),
            91..94 => ("eth_getTransactionCount", json!([who, rng.pick(&["latest", "pending"])])),
            94..96 => ("eth_getProof", json!([who, [], "latest"])),
            _ => ("eth_sendRawTransaction", json!([format!("0x02{mark}{}", rng.pick(&["bad0", "00", "00", "00"]))])),
        };
        Question { nonce, chain, method, params }
    }
}

fn draw_wallet(rng: &mut Rng) -> Wallet {
    match rng.within(0, 10) {
        0..3 => Wallet::None,
        3..7 => Wallet::Answers { ms: rng.within(5, 900), lag: rng.pick(&[0, 0, 0, 1, 300]) },
        7 => Wallet::Fails { ms: rng.within(5, 900) },
        _ => Wallet::Hangs,
    }
}

fn draw_node(rng: &mut Rng, chain: usize, index: usize, life: u64, calm: bool) -> Node {
    let cloud = CLOUDS[rng.within(0, 3) as usize].0;
    let mut node = Node {
        name: format!("e{index}"),
        url: format!("http://{cloud}.{}:8545/v2/{KEY}", index + 1),
        chain,
        median_ms: rng.pick(&[2, 20, 40, 60, 150, 400, 1_500]),
        lag: rng.pick(&[0, 0, 0, 0, 1, 2]),
        spells: Vec::new(),
        own: Own::default(),
    };
    let spells = if calm || rng.chance(45) { 0 } else { rng.within(1, 4) };
    for _ in 0..spells {
        let from = if rng.chance(35) { 0 } else { rng.within(0, life) };
        let until = if rng.chance(35) { u64::MAX - START } else { from + rng.within(500, life) };
        node.spells.push(Spell { fault: draw_fault(rng, index), from: START + from, until: START + until });
    }
    if !calm && rng.chance(4) {
        let from = if rng.chance(50) { 0 } else { START + rng.within(0, life) };
        let until = if rng.chance(50) { u64::MAX } else { from.max(START) + rng.within(0, life) };
        node.spells.push(Spell { fault: Fault::WrongChain(77), from, until });
    }
    node
}

fn draw_fault(rng: &mut Rng, index: usize) -> Fault {
    let stale = rng.pick(&[5, 30, 300, 4_900]);
    rng.clone().pick(&[
        Fault::Dark,
        Fault::Dark,
        Fault::Dark,
        Fault::Refuse,
        Fault::NoName,
        Fault::Reset,
        Fault::Slow(rng.pick(&[100, 800, 5_000])),
        Fault::Tail(20, 3_000),
        Fault::Status(429, 0),
        Fault::Status(429, rng.pick(&[1, 20])),
        Fault::Status(503, 0),
        Fault::Status(403, 0),
        Fault::Html,
        Fault::Limit,
        Fault::Stale(stale),
        Fault::Stale(stale),
        Fault::Missing,
        Fault::Missing,
        Fault::Lie(index as u64),
        Fault::Lie(index as u64),
        Fault::Lie(99),
        Fault::WrongId,
        Fault::Twice,
        Fault::BadUtf8,
        Fault::TooLarge,
        Fault::Internal,
        Fault::Flap(2_000),
        Fault::Plain,
        Fault::Smaller,
        Fault::Hollow,
    ])
}
