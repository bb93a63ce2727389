//! Converts messages and stored values to text for the core and back.

use js_sys::{JsString, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The platform's own encoder (<https://encoding.spec.whatwg.org/#textencoder>).
    type TextEncoder;

    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;
    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsString) -> Uint8Array;
}

thread_local! {
    static ENCODER: TextEncoder = TextEncoder::new();
}

/// A page's text. The platform encodes it, because wasm-bindgen copies a `&str` character by character in JavaScript,
/// and 4 MiB would delay every page's reads.
pub(super) fn text(text: &JsString) -> Option<String> {
    String::from_utf8(ENCODER.with(|encoder| encoder.encode(text)).to_vec()).ok()
}

/// A message as JSON text. All our messages can be serialised; an empty text would be ignored by everyone.
pub(super) fn out<T: Serialize>(message: &T) -> String {
    serde_json::to_string(message).unwrap_or_default()
}

/// The stored settings as text; `None` if nothing is stored. A value that JSON cannot hold becomes a text that the core
/// refuses, so that the original is kept.
pub(super) fn settings_text(settings: &JsValue) -> Option<String> {
    (!settings.is_undefined()).then(|| json(settings))
}

/// A stored value as text: a string as it is, anything else as JSON.
pub(super) fn stored_text(value: &JsValue) -> Option<String> {
    (!value.is_undefined()).then(|| value.as_string().unwrap_or_else(|| json(value)))
}

fn json(value: &JsValue) -> String {
    js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}
