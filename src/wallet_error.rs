//! The meaning of a wallet's error. A wallet asks its own endpoint, and the endpoint's error or failure reaches the
//! page wrapped: `-32603 "Internal JSON-RPC error."` around a revert, around an HTTP status, around a `fetch` that
//! failed.
//!
//! ```text
//!  {code: -32603, message: "Internal JSON-RPC error.", data: {code: 3, message: "execution reverted", data: "0x…"}}
//!  {code: -32603, message: "execution reverted", data: {originalError: {code: 3, …}}}
//!  {code: -32603, message: "Failed to fetch", data: {cause: {message: "Failed to fetch", stack: "…"}}}
//!  {code: -32603, message: "Non-200 status code: '503'", data: {…the endpoint's body…}}
//!  {code: -32002, message: "RPC endpoint not found or unavailable.", data: {httpStatus: 522}}
//! ```
//! Seen in MetaMask's network controller and in reports of its users (metamask-extension#7286, #13327, #18345,
//! #32009). The page itself gets the wallet's own error object. The unwrapped error is only used to judge it.

use serde_json::{Map, Value};

use crate::jsonrpc::RpcError;

/// JSON-RPC "internal error": the code of a wrapper.
const INTERNAL: i64 = -32603;
/// Codes by which wallets say that their endpoint failed.
const OWN: [i64; 7] = [INTERNAL, -32700, -32600, -32080, -32006, -32002, 0];
/// Most layers that are unwrapped.
const LAYERS: usize = 4;
/// Longest `data` that is searched, in bytes.
const LONGEST: usize = 65_536;
/// Member names under which wrappers keep the inner error.
const INSIDE: [&str; 4] = ["originalError", "error", "cause", "data"];

/// An unwrapped error.
#[derive(Debug, Clone, PartialEq)]
pub struct Unwrapped {
    /// The innermost code that says more than "internal error", all messages, and the innermost `data` if it is a text.
    /// The rest of `data` is ignored, because it also holds stack traces and the page's own parameters.
    pub error: RpcError,
    /// The HTTP status of the wallet's endpoint, or 0.
    pub status: u16,
}

/// Unwraps an error. `status_words` are the words that wallets put before an HTTP status.
pub fn unwrap(error: &RpcError, status_words: &[&str]) -> Unwrapped {
    let mut found =
        Unwrapped { status: status_in(&error.message, status_words), error: RpcError { data: None, ..error.clone() } };
    let data = error.data.as_deref().filter(|text| text.len() <= LONGEST);
    let mut layer: Option<Value> = data.and_then(|text| serde_json::from_str(text).ok());
    for _ in 0..LAYERS {
        match layer.take() {
            Some(Value::String(text)) => {
                found.error.data = Some(Value::String(text).to_string());
                break;
            }
            // The chain's own error ends the search: anything deeper is data of the contract.
            Some(Value::Object(_)) if found.error.code == 3 => break,
            Some(Value::Object(mut members)) => {
                found.take(&members, status_words);
                layer = INSIDE.iter().find_map(|name| members.remove(*name).filter(|inner| !inner.is_null()));
            }
            _ => break,
        }
    }
    found
}

impl Unwrapped {
    /// Whether this is what the wallet's endpoint said, rather than why the wallet could not ask it.
    pub fn is_wrapped(&self) -> bool {
        self.status == 0 && !OWN.contains(&self.error.code)
    }

    fn take(&mut self, members: &Map<String, Value>, status_words: &[&str]) {
        if let Some(code) = members.get("code").and_then(Value::as_i64).filter(|code| *code != INTERNAL) {
            self.error.code = code;
        }
        if let Some(message) = members.get("message").and_then(Value::as_str) {
            self.error.message.push(' ');
            self.error.message.push_str(message);
            self.status = self.status.max(status_in(message, status_words));
        }
        let status = members.get("httpStatus").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        self.status = self.status.max(status.unwrap_or(0));
    }
}

/// The HTTP error status that a message names: `Request failed with status code 503` names 503.
fn status_in(message: &str, status_words: &[&str]) -> u16 {
    let message = message.to_lowercase();
    let after = status_words.iter().find_map(|word| message.split_once(*word)).map_or("", |(_, rest)| rest);
    let digits: String = after.trim_start_matches([' ', ':', '\'', '"', '(']).chars().take(4).collect();
    let number = digits.trim_end_matches(|c: char| !c.is_ascii_digit());
    number.parse().ok().filter(|status| (400..=599).contains(status)).unwrap_or(0)
}
