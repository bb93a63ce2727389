//! Adding an endpoint: what it would do to the verdict, and which presets are offered first.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, outside #[test]"
)]

#[path = "world/mod.rs"]
mod world;

use breakwater::cloud::presets;
use breakwater::cloud::verdict::{Level, change};
use breakwater::guard::Event;
use breakwater::lang::Lang;
use breakwater::protocol::{PanelReply, PanelToCore};
use world::script::{AWS, HETZNER, Lane, Setup, lane};
use world::{Seen, World};

fn panel(world: &mut World, message: PanelToCore) -> PanelReply {
    world.event(Event::Panel { token: 9, message });
    world.advance(2_000);
    let replies = world.seen.iter().rev();
    replies.filter_map(|seen| if let Seen::Panel(9, reply) = seen { Some(reply.clone()) } else { None }).next().unwrap()
}

/// Two lanes on AWS, and a third that is probed as if it were new.
fn probe(candidate: Lane) -> (Level, Level, String) {
    let lanes = vec![lane("a", AWS, 20), lane("b", AWS, 20), Lane { enabled: false, ..candidate }];
    let mut world = Setup::new(lanes).fresh();
    let url = world.nodes[2].url.clone().into();
    match panel(&mut world, PanelToCore::Probe { chain: 1, url, headers: Vec::new(), lang: "en".into() }) {
        PanelReply::Probed { level_before, level_after, change, .. } => (level_before, level_after, change),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_probe_says_what_the_endpoint_would_do_to_the_verdict() {
    let (before, after, said) = probe(lane("c", HETZNER, 20));
    assert_eq!((before, after), (Level::Warning, Level::Caution));
    assert_eq!(said, "Adding it would change the verdict from “warning” to “caution”.");
    let (before, after, said) = probe(lane("d", AWS, 20));
    assert_eq!((before, after), (Level::Warning, Level::Warning));
    assert_eq!(said, "Adding it would not change the verdict: “warning”.");
    assert_eq!(change(before, after, Lang::Fr), "L’ajouter ne changerait pas le verdict : « alerte ».");
}

#[test]
fn presets_of_companies_that_run_an_endpoint_already_come_last() {
    let all = presets::for_chain(1, Lang::En);
    let used = all[0].clone();
    let mut world = World::new(3);
    let chain = serde_json::json!({"id": 1, "name": "Ethereum", "endpoints": [{"url": used.url, "name": "Mine"}]});
    world.event(Event::Settings(Some(serde_json::json!({"version": 1, "chains": [chain]}).to_string())));
    let PanelReply::Presets { presets: offered } =
        panel(&mut world, PanelToCore::Presets { chain: 1, lang: "en".into() })
    else {
        panic!("no presets");
    };
    assert_eq!(offered.len(), all.len(), "none is kept back");
    assert_ne!(offered[0].operator, used.operator);
    assert_eq!(offered.last().map(|p| &p.operator), Some(&used.operator));
}
