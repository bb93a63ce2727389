//! A simulated endpoint: a URL, a latency, and faults that begin and end.

use breakwater::guard::SendError;
use serde_json::{Value, json};

use super::chain::{Chain, Said};
use super::own::Own;
use super::rng::Rng;

/// A fault of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Takes the request and never answers.
    Dark,
    /// Connection refused.
    Refuse,
    /// The name is not found, so it fails at once.
    NoName,
    /// Connection lost after a while.
    Reset,
    /// Answers this many ms later.
    Slow(u64),
    /// This percentage of answers takes this many ms longer.
    Tail(u64, u64),
    /// An HTTP status without JSON. `Retry-After` is in seconds, if not 0.
    Status(u16, u64),
    /// A web page with status 200.
    Html,
    /// JSON-RPC "limit exceeded" in a 200.
    Limit,
    /// This many blocks behind.
    Stale(u64),
    /// Lacks receipts and blocks by hash, and answers `null`.
    Missing,
    /// Money answers are false. Equal lies have equal numbers.
    Lie(u64),
    /// Serves another chain.
    WrongChain(u64),
    /// Answers with the id of another request.
    WrongId,
    /// Two JSON values in one body.
    Twice,
    /// Bytes that are not UTF-8.
    BadUtf8,
    /// A body larger than the limit.
    TooLarge,
    /// An internal error of its own, as JSON-RPC.
    Internal,
    /// Dark and healthy in turns of this many ms.
    Flap(u64),
    /// Knows only the most basic methods.
    Plain,
    /// Wants smaller log ranges.
    Smaller,
    /// Gives an empty answer if it lacks the block that a request names.
    Hollow,
}

/// A fault, and when it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    pub fault: Fault,
    pub from: u64,
    pub until: u64,
}

/// One simulated endpoint.
#[derive(Debug, Clone)]
pub struct Node {
    pub name: String,
    pub url: String,
    /// Index of its chain in the world.
    pub chain: usize,
    pub median_ms: u64,
    /// How many blocks it is behind without any fault.
    pub lag: u64,
    pub spells: Vec<Spell>,
    /// A chain that a test writes block by block, instead of the world's.
    pub own: Own,
}

/// The response, and after how long; `None` is silence.
pub type Back = Option<(u64, Result<Http, SendError>)>;

/// An HTTP response.
#[derive(Debug, Clone, PartialEq)]
pub struct Http {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Http {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Http {
        Http { status, headers: Vec::new(), body: body.into() }
    }
}

impl Node {
    pub fn faults(&self, now: u64) -> impl Iterator<Item = Fault> {
        self.spells.iter().filter(move |s| (s.from..s.until).contains(&now)).map(|s| s.fault)
    }

    /// The newest block it has.
    pub fn head(&self, now: u64, chain: &Chain) -> u64 {
        let stale = self.faults(now).filter_map(|f| if let Fault::Stale(by) = f { Some(by) } else { None }).max();
        chain.head(now).saturating_sub(self.lag + stale.unwrap_or(0))
    }

    /// What it does with a request that arrives now.
    pub fn receive(&self, now: u64, chain: &Chain, rng: &mut Rng, body: &[u8]) -> Back {
        let request: Value = serde_json::from_slice(body).expect("our own request");
        let mut after = rng.latency(self.median_ms);
        let (method, params) = (request["method"].as_str().expect("method"), &request["params"]);
        let (mut id, mut lie, mut missing, mut served) = (request["id"].clone(), None, false, chain.id);
        for fault in self.faults(now) {
            match fault {
                Fault::Dark => return None,
                Fault::Flap(ms) if (now / ms).is_multiple_of(2) => return None,
                Fault::Refuse => return Some((1, Err(SendError::Network))),
                Fault::NoName => return Some((0, Err(SendError::Network))),
                Fault::Reset => return Some((after, Err(SendError::Network))),
                Fault::TooLarge => return Some((after, Err(SendError::TooLarge))),
                Fault::Slow(ms) => after += ms,
                Fault::Tail(percent, ms) if rng.chance(percent) => after += ms,
                Fault::Status(status, seconds) => {
                    let mut http = Http::new(status, "<h1>no</h1>");
                    if seconds > 0 {
                        http.headers.push(("retry-after".to_owned(), seconds.to_string()));
                    }
                    return Some((after, Ok(http)));
                }
                Fault::Html => return Some((after, Ok(Http::new(200, "<!doctype html><title>Hello</title>")))),
                Fault::BadUtf8 => return Some((after, Ok(Http::new(200, b"{\"id\":1,\"result\":\"\xff\"}".to_vec())))),
                Fault::Limit => return Some((after, Ok(error(&id, -32005, "limit exceeded", None)))),
                Fault::Internal => return Some((after, Ok(error(&id, -32603, "Internal error", None)))),
                Fault::WrongId => id = json!(id.as_u64().unwrap_or(0) + 1),
                Fault::Missing => missing = matches!(method, "eth_getTransactionReceipt" | "eth_getBlockByHash"),
                Fault::Lie(number) => lie = Some(number),
                Fault::WrongChain(other) => served = other,
                Fault::Plain if method == "eth_getProof" => {
                    return Some((after, Ok(error(&id, -32601, "method not found", None))));
                }
                Fault::Smaller if method == "eth_getLogs" => {
                    return Some((after, Ok(error(&id, -32005, "query returned more than 10000 results", None))));
                }
                _ => {}
            }
        }
        let said = match method {
            "eth_chainId" => Said::Result(json!(format!("0x{served:x}"))),
            _ if missing => Said::Result(Value::Null),
            _ => chain.say(method, params, self.head(now, chain), lie),
        };
        let hollow = self.faults(now).any(|f| f == Fault::Hollow);
        let said = match said {
            Said::Error { message, .. } if hollow && message == "header not found" => {
                Said::Result(json!(if method == "eth_call" { "0x" } else { "0x0" }))
            }
            said => said,
        };
        let mut http = match said {
            Said::Result(result) => Http::new(200, json!({"jsonrpc": "2.0", "id": id, "result": result}).to_string()),
            Said::Error { code, message, data } => error(&id, code, &message, data),
        };
        if self.faults(now).any(|f| f == Fault::Twice) {
            http.body = [http.body.as_slice(), http.body.as_slice()].concat();
        }
        Some((after, Ok(http)))
    }
}

fn error(id: &Value, code: i64, message: &str, data: Option<Value>) -> Http {
    let mut error = json!({"code": code, "message": message});
    if let Some(data) = data {
        error["data"] = data;
    }
    Http::new(200, json!({"jsonrpc": "2.0", "id": id, "error": error}).to_string())
}
