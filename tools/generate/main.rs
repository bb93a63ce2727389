//! Writes what the extension's scripts share with the core: `cargo run --bin generate` from the top folder. The build
//! calls it, and `tests/generated.rs` fails while a file in the tree differs from what it would write.
//!
//! With `--check` nothing is written: the files that differ are named, and the status is 1.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a tool: what it cannot read or write ends it"
)]

mod catalogue;
mod chains;
mod limits;
mod methods;
mod presets;
mod regions;
mod rpc;
mod script;
mod types;

use std::fs;
use std::process::ExitCode;

/// First line of every script.
const HEAD: &str = "// Written by tools/generate/ from src/ and data/: change it there, not here.\n\n";

/// Path from the top folder, and the whole text.
fn files() -> Vec<(&'static str, String)> {
    let chains = chains::read();
    vec![
        ("extension/inpage/generated.js", methods::script() + &limits::page()),
        ("extension/lib/generated.js", HEAD.to_owned() + &methods::sticky() + &limits::shared()),
        ("extension/lib/generated-chains.js", chains::panel(&chains)),
        ("extension/inpage/direct/generated-hosts.js", chains::hosts(&chains)),
        ("src/chains/table.rs", chains::table(&chains)),
        ("src/classify/catalogue.tsv", catalogue::table()),
        ("src/cloud/presets.tsv", presets::table()),
        ("src/cloud/regions.tsv", regions::table()),
        ("src/cloud/rpc.tsv", rpc::table()),
        ("extension/lib/ui-types.d.ts", types::types()),
    ]
}

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let mut stale = false;
    for (path, text) in files() {
        if fs::read_to_string(path).is_ok_and(|old| old == text) {
            continue;
        }
        if check {
            println!("{path} is not what `cargo run --bin generate` writes");
            stale = true;
        } else {
            fs::write(path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
            println!("wrote {path}");
        }
    }
    ExitCode::from(u8::from(stale))
}
