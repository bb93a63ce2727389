//! The breaker, which lane is blamed, and what survives a restart. (Five faults, and what outcomes teach:
//! `race_outcomes`; three timeouts: `race_hedge`.)

use breakwater::endpoint::EndpointUrl;
use breakwater::guard::Event;
use breakwater::heads::Head;
use breakwater::health::{Check, Health};
use breakwater::protocol::{PageToCore, PanelReply, PanelToCore};
use breakwater::race::Outcome;
use breakwater::route::Weight;
use serde_json::json;

use crate::world::node::{Fault, Http};
use crate::world::script::{AWS, GCP, HETZNER, PAGE, Setup, lane, three};
use crate::world::{Seen, World};

/// Five reads that `lane` fails and the next one answers.
fn break_down(world: &mut World, lane: &str, first: u64) {
    world.fault(lane, Fault::Status(503, 0));
    for id in first..first + 5 {
        world.balance(id);
        if world.asked().contains(&lane) {
            world.http(lane, Http::new(503, ""));
        }
        let next = world.asked().first().map(|lane| (*lane).to_owned());
        next.into_iter().for_each(|next| world.reply(&next, "\"0x1\""));
        world.advance(600);
    }
}

/// When sends to `a` happen, in seconds from now, while the page uses the chain.
fn sends_to_a(world: &mut World, ms: u64) -> Vec<u64> {
    world.seen.clear();
    let start = world.now;
    world.dwell(ms);
    let to_a = |s: &Seen| if let Seen::Sent(f) = s { (f.node == 0).then_some((f.at - start) / 1_000) } else { None };
    world.seen.iter().filter_map(to_a).collect()
}

#[test]
fn one_probe_per_pause_which_doubles_to_two_minutes() {
    let mut world = Setup::new(three()).warm();
    break_down(&mut world, "a", 1);
    let probes = sends_to_a(&mut world, 440_000);
    let pauses: Vec<u64> = std::iter::once(0).chain(probes.iter().copied()).collect();
    let pauses: Vec<u64> = pauses.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses.len(), 5, "{probes:?}");
    for (pause, wanted) in pauses.iter().zip([15, 30, 60, 120, 120]) {
        assert!(pause.abs_diff(wanted) <= 2, "{probes:?}");
    }
}

#[test]
fn one_answered_probe_restores_the_lane() {
    let mut world = Setup::new(three()).warm();
    break_down(&mut world, "a", 1);
    world.heal("a");
    world.dwell(17_000);
    assert_eq!(world.dot("a"), "good");
    world.balance(100);
    assert_eq!(world.asked(), ["a"]);
}

#[test]
fn a_losing_lane_is_measured_by_its_silence() {
    let mut world = Setup::new(three()).mode("race").warm();
    for id in 1..=80 {
        world.balance(id);
        world.advance(10);
        world.reply("b", "\"0x1\"");
        world.advance(200);
    }
    let PanelReply::Snapshot(view) = world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) else {
        panic!("a snapshot")
    };
    let p50 = |name: &str| view.chains[0].endpoints.iter().find(|e| e.name == name).unwrap().p50_ms.unwrap();
    assert!(p50("b") <= 11, "b answered in 10 ms: {}", p50("b"));
    assert!((18..=22).contains(&p50("a")) && p50("c") >= 50, "lanes cut short at 10 ms are not fast: {}", p50("c"));
}

/// A lane that serves the chain and has not answered yet keeps the position the person gave it.
#[test]
fn an_unknown_lane_does_not_count_as_bad() {
    let mut world = Setup::new(vec![lane("new", GCP, 40), lane("a", AWS, 20)]).fresh();
    let known = |at: usize, answers: u64| {
        let mut health = Health::default();
        health.check = Check::Right;
        (0..answers).for_each(|_| health.ended(world.now, Weight::Light, Outcome::Answer, 20));
        let head = Head { number: world.chains[0].head(world.now), at: world.now };
        (EndpointUrl::parse(&world.nodes[at].url).unwrap().key(1), health, Some(head))
    };
    let session = json!({"lanes": [known(0, 0), known(1, 40)], "drill": null, "incidents": "", "warned": []});
    world.event(Event::Restore(session.to_string()));
    world.balance(1);
    assert_eq!(world.asked(), ["new"]);
}

#[test]
fn nothing_is_blamed_while_the_browser_is_offline() {
    let mut world = Setup::new(three()).warm();
    world.event(Event::Online(false));
    for id in 1..=10 {
        world.balance(id);
        ["a", "b", "c"].into_iter().for_each(|lane| world.lost(lane));
    }
    // Sends in flight when the network returned are not held against a lane either.
    world.balance(11);
    world.event(Event::Online(true));
    ["a", "b", "c"].into_iter().for_each(|lane| world.lost(lane));
    assert!(world.dots().iter().all(|(_, dot)| dot == "good"), "{:?}", world.dots());
    // Reads that waited for the network continue.
    (1..=11).for_each(|id| world.page(PAGE, PageToCore::Abort { id }));
    world.balance(12);
    assert_eq!(world.asked(), ["a"]);
}

#[test]
fn health_survives_a_restart_of_the_worker() {
    let setup = Setup::new(three());
    let text = setup.text();
    let mut world = setup.warm();
    break_down(&mut world, "a", 1);
    world.advance(1_200);
    world.restart(&text);
    world.open(PAGE);
    assert_eq!(world.dot("a"), "down");
    world.balance(100);
    world.advance(20);
    assert_eq!(world.asked(), ["b"], "at once, without waiting for checks");
}

#[test]
fn lanes_failing_on_shared_ground_are_reported_together() {
    let lanes = vec![lane("a", AWS, 20), lane("near", AWS, 30), lane("far", HETZNER, 60)];
    let mut world = Setup::new(lanes).warm();
    world.balance(50);
    world.reply("a", "\"0x1\"");
    world.advance(600);
    world.fault("a", Fault::Status(503, 0));
    world.fault("near", Fault::Status(503, 0));
    for id in 1..=12 {
        world.balance(id);
        while let Some(lane) = world.asked().first().map(|lane| (*lane).to_owned()) {
            match lane.as_str() {
                "far" => world.reply("far", "\"0x1\""),
                down => world.http(down, Http::new(503, "")),
            }
        }
        world.advance(600);
    }
    world.dwell(60_000);
    let told: Vec<&String> = world
        .seen
        .iter()
        .filter_map(|s| if let Seen::Notify(id, text) = s { id.starts_with("incident").then_some(text) } else { None })
        .collect();
    assert!(
        told.len() == 1 && told[0].contains("us-east-1: 2 of 2 endpoints failing") && told[0].contains("served by"),
        "{told:?}"
    );
}

/// One endpoint that fails while others on its ground serve is not an outage of the cloud.
#[test]
fn one_failing_lane_is_no_incident() {
    let mut world = Setup::new(three()).warm();
    break_down(&mut world, "a", 1);
    world.dwell(60_000);
    assert!(!world.seen.iter().any(|s| matches!(s, Seen::Notify(id, _) if id.starts_with("incident"))));
}
