//! What one page or one endpoint claims is not believed for others.

use breakwater::guard::{ClientId, Event};
use breakwater::protocol::{BlockEvents, CoreToPage, PageToCore};
use serde_json::json;

use crate::world::script::{AWS, GCP, HETZNER, PAGE, Setup, lane, three};
use crate::world::{Seen, World};

/// A document of another site.
const OTHER: ClientId = 2;
/// A second document of the first site.
const SAME: ClientId = 3;
/// A block that no chain has reached.
const HUGE: u64 = 1 << 48;

fn quoted(number: u64) -> String {
    format!("\"0x{number:x}\"")
}

fn head(world: &World) -> u64 {
    world.chains[0].head(world.now)
}

fn number_from(world: &mut World, client: ClientId, id: u64, wallet: bool) {
    world.ask_from(client, id, "eth_blockNumber", json!([id]), wallet);
}

fn result_of(world: &World, client: ClientId, id: u64) -> Option<String> {
    world.told_to(client, id).into_iter().find_map(|m| match m {
        CoreToPage::Answer { result, .. } => Some(result),
        _ => None,
    })
}

fn wallet_of(world: &mut World, client: ClientId, id: u64, result: &str) {
    let result = Some(result.to_owned());
    world.page(client, PageToCore::Wallet { id, result, code: None, message: None, data: None });
}

/// The first page's wallet was asked first and returned this block, which the page was then shown.
fn after_the_wallets_word(mode: &'static str, number: u64) -> (World, String) {
    let setup = Setup::new(three()).mode("rescue");
    let text = setup.clone().mode(mode).text();
    let mut world = setup.warm();
    world.open_at(OTHER, "other.example");
    number_from(&mut world, PAGE, 1, true);
    world.wallet_says(1, &quoted(number));
    assert_eq!(world.told(1).last(), Some(&CoreToPage::UseWallet { id: 1 }), "its own page gets its answer");
    world.event(Event::Settings(Some(text.clone())));
    (world, text)
}

/// One lane is asked, and the page gets its number.
fn reads_the_truth(world: &mut World, client: ClientId, id: u64) {
    number_from(world, client, id, false);
    assert_eq!(world.asked().len(), 1, "no other lane is asked");
    let (lane, now) = (world.asked()[0].to_owned(), quoted(head(world)));
    world.reply(&lane, &now);
    assert_eq!(result_of(world, client, id).as_deref(), Some(now.as_str()));
    assert!(world.asked().is_empty());
}

#[test]
fn a_wallets_number_is_no_floor_for_other_pages() {
    for ahead in [1_000, HUGE] {
        let (mut world, _) = after_the_wallets_word("guard", ahead);
        reads_the_truth(&mut world, OTHER, 2);
    }
}

#[test]
fn a_wallets_number_is_no_floor_after_a_restart() {
    for ahead in [head(&Setup::new(three()).fresh()) + 1_000, HUGE - 1, HUGE] {
        let (mut world, text) = after_the_wallets_word("guard", ahead);
        world.advance(3_000);
        world.restart(&text);
        world.open_at(OTHER, "other.example");
        world.open_at(PAGE, "dapp.example");
        world.page(OTHER, PageToCore::Use { chain: 1 });
        world.advance(600);
        reads_the_truth(&mut world, OTHER, 2);
        reads_the_truth(&mut world, PAGE, 3);
    }
}

#[test]
fn a_page_whose_wallet_switches_back_keeps_reading() {
    for ahead in [1_000, HUGE] {
        let (mut world, _) = after_the_wallets_word("guard", head(&Setup::new(three()).fresh()) + ahead);
        reads_the_truth(&mut world, PAGE, 2);
        world.advance(400_000);
        world.dwell(5_000);
        reads_the_truth(&mut world, PAGE, 3);
    }
}

#[test]
fn compared_reads_are_not_pinned_to_a_wallets_number() {
    let (mut world, _) = after_the_wallets_word("compare", head(&Setup::new(three()).fresh()) + 1_000);
    world.dwell(5_000);
    for (client, id) in [(PAGE, 2), (OTHER, 3)] {
        world.ask_from(client, id, "eth_getBalance", json!(["0x1", "latest"]), false);
        let pinned = quoted(head(&world));
        assert!(world.out().iter().all(|f| f.params.contains(&pinned)), "{:?}", world.out());
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            world.reply(&lane, "\"0x7\"");
        }
        assert_eq!(result_of(&world, client, id).as_deref(), Some("\"0x7\""));
    }
}

