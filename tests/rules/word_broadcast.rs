//! When nodes refuse a transaction, the sender gets the reason that most of them give.

use serde_json::json;

use crate::world::World;
use crate::world::chain::transaction_hash;
use crate::world::script::{Setup, three};

const RAW: &str = "0x02f86b0180843b9aca00";

fn sent() -> World {
    let mut world = Setup::new(three()).warm();
    world.ask(1, "eth_sendRawTransaction", json!([RAW]));
    world
}

#[test]
fn the_sender_gets_the_nodes_reason() {
    for (code, text) in [
        (-32000, "nonce too high"),
        (-32000, "txpool is full"),
        (-32000, "transaction underpriced: tip needed 1, tip permitted 0"),
        (-32000, "account limit exceeded"),
        (-32000, "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)"),
        (-32000, "max initcode size exceeded: code size 60000, limit 49152"),
        (-32000, "oversized data: transaction size 131200, limit 131072"),
        (-32000, "insufficient funds for gas * price + value: address 0x1 have 0 want 1"),
        (-32001, "Nonce too low"),
        (-32004, "Upfront cost exceeds account balance"),
        (-32005, "Transaction gas limit exceeds block gas limit"),
        (-32006, "Nonce too high"),
        (-32007, "Sender account not authorized to send transactions"),
        (-32009, "Gas price below configured minimum gas price"),
        (-32010, "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1, CurrentBaseFee: 9"),
        (-32010, "NonceGap, Future nonce. Expected nonce: 5"),
        (-32010, "SenderIsContract"),
        (-32000, "Calldata of transaction is greater than the allowed max of 30000"),
        (-32000, "Transaction line count for module ADD=402 is above the limit 70"),
        (3, "failed to validate the transaction. reason: max fee per gas less than block base fee"),
        (-32602, "transaction gas limit is too big"),
        (-32603, "invalid transaction: sender is an EOA with code"),
        (-32000, "transaction type not supported"),
        (-32003, "intrinsic gas too low"),
    ] {
        let mut world = sent();
        ["a", "b", "c"].into_iter().for_each(|lane| world.error(lane, code, text));
        assert_eq!(world.failure(1), Some((code, text.to_owned())));
        assert!(world.dots().iter().all(|(_, dot)| dot == "good"), "{text}: {:?}", world.dots());
    }
}

#[test]
fn the_sender_gets_the_reason_that_most_nodes_give() {
    let mut world = sent();
    world.error("a", -32000, "nonce too low");
    world.error("b", -32000, "insufficient funds");
    world.error("c", -32003, "insufficient funds");
    assert_eq!(world.failure(1), Some((-32000, "insufficient funds".to_owned())));
}

#[test]
fn one_acceptance_outweighs_all_refusals() {
    let hash = format!("\"{}\"", transaction_hash(RAW));
    for text in ["nonce too low", "could not replace existing tx", "AlreadyKnown, no"] {
        let mut world = sent();
        world.error("a", -32010, text);
        if world.is_open(1) {
            world.error("b", -32000, "nonce too low");
            world.reply("c", &hash);
        }
        assert_eq!(world.result(1), Some(hash.clone()), "{text}");
    }
}

#[test]
fn a_vendors_refusal_says_nothing_about_the_transaction() {
    let mut world = sent();
    world.error("a", -32005, "rate limit");
    world.error("b", -32000, "Unauthorized: you must authenticate your request");
    world.error("c", -32000, "nonce too high");
    assert_eq!(world.failure(1), Some((-32000, "nonce too high".to_owned())));
}

#[test]
fn the_sender_gets_the_reason_when_no_node_can_take_it() {
    let text = "Transaction pool not enabled. (Either txpool explicitly disabled, or node not yet in sync).";
    let mut world = sent();
    ["a", "b", "c"].into_iter().for_each(|lane| world.error(lane, -32002, text));
    assert_eq!(world.failure(1), Some((-32002, text.to_owned())));
}
