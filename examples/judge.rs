//! How a lane's reply is judged: `cargo run --release --example judge -- FILE`.
//!
//! Reads lines of `{"method": …, "status": …, "body": …}` and prints one line for each, for example
//! `{"outcome":"word"}`. Unknown fields are ignored; `params` says which transaction a receipt must name. `body` is the
//! text of the HTTP response, or the JSON value itself. A line that cannot be parsed is a `fault`, like a reply that
//! cannot be parsed.

#![allow(clippy::indexing_slicing, reason = "what a JSON value lacks is null")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::ExitCode;

use breakwater::classify::{Classifier, Http};
use breakwater::route;
use serde_json::Value;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: judge FILE");
        return ExitCode::FAILURE;
    };
    let file = match std::fs::File::open(&path) {
        Ok(file) => file,
        Err(why) => {
            eprintln!("{path}: {why}");
            return ExitCode::FAILURE;
        }
    };
    let (classifier, mut out) = (Classifier::default(), std::io::stdout().lock());
    for line in BufReader::new(file).split(b'\n') {
        let Ok(line) = line else { break };
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() {
            continue;
        }
        if writeln!(out, r#"{{"outcome":"{}"}}"#, judge(&classifier, &line)).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn judge(classifier: &Classifier, line: &str) -> &'static str {
    let Ok(line) = serde_json::from_str::<Value>(line) else { return "fault" };
    let spec = route::spec(line["method"].as_str().unwrap_or_default());
    let status = line["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
    let body = match &line["body"] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    };
    let http = Http { status, retry_after: None, body: body.as_bytes() };
    let mut judged = classifier.http(spec, id(&body), http);
    if let Some(params) = line.get("params") {
        judged.must_name(spec, &params.to_string());
    }
    judged.word()
}

/// The ids of the replies belong to requests that were not recorded, so each reply is taken as matching its own.
fn id(body: &str) -> u64 {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    match &body["id"] {
        Value::String(id) => id.parse().unwrap_or(1),
        id => id.as_u64().unwrap_or(1),
    }
}
