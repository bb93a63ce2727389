//! Numbers and sentences, each with the comment that stands above it in the core.

use breakwater::jsonrpc::depth::MAX_JSON_DEPTH;
use breakwater::protocol::patience::*;
use breakwater::protocol::*;
use breakwater::settings::{DEFAULT_DEADLINE_MS, MAX_ALL_ENDPOINTS, MAX_TEXT_BYTES};
use breakwater::{load, route};

use crate::script::{comment, number, object, quoted};

const PAGE: &str = include_str!("../../src/protocol/page.rs");
const PATIENCE: &str = include_str!("../../src/protocol/patience.rs");
const SETTINGS: &str = include_str!("../../src/settings/model.rs");
const ROUTE: &str = include_str!("../../src/route/spec.rs");
const LOAD: &str = include_str!("../../src/load.rs");
const DEPTH: &str = include_str!("../../src/jsonrpc/depth.rs");

/// The comment above a constant, in one line.
fn about(source: &str, name: &str) -> String {
    let at = source.find(&format!("\npub const {name}: ")).unwrap_or_else(|| panic!("no constant {name}"));
    let lines = source[..at].lines().rev().take_while(|line| line.starts_with("/// "));
    let mut lines: Vec<&str> = lines.map(|line| &line[4..]).collect();
    assert!(!lines.is_empty(), "{name} has no comment");
    lines.reverse();
    lines.join(" ").replace(['[', ']'], "")
}

/// Whatever the core counts in.
trait Count: Copy {
    fn count(self) -> u64;
}

impl Count for u64 {
    fn count(self) -> u64 {
        self
    }
}

impl Count for usize {
    fn count(self) -> u64 {
        u64::try_from(self).expect("64 bits")
    }
}

/// One constant under its own name, or under another one.
macro_rules! export {
    ($out:ident, $source:ident, $($name:ident),+) => {$(
        export!($out, $source, $name as stringify!($name));
    )+};
    ($out:ident, $source:ident, $path:path as $name:expr) => {
        let own = stringify!($path).rsplit("::").next().unwrap_or_default().trim();
        $out += &format!("{}export const {} = {};\n", comment(&about($source, own)), $name, number($path.count()));
    };
}

/// What the page script alone waits for.
pub(crate) fn page() -> String {
    let mut out = String::new();
    export!(out, ROUTE, route::SLOW_MS as "SLOW_MS");
    export!(out, PAGE, WALLET_PATIENCE_MS, MAX_METHOD_BYTES, MAX_PARAMS_BYTES);
    export!(out, DEPTH, MAX_JSON_DEPTH);
    export!(out, PATIENCE, STALL_FACTOR, STALL_MIN_MS, STALL_MAX_MS, STALL_UNKNOWN_MS, STALL_SAMPLES);
    export!(out, PATIENCE, STALL_SAMPLES_KEPT, STALL_AGAIN_MS, STALL_SLOW_MS);
    export!(out, PATIENCE, LEARN_AFTER_MS, LEARN_TIMEOUT_MS, LEARN_AGAIN_MS, CLOSE_HELD_MS, QUIET_MS, RETRY_MS);
    export!(out, PATIENCE, WALLET_AHEAD_PERCENT, DEADLINE_GRACE_MS, STATE_WAIT_MS, KNOCK_MS);
    out
}

/// What the bridge, the worker and our pages go by.
pub(crate) fn shared() -> String {
    let mut out = String::new();
    export!(out, PAGE, MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH, MAX_MESSAGE_VALUES, MAX_DOCUMENT_BYTES, MAX_IN_FLIGHT);
    export!(out, PAGE, MAX_CHAINS, MAX_STICKY, KEPT_BLOCKS, KEPT_BYTES);
    export!(out, LOAD, load::MESSAGES as "ORIGIN_MESSAGES");
    export!(out, LOAD, load::MESSAGES_PER_S as "ORIGIN_MESSAGES_PER_S");
    export!(out, SETTINGS, DEFAULT_DEADLINE_MS, MAX_ALL_ENDPOINTS);
    export!(out, SETTINGS, MAX_TEXT_BYTES as "MAX_SETTINGS_BYTES");
    export!(out, PATIENCE, CREDIT_MOST, CREDIT_FRAME_MOST, CREDIT_PER_S, CREDIT_FULL_PER_S, CREDIT_DEBT);
    for (name, code, text) in [("TOO_LARGE", INVALID_PARAMS, TOO_LARGE), ("TOO_MANY", LIMIT, TOO_MANY)] {
        out += &comment(&about(PAGE, name));
        let fields = [("code", code.to_string()), ("message", quoted(text))];
        out += &format!("export const {name} = {};\n", object(17 + name.len(), &fields));
    }
    out
}
