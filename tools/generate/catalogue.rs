//! The catalogue of error texts for the core: `data/errors.json` without what only tests and readers of the file need.

use serde_json::{Map, Value};

/// What a row says besides what it is.
const FOR_READERS: [&str; 2] = ["source", "example"];

/// `src/classify/catalogue.json`.
pub(crate) fn json() -> String {
    let mut whole: Map<String, Value> =
        serde_json::from_str(include_str!("../../data/errors.json")).expect("data/errors.json is JSON");
    whole.retain(|key, _| key != "about" && key != "lookalikes");
    for rows in whole.values_mut().filter_map(Value::as_array_mut) {
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            row.retain(|key, _| !FOR_READERS.contains(&key.as_str()));
        }
    }
    serde_json::to_string(&whole).expect("JSON") + "\n"
}
