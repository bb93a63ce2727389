//! Errors that proxies wrap: one nested in `message` as JSON text, or in `data` as an object.
//!
//! ```text
//!  {code: -32603, message: "{\"code\":-32005,\"message\":\"rate limit exceeded\"}"}
//!  {code: -32603, message: "upstream said 429: {\"error\":{\"code\":3,\"message\":\"execution reverted\"}}"}
//!  {code: -32603, message: "Internal error", data: {code: -32000, message: "header not found"}}
//! ```
//! The page gets the error as it was sent. The inner error is only used to judge it.

use serde_json::Value;

use crate::jsonrpc::RpcError;

/// Longest text that is searched, in bytes.
const LONGEST: usize = 16_384;
/// Member names under which wrappers keep the inner error.
const INSIDE: [&str; 4] = ["error", "originalError", "cause", "data"];
/// Most objects searched, one inside the other.
const LAYERS: usize = 4;

/// The error inside an error, with the text around it.
pub fn inside(error: &RpcError) -> Option<RpcError> {
    in_message(error).or_else(|| in_data(error))
}

fn in_message(error: &RpcError) -> Option<RpcError> {
    let message = error.message.get(..LONGEST.min(error.message.len()))?;
    let from = message.find('{')?;
    let to = message.rfind('}')?;
    let object: Value = serde_json::from_str(message.get(from..=to)?).ok()?;
    wrapped(&object, error, message.get(..from).unwrap_or_default())
}

fn in_data(error: &RpcError) -> Option<RpcError> {
    let data = error.data.as_deref().filter(|data| data.len() <= LONGEST)?;
    let object: Value = serde_json::from_str(data).ok().filter(Value::is_object)?;
    wrapped(&object, error, &error.message)
}

fn wrapped(object: &Value, outer: &RpcError, around: &str) -> Option<RpcError> {
    let mut layer = Some(object);
    for _ in 0..LAYERS {
        let object = layer?.as_object()?;
        if let Some(message) = object.get("message").and_then(Value::as_str) {
            let code = object.get("code").and_then(number).unwrap_or(outer.code);
            let message = format!("{} {message}", around.trim()).trim().to_owned();
            return Some(RpcError { code, message, data: object.get("data").map(Value::to_string) });
        }
        layer = INSIDE.iter().find_map(|name| object.get(*name).filter(|inner| inner.is_object()));
    }
    None
}

fn number(code: &Value) -> Option<i64> {
    code.as_i64().or_else(|| code.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: i64, message: &str, data: Option<&str>) -> Option<(i64, String)> {
        let error = RpcError { code, message: message.into(), data: data.map(str::to_owned) };
        inside(&error).map(|e| (e.code, e.message))
    }

    #[test]
    fn errors_are_found_in_messages_and_data() {
        let nested = r#"{"code":"-32005","message":"rate limit"}"#;
        assert_eq!(found(-32603, nested, None), Some((-32005, "rate limit".into())));
        let around = r#"429: {"jsonrpc":"2.0","error":{"code":3,"message":"execution reverted"}}"#;
        assert_eq!(found(0, around, None), Some((3, "429: execution reverted".into())));
        let data = r#"{"code":-32000,"message":"header not found"}"#;
        assert_eq!(
            found(-32603, "Internal error", Some(data)),
            Some((-32000, "Internal error header not found".into()))
        );
        for (message, data) in [("a {b} c", None), ("no", Some(r#"{"see":"https://a.example"}"#)), ("no", Some("[1]"))]
        {
            assert_eq!(found(1, message, data), None, "{message}");
        }
    }
}
