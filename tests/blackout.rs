//! No endpoint answers: told once, on the badge while it lasts, in every view, taken back when one answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, outside #[test]"
)]

#[path = "world/mod.rs"]
mod world;

use breakwater::cloud::verdict::{Level, Reason};
use breakwater::guard::{ClientId, Event};
use breakwater::protocol::{PageToCore, PanelReply, PanelToCore, Shield, Snapshot};
use breakwater::settings::Edit;
use world::node::Fault;
use world::script::{AWS, GCP, HETZNER, PAGE, Setup, lane, three};
use world::{Seen, World};

const LANES: [&str; 3] = ["a", "b", "c"];
const DOWN: Fault = Fault::Status(503, 0);

fn snapshot(world: &mut World) -> Snapshot {
    let message = PanelToCore::Snapshot { host: Some("dapp.example".into()), lang: "en".into() };
    match world.panel(message) {
        PanelReply::Snapshot(snapshot) => *snapshot,
        other => panic!("{other:?}"),
    }
}

/// A world whose nodes answer by themselves, while a page reads.
fn reading(setup: Setup) -> World {
    let mut world = setup.warm();
    world.alive = true;
    read(&mut world, 5, 1_000);
    world.seen.clear();
    world
}

/// The page reads three times a second.
fn read(world: &mut World, seconds: u64, first: u64) {
    for second in 0..seconds {
        for n in 0..3 {
            world.balance(first + second * 3 + n);
        }
        world.advance(1_000);
    }
}

fn all(world: &mut World, fault: Fault) {
    LANES.iter().for_each(|lane| world.fault(lane, fault));
}

/// Notifications made (`+`) and taken back (`-`).
fn notified(world: &World) -> Vec<String> {
    let ids = world.seen.iter().filter_map(|s| match s {
        Seen::Notify(id, _) => Some(format!("+{id}")),
        Seen::Unnotify(id) => Some(format!("-{id}")),
        _ => None,
    });
    ids.collect()
}

fn badge(world: &World) -> Option<(String, String)> {
    world.seen.iter().rev().find_map(|s| match s {
        Seen::Badge(text, title) => Some((text.clone(), title.clone())),
        _ => None,
    })
}

#[test]
fn all_dark_is_seen_within_five_seconds_and_taken_back() {
    let mut world = reading(Setup::new(three()));
    all(&mut world, DOWN);
    read(&mut world, 5, 2_000);
    let seen = snapshot(&mut world);
    let open = &seen.incidents[0];
    assert!(open.sentence.starts_with("None of your endpoints answers since "), "{}", open.sentence);
    assert!(open.sentence.ends_with("; pages get only what their wallet has (Ethereum)."), "{}", open.sentence);
    assert!(open.advice.as_ref().is_some_and(|advice| advice.contains("another company")), "{:?}", open.advice);
    assert_eq!((open.dark.as_slice(), open.ended_ms), (&[1][..], None));
    let (text, title) = badge(&world).expect("a badge");
    assert!(text == "!!" && title.contains(&open.sentence), "{text} {title}");
    assert_eq!(notified(&world), [format!("+dark-{}", open.since_ms)], "one notification");
    let chain = &seen.chains[0];
    assert_eq!((chain.verdict.level, chain.verdict.reason), (Level::Dark, Reason::AllDark));
    assert_eq!((seen.overall.level, seen.site.map(|site| site.shield)), (Level::Dark, Some(Shield::Dark)));
    assert!(chain.endpoints.iter().all(|e| e.health == "down" && e.p50_ms.is_none()), "{:?}", chain.endpoints);
    let id = open.since_ms;

    read(&mut world, 60, 3_000);
    assert_eq!(notified(&world).len(), 1, "told once, however long it goes on");
    world.heal("b");
    read(&mut world, 130, 10_000);
    let seen = snapshot(&mut world);
    assert_eq!(notified(&world), [format!("+dark-{id}"), format!("-dark-{id}")]);
    assert!(seen.incidents[0].ended_ms.is_some() && seen.incidents[0].advice.is_none());
    assert!(seen.incidents[0].sentence.starts_with("None of your endpoints answered from "), "{:?}", seen.incidents);
    assert_ne!(badge(&world).expect("a badge").0, "!!");
    let verdict = &seen.chains[0].verdict;
    assert_eq!((verdict.level, verdict.reason), (Level::Shared, Reason::Thin), "one of three is not safe yet");
    assert_eq!(verdict.health.as_deref(), Some("1 of 3 answers now."));
    assert_eq!(seen.site.map(|site| site.shield), Some(Shield::Protected));
}