/// The page was shown the wallet's block. The lanes are one block behind, which is allowed.
#[test]
fn a_wallet_a_block_ahead_still_counts_for_its_page() {
    let (mut world, _) = after_the_wallets_word("guard", head(&Setup::new(three()).fresh()) + 2);
    number_from(&mut world, PAGE, 2, false);
    let (lane, now) = (world.asked()[0].to_owned(), quoted(head(&world)));
    world.reply(&lane, &now);
    assert_eq!(result_of(&world, PAGE, 2), Some(quoted(head(&world) + 2)), "its numbers never go back");
    assert!(world.asked().is_empty(), "no lane has shown that block, so none is asked");
    reads_the_truth(&mut world, OTHER, 3);
}

#[test]
fn joined_pages_keep_their_own_floors() {
    let mut world = Setup::new(three()).warm();
    world.open(SAME);
    let (old, new) = (quoted(head(&world)), quoted(head(&world) + 3));
    number_from(&mut world, PAGE, 1, false);
    world.reply("a", &new);
    for (client, id) in [(SAME, 2), (PAGE, 3)] {
        world.ask_from(client, id, "eth_blockNumber", json!(["same"]), false);
    }
    while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
        world.reply(&lane, &old);
    }
    assert_eq!(result_of(&world, PAGE, 3), Some(new));
    assert_eq!(result_of(&world, SAME, 2), Some(old), "this page was shown nothing newer");
}

#[test]
fn a_lie_goes_with_its_removed_endpoint() {
    for restarts in [false, true] {
        let mut world = Setup::new(three()).warm();
        world.open_at(OTHER, "other.example");
        number_from(&mut world, PAGE, 1, false);
        let lie = quoted(head(&world) + 9_000);
        world.reply("a", &lie);
        assert_eq!(result_of(&world, PAGE, 1), Some(lie));
        world.advance(3_000);
        let text = Setup::new(vec![lane("b", GCP, 40), lane("c", HETZNER, 60)]).text();
        world.event(Event::Settings(Some(text.clone())));
        if restarts {
            world.advance(3_000);
            world.restart(&text);
            world.open(PAGE);
            world.page(PAGE, PageToCore::Floor { chain: 1, number: head(&world) + 9_000 });
            world.open_at(OTHER, "other.example");
        }
        world.dwell(1_000);
        reads_the_truth(&mut world, OTHER, 2);
        reads_the_truth(&mut world, PAGE, 3);
    }
}

#[test]
fn one_endpoints_number_is_no_floor_after_a_restart() {
    let setup = Setup::new(three());
    let text = setup.text();
    let mut world = setup.warm();
    number_from(&mut world, PAGE, 1, false);
    let lie = quoted(head(&world) + 9_000);
    world.reply("a", &lie);
    world.advance(3_000);
    world.restart(&text);
    world.open_at(OTHER, "other.example");
    number_from(&mut world, OTHER, 2, false);
    let truth = quoted(head(&world));
    while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
        world.reply(&lane, &truth);
    }
    assert_eq!(result_of(&world, OTHER, 2), Some(truth));
}

/// The liar answered first, when nothing was known to contradict it.
#[test]
fn two_lanes_that_agree_outvote_an_earlier_one() {
    let mut world = Setup::new(three()).fresh();
    world.page(PAGE, PageToCore::Use { chain: 1 });
    number_from(&mut world, PAGE, 1, false);
    world.advance(15);
    let lie = quoted(HUGE - 1);
    if world.asked().contains(&"a") {
        world.reply("a", &lie);
    }
    world.fault("a", crate::world::node::Fault::Refuse);
    world.dwell(10_000);
    reads_the_truth(&mut world, PAGE, 2);
}

/// `a` is far behind, and `b`, the only lane that told the truth, is gone. No lane confirms the block that the page
/// was shown.
#[test]
fn a_document_reports_its_floor_after_a_restart() {
    for gives in [true, false] {
        let mut lanes = vec![lane("a", AWS, 20), lane("b", GCP, 40)];
        lanes[0].lag = 300;
        let setup = Setup::new(lanes);
        let text = setup.text();
        let mut world = setup.warm();
        number_from(&mut world, PAGE, 1, false);
        let (shown, old) = (head(&world), quoted(head(&world) - 300));
        world.reply("b", &quoted(shown));
        world.advance(1_500);
        assert_eq!(world.floors.get(&(PAGE, 1)), Some(&shown), "the document keeps it");
        world.restart(&text);
        world.open(PAGE);
        if gives {
            world.page(PAGE, PageToCore::Floor { chain: 1, number: shown });
        }
        number_from(&mut world, PAGE, 2, false);
        world.lost("b");
        world.reply("a", &old);
        let told = result_of(&world, PAGE, 2);
        assert_eq!(told, Some(if gives { quoted(shown) } else { old }), "reports its floor: {gives}");
    }
}

