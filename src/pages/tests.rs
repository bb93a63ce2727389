#![allow(clippy::panic, clippy::expect_used, reason = "a test")]

use super::*;
use crate::answer::{Answer, Question, Refusal};
use crate::asks::{Asker, Asks, Given, Shown};
use crate::choice::Choice;
use crate::endpoint::EndpointUrl;
use crate::heads::Head;
use crate::health::Health;
use crate::lanes::{Kept, LaneRef, Lanes};
use crate::protocol::{MAX_CHAINS, MAX_METHOD_BYTES, PageToCore};
use crate::settings::{self, Endpoint, Mode, Settings};

const PAGE: u32 = 1;

fn pages() -> Pages {
    let mut pages = Pages::default();
    pages.open(0, PAGE, "https://dapp.example".into(), "dapp.example".into(), None);
    pages
}

fn ask(chain: u64, method: &str, params: &str) -> PageToCore {
    PageToCore::Ask { id: 7, chain, method: method.into(), params: params.into(), wallet: true }
}

fn refusal(heard: PageRequest) -> Refusal {
    let PageRequest::Refused { id: 7, refusal, .. } = heard else { panic!("{heard:?}") };
    refusal
}

#[test]
fn a_message_from_a_closed_document_is_ignored() {
    let mut pages = pages();
    pages.close(PAGE);
    assert_eq!(pages.hear(&Lanes::default(), 1, PAGE, ask(1, "eth_call", "[]")), PageRequest::Nothing);
}

#[test]
fn messages_too_long_or_too_deep_are_refused() {
    let (mut pages, lanes) = (pages(), Lanes::default());
    let long = "x".repeat(MAX_METHOD_BYTES + 1);
    assert_eq!(refusal(pages.hear(&lanes, 1, PAGE, ask(1, &long, "[]"))), Refusal::TooLarge);
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(refusal(pages.hear(&lanes, 1, PAGE, ask(1, "eth_call", &deep))), Refusal::TooLarge);
    assert!(matches!(
        pages.hear(&lanes, 1, PAGE, ask(1, "eth_call", "[]")),
        PageRequest::Ask { id: 7, wallet: true, .. }
    ));
}

#[test]
fn a_document_has_a_limit_of_chains() {
    let (mut pages, lanes) = (pages(), Lanes::default());
    for chain in 0..MAX_CHAINS as u64 {
        assert_eq!(pages.hear(&lanes, 1, PAGE, PageToCore::Use { chain }), PageRequest::Use { chain });
    }
    assert_eq!(pages.hear(&lanes, 1, PAGE, PageToCore::Use { chain: 1_000 }), PageRequest::Nothing);
    assert_eq!(refusal(pages.hear(&lanes, 1, PAGE, ask(1_000, "eth_call", "[]"))), Refusal::TooManyChains);
    assert!(matches!(pages.hear(&lanes, 1, PAGE, ask(0, "eth_call", "[]")), PageRequest::Ask { .. }));
}

#[test]
fn a_flood_is_refused_with_its_reason() {
    let (mut pages, lanes) = (pages(), Lanes::default());
    let flood = (0..100_000).map(|_| pages.hear(&lanes, 1, PAGE, ask(1, "eth_call", "[]")));
    let refused = flood.into_iter().find(|heard| !matches!(heard, PageRequest::Ask { .. }));
    assert_eq!(refused, Some(PageRequest::Refused { id: 7, refusal: Refusal::TooMany, flood: true }));
}

#[test]
fn a_documents_floor_is_its_own() {
    let (mut pages, lanes) = (pages(), Lanes::default());
    pages.open(0, 2, "https://other.example".into(), "other.example".into(), None);
    pages.raise(&lanes, 1, PAGE, 1, ShownBy::Followed, 100);
    assert_eq!([pages.floor(&lanes, 1, PAGE, 1), pages.floor(&lanes, 1, 2, 1)], [100, 0]);
    pages.raise(&lanes, 1, PAGE, 1, ShownBy::Followed, 90);
    assert_eq!(pages.floor(&lanes, 1, PAGE, 1), 100, "the floor never goes back");
    assert_eq!(pages.untold(&lanes, 1).len(), 1);
    assert_eq!(pages.untold(&lanes, 1).len(), 0, "a document is told once");
    pages.forget_chain(1);
    assert_eq!(pages.floor(&lanes, 1, PAGE, 1), 0);
}

#[test]
fn only_calls_a_person_confirms_are_watched() {
    let (mut pages, lanes) = (pages(), Lanes::default());
    let waits = |method: &str| PageToCore::WalletWaits { id: 7, chain: Some(1), method: method.into(), since_ms: 0 };
    assert_eq!(pages.hear(&lanes, 1, PAGE, waits("eth_call")), PageRequest::Nothing);
    assert_eq!(pages.hear(&lanes, 1, PAGE, waits("eth_sendTransaction")), PageRequest::Try { id: 7 });
    assert!(pages.is_trying(PAGE, 7));
    pages.hear(&lanes, 1, PAGE, PageToCore::WalletDone { id: 7 });
    assert!(!pages.is_trying(PAGE, 7));
}

/// A chain with one endpoint, changed as the test needs.
fn chosen(change: impl FnOnce(&mut settings::Chain)) -> (Lanes, Choice) {
    let mut chain = settings::Chain::new(1, "Ethereum".into());
    let url = EndpointUrl::parse("https://one.example/").expect("a URL");
    chain.endpoints.push(Endpoint::new(url, "one".into()));
    change(&mut chain);
    let (mut lanes, mut choice) = (Lanes::default(), Choice::default());
    lanes.rebuild(std::slice::from_ref(&chain), &Default::default());
    choice.adopt(Settings { chains: vec![chain], ..Settings::default() });
    (lanes, choice)
}

