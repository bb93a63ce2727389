//! The DNS wire format, as far as DNS over HTTPS needs it: one question out, aliases and addresses back.
//!
//! RFC 8484 §4.1: "a DNS message … media type application/dns-message"; the message is that of RFC 1035 §4.
//! The same code serves every resolver. The person chooses the resolver, because it learns which endpoints they have.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Media type of questions and replies.
pub const MEDIA_TYPE: &str = "application/dns-message";
/// Longest reply that is read, in bytes: the most a DNS message can have.
pub const MAX_REPLY_BYTES: usize = 65_535;
/// Most aliases that are followed.
const MAX_ALIASES: usize = 16;

const TYPE_A: u16 = 1;
const TYPE_CNAME: u16 = 5;
const TYPE_AAAA: u16 = 28;
const CLASS_IN: u16 = 1;

/// The type of address to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
}

/// What a reply says about the name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The chain of aliases, in order, in lower case.
    pub cnames: Vec<String>,
    /// Addresses of the last name of the chain.
    pub ips: Vec<IpAddr>,
}

/// Why a reply cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnsError {
    /// It is not a DNS reply, or it is damaged.
    Malformed,
    /// The resolver refused or failed: its response code (RFC 1035 §4.1.1), for example 3 = no such name.
    Code(u8),
}

/// The bytes of a question. The id is 0, so that replies can be cached (RFC 8484 §4.1).
/// `None` for an invalid name: a part that is empty or over 63 bytes, or over 253 bytes in all.
pub fn query(name: &str, ask: Ask) -> Option<Vec<u8>> {
    let name = name.trim_end_matches('.');
    if name.len() > 253 {
        return None;
    }
    // Header: id 0, recursion desired, one question.
    let mut out = vec![0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        let length = u8::try_from(label.len()).ok().filter(|n| (1..64).contains(n))?;
        out.push(length);
        out.extend(label.bytes());
    }
    let kind = if ask == Ask::A { TYPE_A } else { TYPE_AAAA };
    out.push(0);
    out.extend(kind.to_be_bytes());
    out.extend(CLASS_IN.to_be_bytes());
    Some(out)
}

/// Reads the reply to a question for `name`. Records of other names are ignored.
pub fn parse(reply: &[u8], name: &str) -> Result<Reply, DnsError> {
    let mut at = Cursor { message: reply, at: 0 };
    let header = [at.u16()?, at.u16()?, at.u16()?, at.u16()?, at.u16()?, at.u16()?];
    let [_, flags, questions, answers, ..] = header;
    if flags & 0x8000 == 0 {
        return Err(DnsError::Malformed);
    }
    if flags & 0xf != 0 {
        return Err(DnsError::Code((flags & 0xf) as u8));
    }
    for _ in 0..questions {
        at.name()?;
        at.bytes(4)?;
    }
    let records = (0..answers).map(|_| at.record()).collect::<Result<Vec<_>, _>>()?;
    Ok(follow(&records, name))
}

/// Follows the aliases from the requested name, whatever order the records are in.
fn follow(records: &[Record], name: &str) -> Reply {
    let mut reply = Reply::default();
    let mut current = name.trim_end_matches('.').to_ascii_lowercase();
    let alias_of = |owner: &str| {
        records.iter().find_map(|(name, data)| match data {
            Data::Cname(to) if name == owner => Some(to.clone()),
            _ => None,
        })
    };
    while let Some(next) = alias_of(&current).filter(|_| reply.cnames.len() < MAX_ALIASES) {
        reply.cnames.push(next.clone());
        current = next;
    }
    reply.ips = records.iter().filter(|(owner, _)| *owner == current).filter_map(|(_, data)| data.ip()).collect();
    reply
}

type Record = (String, Data);

enum Data {
    Ip(IpAddr),
    Cname(String),
    Other,
}

impl Data {
    fn ip(&self) -> Option<IpAddr> {
        if let Data::Ip(ip) = self { Some(*ip) } else { None }
    }
}

struct Cursor<'a> {
    message: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8], DnsError> {
        let end = self.at.checked_add(count).ok_or(DnsError::Malformed)?;
        let bytes = self.message.get(self.at..end).ok_or(DnsError::Malformed)?;
        self.at = end;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DnsError> {
        self.bytes(N)?.try_into().map_err(|_| DnsError::Malformed)
    }

    fn u16(&mut self) -> Result<u16, DnsError> {
        self.array().map(u16::from_be_bytes)
    }

    /// A name, with its parts joined by dots, in lower case. RFC 1035 §4.1.4: a pointer leads to "a prior
    /// occurance"; each one here must lead further back than the last, so that every name ends.
    fn name(&mut self) -> Result<String, DnsError> {
        let mut name = String::new();
        let (mut limit, mut after) = (self.at, None);
        loop {
            let length = usize::from(self.array::<1>()?[0]);
            match length {
                0 => break,
                1..64 => {
                    let label = self.bytes(length)?;
                    if !label.iter().all(|b| b.is_ascii_graphic() && *b != b'.') || name.len() + length > 253 {
                        return Err(DnsError::Malformed);
                    }
                    name.extend((!name.is_empty()).then_some('.'));
                    name.extend(label.iter().map(|b| b.to_ascii_lowercase() as char));
                }
                0xc0.. => {
                    let target = (length & 0x3f) << 8 | usize::from(self.array::<1>()?[0]);
                    after = after.or(Some(self.at));
                    if target >= limit {
                        return Err(DnsError::Malformed);
                    }
                    (limit, self.at) = (target, target);
                }
                _ => return Err(DnsError::Malformed),
            }
        }
        self.at = after.unwrap_or(self.at);
        Ok(name)
    }

    fn record(&mut self) -> Result<Record, DnsError> {
        let owner = self.name()?;
        let (kind, class) = (self.u16()?, self.u16()?);
        self.bytes(4)?; // skip the time to live: evidence has its own age
        let length = usize::from(self.u16()?);
        let end = self.at + length;
        let data = match (kind, class, length) {
            (TYPE_A, CLASS_IN, 4) => Data::Ip(Ipv4Addr::from(self.array::<4>()?).into()),
            (TYPE_AAAA, CLASS_IN, 16) => Data::Ip(Ipv6Addr::from(self.array::<16>()?).into()),
            (TYPE_CNAME, CLASS_IN, _) => Data::Cname(self.name()?),
            (TYPE_A | TYPE_AAAA, CLASS_IN, _) => return Err(DnsError::Malformed),
            _ => {
                self.bytes(length)?;
                Data::Other
            }
        };
        if self.at == end { Ok((owner, data)) } else { Err(DnsError::Malformed) }
    }
}
