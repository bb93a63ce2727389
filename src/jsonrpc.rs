//! JSON-RPC 2.0 envelopes (<https://www.jsonrpc.org/specification>). Results stay raw text: the page gets them byte for
//! byte as the lane sent them, and 5 MB of logs are scanned once without building a value.

pub mod depth;
mod own;

pub use own::own_replies;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use depth::{MAX_JSON_DEPTH, is_flat};

/// Most items in a batch. A larger batch is a page's mistake or an attack.
pub const MAX_BATCH: usize = 1_000;

/// A reply as a lane sent it.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// JSON text of `result`.
    Result(String),
    /// The `error` member.
    Error(RpcError),
}

/// A JSON-RPC error. `data` is kept as text, because dApps decode custom errors from it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RpcError {
    /// `code`; 0 when the lane sent none.
    pub code: i64,
    /// `message`; empty when the lane sent none.
    pub message: String,
    /// JSON text of `data`.
    pub data: Option<String>,
}

/// Why a body is not a reply to our request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// Not UTF-8, not JSON, more than one value, or not an object.
    NotJson,
    /// Nested too deep for any reader.
    TooDeep,
    /// JSON, but neither a result nor an error that says anything.
    NotAReply,
    /// The id of another request.
    WrongId,
}

#[derive(Deserialize)]
struct ReplyEnvelope<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ErrorEnvelope<'a> {
    #[serde(borrow, default)]
    code: Option<&'a RawValue>,
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    data: Option<&'a RawValue>,
}

/// A member that is present is `Some`, even if it is `null`: `"result": null` is a result.
fn present<'de, D: Deserializer<'de>>(d: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(d).map(Some)
}

/// Whether a text can be the `params` of a request: empty for none, `null`, or a structured value
/// (<https://www.jsonrpc.org/specification#parameter_structures>).
pub fn is_params(text: &str) -> bool {
    let structured = text.trim_start().starts_with(['[', '{']) || text.trim() == "null";
    text.is_empty() || structured && serde_json::from_str::<&RawValue>(text).is_ok()
}

/// Our request, as text. `params` is JSON text or empty for none.
pub fn request(id: u64, method: &str, params: &str) -> String {
    // A page's method may be any string, so serde quotes it.
    let method = serde_json::to_string(method).unwrap_or_default();
    let params = if params.is_empty() { "[]" } else { params };
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":{method},"params":{params}}}"#)
}

/// Reads a reply to request `id`.
pub fn reply(body: &[u8], id: u64) -> Result<Reply, Malformed> {
    let text = std::str::from_utf8(body).map_err(|_| Malformed::NotJson)?;
    if !is_readable(text) {
        return Err(Malformed::TooDeep);
    }
    // serde would accept an array as the members in order.
    if !text.trim_start().starts_with('{') {
        return refused_in_array(text).ok_or(Malformed::NotJson);
    }
    envelope(text, |raw| same_id(raw, id))
}

/// A page parses what it gets, and 5 million levels would block it for seconds.
fn is_readable(text: &str) -> bool {
    text.len() <= MAX_JSON_DEPTH || is_flat(text, 1 + MAX_JSON_DEPTH, usize::MAX)
}

/// Reads one envelope if it belongs to our request.
fn envelope(text: &str, is_own: impl Fn(Option<&RawValue>) -> bool) -> Result<Reply, Malformed> {
    let envelope: ReplyEnvelope = serde_json::from_str(text).map_err(|_| Malformed::NotJson)?;
    // `"error": null` next to a result is common, and so are errors that say nothing.
    let error = envelope.error.and_then(rpc_error);
    match (envelope.result, error) {
        (Some(result), None) if is_own(envelope.id) => Ok(Reply::Result(result.get().to_owned())),
        // This is how a web server refuses: neither an id nor a code.
        (_, Some(error)) if envelope.id.is_none() && error.code == 0 => Err(Malformed::NotAReply),
        (_, Some(error)) if is_unread(envelope.id) || is_own(envelope.id) => Ok(Reply::Error(error)),
        (None, None) => Err(Malformed::NotAReply),
        _ => Err(Malformed::WrongId),
    }
}

