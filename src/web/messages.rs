//! What the shell hands over, as text.

use js_sys::{JsString, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The platform's own (<https://encoding.spec.whatwg.org/#textencoder>).
    type TextEncoder;

    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;
    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsString) -> Uint8Array;
}

thread_local! {
    static ENCODER: TextEncoder = TextEncoder::new();
}

/// A page's text. The platform encodes it: wasm-bindgen goes over a `&str` character by character, in JavaScript, and
/// 4 MiB would hold up everybody's reads.
pub(super) fn text(text: &JsString) -> Option<String> {
    String::from_utf8(ENCODER.with(|encoder| encoder.encode(text)).to_vec()).ok()
}

/// A message as JSON text. All of ours can be written; an empty text would be no message to anybody.
pub(super) fn out<T: Serialize>(message: &T) -> String {
    serde_json::to_string(message).unwrap_or_default()
}

/// The stored settings as text; none when nothing is stored. What JSON cannot hold is text that the core
/// refuses, so that the original is kept.
pub(super) fn settings_text(settings: &JsValue) -> Option<String> {
    (!settings.is_undefined()).then(|| json(settings))
}

/// What is stored as text, whatever it is: a string as it is, all else as JSON.
pub(super) fn stored_text(value: &JsValue) -> Option<String> {
    (!value.is_undefined()).then(|| value.as_string().unwrap_or_else(|| json(value)))
}

fn json(value: &JsValue) -> String {
    js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}
