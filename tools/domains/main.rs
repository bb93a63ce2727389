//! Writes `src/cloud/registrable.bin` from the public suffix list in the crate `psl`, at the version that Cargo.lock
//! pins: `cargo run --example domains` from the top folder. To renew the list, run `cargo update -p psl` first.

#![allow(clippy::expect_used, clippy::panic, reason = "a tool: what it cannot read or write ends it")]

use std::path::Path;
use std::process::Command;

use breakwater::cloud::registrable::{BITS, hash};

/// The rules file of the crate.
fn list() -> String {
    let cargo = Command::new("cargo").args(["metadata", "--format-version", "1", "--offline", "--locked"]).output();
    let said: serde_json::Value =
        serde_json::from_slice(&cargo.expect("cargo runs").stdout).expect("cargo metadata is JSON");
    let packages = said.get("packages").and_then(serde_json::Value::as_array).expect("a list of packages");
    let psl = packages.iter().find(|package| package.get("name").is_some_and(|name| name == "psl"));
    let manifest = psl.and_then(|package| package.get("manifest_path")?.as_str()).expect("psl is a dependency");
    let rules = Path::new(manifest).with_file_name("data").join("rules.txt");
    std::fs::read_to_string(&rules).unwrap_or_else(|error| panic!("{}: {error}", rules.display()))
}

/// Rules of one label need no entry, because every last label is a suffix. Exceptions get none: a name that is not a
/// suffix after all counts as one.
fn rules(list: &str) -> Vec<String> {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.filter(|rule| rule.contains('.') && !rule.starts_with('!')).map(ascii).collect()
}

/// A name as URLs have it.
fn ascii(name: &str) -> String {
    let label = |label: &str| match label.is_ascii() {
        true => label.to_owned(),
        false => format!("xn--{}", idna::punycode::encode_str(label).expect("a short label")),
    };
    name.split('.').map(label).collect::<Vec<_>>().join(".")
}

fn main() {
    let list = list();
    let rules = rules(&list);
    let count = u32::try_from(rules.len()).expect("few rules");
    let mut hashes: Vec<u32> = rules.iter().map(|rule| hash(rule, count)).collect();
    hashes.sort_unstable();
    let mut bits: Vec<bool> = Vec::new();
    let mut last = 0;
    for hash in hashes {
        let distance = hash - last;
        last = hash;
        bits.extend((0..distance >> BITS).map(|_| true).chain([false]));
        bits.extend((0..BITS).rev().map(|at| distance >> at & 1 == 1));
    }
    let mut out = u16::try_from(count).expect("few rules").to_le_bytes().to_vec();
    out.extend(
        bits.chunks(8)
            .map(|byte| byte.iter().enumerate().fold(0, |whole, (at, bit)| whole | u8::from(*bit) << (7 - at))),
    );
    std::fs::write("src/cloud/registrable.bin", &out).expect("src/cloud is there");
    println!("wrote src/cloud/registrable.bin: {} rules, {} bytes", rules.len(), out.len());
}