/// A server that treats everything as a batch refuses it in an array of one.
fn refused_in_array(text: &str) -> Option<Reply> {
    let [item]: [&RawValue; 1] = serde_json::from_str(text).ok()?;
    let envelope: ReplyEnvelope = serde_json::from_str(item.get()).ok()?;
    let refused = envelope.result.is_none() && is_unread(envelope.id);
    envelope.error.filter(|_| refused).and_then(rpc_error).map(Reply::Error)
}

/// JSON-RPC 2.0 §5: the id of an error may be null when the request could not be read. Some servers write 0.
fn is_unread(id: Option<&RawValue>) -> bool {
    id.is_none_or(|raw| matches!(raw.get(), "null" | "0" | "-1" | "\"\""))
}

/// Reads an `error` member; a text is its message. `None` for an error that says nothing.
fn rpc_error(raw: &RawValue) -> Option<RpcError> {
    let error = match serde_json::from_str::<ErrorEnvelope>(raw.get()) {
        Ok(_) if !raw.get().starts_with('{') => RpcError::default(),
        Ok(e) => RpcError {
            code: e.code.map_or(0, number),
            message: e.message.or(e.code.filter(|code| number(code) == 0)).map(text_of).unwrap_or_default(),
            data: e.data.map(|d| d.get().to_owned()),
        },
        Err(_) => RpcError { message: serde_json::from_str(raw.get()).unwrap_or_default(), ..RpcError::default() },
    };
    let says = error.code != 0 || !matches!(error.message.as_str(), "" | "0") || error.data.is_some();
    says.then_some(error)
}

/// A code, which some servers send as a text or with a fraction; 0 when it is not a number.
fn number(raw: &RawValue) -> i64 {
    let text = raw.get().trim_matches('"').trim();
    text.parse().ok().or_else(|| text.parse().ok().map(|code: f64| code as i64)).unwrap_or(0)
}

/// A JSON string's content, or any other value as it is.
pub fn text_of(raw: &RawValue) -> String {
    serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
}

/// Some servers send the id back as a string.
fn same_id(raw: Option<&RawValue>, id: u64) -> bool {
    raw.and_then(request_id) == Some(id)
}

/// The number of a request of ours that a reply names. Some servers write numbers as text.
pub(crate) fn request_id(raw: &RawValue) -> Option<u64> {
    raw.get().trim_matches('"').parse().ok()
}

/// Highest chain id that JavaScript can distinguish from the next one, 2^53 - 1.
const MAX_CHAIN_ID: u64 = (1 << 53) - 1;

/// A chain id in any notation that servers use: `"0x1"`, `"0X1"`, `" 0x1 "`, `"1"` or `1`. `None` for values that no
/// chain has: 0, a sign, a fraction, more than 2^53 - 1.
pub fn chain_id(text: &str) -> Option<u64> {
    let text = text_of(serde_json::from_str(text).ok()?);
    let text = text.trim();
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    // `from_str_radix` would accept a sign.
    let id = digits.chars().all(|c| c.is_digit(radix)).then(|| u64::from_str_radix(digits, radix).ok())??;
    (1..=MAX_CHAIN_ID).contains(&id).then_some(id)
}

/// A quantity (`"0x1b4"`) as a number. Source: <https://ethereum.org/en/developers/docs/apis/json-rpc/#hex-encoding>.
pub fn quantity(text: &str) -> Option<u64> {
    let digits = text.trim().strip_prefix("\"0x")?.strip_suffix('"')?;
    u64::from_str_radix(digits, 16).ok()
}

/// One request of a page's own envelope.
#[derive(Debug, Clone, Deserialize)]
pub struct PageRequest {
    /// The page's id, as text; absent for a notification.
    #[serde(default)]
    pub id: Option<Box<RawValue>>,
    /// Method.
    pub method: String,
    /// Parameters, as text.
    #[serde(default)]
    pub params: Option<Box<RawValue>>,
}

/// A page's own JSON-RPC call.
#[derive(Debug)]
pub struct PageCall {
    /// The requests, in order.
    pub items: Vec<PageRequest>,
    /// Whether they came as a batch and must be answered as one.
    pub batch: bool,
}

/// Splits a page's own body. `None` if it is not JSON-RPC that can be answered item by item.
pub fn split(body: &str) -> Option<PageCall> {
    let batch = body.trim_start().starts_with('[');
    let items = if batch {
        serde_json::from_str::<Vec<PageRequest>>(body).ok()?
    } else {
        vec![serde_json::from_str::<PageRequest>(body).ok()?]
    };
    let answerable = !items.is_empty() && items.len() <= MAX_BATCH && items.iter().all(|i| i.id.is_some());
    answerable.then_some(PageCall { items, batch })
}

