//! The address table: which operator, region and country an address belongs to.
//!
//! One file, `data/cloud.bin`, made by `tools/atlas` and shipped in the package. Its format:
//!
//! ```text
//! "BWGROUND"  version:u8  date:10 bytes (YYYY-MM-DD)
//! labels      count, then operator, region, country, edge per label (length and UTF-8; empty = unknown)
//! IPv4        count, then three columns of that many entries
//! IPv6        the same
//! CRC-32      of everything before it, little-endian
//! ```
//!
//! An entry gives the label of all addresses from its own to the next entry (0 = no known operator, n = the n-th
//! label). Its three columns are the trailing zeros of the step from the entry before (one byte), the step without
//! those zeros, and the label. Numbers are LEB128. Labels are sorted by how often they are used, so that common ones
//! take one byte. Each column compresses better alone.
//!
//! A table is accepted whole or refused whole: no part of a damaged file is used.

mod error;
mod form;
mod read;
mod special;
mod write;

pub use error::TableError;
pub use form::{Label, MAX_TABLE_BYTES, Parts};
pub use special::{Special, normalise};
pub use write::encode;

use std::net::{IpAddr, Ipv4Addr};

use super::operators;

/// Where an address stands, as far as the table knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// Key of the operator.
    pub operator: Option<&'a str>,
    /// Region code.
    pub region: Option<&'a str>,
    /// ISO 3166 country of the server.
    pub country: Option<&'a str>,
    /// Edge service that hides the origin.
    pub edge: Option<&'a str>,
    /// Addresses that belong to nobody on the public internet.
    pub special: Special,
}

/// A table, decoded and ready for look-ups.
#[derive(Debug, Clone)]
pub struct Atlas {
    date: String,
    labels: Vec<Label>,
    v4: Column<u32>,
    v6: Column<u128>,
    /// The first 96 bits of the NAT64 addresses of the person's network, if it has a prefix of its own.
    nat64: Option<u128>,
}

/// Ascending first addresses and the label number of each.
#[derive(Debug, Clone)]
struct Column<K> {
    starts: Vec<K>,
    labels: Vec<u16>,
    /// How many entries begin before each value of the top [`INDEX_BITS`] bits. A look-up searches between two of
    /// these, which takes a third of the time.
    index: Vec<u32>,
    /// The top bits of an address.
    top: fn(K) -> usize,
}

/// Number of address bits used for the index.
const INDEX_BITS: u32 = 12;

impl<K: PartialOrd + Copy> Column<K> {
    fn new(entries: Vec<(K, u16)>, top: fn(K) -> usize) -> Column<K> {
        let (starts, labels): (Vec<K>, Vec<u16>) = entries.into_iter().unzip();
        let mut counts = vec![0u32; 1 << INDEX_BITS];
        for start in &starts {
            if let Some(count) = counts.get_mut(top(*start)) {
                *count += 1;
            }
        }
        let sums = counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        let index = std::iter::once(0).chain(sums).collect();
        Column { starts, labels, index, top }
    }

    /// Label number of an address; 0 when there is none.
    fn find(&self, address: K) -> u16 {
        let top = (self.top)(address);
        let entry = |at: usize| self.index.get(at).map_or(0, |entry| *entry as usize);
        let (low, high) = (entry(top), entry(top + 1));
        let among = self.starts.get(low..high).map_or(0, |some| some.partition_point(|start| *start <= address));
        (low + among).checked_sub(1).and_then(|at| self.labels.get(at)).copied().unwrap_or(0)
    }
}

impl Atlas {
    /// Reads a table. Every error refuses it whole.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Atlas, TableError> {
        let parts = read::decode(&bytes)?;
        Ok(Atlas {
            date: parts.date,
            labels: parts.labels,
            v4: Column::new(parts.v4, |v4| (v4 >> (32 - INDEX_BITS)) as usize),
            v6: Column::new(parts.v6, |v6| (v6 >> (128 - INDEX_BITS)) as usize),
            nat64: None,
        })
    }

    /// Date of the newest source, `YYYY-MM-DD`.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// How many IPv4 and IPv6 entries there are.
    pub fn entries(&self) -> (usize, usize) {
        (self.v4.starts.len(), self.v6.starts.len())
    }

    /// The labels in use.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// Sets the first 96 bits of the NAT64 addresses of the person's network.
    pub fn set_nat64(&mut self, prefix: Option<u128>) {
        self.nat64 = prefix;
    }

    /// The IPv4 address inside an address, if there is one, else the address.
    pub fn inside(&self, address: IpAddr) -> IpAddr {
        match normalise(address) {
            IpAddr::V6(v6) if self.nat64 == Some(v6.to_bits() >> 32) => Ipv4Addr::from_bits(v6.to_bits() as u32).into(),
            address => address,
        }
    }

    /// Whether an address is an edge, which may be the address of many services.
    pub fn is_edge(&self, address: IpAddr) -> bool {
        let place = self.look_up(address);
        let hides = |key| operators::get(key).is_some_and(operators::Operator::hides_origin);
        place.edge.is_some() || place.operator.is_some_and(hides)
    }

    /// Where an address stands. An address with an IPv4 address inside is looked up as that one.
    pub fn look_up(&self, address: IpAddr) -> Place<'_> {
        let address = self.inside(address);
        let special = Special::of(address);
        if special != Special::None {
            return Place { special, ..Place::default() };
        }
        let number = match address {
            IpAddr::V4(v4) => self.v4.find(v4.to_bits()),
            IpAddr::V6(v6) => self.v6.find(v6.to_bits()),
        };
        let label = usize::from(number).checked_sub(1).and_then(|at| self.labels.get(at));
        label.map_or_else(Place::default, Label::place)
    }
}

impl Label {
    fn place(&self) -> Place<'_> {
        fn known(text: &str) -> Option<&str> {
            (!text.is_empty()).then_some(text)
        }
        Place {
            operator: known(&self.operator),
            region: known(&self.region),
            country: known(&self.country),
            edge: known(&self.edge),
            special: Special::None,
        }
    }
}
