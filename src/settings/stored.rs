//! Settings as storage holds them. An earlier version accepted them by its own rules. What this version refuses is
//! removed, and the rest is used. A file or an edit would be refused instead.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::problem::{Problem, Wrong};
use super::{Settings, check, v1};
use crate::endpoint::{EndpointUrl, SocketUrl, UrlProblem};
use crate::hidden;

/// Largest text of stored settings that is read, in bytes. It is more than is written today, because an earlier version
/// checked the size before it wrote the defaults out.
const MAX_BYTES: usize = 4 * super::MAX_TEXT_BYTES;

/// Settings that were read from storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The settings.
    pub settings: Settings,
    /// Whether hidden characters or invalid hosts had to be removed.
    pub mended: bool,
}

impl Settings {
    /// Reads the text of the stored settings. Total, like [`Settings::parse`].
    pub fn parse_stored(text: &str) -> Result<Stored, Problem> {
        if text.len() > MAX_BYTES {
            return Err(Wrong::TooLarge { bytes: MAX_BYTES }.at(""));
        }
        let mut value = super::json(text)?;
        let problem = match v1::read(&value) {
            Ok(settings) => return Ok(Stored { settings, mended: false }),
            Err(problem) => problem,
        };
        mend(&mut value);
        // Any other problem is reported by its path in the original.
        v1::read(&value).map(|settings| Stored { settings, mended: true }).map_err(|_| problem)
    }
}

fn mend(file: &mut Value) {
    strip(file);
    let Some(file) = file.as_object_mut() else { return };
    if text(file, "resolver").is_some_and(|url| EndpointUrl::parse(url) == Err(UrlProblem::BadHost)) {
        file.remove("resolver");
    }
    for chain in list(file, "chains").into_iter().flatten().filter_map(Value::as_object_mut) {
        drop_empty(chain, &["name"]);
        let mut seen = HashSet::new();
        if let Some(endpoints) = list(chain, "endpoints") {
            endpoints.retain_mut(|endpoint| endpoint.as_object_mut().is_none_or(|e| mend_endpoint(e, &mut seen)));
        }
    }
    for sites in ["sites_off", "direct_off"] {
        let mut seen = HashSet::new();
        if let Some(sites) = list(file, sites) {
            sites.retain(|site| site.as_str().is_none_or(|s| check::host(s).is_ok_and(|host| seen.insert(host))));
        }
    }
    if let Some(labels) = list(file, "labels") {
        let mut seen = HashSet::new();
        labels.retain_mut(|label| label.as_object_mut().is_none_or(|l| mend_label(l, &mut seen)));
    }
}

/// Whether the endpoint stays.
fn mend_endpoint(endpoint: &mut Map<String, Value>, seen: &mut HashSet<String>) -> bool {
    drop_empty(endpoint, &["name", "operator"]);
    let url = match text(endpoint, "url").map(EndpointUrl::parse) {
        Some(Ok(url)) => url,
        Some(Err(UrlProblem::BadHost)) => return false,
        _ => return true,
    };
    if text(endpoint, "ws").is_some_and(|ws| SocketUrl::parse(ws, &url) == Err(UrlProblem::BadHost)) {
        endpoint.remove("ws");
    }
    seen.insert(url.as_str().to_owned())
}

/// Whether the label stays.
fn mend_label(label: &mut Map<String, Value>, seen: &mut HashSet<String>) -> bool {
    drop_empty(label, &["region"]);
    let named = text(label, "operator").is_none_or(|operator| !operator.trim().is_empty());
    named && text(label, "match").is_none_or(|text| check::pattern(text).is_ok_and(|pattern| seen.insert(pattern)))
}

/// A name that consisted only of hidden characters is dropped.
fn drop_empty(fields: &mut Map<String, Value>, names: &[&str]) {
    for name in names {
        if text(fields, name).is_some_and(|text| text.trim().is_empty()) {
            fields.remove(*name);
        }
    }
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

fn list<'a>(fields: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Vec<Value>> {
    fields.get_mut(name).and_then(Value::as_array_mut)
}

/// Removes the hidden characters from every text, as deep as the parser goes.
fn strip(value: &mut Value) {
    match value {
        Value::String(text) if hidden::is_in(text) => *text = hidden::without(text),
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::Object(fields) => fields.values_mut().for_each(strip),
        _ => {}
    }
}
