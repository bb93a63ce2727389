//! Shared failure in a whole core: reported once, on the badge while it lasts, cleared when it ends, kept in a list.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, outside #[test]"
)]

#[path = "world/mod.rs"]
mod world;

use breakwater::guard::Event;
use breakwater::protocol::{IncidentView, PageToCore, PanelReply, PanelToCore};
use breakwater::settings::Edit;
use world::node::Fault;
use world::script::{AWS, HETZNER, PAGE, Setup, lane};
use world::{Seen, World};

/// Two lanes on AWS us-east-1 and one on Hetzner; every node answers by itself.
fn setup() -> Setup {
    Setup::new(vec![lane("a", AWS, 20), lane("b", AWS, 30), lane("c", HETZNER, 60)])
}

fn incidents(world: &mut World) -> Vec<IncidentView> {
    match world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) {
        PanelReply::Snapshot(snapshot) => snapshot.incidents,
        other => panic!("{other:?}"),
    }
}

/// A page that reads for this many ms.
fn read(world: &mut World, seconds: u64, first: u64) {
    for second in 0..seconds {
        for n in 0..3 {
            world.balance(first + second * 3 + n);
        }
        world.advance(1_000);
    }
}

fn notified(world: &World) -> Vec<String> {
    let ids = world.seen.iter().filter_map(|s| match s {
        Seen::Notify(id, _) => Some(format!("+{id}")),
        Seen::Unnotify(id) => Some(format!("-{id}")),
        _ => None,
    });
    ids.filter(|id| id.contains("incident")).collect()
}

fn badges(world: &World) -> Vec<(String, String)> {
    let all = world.seen.iter().filter_map(|s| match s {
        Seen::Badge(text, title) => Some((text.clone(), title.clone())),
        _ => None,
    });
    all.collect()
}

/// AWS goes dark while a page reads.
fn dark() -> World {
    let mut world = setup().warm();
    world.alive = true;
    read(&mut world, 5, 1_000);
    world.seen.clear();
    world.fault("a", Fault::Refuse);
    world.fault("b", Fault::Refuse);
    read(&mut world, 40, 2_000);
    world
}

#[test]
fn an_incident_has_one_notification_badge_and_entry() {
    let mut world = dark();
    let open = incidents(&mut world);
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(open[0].sentence.starts_with("AWS us-east-1: 2 of 2 endpoints failing since"), "{}", open[0].sentence);
    assert!(open[0].sentence.ends_with("served by Hetzner fsn1."), "{}", open[0].sentence);
    let id = format!("incident-{}", open[0].since_ms);
    assert_eq!(notified(&world), [format!("+{id}")]);
    let (text, title) = badges(&world).pop().unwrap();
    assert_eq!(text, "!!");
    assert!(title.contains(&open[0].sentence), "{title}");

    world.heal("a");
    world.heal("b");
    read(&mut world, 150, 10_000);
    let ended = incidents(&mut world);
    assert_eq!(ended.len(), 1, "kept in the list");
    assert!(ended[0].ended_ms.is_some() && ended[0].sentence.contains("failed from"), "{ended:?}");
    assert_eq!(notified(&world), [format!("+{id}"), format!("-{id}")]);
    assert_ne!(badges(&world).pop().unwrap().0, "!!");
}

#[test]
fn a_cleared_warning_removes_its_notification() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", AWS, 30)]).warm();
    let told = |world: &World, wanted: fn(&Seen) -> bool| world.seen.iter().filter(|s| wanted(s)).count();
    let one = Setup::new(vec![lane("a", AWS, 20), lane("b", AWS, 30)]);
    world.event(Event::Settings(Some(setup().text())));
    assert_eq!(told(&world, |s| matches!(s, Seen::Unnotify(id) if id == "verdict-1")), 1);
    world.event(Event::Settings(Some(one.text())));
    assert_eq!(
        told(&world, |s| matches!(s, Seen::Notify(id, _) if id == "verdict-1")),
        1,
        "and told anew when it is back"
    );
}

#[test]
fn an_incident_can_end_in_the_workers_next_life() {
    let mut world = dark();
    assert_eq!(incidents(&mut world).len(), 1);
    world.advance(2_000);
    world.restart(&setup().text());
    world.open(PAGE);
    world.page(PAGE, PageToCore::Use { chain: 1 });
    assert!(incidents(&mut world)[0].ended_ms.is_none(), "it goes on");
    assert_eq!(badges(&world).pop().unwrap().0, "!!");
    world.seen.clear();
    world.heal("a");
    world.heal("b");
    read(&mut world, 150, 20_000);
    let list = incidents(&mut world);
    assert!(list.len() == 1 && list[0].ended_ms.is_some(), "{list:?}");
    assert_eq!(notified(&world), [format!("-incident-{}", list[0].since_ms)], "taken back, and not told again");
}

#[test]
fn removing_an_endpoint_ends_its_incident() {
    let mut world = dark();
    let PanelReply::Snapshot(now) = world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) else {
        panic!("a snapshot")
    };
    let id = format!("-incident-{}", now.incidents[0].since_ms);
    let key = now.chains[0].endpoints[0].key.parse().unwrap();
    world.panel(PanelToCore::Edit { edit: Edit::RemoveEndpoint { chain: 1, key }, lang: "en".into() });
    assert!(incidents(&mut world)[0].ended_ms.is_some());
    assert_eq!(notified(&world).pop(), Some(id));
}