#[test]
fn one_mishap_everywhere_is_no_blackout() {
    let mut world = reading(Setup::new(three()));
    all(&mut world, DOWN);
    world.balance(2_000);
    world.advance(300);
    LANES.iter().for_each(|lane| world.heal(lane));
    read(&mut world, 20, 3_000);
    assert_eq!(notified(&world), Vec::<String>::new());
    assert_eq!(badge(&world).map(|(text, _)| text).unwrap_or_default(), "");
}

#[test]
fn a_dead_connection_is_no_blackout() {
    for (what, fault) in [("silence", Fault::Dark), ("no route", Fault::Refuse), ("no name", Fault::NoName)] {
        let mut world = reading(Setup::new(three()));
        world.advance(100);
        all(&mut world, fault);
        read(&mut world, 40, 2_000);
        assert_eq!(notified(&world), Vec::<String>::new(), "{what}");
        let seen = snapshot(&mut world);
        let verdict = &seen.chains[0].verdict;
        assert_eq!((verdict.level, verdict.reason), (Level::CantTell, Reason::Offline), "{what}: {verdict:#?}");
        assert_eq!(seen.site.map(|site| site.shield), Some(Shield::Offline), "{what}: not protected");
    }
    let mut world = reading(Setup::new(three()));
    world.event(Event::Online(false));
    all(&mut world, Fault::NoName);
    read(&mut world, 20, 2_000);
    assert_eq!(notified(&world), Vec::<String>::new());
    assert_eq!(snapshot(&mut world).chains[0].verdict.reason, Reason::Offline);
}

#[test]
fn silence_is_a_blackout_once_something_else_responds() {
    let mut world = reading(Setup::new(three()));
    all(&mut world, Fault::Dark);
    read(&mut world, 30, 2_000);
    assert_eq!(notified(&world), Vec::<String>::new());
    world.heal("c");
    world.fault("c", DOWN);
    read(&mut world, 130, 4_000);
    assert_eq!(notified(&world).len(), 1, "a 503 shows that the connection works");
}

#[test]
fn a_blackout_goes_on_in_the_workers_next_life() {
    let mut world = reading(Setup::new(three()));
    all(&mut world, DOWN);
    read(&mut world, 10, 2_000);
    let told = notified(&world);
    assert_eq!(told.len(), 1);
    world.advance(2_000);
    world.restart(&Setup::new(three()).text());
    world.open(PAGE);
    world.page(PAGE, PageToCore::Use { chain: 1 });
    assert_eq!(badge(&world).expect("a badge").0, "!!");
    assert!(snapshot(&mut world).incidents[0].ended_ms.is_none());
    LANES.iter().for_each(|lane| world.heal(lane));
    read(&mut world, 130, 20_000);
    let told = notified(&world).into_iter().filter(|id| id.contains("dark"));
    assert_eq!(told.count(), 2, "taken back, and not told again");
    assert!(snapshot(&mut world).incidents[0].ended_ms.is_some());
}

#[test]
fn removing_the_endpoints_ends_a_blackout() {
    let mut world = reading(Setup::new(vec![lane("a", AWS, 20)]));
    world.fault("a", DOWN);
    read(&mut world, 10, 2_000);
    assert_eq!(notified(&world).len(), 1, "a single endpoint can go dark too");
    let key = snapshot(&mut world).chains[0].endpoints[0].key.parse().unwrap();
    world.panel(PanelToCore::Edit { edit: Edit::RemoveEndpoint { chain: 1, key }, lang: "en".into() });
    assert_eq!(notified(&world).len(), 2);
    assert_eq!(badge(&world).expect("a badge").0, "");
}

