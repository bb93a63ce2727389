//! What the page knows of methods.

use std::collections::BTreeMap;

use breakwater::route::{Class, SENDS, STICKY_ENDS, STICKY_MAKES, Spec, TABLE, WALLETS_OWN, Weight};
use breakwater::shape::plain;

use crate::HEAD;
use crate::script::{list, quoted, words};

const KINDS: &str = "};

/**
 * The three of each method. A method that is not listed goes to the wallet.
 * @type {Readonly<Record<string, string[]>>}
 */
export const KINDS = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.fromEntries(
    /* @__PURE__ */ Object.entries(METHODS).flatMap(([kind, names]) =>
      names.split(/\\s/).map((name) => [name, kind.split(':')]),
    ),
  ),
);

";
const TYPES: &str = "/** @typedef {'wallet'|'local'|'read'|'broadcast'|'sticky'} RouteClass */\n\n";

/// Begins of method names that stand for all that is slow, and for nothing else.
fn slow() -> Vec<&'static str> {
    let mut starts: Vec<&str> = breakwater::route::TRACES.to_vec();
    let is_begun = |starts: &[&str], method: &str| starts.iter().any(|start| method.starts_with(start));
    for spec in TABLE.iter().filter(|spec| spec.weight == Weight::Slow) {
        if !is_begun(&starts, spec.method) {
            starts.push(spec.method);
        }
    }
    for spec in TABLE {
        assert_eq!(is_begun(&starts, spec.method), spec.weight == Weight::Slow, "{}", spec.method);
    }
    starts
}

/// What happens to a method, what a plain answer looks like, and whether `null` is one.
fn kind(spec: &Spec) -> String {
    let class = spec.class.word();
    match plain(spec).filter(|_| spec.class != Class::Broadcast) {
        Some((shape, null)) => format!("{class}:{shape}{}", if null { ":null" } else { "" }),
        None => class.to_owned(),
    }
}

fn reverts() -> Vec<String> {
    let catalogue: serde_json::Value =
        serde_json::from_str(include_str!("../../data/errors.json")).expect("data/errors.json is JSON");
    let marks = catalogue.pointer("/reverts/sure").and_then(serde_json::Value::as_array);
    let marks = marks.expect("data/errors.json has reverts.sure");
    marks.iter().map(|mark| mark.as_str().expect("a text").to_owned()).collect()
}

/// A property's name.
fn key(name: &str) -> String {
    if name.contains(':') { quoted(name) } else { name.to_owned() }
}

/// A list whose members are looked up.
fn set(about: &str, name: &str, texts: &[&str]) -> String {
    format!("/** {about} */\nexport const {name} = new Set({});\n\n", list(28 + name.len(), texts))
}

/// What the bridge knows as well.
pub(crate) fn sticky() -> String {
    set("Methods that make a filter or a subscription.", "STICKY_MAKES", &STICKY_MAKES)
        + &set("Methods that end one.", "STICKY_ENDS", &STICKY_ENDS)
}

pub(crate) fn script() -> String {
    let mut out = HEAD.to_owned() + TYPES;
    out += "/** Methods by what happens to them, what a plain answer looks like, and whether `null` is one. */\n";
    out += "const METHODS = {\n";
    let mut kinds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for spec in TABLE {
        kinds.entry(kind(spec)).or_default().push(spec.method);
    }
    for (kind, mut methods) in kinds {
        methods.sort_unstable();
        out += &format!("  {}: {},\n", key(&kind), words(10 + kind.len(), methods));
    }
    out += KINDS;
    out +=
        &set("Reads that a wallet answers from what it is: beside one they are its own.", "WALLETS_OWN", &WALLETS_OWN);
    out += &set("Transactions and signatures: what a wallet is asked for and a person confirms.", "SENDS", &SENDS);
    let mut texts = |about: &str, name: &str, texts: &[&str]| {
        out += &format!("/** {about} */\nexport const {name} = {};\n\n", list(19 + name.len(), texts));
    };
    texts("Methods, by how their names begin, that take seconds on every lane.", "SLOW", &slow());
    let reverts = reverts();
    let reverts: Vec<&str> = reverts.iter().map(String::as_str).collect();
    texts("What an error begins with when a contract speaks, in lower case.", "REVERTS", &reverts);
    out
}
