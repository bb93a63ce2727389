//! The wallet as a lane: what its errors mean, what its slowness teaches, and what it is waiting for when it does not
//! answer a transaction.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests, outside #[test]")]

#[path = "world/mod.rs"]
mod world;

use breakwater::classify::Classifier;
use breakwater::jsonrpc::{Reply, RpcError};
use breakwater::protocol::{CoreToPage, PageToCore, PanelReply, PanelToCore};
use breakwater::race::Outcome;
use breakwater::route::spec;
use serde_json::{Value, json};
use world::script::{PAGE, Setup, three};
use world::{Seen, World};

fn error(of: &Value) -> RpcError {
    RpcError {
        code: of["code"].as_i64().unwrap(),
        message: of["message"].as_str().unwrap().to_owned(),
        data: of.get("data").map(Value::to_string),
    }
}

fn says(world: &mut World, id: u64, of: &Value) {
    let RpcError { code, message, data } = error(of);
    world.page(PAGE, PageToCore::Wallet { id, result: None, code: Some(code), message: Some(message), data });
}

#[test]
fn a_wallets_error_means_what_it_wraps() {
    let fixtures: Vec<Value> = serde_json::from_str(include_str!("fixtures/wallet_errors.json")).unwrap();
    assert!(fixtures.len() > 30);
    for fixture in &fixtures {
        let sent = error(&fixture["error"]);
        let judged = Classifier::default().wallet(spec("eth_call"), Reply::Error(sent.clone()));
        assert_eq!(judged.outcome.word(), fixture["means"], "{}", fixture["what"]);
        assert_eq!(judged.reply, Some(Reply::Error(sent)), "kept as it is: {}", fixture["what"]);
    }
}

