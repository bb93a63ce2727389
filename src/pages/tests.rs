#![allow(clippy::panic, reason = "a test")]

use super::*;
use crate::answer::Refusal;
use crate::lanes::Lanes;
use crate::protocol::{MAX_CHAINS, MAX_METHOD_BYTES, PageToCore};

const PAGE: u32 = 1;

fn pages() -> Pages {
    let mut pages = Pages::default();
    pages.open(0, PAGE, "https://dapp.example".into(), "dapp.example".into(), None);
    pages
}

fn ask(chain: u64, method: &str, params: &str) -> PageToCore {
    PageToCore::Ask { id: 7, chain, method: method.into(), params: params.into(), wallet: true }
}

fn refusal(heard: Heard) -> Refusal {
    let Heard::Refused { id: 7, refusal, .. } = heard else { panic!("{heard:?}") };
    refusal
}

#[test]
fn a_message_from_a_closed_document_is_ignored() {
    let mut pages = pages();
    pages.close(PAGE);
    assert_eq!(pages.hear(&Lanes::default(), 1, PAGE, ask(1, "eth_call", "[]")), Heard::Nothing);
}

#[test]
fn messages_too_long_or_too_deep_are_refused() {
    let (mut pages, lanes) = (pages(), Lanes::default());
    let long = "x".repeat(MAX_METHOD_BYTES + 1);
    assert_eq!(refusal(pages.hear(&lanes, 1, PAGE, ask(1, &long, "[]"))), Refusal::TooLarge);
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(refusal(pages.hear(&lanes, 1, PAGE, ask(1, "eth_call", &deep))), Refusal::TooLarge);
    assert!(matches!(pages.hear(&lanes, 1, PAGE, ask(1, "eth_call", "[]")), Heard::Ask { id: 7, wallet: true, .. }));
}

#[test]
fn a_document_has_a_limit_of_chains() {
    let (mut pages, lanes) = (pages(), Lanes::default());
    for chain in 0..MAX_CHAINS as u64 {
        assert_eq!(pages.hear(&lanes, 1, PAGE, PageToCore::Use { chain }), Heard::Use { chain });
    }
    assert_eq!(pages.hear(&lanes, 1, PAGE, PageToCore::Use { chain: 1_000 }), Heard::Nothing);
    assert_eq!(refusal(pages.hear(&lanes, 1, PAGE, ask(1_000, "eth_call", "[]"))), Refusal::TooManyChains);
    assert!(matches!(pages.hear(&lanes, 1, PAGE, ask(0, "eth_call", "[]")), Heard::Ask { .. }));
}

#[test]
fn a_flood_is_refused_with_its_reason() {
    let (mut pages, lanes) = (pages(), Lanes::default());
    let flood = (0..100_000).map(|_| pages.hear(&lanes, 1, PAGE, ask(1, "eth_call", "[]")));
    let refused = flood.into_iter().find(|heard| !matches!(heard, Heard::Ask { .. }));
    assert_eq!(refused, Some(Heard::Refused { id: 7, refusal: Refusal::TooMany, flood: true }));
}

#[test]
fn a_documents_floor_is_its_own() {
    let (mut pages, lanes) = (pages(), Lanes::default());
    pages.open(0, 2, "https://other.example".into(), "other.example".into(), None);
    pages.raise(&lanes, 1, PAGE, 1, ShownBy::Followed, 100);
    assert_eq!([pages.floor(&lanes, 1, PAGE, 1), pages.floor(&lanes, 1, 2, 1)], [100, 0]);
    pages.raise(&lanes, 1, PAGE, 1, ShownBy::Followed, 90);
    assert_eq!(pages.floor(&lanes, 1, PAGE, 1), 100, "it never goes back");
    assert_eq!(pages.untold(&lanes, 1).len(), 1);
    assert_eq!(pages.untold(&lanes, 1).len(), 0, "it is told once");
    pages.forget_chain(1);
    assert_eq!(pages.floor(&lanes, 1, PAGE, 1), 0);
}

#[test]
fn only_calls_a_person_confirms_are_watched() {
    let (mut pages, lanes) = (pages(), Lanes::default());
    let waits = |method: &str| PageToCore::WalletWaits { id: 7, chain: Some(1), method: method.into(), since_ms: 0 };
    assert_eq!(pages.hear(&lanes, 1, PAGE, waits("eth_call")), Heard::Nothing);
    assert_eq!(pages.hear(&lanes, 1, PAGE, waits("eth_sendTransaction")), Heard::Try { id: 7 });
    assert!(pages.is_trying(PAGE, 7));
    pages.hear(&lanes, 1, PAGE, PageToCore::WalletDone { id: 7 });
    assert!(!pages.is_trying(PAGE, 7));
}
