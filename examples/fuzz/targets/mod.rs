//! One target for each kind of input from outside.

mod dns;
mod headers;
mod messages;
mod replies;
mod settings;
mod storage;
mod table;

use breakwater::guard::ClientId;
use breakwater::protocol::CoreToPage;
use serde_json::Value;

use crate::mutate::PART;
use crate::world::rng::Rng;
use crate::world::script::{Setup, three};
use crate::world::{Seen, World};

/// What is fuzzed.
pub struct Target {
    pub name: &'static str,
    /// Executions that take about ten seconds.
    pub count: u64,
    /// Whether its parts are JSON texts.
    pub json: bool,
    /// Words of its language.
    pub words: &'static [&'static str],
    /// Inputs to start with; each must pass.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Sometimes makes a mutated input pass the outermost check.
    pub repair: fn(&mut Vec<u8>, &mut Rng),
    /// Runs one input and names its outcome; a broken promise panics.
    pub run: fn(&[u8]) -> String,
}

/// All of them, the slow ones first.
pub static ALL: &[Target] = &[
    messages::TARGET,
    replies::TARGET,
    storage::TARGET,
    headers::TARGET,
    settings::TARGET,
    table::TARGET,
    dns::TARGET,
];

/// A little more than the longest wait for an answer that a script's settings allow, in ms.
pub const DEADLINE_MS: u64 = 10_250;

/// The parts of an input.
fn parts(input: &[u8]) -> Vec<String> {
    input.split(|byte| *byte == PART).map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}

fn joined(parts: &[&str]) -> Vec<u8> {
    parts.join("\u{1e}").into_bytes()
}

/// The input unchanged.
fn as_is(_: &mut Vec<u8>, _: &mut Rng) {}

/// A world of three good lanes whose nodes answer by themselves.
fn well() -> World {
    let mut world = Setup::new(three()).warm();
    world.alive = true;
    world
}

/// The messages that settled a request of a page.
fn settled(world: &World, client: ClientId, id: u64) -> Vec<CoreToPage> {
    let settles = |message: &CoreToPage| match message {
        CoreToPage::Answer { id: i, .. } | CoreToPage::Error { id: i, .. } | CoreToPage::Body { id: i, .. } => *i == id,
        CoreToPage::NoRescue { id: i } | CoreToPage::UseWallet { id: i } => *i == id,
        CoreToPage::Created { id: i, .. } | CoreToPage::Changes { id: i, .. } => *i == id,
        _ => false,
    };
    let posts = world.seen.iter().filter_map(|seen| match seen {
        Seen::Posted(to, message) if *to == client => Some(message),
        _ => None,
    });
    posts.filter(|message| settles(message)).cloned().collect()
}

/// The name of a message, as it is in its `type`.
fn kind(message: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(message).unwrap_or_default();
    value.get("type").and_then(Value::as_str).unwrap_or("none").to_owned()
}
