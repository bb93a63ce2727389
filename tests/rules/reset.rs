//! A chain whose endpoints are all on the person's own machine may start over; a public one never goes back.

use breakwater::guard::Event;
use breakwater::protocol::PageToCore;
use serde_json::json;

use crate::world::World;
use crate::world::script::{AWS, Lane, Setup, lane};

/// A page on this machine, which may use a chain there.
const LOCAL: u32 = 5;

fn lanes(network: &str, count: usize) -> Vec<Lane> {
    ["a", "b", "c"].into_iter().take(count).zip([20, 40, 60]).map(|(name, ms)| lane(name, network, ms)).collect()
}

/// A page has been shown block 1000, and polls every second.
fn shown(network: &str, count: usize) -> World {
    let mut world = Setup::new(lanes(network, count)).warm();
    world.open_at(LOCAL, "localhost");
    number(&mut world, 1, "\"0x3e8\"");
    assert_eq!(told(&world, 1), Some(1_000));
    world
}

/// The page asks for the newest block, and the lane that is asked answers with this.
fn number(world: &mut World, id: u64, text: &str) {
    world.advance(1_000);
    world.ask_from(LOCAL, id, "eth_blockNumber", json!([id]), false);
    while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
        world.reply(&lane, text);
    }
}

fn told(world: &World, id: u64) -> Option<u64> {
    use breakwater::protocol::CoreToPage::Answer;
    let all = world.told_to(LOCAL, id);
    let result = all.into_iter().find_map(|m| if let Answer { result, .. } = m { Some(result) } else { None })?;
    breakwater::jsonrpc::quantity(&result)
}

#[test]
fn a_restarted_local_chain_is_read_within_seconds() {
    for count in [1, 2, 3] {
        let mut world = shown("127.0.0", count);
        world.chains[0].base = 5;
        number(&mut world, 2, "\"0x5\"");
        number(&mut world, 3, "\"0x5\"");
        assert_eq!(told(&world, 3), Some(5), "{count} lanes");
        number(&mut world, 4, "\"0x6\"");
        assert_eq!(told(&world, 4), Some(6), "{count} lanes");
        // The next read does not lower it again: `b` lacks block 6.
        assert_eq!(world.trail().1, "best", "{count} lanes: no lane is behind");
    }
}

#[test]
fn a_dead_lane_does_not_delay_a_reset() {
    let mut world = shown("127.0.0", 2);
    world.chains[0].base = 5;
    world.fault("b", crate::world::node::Fault::Refuse);
    number(&mut world, 2, "\"0x5\"");
    number(&mut world, 3, "\"0x5\"");
    assert_eq!(told(&world, 3), Some(5));
}

#[test]
fn a_lane_that_goes_back_alone_is_behind() {
    let mut world = shown("127.0.0", 3);
    world.node("a").lag = 900;
    for id in 2..12 {
        world.page(LOCAL, PageToCore::Use { chain: 1 });
        world.advance(2_000);
        world.ask_from(LOCAL, id, "eth_blockNumber", json!([id]), false);
        let lane = world.asked()[0].to_owned();
        let text = if lane == "a" { "\"0x64\"" } else { "\"0x3e8\"" };
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            world.reply(&lane, if lane == "a" { "\"0x64\"" } else { text });
        }
        assert!(told(&world, id).is_some_and(|number| number >= 1_000), "{:?}", told(&world, id));
    }
}

/// A late answer does not count as going back, because it was sent before the higher block was shown.
#[test]
fn an_overtaken_answer_does_not_lower_the_number() {
    let mut world = Setup::new(lanes("127.0.0", 1)).warm();
    world.open_at(LOCAL, "localhost");
    world.ask_from(LOCAL, 1, "eth_blockNumber", json!([1]), false);
    let early = world.flight("a");
    world.ask_from(LOCAL, 2, "eth_blockNumber", json!([2]), false);
    let late = world.out().iter().map(|f| f.send).find(|send| *send != early).unwrap();
    let body = |send: u64, number: &str| json!({"jsonrpc": "2.0", "id": send, "result": number}).to_string();
    for (send, text) in [(late, "0x3e9"), (early, "0x3e8")] {
        world.advance(5);
        world.flights.remove(&send);
        world.event(crate::world::returned(send, Ok(crate::world::node::Http::new(200, body(send, text)))));
    }
    assert_eq!((told(&world, 2), told(&world, 1)), (Some(1_001), Some(1_001)));
}

#[test]
fn a_public_chain_never_goes_back() {
    // One public lane among local ones makes it a public chain.
    for mixed in [false, true] {
        let mut all = lanes(AWS, 3);
        if mixed {
            all[0].ip = "127.0.0.9".into();
            all[1].ip = "127.0.0.8".into();
        }
        let setup = Setup::new(all);
        let mut settings: serde_json::Value = serde_json::from_str(&setup.text()).unwrap();
        settings["chains"][0]["sites_allowed"] = json!(["localhost"]);
        let mut world = setup.warm();
        world.event(Event::Settings(Some(settings.to_string())));
        world.open_at(LOCAL, "localhost");
        number(&mut world, 1, "\"0x3e8\"");
        world.chains[0].base = 5;
        for id in 2..30 {
            world.page(LOCAL, PageToCore::Use { chain: 1 });
            number(&mut world, id, "\"0x5\"");
            assert_eq!(told(&world, id), Some(1_000), "request {id}");
        }
    }
}
