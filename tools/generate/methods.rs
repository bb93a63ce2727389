//! What the page knows of methods.

use breakwater::route::{Class, SENDS, STICKY_ENDS, STICKY_MAKES, Spec, TABLE, WALLETS_OWN, Weight};
use breakwater::shape::fits;

use crate::HEAD;
use crate::script::{list, words};

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

/// Of the methods that every chain has. What a page's own endpoint says to others is the core's to judge.
fn null_answers() -> Vec<&'static str> {
    let common = |spec: &&Spec| spec.method.starts_with("eth_") || spec.method.starts_with("net_");
    let nothing = |spec: &&Spec| common(spec) && matches!(spec.class, Class::Read | Class::Local) && fits(spec, "null");
    TABLE.iter().filter(nothing).map(|spec| spec.method).collect()
}

fn reverts() -> Vec<String> {
    let catalogue: serde_json::Value =
        serde_json::from_str(include_str!("../../data/errors.json")).expect("data/errors.json is JSON");
    let marks = catalogue.pointer("/reverts/sure").and_then(serde_json::Value::as_array);
    let marks = marks.expect("data/errors.json has reverts.sure");
    marks.iter().map(|mark| mark.as_str().expect("a text").to_owned()).collect()
}

/// A list whose members are looked up.
fn set(about: &str, name: &str, texts: &[&str]) -> String {
    format!("/** {about} */\nexport const {name} = new Set({});\n\n", list(30 + name.len(), texts))
}

/// What the bridge knows as well.
pub(crate) fn sticky() -> String {
    set("Methods that make a filter or a subscription.", "STICKY_MAKES", &STICKY_MAKES)
        + &set("Methods that end one.", "STICKY_ENDS", &STICKY_ENDS)
}

pub(crate) fn script() -> String {
    let mut out = HEAD.to_owned() + TYPES;
    out += "/** Methods by what happens to them. */\nconst METHODS = {\n";
    for class in [Class::Local, Class::Read, Class::Broadcast, Class::Sticky] {
        let mut methods: Vec<&str> = TABLE.iter().filter(|spec| spec.class == class).map(|spec| spec.method).collect();
        methods.sort_unstable();
        out += &format!("  {}: {},\n", class.word(), words(20, methods));
    }
    out += "};

/**
 * What happens to a JSON-RPC method. A method that is not listed goes to the wallet.
 * @type {Readonly<Record<string, RouteClass>>}
 */
export const ROUTES = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ Object.fromEntries(
  /* @__PURE__ */ Object.entries(METHODS).flatMap(([kind, names]) =>
    names.split(/\\s/).map((name) => [name, /** @type {RouteClass} */ (kind)]))));

";
    out +=
        &set("Reads that a wallet answers from what it is: beside one they are its own.", "WALLETS_OWN", &WALLETS_OWN);
    out += &set("Transactions and signatures: what a wallet is asked for and a person confirms.", "SENDS", &SENDS);
    out += &set("Methods to which `null` is an answer.", "NULL_ANSWERS", &null_answers());
    let mut texts = |about: &str, name: &str, texts: &[&str]| {
        out += &format!("/** {about} */\nexport const {name} = {};\n\n", list(25 + name.len(), texts));
    };
    texts("Methods, by how their names begin, that take seconds on every lane.", "SLOW", &slow());
    let reverts = reverts();
    let reverts: Vec<&str> = reverts.iter().map(String::as_str).collect();
    texts("What an error begins with when a contract speaks, in lower case.", "REVERTS", &reverts);
    out
}
