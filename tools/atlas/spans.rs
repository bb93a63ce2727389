//! Ascending spans of addresses that do not overlap, and operations on them.

use std::collections::BTreeMap;

use breakwater::cloud::table::Label;

use crate::inputs::Row;

/// Address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    pub(crate) fn pick<T>(self, v4: T, v6: T) -> T {
        if self == Family::V4 { v4 } else { v6 }
    }

    fn top(self) -> u128 {
        self.pick(u128::from(u32::MAX), u128::MAX)
    }

    /// Family, first and last address of a prefix.
    pub(crate) fn parse_cidr(text: &str) -> Option<(Family, u128, u128)> {
        let (base, bits) = text.split_once('/')?;
        let (family, base) = match base.parse().ok()? {
            std::net::IpAddr::V4(v4) => (Family::V4, u128::from(v4.to_bits())),
            std::net::IpAddr::V6(v6) => (Family::V6, v6.to_bits()),
        };
        let free = family.pick(32u32, 128).checked_sub(bits.parse().ok()?)?;
        let mask = 1u128.checked_shl(free).map_or(u128::MAX, |size| size - 1);
        Some((family, base & !mask, base | mask))
    }
}

/// Addresses from `start` to `end`, both included, with a label's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u128,
    pub(crate) end: u128,
    pub(crate) label: u16,
}

/// Labels in the order they were first seen.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    all: Vec<Label>,
    numbers: BTreeMap<Label, u16>,
}

impl Labels {
    pub(crate) fn number(&mut self, label: Label) -> u16 {
        *self.numbers.entry(label).or_insert_with_key(|label| {
            self.all.push(label.clone());
            (self.all.len() - 1) as u16
        })
    }

    pub(crate) fn get(&self, number: u16) -> Option<&Label> {
        self.all.get(usize::from(number))
    }

    /// The labels in use, most used first, and the number (from one) of each old number.
    pub(crate) fn ranked<'a>(&self, spans: impl Iterator<Item = &'a Span>) -> (Vec<Label>, BTreeMap<u16, u16>) {
        let mut uses: BTreeMap<u16, usize> = BTreeMap::new();
        for span in spans {
            *uses.entry(span.label).or_default() += 1;
        }
        let mut order: Vec<(usize, &Label, u16)> =
            uses.iter().filter_map(|(old, uses)| Some((*uses, self.all.get(usize::from(*old))?, *old))).collect();
        order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let numbers = order.iter().zip(1u16..).map(|((_, _, old), new)| (*old, new)).collect();
        (order.into_iter().map(|(_, label, _)| label.clone()).collect(), numbers)
    }
}

/// `top`, and `bottom` where `top` has nothing.
pub(crate) fn overlay(top: &[Span], bottom: &[Span]) -> Vec<Span> {
    let mut out = top.to_vec();
    let mut next = 0;
    for below in bottom {
        while top.get(next).is_some_and(|above| above.end < below.start) {
            next += 1;
        }
        let mut at = below.start;
        for above in top.iter().skip(next).take_while(|above| above.start <= below.end) {
            if at < above.start {
                out.push(Span { start: at, end: above.start - 1, label: below.label });
            }
            at = at.max(above.end.saturating_add(1));
        }
        if at <= below.end {
            out.push(Span { start: at, end: below.end, label: below.label });
        }
    }
    out.sort_by_key(|span| span.start);
    out
}

/// Merges neighbours with the same label, even across gaps that nobody announces, because no server answers from there.
pub(crate) fn close_gaps(spans: Vec<Span>, announced: &[Row<u32>]) -> Vec<Span> {
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if last.label == span.label && unannounced(announced, last.end, span.start) => {
                last.end = span.end
            }
            _ => merged.push(span),
        }
    }
    merged
}

/// Whether no address between two is announced, or there is none.
fn unannounced(announced: &[Row<u32>], after: u128, before: u128) -> bool {
    if after.saturating_add(1) == before {
        return true;
    }
    let first = announced.partition_point(|row| row.end <= after);
    announced.get(first).is_none_or(|row| row.start >= before)
}

/// Entries of the table: where a label begins, and where addresses that belong to nobody begin.
pub(crate) fn entries(spans: &[Span], number: &BTreeMap<u16, u16>, family: Family) -> Vec<(u128, u16)> {
    let mut entries: Vec<(u128, u16)> = Vec::new();
    let mut free = 0u128;
    for span in spans {
        if free < span.start && free > 0 {
            entries.push((free, 0));
        }
        entries.push((span.start, number.get(&span.label).copied().unwrap_or(0)));
        free = span.end.saturating_add(1);
    }
    if free > 0 && free <= family.top() && free != u128::MAX {
        entries.push((free, 0));
    }
    entries
}
