//! The first reads on a chain about which little is known, and reads when nothing works or one lane is behind.

#[path = "world/mod.rs"]
mod world;

use breakwater::protocol::CoreToPage;
use world::node::Fault;
use world::script::{Setup, balance_of, three};

#[test]
fn a_ready_lane_goes_before_an_unchecked_one() {
    let mut world = Setup::new(three()).fresh();
    world.fault("a", Fault::Dark);
    world.balance(1);
    assert!(world.asked().is_empty(), "no lane has been checked");
    (0..300).for_each(|_| {
        if world.asked().is_empty() {
            world.advance(1)
        }
    });
    assert_eq!(world.asked(), ["b"], "two lanes are known, and neither is the silent one");
    world.reply("b", "\"0x7\"");
    world.balance(2);
    assert_eq!(world.asked(), ["b"]);
}

#[test]
fn first_reads_wait_for_a_second_lane_once_in_parallel() {
    let mut world = Setup::new(three()).fresh();
    world.fault("a", Fault::Dark);
    world.fault("b", Fault::Dark);
    world.balance(1);
    world.advance(399);
    assert!(world.asked().is_empty(), "one lane alone cannot be seen to be stale");
    world.advance(1);
    assert_eq!(world.asked(), ["c"]);
    world.reply("c", "\"0x7\"");
    world.balance(2);
    assert_eq!(world.asked(), ["c"], "the second read does not wait again");
}

#[test]
fn with_every_endpoint_dark_the_wallet_is_asked_first() {
    let mut world = Setup::new(three()).fresh();
    ["a", "b", "c"].into_iter().for_each(|lane| world.fault(lane, Fault::Dark));
    world.ask_wallet(1, "eth_getBalance", balance_of(1));
    world.advance(400);
    assert!(matches!(world.told(1)[..], [CoreToPage::AskWallet { id: 1 }]), "{:?}", world.told(1));
    world.wallet_says(1, "\"0x7\"");
    assert!(!world.is_open(1));
    world.ask_wallet(2, "eth_getBalance", balance_of(2));
    assert!(matches!(world.told(2)[..], [CoreToPage::AskWallet { id: 2 }]), "the next read has it at once");
}

#[test]
fn a_lane_behind_does_not_hedge_a_current_one() {
    let mut lanes = three();
    if let Some(first) = lanes.first_mut() {
        first.lag = 300;
    }
    let mut world = Setup::new(lanes).warm();
    world.balance(1);
    world.advance(1_500);
    assert_eq!(world.asked(), ["b", "c"], "an old balance must not overtake a new one");
    world.lost("b");
    world.lost("c");
    assert_eq!(world.asked(), ["a"], "it is asked when nothing else is left");
}
