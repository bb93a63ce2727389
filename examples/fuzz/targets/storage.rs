//! Stored values: whatever text is under any key, pages are answered, in this life of the worker and the next.

use breakwater::guard::{Event, Stored};
use breakwater::protocol::{PanelReply, PanelToCore};
use serde_json::{Value, json};

use super::{DEADLINE_MS, Target, as_is, kind, parts, settled, well};
use crate::mutate::PART;
use crate::world::World;
use crate::world::script::{PAGE, Setup, three};

pub const TARGET: Target = Target {
    name: "storage",
    count: 10_000,
    json: true,
    words: &[
        "lanes",
        "drill",
        "incidents",
        "warned",
        "floors",
        "bests",
        "number",
        "at",
        "check",
        "Right",
        "Wrong",
        "Unknown",
        "latency",
        "lately",
        "faults",
        "silences",
        "pause_ms",
        "open",
        "Faults",
        "Silent",
        "Refused",
        "cool_ms",
        "1",
        "1700000000000",
        "1700000000200",
        "kind",
        "observed",
        "resolved",
        "doh",
        "headers",
        "ip",
        "ips",
        "cnames",
        "claims",
        "operator",
        "region",
        "edge",
        "by",
        "at_ms",
        "since_ms",
        "127.10.0.97",
        "::1",
        "0.0.0.0",
        "BWGROUND",
        "null",
        "[]",
        "{}",
    ],
    seeds,
    repair: as_is,
    run,
};

/// What a core stores after some use: health, evidence, settings, and an invalid table.
fn seeds() -> Vec<Vec<u8>> {
    let mut world = well();
    let setup = Setup::new(three());
    let url = world.nodes[0].url.clone();
    world.event(Event::Address { url: url.into(), ip: "3.4.5.6".into() });
    world.balance(1);
    world.ask(2, "eth_blockNumber", json!([]));
    world.advance(5_000);
    let kept = |what: Stored| world.stored.get(&(what as u8)).map(|text| text.expose().to_owned()).unwrap_or_default();
    let (health, observed) = (kept(Stored::Health), kept(Stored::Observed));
    assert!(!health.is_empty(), "a core that was used stores its health");
    let all = [health.as_str(), observed.as_str(), &setup.text(), "\"BWGROUND\""];
    let pick = |which: &[usize]| {
        let parts = all.iter().enumerate().map(|(at, text)| if which.contains(&at) { *text } else { "null" });
        parts.collect::<Vec<_>>().join("\u{1e}").into_bytes()
    };
    let odd = ["5", "{}", "[\"x\"]", "\"%%%\"", "null"].map(|text| [text; 4].join("\u{1e}").into_bytes());
    [pick(&[0]), pick(&[1]), pick(&[2]), pick(&[3]), pick(&[0, 1, 2, 3])].into_iter().chain(odd).collect()
}

fn run(input: &[u8]) -> String {
    let texts = parts(input);
    let text = |at: usize| texts.get(at).cloned().unwrap_or_default();
    let valid = Setup::new(three()).text();
    let mut world = Setup::new(three()).fresh();
    world.alive = true;
    world.event(Event::Settings(Some(text(2))));
    world.event(Event::Observed(text(1)));
    world.event(Event::Restore(text(0)));
    let table = input.splitn(4, |byte| *byte == PART).nth(3).unwrap_or_default().to_vec();
    world.event(Event::Table(table));
    world.event(Event::Online(true));
    world.event(Event::Settings(Some(valid.clone())));
    let taken = shown(&mut world);
    let first = read(&mut world, 1);
    // The next life has only what this one stored.
    world.restart(&valid);
    world.open(PAGE);
    world.seen.clear();
    format!("{taken}: {first}, then {}", read(&mut world, 2))
}

/// The stored values in use, as popup and options show them.
fn shown(world: &mut World) -> String {
    let PanelReply::Snapshot(snapshot) = world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) else {
        panic!("a snapshot")
    };
    let incidents = snapshot.incidents.len().min(3);
    let value = serde_json::to_value(&snapshot.chains).unwrap_or_default();
    let lanes = value[0]["endpoints"].as_array().into_iter().flatten();
    let lane = |lane: &Value| {
        let fast = lane["p50_ms"].as_u64().map(|ms| ms.checked_ilog2());
        let why = lane["why"].as_str().unwrap_or_default().replace(|c: char| c.is_ascii_digit(), "");
        format!("{} {} {} {why} {fast:?}", lane["health"], lane["ground"]["chip"], lane["head"].is_null())
    };
    let lanes: Vec<String> = lanes.map(lane).collect();
    format!("{lanes:?} {incidents} incidents, drill: {}, table of {}", snapshot.drill.is_some(), snapshot.data_date)
}

/// How a read of the page ends.
fn read(world: &mut World, id: u64) -> String {
    world.balance(id);
    world.advance(DEADLINE_MS);
    let ends = settled(world, PAGE, id);
    assert_eq!(ends.len(), 1, "settled {} times: {ends:?}", ends.len());
    kind(&ends[0])
}