#[test]
fn unwrapping_is_limited_in_depth_and_size() {
    let judge = |data: String| {
        let error = RpcError { code: -32603, message: "Internal JSON-RPC error.".into(), data: Some(data) };
        Classifier::default().wallet(spec("eth_call"), Reply::Error(error)).outcome
    };
    let revert = r#"{"code":3,"message":"execution reverted"}"#;
    assert_eq!(judge(format!(r#"{{"cause":{{"cause":{revert}}}}}"#)), Outcome::ChainError);
    assert_eq!(judge(format!("{}{revert}{}", r#"{"cause":"#.repeat(90), "}".repeat(90))), Outcome::Fault);
    assert_eq!(judge(format!(r#"{{"x":"{}","cause":{revert}}}"#, "y".repeat(70_000))), Outcome::Fault);
    assert_eq!(judge("{".repeat(50_000)), Outcome::Fault);
}

/// One read in rescue mode: the wallet is asked first.
fn asked_first() -> World {
    let mut world = Setup::new(three()).mode("rescue").warm();
    world.ask_wallet(1, "eth_call", json!([{"to": "0x1"}, "latest"]));
    assert_eq!(world.told(1), [CoreToPage::AskWallet { id: 1 }]);
    assert!(world.asked().is_empty());
    world
}

#[test]
fn a_wrapped_revert_is_given_in_the_wallets_own_words() {
    let mut world = asked_first();
    let revert = json!({"code": 3, "message": "execution reverted", "data": "0xcafe"});
    says(&mut world, 1, &json!({"code": -32603, "message": "Internal JSON-RPC error.", "data": revert}));
    assert_eq!(world.told(1).last(), Some(&CoreToPage::UseWallet { id: 1 }));
    assert!(world.asked().is_empty(), "nobody else is asked");
}

#[test]
fn a_lane_answers_when_the_wallets_endpoint_is_broken() {
    let mut world = asked_first();
    says(
        &mut world,
        1,
        &json!({"code": -32002, "message": "RPC endpoint not found or unavailable.", "data": {"httpStatus": 503}}),
    );
    assert_eq!(world.asked(), ["a"]);
    world.reply("a", "\"0x07\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x07\""));
    assert_eq!(world.trail().0[0], ("wallet".into(), "fault".into()));
}

#[test]
fn when_the_wallet_stalls_on_a_read_a_lane_answers() {
    let mut world = asked_first();
    world.advance(800);
    assert_eq!(world.asked(), ["a"], "it is no extra send: the wallet holds no endpoint back");
    world.reply("a", "\"0x07\"");
    assert_eq!(world.result(1).as_deref(), Some("\"0x07\""));
}

/// One balance whose first lanes lack the block, which says nothing about their health.
fn missing(world: &mut World, id: u64, lanes: usize) {
    world.ask_wallet(id, "eth_getBalance", world::script::balance_of(id));
    for _ in 0..lanes {
        let lane = world.asked()[0].to_owned();
        world.error(&lane, -32000, "header not found");
    }
}

#[test]
fn a_slow_wallet_ranks_behind_the_endpoints() {
    let mut world = Setup::new(three()).warm();
    let asked_wallet = |world: &World, id: u64| world.told(id).contains(&CoreToPage::AskWallet { id });
    for id in 1..6 {
        missing(&mut world, id, 3);
        assert!(asked_wallet(&world, id), "not measured yet: last in line");
        world.wallet_says(id, "\"0x1\"");
    }
    for id in 11..14 {
        missing(&mut world, id, 1);
        assert!(asked_wallet(&world, id), "measured and fast: second in line");
        world.advance(800);
        let lane = world.asked()[0].to_owned();
        world.advance(5);
        world.reply(&lane, "\"0x1\"");
    }
    missing(&mut world, 20, 1);
    assert!(!asked_wallet(&world, 20), "overtaken three times: last in line again");
    assert_eq!(world.asked().len(), 1, "an endpoint is asked");
}

fn waits(world: &mut World, lang: &str) -> Vec<String> {
    let message = PanelToCore::Snapshot { host: Some("dapp.example".into()), lang: lang.into() };
    let PanelReply::Snapshot(snapshot) = world.panel(message) else { panic!("a snapshot") };
    snapshot.site.unwrap().waits
}

fn stalls(world: &mut World, id: u64, method: &str) {
    let since_ms = world.now - 15_000;
    world.page(PAGE, PageToCore::WalletWaits { id, chain: Some(1), method: method.into(), since_ms });
}

#[test]
fn an_unanswered_send_is_shown_with_method_and_duration() {
    let mut world = Setup::new(three()).warm();
    stalls(&mut world, 7, "eth_sendTransaction");
    assert!(world.seen.iter().any(
        |s| matches!(s, Seen::Posted(PAGE, CoreToPage::TryWallet { id: 7, method, .. }) if method == "eth_getBalance")
    ));
    says(&mut world, 7, &json!({"code": 4100, "message": "not authorized"}));
    world.advance(27_000);
    let said = waits(&mut world, "en");
    assert_eq!(
        said,
        [
            "Your wallet has not answered eth_sendTransaction for 40 s: it may be waiting for your confirmation, or for its own endpoint, which Breakwater cannot reach for it. You can give it a healthy endpoint below.",
        ]
    );
    world.advance(200_000);
    assert!(
        waits(&mut world, "fr")[0]
            .starts_with("Votre portefeuille n’a pas répondu à eth_sendTransaction depuis 4 min : il attend")
    );
    assert!(world.asked().is_empty(), "no endpoint is asked for it");
    world.page(PAGE, PageToCore::WalletDone { id: 7 });
    assert!(waits(&mut world, "en").is_empty());
}

#[test]
fn failing_or_stalled_wallet_reads_mean_a_dark_endpoint() {
    for silent in [false, true] {
        let mut world = Setup::new(three()).warm();
        stalls(&mut world, 7, "personal_sign");
        if silent {
            assert!(waits(&mut world, "en")[0].contains("it may be waiting for your confirmation"), "not yet known");
            world.advance(3_000);
        } else {
            says(
                &mut world,
                7,
                &json!({"code": -32603, "message": "Internal JSON-RPC error.", "data": {"cause": {"message": "Failed to fetch"}}}),
            );
        }
        assert!(waits(&mut world, "en")[0].contains("its own endpoint looks dark"), "silent: {silent}");
    }
    let mut world = Setup::new(three()).warm();
    stalls(&mut world, 7, "personal_sign");
    world.wallet_says(7, "\"0x0\"");
    assert!(
        waits(&mut world, "en")[0]
            .contains("Its own endpoint answers, so it is probably waiting for your confirmation")
    );
}

#[test]
fn a_page_cannot_put_its_own_text_on_the_card() {
    let mut world = Setup::new(three()).warm();
    stalls(&mut world, 1, "Your wallet is broken, visit evil.example");
    stalls(&mut world, 2, "eth_call");
    assert!(waits(&mut world, "en").is_empty());
    (10..100).for_each(|id| stalls(&mut world, id, "eth_sign"));
    assert_eq!(waits(&mut world, "en").len(), 3);
    let far = PageToCore::WalletWaits { id: 10, chain: None, method: "eth_sign".into(), since_ms: u64::MAX };
    world.page(PAGE, far);
    let old = PageToCore::WalletWaits { id: 10, chain: None, method: "eth_sign".into(), since_ms: 0 };
    world.page(PAGE, old);
    assert!(waits(&mut world, "en")[0].contains("for 1440 min"), "no older than a day");
    world.event(breakwater::guard::Event::Close { client: PAGE });
    assert!(waits(&mut world, "en").is_empty(), "gone with its page");
}
