//! Writing a table: used by `tools/atlas` and by tests, absent from the package.

use super::form::{MAGIC, Parts, VERSION, crc32};

/// The bytes of a table. Entries must be ascending and none may be at address 0; the reader refuses other tables.
pub fn encode(parts: &Parts) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.push(VERSION);
    out.extend_from_slice(parts.date.as_bytes());
    number(&mut out, parts.labels.len() as u128);
    for label in &parts.labels {
        for text in [&label.operator, &label.region, &label.country, &label.edge] {
            number(&mut out, text.len() as u128);
            out.extend_from_slice(text.as_bytes());
        }
    }
    column(&mut out, parts.v4.iter().map(|(start, label)| (u128::from(*start), *label)));
    column(&mut out, parts.v6.iter().copied());
    let sum = crc32(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

fn column(out: &mut Vec<u8>, entries: impl Iterator<Item = (u128, u16)> + Clone) {
    number(out, entries.clone().count() as u128);
    let steps = entries.clone().scan(0u128, |before, (start, _)| {
        let step = start.wrapping_sub(*before);
        *before = start;
        Some(step)
    });
    out.extend(steps.clone().map(|step| step.trailing_zeros() as u8));
    for step in steps {
        number(out, step.checked_shr(step.trailing_zeros()).unwrap_or(0));
    }
    for (_, label) in entries {
        number(out, u128::from(label));
    }
}

/// Unsigned LEB128.
fn number(out: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