#[derive(Serialize)]
struct OutError<'a> {
    code: i64,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
}

/// One reply in the page's own envelope.
pub fn page_reply(id: &RawValue, reply: &Reply) -> String {
    let id = id.get();
    match reply {
        Reply::Result(result) => format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#),
        Reply::Error(e) => {
            let data = e.data.as_deref().and_then(|d| serde_json::from_str(d).ok());
            let error = OutError { code: e.code, message: &e.message, data };
            let error = serde_json::to_string(&error).unwrap_or_default();
            format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{error}}}"#)
        }
    }
}

/// The parameters with the block tag at `index` replaced, or `None` if they are not an array.
/// A missing tag is appended only if it is the next parameter.
pub fn with_tag(params: &str, index: usize, tag: &str) -> Option<String> {
    let mut items: Vec<&RawValue> = if params.is_empty() { Vec::new() } else { serde_json::from_str(params).ok()? };
    let quoted = format!("\"{tag}\"");
    let raw: Box<RawValue> = RawValue::from_string(quoted).ok()?;
    if items.len() == index {
        items.push(&raw);
    } else {
        *items.get_mut(index)? = &raw;
    }
    serde_json::to_string(&items).ok()
}

/// The block tag at `index`: a string's content, `latest` if it is missing, `None` for an object
/// (EIP-1898) or parameters that are not an array.
pub fn tag(params: &str, index: usize) -> Option<String> {
    let items: Vec<&RawValue> = if params.is_empty() { Vec::new() } else { serde_json::from_str(params).ok()? };
    match items.get(index) {
        None => Some("latest".to_owned()),
        Some(raw) if raw.get() == "null" => Some("latest".to_owned()),
        Some(raw) => serde_json::from_str(raw.get()).ok(),
    }
}

