//! The domain that a host name was registered under: `example.org` of `rpc.eu.example.org`. Whoever registered it
//! answers for every host under it.
//!
//! Names under a *public suffix* (`co.uk`, `github.io`) belong to many people. The public suffix list
//! (<https://publicsuffix.org/list/>) has some 9,000 rules of more than one label. `registrable.bin` keeps a hash of
//! each in as few bits as do. Hashes collide: of a hundred names, three or four count as a public suffix that are none,
//! and the hosts under them are kept apart. That is what they were without this table. Hosts of different people are
//! never taken for one's. `tools/domains` writes the table, and leaves out what the rules of `data/suffixes.tsv` answer:
//! a name that a cloud gives its customers is no registered domain.

use std::net::IpAddr;
use std::sync::OnceLock;

use super::suffix;

/// The rules, then the parents of wildcards. Each is a number of 16 bits, little end first, and that many distances
/// between sorted hashes in a Rice code (<https://en.wikipedia.org/wiki/Golomb_coding>): what exceeds so many bits as
/// ones and a zero, then the bits. The second list begins with a new byte.
const TABLE: &[u8] = include_bytes!("registrable.bin");
/// Bits of a rule's hash beyond those that number the rules: one other name in 2^5 has the hash of some rule.
pub const RULE_BITS: u32 = 5;
/// The same for the parents of wildcards, which are few: `*.ck` makes every name in `ck` a suffix.
pub const WILD_BITS: u32 = 10;

/// Suffixes that no public name server knows: RFC 6762 with its appendix G, RFC 8375, and what ICANN reserves for
/// private use.
const PRIVATE_ENDS: [&str; 9] =
    ["local", "lan", "internal", "home.arpa", "home", "corp", "private", "intranet", "localdomain"];

/// Whether a name has this end, as whole labels.
#[must_use]
pub fn ends_with(host: &str, end: &str) -> bool {
    host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether only the person's own network can know a name.
#[must_use]
pub fn is_private(host: &str) -> bool {
    !host.contains('.') || PRIVATE_ENDS.into_iter().any(|end| ends_with(host, end))
}

/// The hash of a rule among so many, with so many bits beyond.
#[must_use]
pub fn hash(rule: &str, rules: u32, bits: u32) -> u32 {
    // FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), whose bits are mixed before they are used.
    let fnv = rule.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let mixed = (fnv ^ (fnv >> 16)).wrapping_mul(0x85eb_ca6b);
    let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35);
    let wide = u64::from(mixed ^ (mixed >> 16)) * (u64::from(rules) << bits);
    u32::try_from(wide >> 32).unwrap_or_default()
}

/// One list of hashes, and the bytes that follow it.
fn list(table: &[u8], width: u32) -> (Vec<u32>, &[u8]) {
    let (count, code) =
        table.split_first_chunk().map_or((0, table), |(count, code)| (u16::from_le_bytes(*count), code));
    let mut read = 0_usize;
    let mut bit = || {
        let byte = code.get(read / 8).copied().unwrap_or_default();
        read += 1;
        u32::from(byte >> (7 - (read - 1) % 8) & 1)
    };
    let mut last = 0_u32;
    let mut next = || {
        let mut distance = 0;
        while bit() == 1 {
            distance += 1;
        }
        last += (0..width).fold(distance, |value, _| value << 1 | bit());
        last
    };
    let hashes = (0..count).map(|_| next()).collect();
    (hashes, code.get(read.div_ceil(8)..).unwrap_or_default())
}

/// Whether a name is a rule, and whether it is the parent of a wildcard.
fn is_rule(name: &str, wild: bool) -> bool {
    static LISTS: OnceLock<[Vec<u32>; 2]> = OnceLock::new();
    let [rules, wilds] = LISTS.get_or_init(|| {
        let (rules, rest) = list(TABLE, RULE_BITS);
        [rules, list(rest, WILD_BITS).0]
    });
    let (hashes, bits) = if wild { (wilds, WILD_BITS) } else { (rules, RULE_BITS) };
    let count = u32::try_from(hashes.len()).unwrap_or_default();
    hashes.binary_search(&hash(name, count, bits)).is_ok()
}

/// The domain that a host name was registered under. None for addresses, for names of the person's own network, and for
/// names that a cloud gives its customers.
pub fn domain(host: &str) -> Option<&str> {
    let name = host.trim_end_matches('.');
    let lower = name.to_ascii_lowercase();
    if is_private(&lower) || lower.contains(['[', ':']) || lower.parse::<IpAddr>().is_ok() {
        return None;
    }
    if suffix::of_host(&lower).is_some() {
        return None;
    }
    // From the whole name to its last label but one: the longest rule counts.
    let mut shorter = None;
    let mut at = Some(0);
    while let Some(start) = at {
        let next = lower.get(start..)?.find('.').map(|dot| start + dot + 1);
        let Some(parent) = next else { break };
        // A host that is a suffix itself goes by its own name all the same.
        if start > 0 && is_rule(lower.get(start..)?, false) || is_rule(lower.get(parent..)?, true) {
            return name.get(shorter?..);
        }
        shorter = Some(start);
        at = next;
    }
    name.get(shorter?..)
}
