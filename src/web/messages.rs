//! What the shell hands over, as text.

use serde::Serialize;
use wasm_bindgen::JsValue;

/// A message as JSON text. All of ours can be written; an empty text would be no message to anybody.
pub(super) fn out<T: Serialize>(message: &T) -> String {
    serde_json::to_string(message).unwrap_or_default()
}

/// The stored settings as text; none when nothing is stored. What JSON cannot hold is text that the core
/// refuses, so that the original is kept.
pub(super) fn settings_text(settings: &JsValue) -> Option<String> {
    if settings.is_undefined() || settings.is_null() {
        return None;
    }
    let text = js_sys::JSON::stringify(settings).ok().and_then(|text| text.as_string());
    Some(text.unwrap_or_default())
}
