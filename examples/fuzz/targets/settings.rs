//! Settings files: accepted settings survive a round trip, before and after every edit.

use std::collections::BTreeSet;

use breakwater::settings::{Edit, Settings};
use breakwater::words::Lang;

use super::{Target, as_is, joined, parts};

pub const TARGET: Target = Target {
    name: "settings",
    count: 80_000,
    json: true,
    words: &[
        "version",
        "deadline_ms",
        "max_body_bytes",
        "own_chain",
        "chains",
        "id",
        "name",
        "mode",
        "guard",
        "race",
        "rescue",
        "compare",
        "off",
        "dispute",
        "error",
        "majority",
        "unconfirmed",
        "answer",
        "endpoints",
        "url",
        "enabled",
        "private",
        "headers",
        "operator",
        "ws",
        "sites_off",
        "direct_off",
        "labels",
        "match",
        "region",
        "country",
        "resolver",
        "quad9",
        "https://rpc.example.org/",
        "https://user:pass@[::1]:8545/v2/key?a=b#c",
        "ws://127.0.0.1:8546/",
        "http://*/",
        "127.10.0.0/16",
        "fd00::/8",
        "::ffff:1.2.3.4",
        "1.2.3.4/33",
        "[::1]",
        "xn--bcher-kva.example",
        "bücher.example",
        "localhost.",
        "x-api-key",
        "cookie",
        "sec-fetch-mode",
        "CH",
        "op",
        "add-endpoint",
        "set-headers",
        "add-label",
        "move",
        "at",
        "to",
        "key",
        "chain",
        "host",
        "on",
        "ms",
        "bytes",
    ],
    seeds,
    repair: as_is,
    run,
};

/// Edits that some settings accept and others do not.
const EDITS: &[&str] = &[
    r#"{"op":"site","host":"app.example.org","on":false}"#,
    r#"{"op":"add-chain","id":56,"name":"BNB"}"#,
    r#"{"op":"add-endpoint","chain":1,"url":"https://new.example/key","headers":[["x-api-key","abc"]],"at":0}"#,
    r#"{"op":"add-label","label":{"match":"10.0.0.0/8","operator":"home","country":"CH"}}"#,
    r#"{"op":"set-mode","chain":1,"mode":"compare"}"#,
    r#"{"op":"resolver","resolver":"https://dns.example/dns-query"}"#,
    r#"{"op":"remove-chain","chain":8453}"#,
    r#"{"op":"deadline","ms":500}"#,
];

fn seeds() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/settings");
    let mut files: Vec<_> = ["good", "bad"]
        .iter()
        .flat_map(|kind| std::fs::read_dir(format!("{folder}/{kind}")).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let texts = files.iter().filter_map(|path| std::fs::read_to_string(path).ok()).filter(|text| text.len() < 20_000);
    texts.zip(EDITS.iter().cycle()).map(|(text, edit)| joined(&[&text, edit])).collect()
}

/// First part: the file. The others: edits.
fn run(input: &[u8]) -> String {
    let parts = parts(input);
    let mut settings = match Settings::parse(&parts[0]) {
        Ok(settings) => settings,
        Err(problem) => {
            for lang in [Lang::En, Lang::Fr] {
                let words = problem.message(lang);
                assert!(!words.is_empty() && words.len() < 2_000, "the problem is told in {} bytes", words.len());
            }
            let known = |word: &&str| TARGET.words.contains(word);
            let place: Vec<&str> = problem.field.split(['.', '[']).filter(known).collect();
            return format!("{} at {place:?}", problem.code());
        }
    };
    survives(&settings);
    let endpoints: usize = settings.chains.iter().map(|chain| chain.endpoints.len()).sum();
    let sizes = [settings.chains.len(), endpoints, settings.labels.len(), settings.sites_off.len()];
    let outcome = format!("{:?} {:?}", sizes.map(usize::ilog2_or_zero), settings.resolver.is_some());
    let mut edits = BTreeSet::new();
    for edit in parts[1..].iter().filter_map(|text| serde_json::from_str::<Edit>(text).ok()).take(20) {
        match settings.apply(&edit) {
            Ok(next) => {
                survives(&next);
                edits.insert(if next == settings { "same" } else { "edited" });
                settings = next;
            }
            Err(problem) => drop(edits.insert(problem.code())),
        }
    }
    format!("{outcome} {:?}", edits.into_iter().take(3).collect::<Vec<_>>())
}

/// Stored settings are read unchanged at the next start.
fn survives(settings: &Settings) {
    let text = settings.to_text();
    let again = Settings::parse(&text).unwrap_or_else(|problem| panic!("stored, and refused: {problem:?}"));
    assert!(again == *settings, "stored, and read as something else");
    assert!(again.to_text() == text, "stored twice, and not the same");
}

trait Log {
    fn ilog2_or_zero(self) -> u32;
}

impl Log for usize {
    /// So that many sizes are few outcomes.
    fn ilog2_or_zero(self) -> u32 {
        self.checked_ilog2().map_or(0, |log| log + 1)
    }
}