/// A block number inside an object, for example `blockNumber` of a receipt.
pub fn block_of(text: &str, member: &str) -> Option<u64> {
    let object: BTreeMap<&str, &RawValue> = serde_json::from_str(text).ok()?;
    quantity(object.get(member)?.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok(body: &str) -> Reply {
        reply(body.as_bytes(), 7).expect(body)
    }

    #[test]
    fn a_result_stays_as_it_was_sent() {
        for text in ["null", "9007199254740993", "{ \"b\":1,\n \"a\" : \"\\u00e9\" }", "[]", "\"\"", "1e400"] {
            assert_eq!(ok(&format!(r#"{{"jsonrpc":"2.0","id":7,"result":{text}}}"#)), Reply::Result(text.into()));
        }
        assert_eq!(ok(r#"{"extra":[1],"result":1,"error":null,"id":"7"}"#), Reply::Result("1".into()));
    }

    #[test]
    fn an_error_keeps_code_message_and_data() {
        let Reply::Error(e) =
            ok(r#"{"id":7,"error":{"code":3,"message":"execution reverted: \u00e9","data":"0x08c379a0"}}"#)
        else {
            panic!()
        };
        assert_eq!(
            (e.code, e.message.as_str(), e.data.as_deref()),
            (3, "execution reverted: é", Some("\"0x08c379a0\""))
        );
        let Reply::Error(e) = ok(r#"{"id":null,"error":"slow down"}"#) else { panic!() };
        assert_eq!((e.code, e.message.as_str()), (0, "slow down"));
    }

    #[test]
    fn nested_errors_are_unwrapped() {
        for (body, code, message) in [
            (r#"{"id":7,"error":{"code":"-32000","message":"a"}}"#, -32000, "a"),
            (r#"{"id":7,"error":{"code":-32000.0,"message":"a"}}"#, -32000, "a"),
            (r#"{"id":7,"error":{"code":"RATE_LIMITED"}}"#, 0, "RATE_LIMITED"),
            (r#"{"id":7,"result":null,"error":{"code":3,"message":"a"}}"#, 3, "a"),
            (r#"{"id":7,"result":"0x1","error":{"code":3,"message":"a"}}"#, 3, "a"),
            (r#"{"id":0,"error":{"code":1,"message":"a"}}"#, 1, "a"),
            (r#"[{"id":null,"error":{"code":1,"message":"a"}}]"#, 1, "a"),
            (r#"{"id":7,"error":{"code":1,"message":{"text":"a"}}}"#, 1, r#"{"text":"a"}"#),
        ] {
            let Reply::Error(e) = ok(body) else { panic!("{body}") };
            assert_eq!((e.code, e.message.as_str()), (code, message), "{body}");
        }
        for nothing in ["null", "{}", "\"\"", "false", "0", r#"{"code":0,"message":""}"#] {
            let body = format!(r#"{{"id":7,"result":"0x1","error":{nothing}}}"#);
            assert_eq!(ok(&body), Reply::Result("\"0x1\"".into()), "{nothing}");
        }
    }

    #[test]
    fn every_notation_of_a_chain_id_is_parsed() {
        for text in ["\"0x1\"", "\"0X1\"", "\"1\"", "1", "\" 0x1 \"", " 1 "] {
            assert_eq!(chain_id(text), Some(1), "{text}");
        }
        assert_eq!(chain_id("\"0x1fffffffffffff\""), Some((1 << 53) - 1));
        for text in [
            "\"\"",
            "null",
            "1.5",
            "1e3",
            "-1",
            "\"-1\"",
            "\"+1\"",
            "\"0x+1\"",
            "\"0x-1\"",
            "\"0x\"",
            "\"0x1 0x1\"",
            "0",
            "\"0x0\"",
            "\"0x20000000000000\"",
            "9007199254740992",
            "\"one\"",
            "[1]",
            "{}",
            "true",
            "",
        ] {
            assert_eq!(chain_id(text), None, "{text}");
        }
    }

    #[test]
    fn an_invalid_reply_says_why() {
        for (body, why) in [
            (&b"<html>"[..], Malformed::NotJson),
            (b"", Malformed::NotJson),
            (b"{\"id\":7,\"result\":\"\xff\"}", Malformed::NotJson),
            (br#"{"id":7,"result":1}{"id":7,"result":2}"#, Malformed::NotJson),
            (br#"{"id":7,"result":1,"result":2}"#, Malformed::NotJson),
            (br#"[{"id":7,"result":1}]"#, Malformed::NotJson),
            (br#"{"id":8,"result":1}"#, Malformed::WrongId),
            (br#"{"result":1}"#, Malformed::WrongId),
            (br#"{"id":7}"#, Malformed::NotAReply),
            (br#"{"id":7,"error":{}}"#, Malformed::NotAReply),
            (br#"{"id":7,"error":[1]}"#, Malformed::NotAReply),
            (br#"[{"id":null,"error":{"code":1}},{"id":null,"error":{"code":1}}]"#, Malformed::NotJson),
        ] {
            assert_eq!(reply(body, 7), Err(why), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn tags_are_found_and_replaced() {
        assert_eq!(tag(r#"["0xab"]"#, 1).as_deref(), Some("latest"));
        assert_eq!(tag(r#"["0xab","0x10"]"#, 1).as_deref(), Some("0x10"));
        assert_eq!(tag(r#"["0xab",{"blockHash":"0x1"}]"#, 1), None);
        assert_eq!(with_tag(r#"[{"to": "0x1"},"latest"]"#, 1, "0x5").as_deref(), Some(r#"[{"to": "0x1"},"0x5"]"#));
        assert_eq!(with_tag(r#"["0x1"]"#, 1, "0x5").as_deref(), Some(r#"["0x1","0x5"]"#));
        assert_eq!(with_tag(r#"[]"#, 1, "0x5"), None);
    }

    #[test]
    fn a_batch_is_split_and_joined() {
        let call = split(r#"[{"id":1,"method":"a"},{"id":"x","method":"b","params":[1 ]}]"#).expect("batch");
        assert!(call.batch);
        assert_eq!(call.items[1].params.as_ref().map(|p| p.get()), Some("[1 ]"));
        let id = call.items[1].id.as_ref().expect("id");
        assert_eq!(page_reply(id, &Reply::Result("null".into())), r#"{"jsonrpc":"2.0","id":"x","result":null}"#);
        for bad in ["[]", "{}", "x", r#"{"method":"a"}"#, r#"[{"id":1,"method":"a"},{"method":"b"}]"#] {
            assert!(split(bad).is_none(), "{bad}");
        }
    }
}