#[test]
fn a_floor_that_no_lane_supports_is_not_restored() {
    let mut world = Setup::new(three()).warm();
    for number in [HUGE, u64::MAX, head(&world) + 500] {
        world.page(PAGE, PageToCore::Floor { chain: 1, number });
        world.page(PAGE, PageToCore::Floor { chain: 77, number });
    }
    reads_the_truth(&mut world, PAGE, 1);
    world.open_at(OTHER, "other.example");
    reads_the_truth(&mut world, OTHER, 2);
}

/// A page may claim that anything was delivered to it.
#[test]
fn a_resume_from_the_future_costs_the_others_nothing() {
    let mut world = Setup::new(three()).warm();
    world.open_at(OTHER, "other.example");
    let far = BlockEvents { number: (1 << 53) - 1, hash: String::new(), removed: false, results: Vec::new() };
    world.page(
        OTHER,
        PageToCore::Resume {
            chain: 1,
            subscription: "0x5".into(),
            method: "eth_subscribe".into(),
            params: r#"["newHeads"]"#.into(),
            blocks: vec![far],
        },
    );
    world.sent_since();
    world.ask(1, "eth_subscribe", json!(["newHeads"]));
    world.advance(1);
    assert_eq!(world.asked().len(), 1, "one look serves both");
    let lane = world.asked()[0].to_owned();
    let hash = |n: u64| format!("0x{n:064x}");
    let (at, bloom) = (head(&world), format!("0x{}", "0".repeat(512)));
    let block =
        json!({"number": format!("0x{at:x}"), "hash": hash(at), "parentHash": hash(at - 1), "logsBloom": bloom});
    world.reply(&lane, &block.to_string());
    let is_created = |seen: &Seen| matches!(seen, Seen::Posted(PAGE, CoreToPage::Created { id: 1, .. }));
    assert!(world.seen.iter().any(is_created));
    assert!(world.asked().iter().all(|lane| *lane == "a"), "no lane is behind: {:?}", world.asked());
}

/// Two documents of one site ask the same question. The first one's wallet is asked, and its answer is forged.
fn joined(wallet: bool) -> World {
    let mut world = Setup::new(three()).mode("rescue").warm();
    world.open(SAME);
    world.ask_from(PAGE, 1, "eth_getBalance", json!(["0x1", "latest"]), true);
    world.ask_from(SAME, 2, "eth_getBalance", json!(["0x1", "latest"]), wallet);
    world
}

#[test]
fn a_wallets_answer_goes_only_to_its_own_page() {
    for wallet in [false, true] {
        for forged in ["\"0xbad\"", "null"] {
            let mut world = joined(wallet);
            wallet_of(&mut world, PAGE, 1, forged);
            assert_eq!(world.told(1).last(), Some(&CoreToPage::UseWallet { id: 1 }));
            assert!(world.told_to(SAME, 2).is_empty(), "the other document's request continues");
            world.advance(100);
            world.reply("a", "\"0x7\"");
            assert_eq!(result_of(&world, SAME, 2).as_deref(), Some("\"0x7\""), "wallet: {wallet}, {forged}");
        }
    }
}

#[test]
fn with_no_lane_left_each_page_gets_its_own_wallets_answer() {
    for wallet in [false, true] {
        let mut world = joined(wallet);
        wallet_of(&mut world, PAGE, 1, "\"0xbad\"");
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            world.lost(&lane);
        }
        world.advance(10_000); // it may be online again until then
        let told = world.told_to(SAME, 2);
        let fair = match &told[..] {
            [CoreToPage::UseWallet { .. }] => wallet,
            [CoreToPage::Error { code, .. }] => !wallet && *code == -32603,
            _ => false,
        };
        assert!(fair, "wallet: {wallet}, {told:?}");
    }
}

#[test]
fn a_wallets_outcome_does_not_count_for_joined_pages() {
    let mut world = Setup::new(three()).mode("rescue").warm();
    world.open(SAME);
    world.ask_from(PAGE, 1, "eth_getTransactionReceipt", json!(["0x7"]), true);
    world.ask_from(SAME, 2, "eth_getTransactionReceipt", json!(["0x7"]), false);
    wallet_of(&mut world, PAGE, 1, "null");
    world.advance(100);
    world.reply("a", "null");
    assert!(world.told_to(SAME, 2).is_empty(), "two lanes must answer null, and one has");
}

#[test]
fn a_wallet_answer_nobody_asked_for_is_ignored() {
    let mut world = joined(true);
    wallet_of(&mut world, SAME, 2, "\"0xbad\"");
    assert!(world.is_open(1) && world.told_to(SAME, 2).is_empty());
}