#[test]
fn a_drill_is_no_blackout() {
    let mut world = reading(Setup::new(vec![lane("a", AWS, 20), lane("b", AWS, 30)]));
    let target = snapshot(&mut world).chains[0].verdict.domains[0].domain.clone();
    world.panel(PanelToCore::DrillStart { target });
    read(&mut world, 20, 2_000);
    assert!(!notified(&world).iter().any(|id| id.contains("dark")));
    assert_eq!(badge(&world).expect("a badge").0, "DRILL");
}

#[test]
fn the_first_endpoint_makes_no_alarm() {
    let mut world = Setup::new(vec![lane("a", AWS, 20)]).fresh();
    world.page(PAGE, PageToCore::Use { chain: 1 });
    world.advance(2_000);
    assert_eq!(badge(&world).expect("a badge").0, "");
    assert_eq!(notified(&world), Vec::<String>::new());
    let verdict = snapshot(&mut world).chains[0].verdict.clone();
    assert_eq!((verdict.level, verdict.word.as_str()), (Level::Single, "Only one endpoint"));
}

#[test]
fn an_endpoint_that_answered_counts_for_three_days() {
    const HOUR: u64 = 60 * 60 * 1_000;
    let setup = || Setup::new(vec![lane("a", AWS, 20), lane("b", GCP, 30)]);
    let mut world = setup().fresh();
    let before = snapshot(&mut world).chains[0].verdict.clone();
    assert_eq!((before.level, before.reason), (Level::CantTell, Reason::NotSeen), "places are known, answers are not");
    world.alive = true;
    world.page(PAGE, PageToCore::Use { chain: 1 });
    world.advance(3_000);
    assert_eq!(snapshot(&mut world).chains[0].verdict.level, Level::Survives);
    // The browser is closed: what the session held is gone.
    world.stored.remove(&(breakwater::guard::Stored::Health as u8));
    world.now += 71 * HOUR;
    world.restart(&setup().text());
    assert_eq!(snapshot(&mut world).chains[0].verdict.level, Level::Survives);
    world.now += 2 * HOUR;
    assert_eq!(snapshot(&mut world).chains[0].verdict.reason, Reason::NotSeen);
}

#[test]
fn a_shield_follows_the_chains_that_a_site_uses() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("c", HETZNER, 30)]).warm();
    let shield = |world: &mut World| snapshot(world).site.expect("a site").shield;
    assert_eq!(shield(&mut world), Shield::Protected);
    world.event(Event::Permission(false));
    assert_eq!(shield(&mut world), Shield::NoPermission);
    world.event(Event::Permission(true));
    let off = Edit::Site { host: "dapp.example".into(), on: false };
    world.panel(PanelToCore::Edit { edit: off, lang: "en".into() });
    assert_eq!(shield(&mut world), Shield::Off);
    let idle: ClientId = 5;
    world.event(Event::Open { client: idle, origin: "https://idle.test".into(), host: "idle.test".into(), top: None });
    let message = PanelToCore::Snapshot { host: Some("idle.test".into()), lang: "en".into() };
    let PanelReply::Snapshot(seen) = world.panel(message) else { panic!("a snapshot") };
    assert_eq!(seen.site.map(|site| site.shield), Some(Shield::Idle));
}

#[test]
fn a_shared_law_warns_only_those_who_asked() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", GCP, 30)]).warm();
    world.advance(1_000);
    let seen = snapshot(&mut world);
    assert_eq!((seen.chains[0].verdict.level, seen.warn_law), (Level::Survives, false));
    assert_eq!(seen.chains[0].verdict.beside, ["Both under US law"]);
    world.panel(PanelToCore::Edit { edit: Edit::WarnLaw { on: true }, lang: "en".into() });
    let seen = snapshot(&mut world);
    assert_eq!((seen.chains[0].verdict.word.as_str(), seen.warn_law), ("One law", true));
    assert_eq!(badge(&world).expect("a badge").0, "!");
    assert_eq!(notified(&world), ["+verdict-1"]);
    world.panel(PanelToCore::Edit { edit: Edit::WarnLaw { on: false }, lang: "en".into() });
    assert_eq!(notified(&world), ["+verdict-1", "-verdict-1"]);
}
