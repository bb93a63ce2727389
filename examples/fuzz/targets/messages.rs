//! A page's messages: any text is accepted or refused, and another site reads as if nothing had been sent.

use std::collections::{BTreeMap, BTreeSet};

use breakwater::guard::Event;
use breakwater::protocol::{PageToCore, PanelToCore};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{DEADLINE_MS, Target, as_is, joined, kind, parts, settled, well};
use crate::world::script::{PAGE, balance_of};
use crate::world::{Seen, World};

pub const TARGET: Target = Target {
    name: "messages",
    count: 20_000,
    json: true,
    words: &[
        "type",
        "use",
        "ask",
        "rescue",
        "abort",
        "locked",
        "met",
        "wallet",
        "wallet-waits",
        "wallet-done",
        "resume",
        "id",
        "chain",
        "method",
        "params",
        "body",
        "rdns",
        "result",
        "code",
        "message",
        "data",
        "since_ms",
        "blocks",
        "subscription",
        "number",
        "hash",
        "removed",
        "results",
        "[]",
        "{}",
        "eth_call",
        "eth_getLogs",
        "eth_newFilter",
        "eth_subscribe",
        "eth_unsubscribe",
        "eth_getFilterChanges",
        "eth_blockNumber",
        "eth_sendRawTransaction",
        "eth_sendRawTransactionSync",
        "trace_block",
        "eth_getBalance",
        "personal_sign",
        "eth_chainId",
        "newHeads",
        "logs",
        "latest",
        "pending",
        "0x0",
        "0xffffffffffff",
        "[\"newHeads\"]",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_blockNumber\"}",
        "snapshot",
        "edit",
        "import",
        "export",
        "trail",
        "probe",
        "load-table",
        "presets",
        "drill-start",
        "target",
        "text",
        "lang",
        "host",
        "base64",
    ],
    seeds,
    repair: as_is,
    run,
};