fn opaque(world: &mut World, client: ClientId, origin: &str) {
    world.event(Event::Open { client, origin: origin.into(), host: format!("site{client}.example"), top: None });
}

#[test]
fn opaque_origins_join_with_nobody() {
    for origin in ["null", "", "file://"] {
        let mut world = Setup::new(three()).warm();
        opaque(&mut world, PAGE, origin);
        opaque(&mut world, OTHER, origin);
        world.ask_from(PAGE, 1, "eth_getTransactionCount", json!(["0x1", "pending"]), true);
        world.ask_from(OTHER, 2, "eth_getTransactionCount", json!(["0x1", "pending"]), false);
        wallet_of(&mut world, PAGE, 1, "\"0x99\"");
        assert!(world.told_to(OTHER, 2).is_empty(), "{origin:?}");
        assert_eq!(world.asked().len(), 1, "each has its own race");
        let lane = world.asked()[0].to_owned();
        world.reply(&lane, "\"0x7\"");
        assert_eq!(result_of(&world, OTHER, 2).as_deref(), Some("\"0x7\""));
    }
}

#[test]
fn opaque_origins_share_no_memory() {
    let mut world = Setup::new(three()).warm();
    let ask = |world: &mut World, client, id| {
        world.ask_from(client, id, "eth_getBlockByHash", json!([format!("0x{:064x}", 7), false]), false);
    };
    opaque(&mut world, PAGE, "null");
    ask(&mut world, PAGE, 1);
    world.reply("a", &format!("{{\"number\":\"0x1\",\"hash\":\"0x{:064x}\"}}", 7));
    ask(&mut world, PAGE, 2);
    assert!(world.asked().is_empty(), "a document's own answers are remembered");
    opaque(&mut world, OTHER, "null");
    ask(&mut world, OTHER, 3);
    assert_eq!(world.asked().len(), 1);
    // The next document in the same place is a different one.
    opaque(&mut world, PAGE, "null");
    ask(&mut world, PAGE, 4);
    assert_eq!(world.asked().len(), 2);
}

/// A page's own script answers for its wallet, either at once or never.
#[test]
fn one_pages_wallet_does_not_count_for_another_page() {
    for fast in [true, false] {
        let mut world = Setup::new(three()).warm();
        world.open_at(OTHER, "other.example");
        let missing = |world: &mut World, client: ClientId, id: u64, lanes: usize| {
            world.ask_from(client, id, "eth_getBalance", crate::world::script::balance_of(id), true);
            for _ in 0..lanes {
                let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) else { break };
                world.error(&lane, -32000, "header not found");
            }
        };
        for id in 1..8 {
            missing(&mut world, OTHER, id, 3);
            if fast {
                wallet_of(&mut world, OTHER, id, "\"0x1\"");
            } else {
                world.page(
                    OTHER,
                    PageToCore::Wallet { id, result: None, code: Some(-32603), message: None, data: None },
                );
            }
        }
        missing(&mut world, PAGE, 20, 1);
        let asked = world.told(20).contains(&CoreToPage::AskWallet { id: 20 });
        assert!(!asked, "fast: {fast}: it has not been measured, and is last");
    }
}

#[test]
fn one_endpoint_alone_makes_no_block_final() {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_getBlockByNumber", json!(["finalized", false]));
    world.reply("a", &format!("{{\"number\":{},\"hash\":\"0x1\"}}", quoted(HUGE)));
    let receipt = |world: &mut World, id: u64| world.ask(id, "eth_getTransactionReceipt", json!(["0x7"]));
    receipt(&mut world, 2);
    let block = quoted(head(&world));
    world.reply("a", &format!("{{\"transactionHash\":\"0x7\",\"blockNumber\":{block}}}"));
    receipt(&mut world, 3);
    assert_eq!(world.asked(), ["a"], "the block may still change");
}

/// A wallet that is behind shows its old block, and the page must not get it in place of a newer one.
#[test]
fn a_wallets_old_block_number_is_never_given() {
    let mut world = Setup::new(three()).mode("rescue").warm();
    let old = head(&world) - 1;
    number_from(&mut world, PAGE, 1, false);
    let new = quoted(head(&world));
    world.reply("a", &new);
    world.ask_from(PAGE, 2, "eth_getBlockByNumber", json!(["latest", false]), true);
    wallet_of(&mut world, PAGE, 2, &format!(r#"{{"number":"0x{old:x}","hash":"0x1"}}"#));
    while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
        world.error(&lane, -32603, "no");
    }
    assert_eq!(world.told(2).last(), Some(&CoreToPage::UseWallet { id: 2 }), "{:?}", world.told(2));
}
