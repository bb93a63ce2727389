//! Writes `src/cloud/registrable.bin` from the public suffix list in the crate `psl`, at the version that Cargo.lock
//! pins: `cargo run --example domains` from the top folder. To renew the list, run `cargo update -p psl` first.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a tool: what it cannot read or write ends it"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use breakwater::cloud::registrable::{RULE_BITS, WILD_BITS, hash};
use breakwater::cloud::suffix;

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
/// suffix after all counts as one. What `data/suffixes.tsv` knows is asked first.
fn rules(list: &str) -> Vec<String> {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let rules = lines.filter(|rule| rule.contains('.') && !rule.starts_with('!')).map(ascii);
    rules.filter(|rule| suffix::of_host(&rule.replace('*', "x")).is_none()).collect()
}

/// A name as URLs have it.
fn ascii(name: &str) -> String {
    let label = |label: &str| match label.is_ascii() {
        true => label.to_owned(),
        false => format!("xn--{}", idna::punycode::encode_str(label).expect("a short label")),
    };
    name.split('.').map(label).collect::<Vec<_>>().join(".")
}

/// One list as src/cloud/registrable.rs reads it.
fn packed(names: &[&str], width: u32) -> Vec<u8> {
    let count = u16::try_from(names.len()).expect("few rules");
    let mut hashes: Vec<u32> = names.iter().map(|name| hash(name, u32::from(count), width)).collect();
    hashes.sort_unstable();
    let mut bits: Vec<bool> = Vec::new();
    let mut last = 0;
    for hash in hashes {
        let distance = hash - last;
        last = hash;
        bits.extend((0..distance >> width).map(|_| true).chain([false]));
        bits.extend((0..width).rev().map(|at| distance >> at & 1 == 1));
    }
    let byte = |bits: &[bool]| bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << (7 - at));
    count.to_le_bytes().into_iter().chain(bits.chunks(8).map(byte)).collect()
}

/// A name with many suffixes right below it counts as the parent of a wildcard, which takes one entry: the cities of a
/// Japanese prefecture, the ministries below `gov.pl`. What else is below it is then kept apart.
fn wilder(rules: Vec<String>) -> Vec<String> {
    const MANY: usize = 8;
    let parent = |rule: &str| rule.split_once('.').map(|(_, parent)| parent.to_owned()).filter(|p| p.contains('.'));
    let mut below = BTreeMap::new();
    for parent in rules.iter().filter_map(|rule| parent(rule)) {
        *below.entry(parent).or_insert(0_usize) += 1;
    }
    let is_many = |rule: &String| parent(rule).is_some_and(|parent| below[&parent] >= MANY);
    let wild = below.iter().filter(|(_, count)| **count >= MANY).map(|(parent, _)| format!("*.{parent}"));
    let mut all: Vec<String> = rules.iter().filter(|rule| !is_many(rule)).cloned().chain(wild).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn main() {
    let list = list();
    let rules = wilder(rules(&list));
    let wild: Vec<&str> = rules.iter().filter_map(|rule| rule.strip_prefix("*.")).collect();
    let plain: Vec<&str> = rules.iter().map(String::as_str).filter(|rule| !rule.starts_with('*')).collect();
    let out = [packed(&plain, RULE_BITS), packed(&wild, WILD_BITS)].concat();
    std::fs::write("src/cloud/registrable.bin", &out).expect("src/cloud is there");
    println!("wrote src/cloud/registrable.bin: {} and {} rules, {} bytes", plain.len(), wild.len(), out.len());
}
