//! The page's copy of the method table is the core's: `extension/lib/generated.js` against `src/route.rs`
//! and `src/protocol/`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;

use breakwater::jsonrpc::depth::MAX_JSON_DEPTH;
use breakwater::protocol::{
    MAX_BYTES, MAX_CHAINS, MAX_DOCUMENT_BYTES, MAX_IN_FLIGHT, MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH, MAX_MESSAGE_VALUES,
    MAX_PARAMS_BYTES, WALLET_PATIENCE_MS,
};
use breakwater::route::{Class, SENDS, SLOW_MS, Spec, TABLE, WALLETS_OWN, Weight};
use breakwater::shape::fits;

const PAGE: &str = include_str!("../extension/lib/generated.js");

/// `name: 'class',` lines.
fn routes() -> BTreeMap<&'static str, &'static str> {
    let line = |line: &'static str| {
        let (name, class) = line.trim().strip_suffix("',")?.split_once(": '")?;
        Some((name, class))
    };
    PAGE.lines().filter_map(line).collect()
}

/// The number after `export const NAME = `.
fn number(name: &str) -> usize {
    let after = PAGE.split_once(&format!("export const {name} = ")).map(|(_, rest)| rest).expect(name);
    let text = after.split_once(';').expect("an end").0;
    text.split('*').map(|factor| factor.trim().replace('_', "").parse::<usize>().expect("a number")).product()
}

#[test]
fn the_page_knows_the_methods_the_core_knows() {
    let core: BTreeMap<&str, &str> =
        TABLE.iter().filter(|s| s.class != Class::Wallet).map(|s| (s.method, s.class.word())).collect();
    assert_eq!(routes(), core);
}

#[test]
fn the_page_knows_the_cores_limits() {
    assert_eq!(number("MAX_PARAMS_BYTES"), MAX_PARAMS_BYTES);
    assert_eq!(number("MAX_DOCUMENT_BYTES"), MAX_DOCUMENT_BYTES);
    assert_eq!(number("MAX_BYTES"), MAX_BYTES);
    assert_eq!(number("MAX_IN_FLIGHT"), MAX_IN_FLIGHT);
    assert_eq!(number("MAX_MESSAGE_BYTES"), MAX_MESSAGE_BYTES);
    assert_eq!(number("MAX_MESSAGE_DEPTH"), MAX_MESSAGE_DEPTH);
    assert_eq!(number("MAX_MESSAGE_VALUES"), MAX_MESSAGE_VALUES);
    assert_eq!(number("MAX_JSON_DEPTH"), MAX_JSON_DEPTH);
    assert_eq!(number("MAX_CHAINS"), MAX_CHAINS);
    assert_eq!(number("WALLET_PATIENCE_MS"), WALLET_PATIENCE_MS);
}

#[test]
fn the_page_knows_what_a_person_confirms() {
    let list =
        PAGE.split_once("export const SENDS = new Set([").expect("SENDS").1.split_once("]);").expect("its end").0;
    let names: Vec<&str> =
        list.split(',').map(|name| name.trim().trim_matches('\'')).filter(|n| !n.is_empty()).collect();
    assert_eq!(names, SENDS);
}

/// The texts between `export const NAME = …[` and `]`.
fn texts(name: &str) -> Vec<&'static str> {
    let after = PAGE.split_once(&format!("export const {name} =")).expect(name).1;
    let list = after.split_once('[').expect("a list").1.split_once(']').expect("its end").0;
    list.split(',').map(|text| text.trim().trim_matches('\'')).filter(|text| !text.is_empty()).collect()
}

/// Only methods that every chain has. The core judges what a page's own endpoint answers to others.
#[test]
fn the_page_knows_where_null_is_an_answer() {
    let common = |spec: &&Spec| spec.method.starts_with("eth_") || spec.method.starts_with("net_");
    let nothing = |spec: &&Spec| common(spec) && matches!(spec.class, Class::Read | Class::Local) && fits(spec, "null");
    let methods: Vec<&str> = TABLE.iter().filter(nothing).map(|spec| spec.method).collect();
    assert_eq!(texts("NULL_ANSWERS"), methods);
}

#[test]
fn the_page_knows_how_a_revert_begins() {
    let catalogue: serde_json::Value = serde_json::from_str(include_str!("../data/errors.json")).expect("JSON");
    let marks: Vec<&str> =
        catalogue["reverts"]["sure"].as_array().expect("marks").iter().filter_map(|mark| mark.as_str()).collect();
    assert_eq!(texts("REVERTS"), marks);
}

#[test]
fn the_page_knows_reads_about_the_wallet_itself() {
    assert_eq!(texts("WALLETS_OWN"), WALLETS_OWN);
}

#[test]
fn the_page_knows_slow_methods() {
    let slow = texts("SLOW");
    for spec in TABLE {
        let begins = slow.iter().any(|start| spec.method.starts_with(start));
        assert_eq!(begins, spec.weight == Weight::Slow, "{}", spec.method);
    }
    assert_eq!(number("SLOW_MS") as u64, SLOW_MS);
}
