//! The presets: each is documented somewhere, none is known to be gone, and every chain has several.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use std::collections::BTreeSet;

use breakwater::chains;
use breakwater::cloud::{presets, rpc};
use breakwater::endpoint::EndpointUrl;
use breakwater::protocol::Preset;
use breakwater::words::Lang;
use serde_json::Value;

/// The chains that the outage of 20 October 2025 took from their users.
const OUTAGE: [u64; 7] = [1, 137, 10, 42161, 8453, 59144, 534_352];

fn file() -> Value {
    serde_json::from_str(include_str!("../data/presets.json")).unwrap()
}

/// Chain and row of every preset in the file.
fn rows(file: &Value) -> Vec<(u64, &Value)> {
    let chains = file["chains"].as_array().unwrap();
    let of = |chain: &'_ Value| chain["id"].as_u64().unwrap();
    chains
        .iter()
        .flat_map(|chain| chain["endpoints"].as_array().unwrap().iter().map(move |row| (of(chain), row)))
        .collect()
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_else(|| panic!("no {key} in {row}"))
}

/// A chain's presets as a person is told them.
fn told(chain: u64, lang: Lang) -> Vec<Preset> {
    presets::for_chain(chain).map(|offer| offer.preset(chain, None, lang)).collect()
}

fn host(url: &str) -> String {
    EndpointUrl::parse(url).unwrap_or_else(|error| panic!("{url}: {error:?}")).host().to_owned()
}

/// Whether a text is a day of this product's time: 2025 to 2099.
fn is_day(text: &str) -> bool {
    let parts: Vec<u32> = text.split('-').filter_map(|part| part.parse().ok()).collect();
    text.len() == 10 && matches!(parts[..], [2025..=2099, 1..=12, 1..=31])
}

#[test]
fn each_preset_has_a_source_and_a_day_it_was_checked() {
    let file = file();
    for (chain, row) in rows(&file) {
        assert!(text(row, "source").starts_with("https://"), "{chain}: {row}");
        assert!(is_day(text(row, "checked")), "{chain}: {row}");
    }
    assert!(is_day("2026-11-30") && !is_day("2026-13-01") && !is_day("30.11.2026") && !is_day(""));
}

#[test]
fn no_preset_is_one_that_a_source_calls_gone() {
    let file = file();
    let gone = file["gone"].as_array().unwrap();
    assert!(gone.iter().all(|gone| text(gone, "source").starts_with("https://") && !text(gone, "says").is_empty()));
    for (chain, row) in rows(&file) {
        let host = host(text(row, "url"));
        let dead = gone.iter().find(|gone| {
            let end = text(gone, "host");
            host == end || (gone["alone"] != true && host.ends_with(&format!(".{end}")))
        });
        assert!(dead.is_none(), "{chain}: {host} is gone: {dead:?}");
    }
}

#[test]
fn presets_have_an_operator_a_note_and_the_right_host() {
    let known: Vec<u64> = chains::all().map(|chain| chain.id).collect();
    assert_eq!(presets::chains().collect::<Vec<_>>(), known, "the same chains in the same order");
    let mut urls = BTreeSet::new();
    for id in known {
        let (en, fr) = (told(id, Lang::En), told(id, Lang::Fr));
        let companies: BTreeSet<&str> = en.iter().map(|preset| rpc::group(&preset.operator)).collect();
        assert_eq!(companies.len(), en.len(), "{id}: two presets of one company are no second ground");
        for (en, fr) in en.iter().zip(&fr) {
            assert!(en.url.starts_with("https://") && urls.insert(en.url.clone()), "{}", en.url);
            assert_eq!(rpc::listed(&host(&en.url)), Some(en.operator.as_str()), "{}", en.url);
            assert!(en.note.contains("https://") && fr.note.contains("https://"), "{}: no source", en.operator);
            assert!(!en.note.contains('{') && en.note != fr.note, "{}", en.note);
            assert_eq!(en.private, ["mevblocker", "flashbots"].contains(&en.operator.as_str()));
        }
    }
    assert!(told(5, Lang::En).is_empty());
}

#[test]
fn the_core_offers_what_the_file_lists() {
    let file = file();
    let listed: Vec<_> = rows(&file)
        .into_iter()
        .map(|(chain, row)| (chain, text(row, "operator").to_owned(), text(row, "url").to_owned()))
        .collect();
    let offered: Vec<_> = presets::chains()
        .flat_map(|chain| told(chain, Lang::En))
        .map(|preset| (preset.chain, preset.operator, preset.url))
        .collect();
    assert_eq!(offered, listed);
}

#[test]
fn sixty_chains_have_two_presets_and_the_seven_have_four() {
    assert!(chains::all().count() >= 60);
    let first: Vec<u64> = chains::all().filter(|chain| chain.first).map(|chain| chain.id).collect();
    assert_eq!(first, OUTAGE);
    for chain in chains::all() {
        // Those that keep transactions private are for sending.
        let open: Vec<_> = told(chain.id, Lang::En).into_iter().filter(|preset| !preset.private).collect();
        let least = if chain.first { 4 } else { 2 };
        assert!(open.len() >= least, "{}: {} presets", chain.name, open.len());
    }
    assert_eq!(chains::get(534_352).map(|chain| chain.name), Some("Scroll"));
    assert_eq!(chains::get(4663).map(|chain| chain.name), Some("Robinhood Chain"));
}

#[test]
fn a_note_names_the_source_of_its_own_preset() {
    let note = |chain: u64, operator: &str| {
        let presets = told(chain, Lang::En);
        presets.into_iter().find(|preset| preset.operator == operator).unwrap().note
    };
    assert!(note(130, "unichain").ends_with("/src/chains/definitions/unichain.ts"), "{}", note(130, "unichain"));
    assert!(note(5000, "blockmachine").contains("https://github.com/DefiLlama/chainlist/pull/3064"));
    assert!(note(1, "drpc").contains("https://ethereum.org/developers/tools/drpc/"));
}
