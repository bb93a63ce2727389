//! Mutates bytes: flips, words of the target's own language, splices, repetitions, deep nesting.

use crate::json;
use crate::targets::Target;
use crate::world::rng::Rng;

/// Largest input.
pub const MAX_BYTES: usize = 64 * 1024;
/// Separates the parts of an input (RFC 7464 uses it between JSON texts).
pub const PART: u8 = 0x1e;

/// Numbers at which behaviour often changes.
pub const EDGES: &[&str] = &[
    "0",
    "-1",
    "1",
    "127",
    "128",
    "255",
    "256",
    "65535",
    "65536",
    "2147483647",
    "4294967296",
    "9007199254740991",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "1e308",
    "1e999",
    "0.1",
    "-0",
    "1e-7",
    "00",
    "0x10",
    "281474976710656",
];
/// Characters that text handling often forgets.
pub const ODD: &[&str] = &[
    "\0", "\u{7f}", "\u{85}", "\u{202e}", "\u{200b}", "\u{feff}", "é", "ß", "İ", "中", "😀", "\\u0000", "\\ud800",
    "\"", "\\", "\u{2028}", "%00", "%", "..", "@", "#", "?",
];

/// An input made of `base`, with pieces of `other`.
pub fn mutate(rng: &mut Rng, target: &Target, base: &[u8], other: &[u8]) -> Vec<u8> {
    let mut out = base.to_vec();
    for _ in 0..=rng.within(0, 4) {
        if !(target.json && rng.chance(65) && json::change(rng, target.words, &mut out, other)) {
            change(rng, target.words, &mut out, other);
        }
        out.truncate(MAX_BYTES);
    }
    out
}

/// A random range of these bytes, often a short one.
fn range(rng: &mut Rng, bytes: &[u8]) -> std::ops::Range<usize> {
    let length = bytes.len() as u64;
    let from = rng.within(0, length + 1).min(length);
    let most = if rng.chance(70) { 16 } else { length };
    let to = (from + rng.within(0, most + 1)).min(length);
    from as usize..to as usize
}

fn insert(out: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    out.splice(at..at, bytes.iter().copied());
}

/// One mutation.
fn change(rng: &mut Rng, words: &[&str], out: &mut Vec<u8>, other: &[u8]) {
    let place = range(rng, out);
    match rng.within(0, 12) {
        0 if !out.is_empty() => out[place.start.min(place.end.saturating_sub(1))] ^= 1 << rng.within(0, 8),
        1 if !out.is_empty() => {
            let at = rng.within(0, out.len() as u64) as usize;
            out[at] = rng.pick(&[0, 1, 0x20, 0x22, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff, b'0', b'[', b'{', b',', PART]);
        }
        2 => drop(out.drain(place)),
        3 if !words.is_empty() => insert(out, place.start, rng.pick(words).as_bytes()),
        4 if !words.is_empty() => drop(out.splice(place, rng.pick(words).bytes())),
        5 => {
            let piece = other[range(rng, other)].to_vec();
            drop(out.splice(place, piece));
        }
        6 => {
            let times = if rng.chance(80) { rng.within(1, 8) } else { rng.within(8, 3_000) };
            let piece = out[place.clone()].repeat(times as usize);
            insert(out, place.start, &piece[..piece.len().min(MAX_BYTES)]);
        }
        7 => tower(rng, out, place),
        8 => insert(out, place.start, rng.pick(ODD).as_bytes()),
        9 => number(rng, out, place.start),
        10 => out.truncate(place.start),
        _ => {
            let to = rng.within(0, out.len() as u64 + 1) as usize;
            let piece = out[place].to_vec();
            insert(out, to, &piece);
        }
    }
}

/// Puts a range inside brackets, a few times or very often.
fn tower(rng: &mut Rng, out: &mut Vec<u8>, place: std::ops::Range<usize>) {
    let times = if rng.chance(70) { rng.within(1, 130) } else { rng.within(130, 10_000) } as usize;
    let (open, close) = rng.pick(&[("[", "]"), ("{\"a\":", "}"), ("\"", "\""), ("(", ")")]);
    insert(out, place.end, close.repeat(times).as_bytes());
    insert(out, place.start, open.repeat(times).as_bytes());
}

/// Replaces the number at or after a position by an edge value.
fn number(rng: &mut Rng, out: &mut Vec<u8>, from: usize) {
    let Some(start) = out.iter().skip(from).position(u8::is_ascii_digit).map(|at| at + from) else { return };
    let end = out.iter().skip(start).position(|b| !b.is_ascii_digit()).map_or(out.len(), |at| at + start);
    drop(out.splice(start..end, rng.pick(EDGES).bytes()));
}
