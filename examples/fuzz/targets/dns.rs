//! DNS messages: if our parser and another implementation both accept a reply, they read the same.

use std::net::IpAddr;

use breakwater::cloud::dns::{self, Ask};
use simple_dns::rdata::{A, AAAA, CNAME, RData, TXT};
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, ResourceRecord, TYPE};

use super::Target;
use crate::world::rng::Rng;

pub const TARGET: Target = Target {
    name: "dns",
    count: 600_000,
    json: false,
    words: &[
        "\x03rpc\x07example\x03org\0",
        "\x01a\x07example\0",
        "rpc.example.org",
        "\u{0}\u{5}\u{0}\u{1}",
        "\0\x01\0\x01",
        "\0\x1c\0\x01",
        "\0\0\0\x3c",
        "\0\x04",
        "\0\x10",
    ],
    seeds,
    repair,
    run,
};

fn reply(records: &[(&str, RData<'_>)], compressed: bool) -> Vec<u8> {
    let name = |text| Name::new(text).unwrap();
    let mut packet = Packet::new_reply(0);
    packet.set_flags(PacketFlag::RECURSION_DESIRED | PacketFlag::RECURSION_AVAILABLE);
    packet.questions.push(Question::new(name("rpc.example.org").into_owned(), TYPE::A.into(), CLASS::IN.into(), false));
    for (owner, data) in records {
        packet.answers.push(ResourceRecord::new(Name::new(owner).unwrap(), CLASS::IN, 60, data.clone()));
    }
    if compressed { packet.build_bytes_vec_compressed() } else { packet.build_bytes_vec() }.unwrap()
}

fn seeds() -> Vec<Vec<u8>> {
    let alias = |to| RData::CNAME(CNAME(Name::new(to).unwrap()));
    let four = RData::A(A { address: 0x0304_0506 });
    let six = RData::AAAA(AAAA { address: 0x2606_4700 << 96 });
    let text = RData::TXT(TXT::new().with_string("v=1").unwrap());
    let chain =
        [("rpc.example.org", alias("lb.example.net")), ("lb.example.net", four.clone()), ("lb.example.net", six)];
    let circle =
        [("rpc.example.org", alias("b.example")), ("b.example", alias("rpc.example.org")), ("b.example", text)];
    let mut seeds: Vec<Vec<u8>> = [true, false]
        .into_iter()
        .flat_map(|packed| {
            [reply(&chain, packed), reply(&circle, packed), reply(&[("rpc.example.org", four.clone())], packed)]
        })
        .collect();
    seeds.push(reply(&[], true));
    seeds.extend(dns::query("rpc.example.org", Ask::Aaaa));
    seeds
}

#[allow(clippy::ptr_arg, reason = "as every target's")]
/// Most replies are marked as replies without an error.
fn repair(input: &mut Vec<u8>, rng: &mut Rng) {
    if let Some([high, low]) = input.get_mut(2..4).filter(|_| rng.chance(80)) {
        *high |= 0x80;
        *low &= 0xf0;
    }
}

/// Addresses of a name with its aliases, according to the other implementation.
fn second_opinion(bytes: &[u8], asked: &str) -> Option<Vec<IpAddr>> {
    let mut packet = Packet::parse(bytes).ok()?;
    // Multicast DNS gives the top bit of the class a meaning, which plain DNS does not know.
    packet.answers.retain(|record| record.class == CLASS::IN && !record.cache_flush);
    let is = |record: &ResourceRecord<'_>, name: &str| record.name.to_string().eq_ignore_ascii_case(name);
    let mut current = asked.to_owned();
    for _ in 0..16 {
        let alias = packet.answers.iter().find_map(|record| match &record.rdata {
            RData::CNAME(to) if is(record, &current) => Some(to.0.to_string().to_ascii_lowercase()),
            _ => None,
        });
        let Some(next) = alias else { break };
        current = next;
    }
    let of_name = packet.answers.iter().filter(|record| is(record, &current));
    let ips = of_name.filter_map(|record| match &record.rdata {
        RData::A(a) => Some(IpAddr::from(a.address.to_be_bytes())),
        RData::AAAA(a) => Some(IpAddr::from(a.address.to_be_bytes())),
        _ => None,
    });
    Some(ips.collect())
}

fn run(input: &[u8]) -> String {
    let asked = "rpc.example.org";
    if let Ok(text) = std::str::from_utf8(input)
        && let Some(query) = dns::query(text, Ask::A)
    {
        assert!(query.len() <= 255 + 16, "a question of {} bytes", query.len());
    }
    match dns::parse(input, asked) {
        Err(error) => format!("{error:?}"),
        Ok(ours) => {
            assert!(ours.cnames.len() <= 16 && ours.ips.len() < input.len(), "more than the reply can hold");
            if let Ok(Some(theirs)) = std::panic::catch_unwind(|| second_opinion(input, asked)) {
                assert_eq!(ours.ips, theirs, "the other implementation reads it differently");
            }
            let six = ours.ips.iter().filter(|ip| ip.is_ipv6()).count();
            format!("{} aliases, {} addresses, {six} of them IPv6", ours.cnames.len(), ours.ips.len())
        }
    }
}
