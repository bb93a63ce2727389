//! `safe`, `finalized` and `earliest` on a node that lacks them.

use serde_json::json;

use crate::world::World;
use crate::world::script::{Setup, three};

/// The errors of nodes: geth before it knew finality, geth before the merge, Besu, old geth, Nethermind, pruned nodes.
const SAID: [(i64, &str, &str); 8] = [
    (-32000, "finalized block not found", "finalized"),
    (-32000, "safe block not found", "safe"),
    (-32000, "'finalized' tag not supported on pre-merge network", "finalized"),
    (-32602, "Invalid block, unable to parse tag finalized", "finalized"),
    (-32602, "invalid argument 1: hex string without 0x prefix", "finalized"),
    (-32602, "Invalid params", "safe"),
    (-32000, "missing trie node 1a2b (path ) state 0x1 is not available", "earliest"),
    (4444, "pruned history unavailable", "earliest"),
];

fn ask(world: &mut World, id: u64, tag: &str) {
    world.advance(2_000);
    world.ask(id, "eth_getBalance", json!([format!("0x{id:040x}"), tag]));
}

#[test]
fn lanes_are_asked_until_one_has_the_tag() {
    for (code, message, tag) in SAID {
        let mut world = Setup::new(three()).warm();
        ask(&mut world, 1, tag);
        world.error("a", code, message);
        assert_eq!(world.asked(), ["b"], "{message}");
        world.error("b", code, message);
        assert_eq!(world.asked(), ["c"], "{message}: two that lack it confirm nothing");
        world.reply("c", "\"0x7\"");
        assert_eq!(world.result(1).as_deref(), Some("\"0x7\""), "{message}");
        for lane in ["a", "b", "c"] {
            assert_eq!(world.dot(lane), "good", "{lane}: {message}");
        }
        ask(&mut world, 2, tag);
        assert_eq!(world.asked(), ["c"], "{message}: from now on first");
        world.reply("c", "\"0x8\"");
        ask(&mut world, 3, "0x10");
        assert_eq!(world.asked(), ["a"], "{message}: for this tag alone");
    }
}

#[test]
fn if_no_lane_has_the_tag_the_best_lanes_error_counts() {
    for (code, message, tag) in SAID {
        for third_fails in [false, true] {
            let mut world = Setup::new(three()).warm();
            ask(&mut world, 1, tag);
            world.error("a", code, message);
            world.error("b", code, "another text about the block");
            if third_fails {
                world.lost("c")
            } else {
                world.error("c", code, message)
            }
            assert_eq!(world.failure(1), Some((code, message.to_owned())));
            ask(&mut world, 2, tag);
            assert_eq!(world.asked()[0], "a", "no lane has it, so none is passed over");
        }
    }
}

#[test]
fn null_from_lanes_without_the_block_does_not_settle() {
    for tag in ["safe", "finalized", "earliest"] {
        let mut world = Setup::new(three()).warm();
        world.ask(1, "eth_getBlockByNumber", json!([tag, false]));
        world.reply("a", "null");
        world.reply("b", "null");
        assert!(world.is_open(1), "{tag}");
        let block = json!({"number": "0x3c0", "hash": format!("0x{:064x}", 7), "transactions": []}).to_string();
        world.reply("c", &block);
        assert_eq!(world.result(1), Some(block), "{tag}");
    }
}

/// An error of code that was executed at such a block is the chain's own error, as at any other block.
#[test]
fn a_contracts_error_at_a_tag_counts_as_usual() {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_call", json!([{"to": "0xab"}, "finalized"]));
    world.error("a", -32000, "invalid jump destination");
    world.error("b", -32000, "invalid jump destination");
    assert_eq!(world.failure(1), Some((-32000, "invalid jump destination".into())));
    let mut world = Setup::new(three()).warm();
    world.ask(2, "eth_call", json!([{"to": "0xab"}, "finalized"]));
    world.error("a", 3, "execution reverted: the finalized block is not found");
    assert!(world.failure(2).is_some(), "a revert is an answer");
}
