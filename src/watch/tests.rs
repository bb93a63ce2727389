#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test")]

use super::*;
use crate::endpoint::EndpointUrl;
use crate::settings;

/// A chain whose endpoints stand on the grounds of these labels.
fn known(labels: &[&str]) -> (Watch, Lanes, Settings, Vec<LaneId>) {
    let mut chain = settings::Chain::new(1, "Ethereum".into());
    let mut settings = Settings::default();
    for (at, operator) in labels.iter().enumerate() {
        let host = format!("rpc{at}.example");
        let url = EndpointUrl::parse(&format!("https://{host}/")).expect("a URL");
        let label = serde_json::json!({ "match": host, "operator": operator });
        settings.labels.push(serde_json::from_value(label).expect("a label"));
        chain.endpoints.push(Endpoint::new(url, format!("rpc{at}")));
    }
    let ids = chain.endpoints.iter().map(|e| LaneId { chain: 1, key: e.url.key(1) }).collect();
    settings.chains = vec![chain];
    let mut lanes = Lanes::default();
    lanes.rebuild(&settings.chains, &BTreeMap::new());
    (Watch::default(), lanes, settings, ids)
}

/// Texts of the badges among these commands.
fn badges(commands: &[Command]) -> Vec<&str> {
    commands
        .iter()
        .filter_map(|c| if let Command::Badge { text, .. } = c { Some(text.as_str()) } else { None })
        .collect()
}

fn notified(commands: &[Command]) -> Vec<&str> {
    commands.iter().filter_map(|c| if let Command::Notify { id, .. } = c { Some(id.as_str()) } else { None }).collect()
}

#[test]
fn a_chain_on_one_ground_is_reported_once() {
    let (mut watch, mut lanes, settings, _) = known(&["hetzner", "hetzner"]);
    let first = watch.assess(1, &mut lanes, &settings);
    assert_eq!((badges(&first), notified(&first)), (vec!["!"], vec!["verdict-1"]));
    assert_eq!(watch.assess(2, &mut lanes, &settings), []);
}

#[test]
fn a_warning_is_taken_back_when_the_ground_differs() {
    let (mut watch, mut lanes, mut settings, _) = known(&["hetzner", "hetzner", "hetzner"]);
    drop(watch.assess(1, &mut lanes, &settings));
    for (label, operator) in settings.labels.iter_mut().zip(["hetzner", "ovh", "aws"]) {
        label.operator = operator.to_owned();
    }
    let commands = watch.assess(2, &mut lanes, &settings);
    assert!(commands.contains(&Command::Unnotify { id: "verdict-1".into() }), "{commands:?}");
    assert_eq!(badges(&commands), [""]);
}

#[test]
fn a_drill_darkens_lanes_and_ends_by_itself() {
    let (mut watch, mut lanes, settings, ids) = known(&["hetzner", "ovh", "aws"]);
    drop(watch.assess(1, &mut lanes, &settings));
    let domain = lanes.get(ids[0]).expect("a lane").ground().domains()[0].clone();
    let commands = watch.start_drill(10, &mut lanes, domain);
    assert_eq!(badges(&commands), ["DRILL"]);
    assert!(lanes.get(ids[0]).is_some_and(Lane::is_dark) && !lanes.get(ids[1]).is_some_and(Lane::is_dark));
    assert_eq!(watch.tick(10, &mut lanes), None);
    let end = watch.wake().expect("an end");
    assert_eq!(watch.tick(end - 1, &mut lanes), None);
    let commands = watch.tick(end, &mut lanes).expect("its end");
    assert!(badges(&commands) == [""] && commands.contains(&Command::Alarm { at: None }));
    assert!(!lanes.all().any(Lane::is_dark));
}
