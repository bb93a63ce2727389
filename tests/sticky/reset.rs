//! After the person's own chain is reset or rolled back, it is followed from its new newest block.

use serde_json::json;

use super::ledger::Ledger;
use super::world::{World, hash};
use super::{POLL, heads};

#[test]
fn a_restarted_chain_is_followed_from_its_newest_block() {
    for sockets in [false, true] {
        let mut world = if sockets { World::with_sockets(2) } else { World::new(2) };
        world.at_home();
        let mut sub = Ledger::create(&mut world, "eth_subscribe", json!(["newHeads"]));
        let mut logs = Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
        world.mine(&[0, 1], 0, 1);
        world.run(2 * POLL);
        logs.listen(&mut world);
        assert_eq!(logs.held.len(), 1);
        world.begin_anew(9, 5);
        world.run(6 * POLL);
        world.mine(&[0, 1], 9, 2);
        world.run(6 * POLL);
        sub.listen(&mut world);
        logs.listen(&mut world);
        assert_eq!(heads(&sub), [hash(0, 101), hash(9, 5), hash(9, 6)], "sockets: {sockets}");
        assert_eq!((logs.taken_back, logs.held.len()), (1, 2), "sockets: {sockets}");
    }
}

#[test]
fn a_rolled_back_chain_is_followed_from_its_last_block() {
    let mut world = World::new(2);
    world.at_home();
    let mut logs = Ledger::create(&mut world, "eth_subscribe", json!(["logs", {}]));
    for _ in 0..4 {
        world.mine(&[0, 1], 0, 1);
        world.run(POLL);
    }
    world.roll_back(2);
    world.run(6 * POLL);
    world.mine(&[0, 1], 9, 1);
    world.run(6 * POLL);
    logs.listen(&mut world);
    assert_eq!(logs.taken_back, 2);
    logs.agrees(&world.nodes[0].own.chain, 100);
}
