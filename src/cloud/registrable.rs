//! The domain that a host name was registered under: `example.org` of `rpc.eu.example.org`. Whoever registered it
//! answers for every host under it.
//!
//! Names under a *public suffix* (`co.uk`, `workers.dev`) belong to many people. The public suffix list
//! (<https://publicsuffix.org/list/>) has some 9,000 rules of more than one label. `registrable.bin` keeps a hash of each,
//! in as few bits as do. Hashes collide: one name in some hundred counts as a public suffix that is none, and the hosts
//! under it are kept apart. That is what they were without this table. Hosts of different people are never taken for
//! one's. `tools/domains` writes the table; a suffix of one label needs no rule.

use std::sync::OnceLock;

/// Number of rules, 16 bits, little end first; then the distances between their sorted hashes in a Rice code
/// (<https://en.wikipedia.org/wiki/Golomb_coding>): what exceeds `BITS` as that many ones and a zero, then `BITS` bits.
const TABLE: &[u8] = include_bytes!("registrable.bin");
/// Bits of a hash beyond those that number the rules: one other name in 2^BITS has the hash of some rule.
pub const BITS: u32 = 8;

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

/// The hash of a rule among so many rules.
#[must_use]
pub fn hash(rule: &str, rules: u32) -> u32 {
    // FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), whose high bits are mixed before they are used.
    let fnv = rule.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let mixed = (fnv ^ (fnv >> 16)).wrapping_mul(0x85eb_ca6b);
    let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35);
    let wide = u64::from(mixed ^ (mixed >> 16)) * (u64::from(rules) << BITS);
    u32::try_from(wide >> 32).unwrap_or_default()
}

fn rules() -> &'static (u32, Vec<u32>) {
    static RULES: OnceLock<(u32, Vec<u32>)> = OnceLock::new();
    RULES.get_or_init(|| {
        let (count, code) =
            TABLE.split_first_chunk().map_or((0, TABLE), |(count, code)| (u16::from_le_bytes(*count), code));
        let mut bits = code.iter().flat_map(|byte| (0..8).rev().map(move |at| u32::from(byte >> at & 1)));
        let mut last = 0;
        let hashes = (0..count).map(|_| {
            let high = u32::try_from(bits.by_ref().take_while(|bit| *bit == 1).count()).unwrap_or_default();
            last += bits.by_ref().take(BITS as usize).fold(high, |value, bit| value << 1 | bit);
            last
        });
        (u32::from(count), hashes.collect())
    })
}

fn is_rule(rule: &str) -> bool {
    let (count, hashes) = rules();
    hashes.binary_search(&hash(rule, *count)).is_ok()
}

/// The domain that a host name was registered under. None for addresses, for names of the person's own network, and for
/// a public suffix itself.
pub fn domain(host: &str) -> Option<&str> {
    let name = host.trim_end_matches('.');
    let lower = name.to_ascii_lowercase();
    if is_private(&lower) || lower.contains(['[', ':']) || lower.parse::<std::net::IpAddr>().is_ok() {
        return None;
    }
    // From the whole name to its last label but one: the longest rule counts.
    let mut shorter = None;
    let mut at = Some(0);
    while let Some(start) = at {
        let next = lower.get(start..)?.find('.').map(|dot| start + dot + 1);
        let Some(parent) = next else { break };
        if is_rule(lower.get(start..)?) || is_rule(&format!("*.{}", lower.get(parent..)?)) {
            return name.get(shorter?..);
        }
        shorter = Some(start);
        at = next;
    }
    name.get(shorter?..)
}