/// Who answers a question of the page.
fn way(pages: &mut Pages, (lanes, choice): &(Lanes, Choice), chain: u64, method: &str, params: &str) -> Way {
    let question = Question { chain, method: method.into(), params: params.into() };
    let asker = Asker::Page { client: PAGE, id: 7, wallet: true };
    pages.way(1, (lanes, choice, &Asks::default()), &question, asker)
}

#[test]
fn reads_of_a_chain_with_endpoints_are_raced() {
    let (mut pages, parts) = (pages(), chosen(|_| {}));
    let Way::Race(terms) = way(&mut pages, &parts, 1, "eth_call", "[]") else { panic!("not raced") };
    assert_eq!((terms.origin.as_str(), terms.queue_key.1), ("https://dapp.example", PAGE));
    assert_eq!(pages.get(PAGE).map(Page::waiting), Some(1));
    assert!(matches!(way(&mut pages, &parts, 1, "eth_subscribe", "[]"), Way::Follow { guarded: true }));
    assert!(matches!(way(&mut pages, &parts, 2, "eth_subscribe", "[]"), Way::Follow { guarded: false }));
}

#[test]
fn without_a_lane_the_wallet_answers_or_it_is_refused() {
    let mut pages = pages();
    let parts = chosen(|_| {});
    let mut answered = |parts: &(Lanes, Choice), chain, method: &str, params: &str| {
        let Way::Answered(answer) = way(&mut pages, parts, chain, method, params) else { panic!("not answered") };
        answer
    };
    assert_eq!(answered(&parts, 2, "eth_call", "[]"), Answer::wallet(Refusal::NoEndpoint));
    assert_eq!(answered(&parts, 1, "eth_sendTransaction", "[]"), Answer::wallet(Refusal::NoWallet));
    assert_eq!(answered(&parts, 1, "trace_block", "[]"), Answer::wallet(Refusal::NoTraces));
    assert_eq!(answered(&parts, 1, "eth_call", "7"), Answer::Ours(Refusal::BadParams));
    assert_eq!(answered(&parts, 1, "eth_chainId", "[]"), Answer::result("\"0x1\""));
    let dark = chosen(|chain| chain.endpoints.iter_mut().for_each(|e| (e.private, e.enabled) = (true, false)));
    assert!(matches!(answered(&dark, 1, "eth_sendRawTransaction", "[]"), Answer::Wallet { .. } | Answer::Ours(_)));
}

#[test]
fn a_chain_that_needs_consent_is_hidden_from_other_sites() {
    let (mut pages, asks) = (pages(), chosen(|chain| chain.ask_sites = true));
    assert!(matches!(way(&mut pages, &asks, 1, "eth_call", "[]"), Way::Answered(Answer::Wallet { .. })));
    assert!(pages.is_withheld(&asks.0, asks.1.settings(), PAGE, 1));
    pages.note_wanted(&asks.0, asks.1.settings(), PAGE, 1);
    assert!(pages.get(PAGE).is_some_and(|page| page.wanted().contains(&1)));
}

#[test]
fn a_document_is_told_its_state_when_it_changes() {
    let (mut pages, (lanes, mut choice)) = (pages(), chosen(|_| {}));
    assert!(pages.state(&lanes, &choice, PAGE).is_some());
    assert_eq!(pages.state(&lanes, &choice, PAGE), None);
    choice.permit(false);
    assert!(pages.state(&lanes, &choice, PAGE).is_some());
}

#[test]
fn block_numbers_never_go_back_for_a_page() {
    let (mut pages, (lanes, _)) = (pages(), chosen(|_| {}));
    let by = LaneRef::Endpoint(EndpointUrl::parse("https://one.example/").expect("a URL").key(1));
    let mut tell = |number: u64| {
        let asker = Asker::Page { client: PAGE, id: 7, wallet: true };
        let shown = Some(Shown { number, by, is_number: true, counts: true });
        let answer = Answer::result(format!("\"0x{number:x}\""));
        pages.tell(&lanes, 1, Given { asker, chain: 1, bytes: 0, answer, shown }).answer
    };
    assert_eq!([tell(16), tell(15), tell(17)], ["0x10", "0x10", "0x11"].map(|n| Answer::result(format!("\"{n}\""))));
}

/// A wallet far behind was the only source, and its number was raised. Then the person turns the chain off.
#[test]
fn a_number_raised_to_an_earlier_lifes_block_counts() {
    let (mut pages, (mut lanes, _)) = (pages(), chosen(|_| {}));
    let key = EndpointUrl::parse("https://one.example/").expect("a URL").key(1);
    let known = (key, Health::default(), Some(Head { number: 16, at: 1 }));
    lanes.restore(1, Kept { lanes: vec![known], ..Kept::default() });
    let mut tell = |lanes: &Lanes| {
        let asker = Asker::Page { client: PAGE, id: 7, wallet: true };
        let shown = Some(Shown { number: 9, by: LaneRef::Wallet, is_number: true, counts: false });
        let answer = Answer::wallet(Refusal::NoEndpoint);
        pages.tell(lanes, 1, Given { asker, chain: 1, bytes: 0, answer, shown })
    };
    let told = tell(&lanes);
    assert_eq!((told.answer, told.has_risen), (Answer::result("\"0x10\""), true));
    let off = settings::Chain { mode: Mode::Off, ..settings::Chain::new(1, "Ethereum".into()) };
    lanes.rebuild(&[off], &Default::default());
    assert_eq!(tell(&lanes).answer, Answer::result("\"0x10\""));
}
