//! JavaScript values in and out.

use serde::Serialize;
use wasm_bindgen::JsValue;

/// A message as a plain object: numbers as numbers, maps as objects, what is absent as `null`.
pub(super) fn out<T: Serialize>(message: &T) -> JsValue {
    message.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
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