const SEEDS: &[&[&str]] = &[
    &[
        r#"{"type":"use","chain":1}"#,
        concat!(
            r#"{"type":"ask","id":1,"chain":1,"method":"eth_call","#,
            r#""params":"[{\"to\":\"0x00\"},\"latest\"]","wallet":false}"#,
        ),
    ],
    &[
        r#"{"type":"ask","id":2,"chain":1,"method":"eth_blockNumber","params":"[]","wallet":true}"#,
        r#"{"type":"wallet","id":2,"result":"\"0xffffffffffff\"","code":null,"message":null,"data":null}"#,
    ],
    &[
        concat!(
            r#"{"type":"rescue","id":3,"chain":1,"#,
            r#""body":"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_blockNumber\"},{\"id\":\"a\","#,
            r#"\"method\":\"eth_getCode\",\"params\":[]}]"}"#,
        ),
        r#"{"type":"abort","id":3}"#,
    ],
    &[
        r#"{"type":"ask","id":4,"chain":1,"method":"eth_subscribe","params":"[\"newHeads\"]","wallet":false}"#,
        concat!(
            r#"{"type":"ask","id":5,"chain":1,"method":"eth_newFilter","#,
            r#""params":"[{\"fromBlock\":\"0x1\",\"topics\":[null,[\"0x1\"]]}]","wallet":false}"#,
        ),
        r#"{"type":"ask","id":6,"chain":1,"method":"eth_getFilterChanges","params":"[\"0x1\"]","wallet":false}"#,
    ],
    &[
        concat!(
            r#"{"type":"resume","chain":1,"subscription":"0xabc","method":"eth_subscribe","#,
            r#""params":"[\"newHeads\"]","blocks":[{"number":1000,"hash":"0x01","#,
            r#""results":["{\"number\":\"0x3e8\"}"]}]}"#,
        ),
        r#"{"type":"ask","id":7,"chain":1,"method":"eth_unsubscribe","params":"[\"0xabc\"]","wallet":false}"#,
    ],
    &[r#"{"type":"locked"}"#, r#"{"type":"met","rdns":"io.metamask"}"#],
    &[
        r#"{"type":"wallet-waits","id":8,"chain":1,"method":"eth_sendTransaction","since_ms":1700000000000}"#,
        r#"{"type":"wallet","id":8,"result":"\"0x0\"","code":null,"message":null,"data":null}"#,
        r#"{"type":"wallet-done","id":8}"#,
    ],
    &[r#"{"type":"ask","id":9,"chain":1,"method":"eth_sendRawTransaction","params":"[\"0x02f8\"]","wallet":true}"#],
    &[
        concat!(
            r#"{"type":"ask","id":1,"chain":1,"method":"eth_getLogs","#,
            r#""params":"[{\"fromBlock\":\"0x1\",\"toBlock\":\"latest\"}]","wallet":true}"#,
        ),
        concat!(
            r#"{"type":"wallet","id":1,"result":null,"code":-32603,"message":"Internal error","#,
            r#""data":"{\"originalError\":{\"code\":-32000}}"}"#,
        ),
    ],
    &[r#"{"type":"snapshot","host":"dapp.example","lang":"fr"}"#, r#"{"type":"trail","lang":"en"}"#],
    &[r#"{"type":"edit","edit":{"op":"remove-chain","chain":1}}"#, r#"{"type":"export"}"#],
    &[
        r#"{"type":"import","text":"{\"version\":1}","lang":"en"}"#,
        r#"{"type":"load-table","base64":"QldHUk9VTkQ=","lang":"en"}"#,
    ],
    &[
        r#"{"type":"drill-start","target":{"kind":"operator","key":"aws"}}"#,
        r#"{"type":"presets","chain":1,"lang":"fr"}"#,
    ],
];

/// Another site's document.
const OTHER: u32 = 2;

fn seeds() -> Vec<Vec<u8>> {
    SEEDS.iter().map(|parts| joined(parts)).collect()
}

fn run(input: &[u8]) -> String {
    let mut world = well();
    world.open_at(OTHER, "victim.example");
    world.seen.clear();
    let (mut kinds, mut panels) = (BTreeSet::new(), Vec::new());
    let mut asked: BTreeMap<u64, u32> = BTreeMap::new();
    for part in parts(input).iter().take(64) {
        match PageToCore::read(part) {
            Some(message) if beyond_the_nodes(&message) => {}
            Some(message) => {
                if let PageToCore::Ask { id, .. } | PageToCore::Rescue { id, .. } = &message {
                    *asked.entry(*id).or_default() += 1;
                }
                kinds.insert(kind(&message));
                world.page(PAGE, message);
                world.advance(30);
            }
            None => panels.extend(serde_json::from_str::<PanelToCore>(part)),
        }
    }
    victim(&mut world);
    for (id, _) in asked.iter().filter(|(_, times)| **times == 1) {
        let ends = settled(&world, PAGE, *id);
        assert!(ends.len() <= 1, "a request was settled {} times: {ends:?}", ends.len());
        kinds.extend(ends.iter().map(|end| format!("{} back", kind(end))));
    }
    kinds.extend(panels.into_iter().map(panel));
    kinds.into_iter().collect::<Vec<_>>().join(", ")
}

/// Parameters that are JSON but that no simulated node can parse: `1e999`, or a thousand nested brackets.
fn beyond_the_nodes(message: &PageToCore) -> bool {
    match message {
        PageToCore::Ask { params: text, .. }
        | PageToCore::Rescue { body: text, .. }
        | PageToCore::Resume { params: text, .. } => {
            serde_json::from_str::<&RawValue>(text).is_ok() && serde_json::from_str::<Value>(text).is_err()
        }
        _ => false,
    }
}

/// The other site gets true answers, and only to its own requests.
fn victim(world: &mut World) {
    world.ask_from(OTHER, 7, "eth_getBalance", balance_of(7), false);
    world.ask_from(OTHER, 8, "eth_blockNumber", json!([]), false);
    world.advance(DEADLINE_MS);
    for id in [7, 8] {
        assert_eq!(settled(world, OTHER, id).len(), 1, "the other site's read {id} is settled once");
    }
    let result = |id| {
        world.told_to(OTHER, id).iter().find_map(|m| serde_json::to_value(m).ok()?["result"].as_str().map(String::from))
    };
    assert!(result(7).is_some(), "the other site's read failed: {:?}", world.told_to(OTHER, 7));
    let block = result(8).and_then(|text| u64::from_str_radix(text.trim_matches('"').strip_prefix("0x")?, 16).ok());
    let head = world.chains[0].head(world.now);
    assert!(block.is_some_and(|n| n <= head && n + 16 > head), "the other site was told block {block:?} of {head}");
    for seen in &world.seen {
        if let Seen::Posted(OTHER, message) = seen {
            let id = serde_json::to_value(message).unwrap_or_default()["id"].as_u64();
            assert!(id.is_none_or(|id| [7, 8].contains(&id)), "the other site heard of request {id:?}");
        }
    }
}

/// Popup and options are ours, and every one of their messages is answered all the same.
fn panel(message: PanelToCore) -> String {
    let (name, waits) = (kind(&message), matches!(message, PanelToCore::Probe { .. }));
    let mut world = well();
    world.event(Event::Panel { token: 99, message });
    world.advance(DEADLINE_MS);
    let reply = world.panel_reply();
    assert!(reply.is_some() || waits, "{name} was not answered");
    format!("{name}: {}", reply.map(|reply| kind(&reply)).unwrap_or_default())
}
