//! Settings files: what is read, what is refused and with which path, what is written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;

use breakwater::settings::{Dispute, MAX_TEXT_BYTES, Mode, Resolver, Settings, Unconfirmed};
use breakwater::words::Lang;
use proptest::prelude::*;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/settings");

fn fixture(path: &str) -> String {
    fs::read_to_string(Path::new(FIXTURES).join(path)).unwrap()
}

#[test]
fn every_good_file_survives_a_round_trip() {
    let mut seen = 0;
    for file in fs::read_dir(Path::new(FIXTURES).join("good")).unwrap() {
        let path = file.unwrap().path();
        let settings =
            Settings::parse(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|p| panic!("{path:?}: {p:?}"));
        let text = settings.to_text();
        assert_eq!(Settings::parse(&text), Ok(settings), "{path:?}");
        assert_eq!(Settings::parse(&text).unwrap().to_text(), text, "{path:?}: stable");
        seen += 1;
    }
    assert!(seen >= 5);
}

#[test]
fn every_bad_file_is_refused_at_its_field() {
    let table = fixture("bad.tsv");
    let rows: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(rows.len(), fs::read_dir(Path::new(FIXTURES).join("bad")).unwrap().count(), "every file has its row");
    for row in rows {
        let [name, field, code] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let problem = Settings::parse(&fixture(&format!("bad/{name}.json"))).expect_err(name);
        assert_eq!((problem.field.as_str(), problem.code()), (field, code), "{name}");
        for lang in [Lang::En, Lang::Fr] {
            let message = problem.message(lang);
            assert!(message.len() > 20 && !message.contains("0123456789abcdef"), "{name}: {message}");
            assert_ne!(message, problem.code());
        }
    }
}

#[test]
fn every_field_of_a_full_file_is_read() {
    let settings = Settings::parse(&fixture("good/full.json")).unwrap();
    assert_eq!((settings.deadline_ms, settings.max_body_bytes, settings.own_chain), (8_000, 1_048_576, 8453));
    let ethereum = settings.chain(1).unwrap();
    assert_eq!((ethereum.mode, ethereum.dispute), (Mode::Compare, Dispute::Majority));
    assert_eq!(ethereum.unconfirmed, Unconfirmed::Error);
    let node = &ethereum.endpoints[1];
    assert_eq!(node.url.authorization().as_deref(), Some("Basic bWU6c2VjcmV0"));
    assert!(node.private && node.enabled && node.traces && !ethereum.endpoints[0].traces);
    assert_eq!(node.operator.as_deref(), Some("myself"));
    assert_eq!(
        node.headers.iter().map(|h| (h.name.as_str(), h.value.expose())).collect::<Vec<_>>(),
        [("authorization-2", "Bearer x"), ("x-api-key", "abc")]
    );
    assert!(ethereum.ask_sites);
    assert_eq!(
        (&ethereum.sites_allowed[1], &ethereum.sites_denied[0]),
        (&"[::1]".to_owned(), &"evil.example.org".to_owned())
    );
    assert_eq!(ethereum.endpoints[2].ws.as_ref().map(|ws| ws.as_str()), Some("ws://127.10.0.1:8546/"));
    assert_eq!((&node.ws, ethereum.enabled().count()), (&None, 2));
    assert_eq!(settings.chain(9_007_199_254_740_991).unwrap().enabled().count(), 0, "off");
    assert!(
        !settings.site_on("localhost") && settings.site_on("example.org") && settings.site_on("sub.app.example.org")
    );
    assert!(
        !settings.direct_on("www.example.org")
            && settings.site_on("www.example.org")
            && !settings.direct_on("localhost")
    );
    assert_eq!(settings.labels[0].operator, "aws");
    assert_eq!(settings.resolver, Some(Resolver::Quad9));
    assert!(settings.warn_law && !Settings::default().warn_law);
    assert!(!Settings::default().to_text().contains("warn_law"), "earlier versions accept the file");
}

#[test]
fn missing_fields_have_defaults_without_endpoints() {
    let settings = Settings::parse(r#"{"version":1}"#).unwrap();
    assert_eq!(settings, Settings::default());
    assert_eq!(settings.chains.iter().map(|c| c.id).collect::<Vec<_>>(), [1, 137, 10, 42161, 8453, 59144, 534352]);
    assert!(settings.chains.iter().all(|chain| chain.endpoints.is_empty() && chain.mode == Mode::Guard));
    assert_eq!(settings.resolver, None);
    let one =
        Settings::parse(r#"{"version":1,"chains":[{"id":5,"endpoints":[{"url":"https://node.example.org/key"}]}]}"#)
            .unwrap();
    assert_eq!(
        (one.chains[0].name.as_str(), one.chains[0].endpoints[0].name.as_str()),
        ("Chain 5", "node.example.org")
    );
}

#[test]
fn five_megabytes_and_ten_thousand_endpoints_are_refused_whole() {
    let huge = format!(r#"{{"version":1,"sites_off":["{}"]}}"#, "a".repeat(5_000_000));
    assert_eq!(Settings::parse(&huge).unwrap_err().code(), "too-large");
    let endpoints: Vec<String> = (0..10_000).map(|i| format!(r#"{{"url":"https://rpc{i}.example.org"}}"#)).collect();
    let many = format!(r#"{{"version":1,"chains":[{{"id":1,"endpoints":[{}]}}]}}"#, endpoints.join(","));
    assert!(many.len() < MAX_TEXT_BYTES);
    let problem = Settings::parse(&many).unwrap_err();
    assert_eq!((problem.field.as_str(), problem.code()), ("chains[0].endpoints", "too-many"));
    let deep = "[".repeat(500_000);
    assert_eq!(Settings::parse(&deep).unwrap_err().code(), "not-json");
}

#[test]
fn debug_shows_no_secret() {
    let text = r#"{"version":1,"resolver":"https://dns.example/SECRETKEY","chains":[{"id":1,"endpoints":[
        {"url":"https://u:SECRETKEY@rpc.example.org/SECRETKEY?k=SECRETKEY","headers":{"x-api-key":"SECRETKEY"}}]}]}"#;
    let settings = Settings::parse(text).unwrap();
    assert!(!format!("{settings:?}").contains("SECRETKEY"));
    assert!(settings.to_text().contains("SECRETKEY"), "but nothing is lost");
}

#[test]
fn the_examples_of_the_document_parse() {
    let doc = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/SETTINGS.md")).unwrap();
    let examples: Vec<&str> = doc.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() >= 2);
    for example in examples {
        Settings::parse(example).unwrap_or_else(|problem| panic!("{problem:?} in {example}"));
    }
}

proptest! {
    /// Any stored text is read or refused, and never causes a panic.
    #[test]
    fn no_text_makes_parsing_panic(text in ".{0,200}") {
        let _ = Settings::parse(&text);
    }

    /// A good file with one changed byte is read or refused. Settings that are read survive a round trip.
    #[test]
    fn a_flipped_byte_is_read_or_refused(at in 0usize..2000, byte in 0x20u8..0x7f) {
        let mut bytes = fixture("good/full.json").into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
        if let Ok(settings) = Settings::parse(&text) {
            prop_assert_eq!(Settings::parse(&settings.to_text()), Ok(settings));
        }
    }
}
