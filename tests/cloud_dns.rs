//! DNS messages: our parser against another implementation, and against noise.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use std::net::IpAddr;

use breakwater::cloud::dns::{self, Ask, DnsError, Reply};
use proptest::prelude::*;
use simple_dns::rdata::{A, AAAA, CNAME, RData, TXT};
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, ResourceRecord, TYPE};

fn name(text: &str) -> Name<'_> {
    Name::new(text).expect("a name")
}

/// A reply with these records, built and compressed by the other implementation.
fn reply(asked: &str, records: &[(&str, RData<'_>)]) -> Vec<u8> {
    let mut packet = Packet::new_reply(0);
    packet.set_flags(PacketFlag::RECURSION_DESIRED | PacketFlag::RECURSION_AVAILABLE);
    packet.questions.push(Question::new(name(asked), TYPE::A.into(), CLASS::IN.into(), false));
    for (owner, data) in records {
        packet.answers.push(ResourceRecord::new(name(owner), CLASS::IN, 60, data.clone()));
    }
    packet.build_bytes_vec_compressed().expect("a packet")
}

fn a(ip: [u8; 4]) -> RData<'static> {
    RData::A(A { address: u32::from_be_bytes(ip) })
}

fn cname(to: &str) -> RData<'_> {
    RData::CNAME(CNAME(name(to)))
}

#[test]
fn another_implementation_reads_our_questions() {
    for (ask, kind) in [(Ask::A, TYPE::A), (Ask::Aaaa, TYPE::AAAA)] {
        let bytes = dns::query("mainnet.infura.io.", ask).expect("a question");
        let packet = Packet::parse(&bytes).expect("parsed");
        assert_eq!(packet.id(), 0);
        assert!(packet.has_flags(PacketFlag::RECURSION_DESIRED) && !packet.has_flags(PacketFlag::RESPONSE));
        assert_eq!(packet.questions.len(), 1);
        assert_eq!(packet.questions[0].qname.to_string(), "mainnet.infura.io");
        assert_eq!(packet.questions[0].qtype, kind.into());
        assert_eq!(packet.questions[0].qclass, CLASS::IN.into());
    }
}

#[test]
fn names_that_cannot_be_asked_for_are_refused() {
    for bad in ["", ".", "a..b", &"x".repeat(64), &["abcdefgh"; 32].join(".")] {
        assert_eq!(dns::query(bad, Ask::A), None, "{bad}");
    }
}

#[test]
fn aliases_are_followed_in_any_order() {
    let records = [
        ("lb.us-east-1.elb.amazonaws.com", a([3, 4, 5, 6])),
        ("edge.example.net", cname("lb.us-east-1.elb.amazonaws.com")),
        ("RPC.example.org", cname("edge.example.net")),
        ("lb.us-east-1.elb.amazonaws.com", a([3, 4, 5, 7])),
        ("other.example.org", a([9, 9, 9, 9])),
    ];
    let expected = Reply {
        cnames: vec!["edge.example.net".into(), "lb.us-east-1.elb.amazonaws.com".into()],
        ips: vec!["3.4.5.6".parse().unwrap(), "3.4.5.7".parse().unwrap()],
    };
    assert_eq!(dns::parse(&reply("rpc.example.org", &records), "rpc.Example.org."), Ok(expected.clone()));
    let backwards: Vec<_> = records.iter().rev().cloned().collect();
    let mut read = dns::parse(&reply("rpc.example.org", &backwards), "rpc.example.org").expect("read");
    read.ips.reverse();
    assert_eq!(read, expected);
}

#[test]
fn records_of_other_types_are_skipped() {
    let text = RData::TXT(TXT::new().with_string("v=1").expect("text"));
    let six = RData::AAAA(AAAA { address: 0x2606_4700 << 96 });
    let read = dns::parse(&reply("a.example", &[("a.example", text), ("a.example", six)]), "a.example").expect("read");
    assert_eq!(read.ips, ["2606:4700::".parse::<IpAddr>().unwrap()]);
}

#[test]
fn a_loop_of_aliases_ends() {
    let records = [("a.example", cname("b.example")), ("b.example", cname("a.example"))];
    let read = dns::parse(&reply("a.example", &records), "a.example").expect("read");
    assert_eq!((read.cnames.len(), read.ips.len()), (16, 0));
}

#[test]
fn a_name_that_points_to_itself_is_malformed() {
    let mut bytes = reply("a.example", &[("a.example", a([1, 2, 3, 4]))]);
    let owner = 12 + "a.example".len() + 2 + 4;
    assert_eq!(bytes[owner] & 0xc0, 0xc0, "the owner is compressed");
    bytes[owner + 1] = owner as u8;
    assert_eq!(dns::parse(&bytes, "a.example"), Err(DnsError::Malformed));
}

#[test]
fn refusals_and_questions_are_not_answers() {
    let mut bytes = reply("a.example", &[]);
    bytes[3] |= 3;
    assert_eq!(dns::parse(&bytes, "a.example"), Err(DnsError::Code(3)));
    assert_eq!(dns::parse(&dns::query("a.example", Ask::A).unwrap(), "a.example"), Err(DnsError::Malformed));
    assert_eq!(dns::parse(b"<html>", "a.example"), Err(DnsError::Malformed));
}

/// Addresses of a name with aliases, according to the other implementation.
fn second_opinion(bytes: &[u8], asked: &str) -> Option<Vec<IpAddr>> {
    let mut packet = Packet::parse(bytes).ok()?;
    // Multicast DNS gives the top bit of the class a meaning, which plain DNS does not know.
    packet.answers.retain(|record| record.class == CLASS::IN && !record.cache_flush);
    let mut current = asked.to_ascii_lowercase();
    for _ in 0..16 {
        let alias = packet.answers.iter().find_map(|record| match &record.rdata {
            RData::CNAME(to) if record.name.to_string().eq_ignore_ascii_case(&current) => {
                Some(to.0.to_string().to_ascii_lowercase())
            }
            _ => None,
        });
        match alias {
            Some(next) => current = next,
            None => break,
        }
    }
    let of_name = packet.answers.iter().filter(|record| record.name.to_string().eq_ignore_ascii_case(&current));
    Some(
        of_name
            .filter_map(|record| match &record.rdata {
                RData::A(a) => Some(IpAddr::from(a.address.to_be_bytes())),
                RData::AAAA(a) => Some(IpAddr::from(a.address.to_be_bytes())),
                _ => None,
            })
            .collect(),
    )
}

fn label() -> impl Strategy<Value = String> {
    "[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn both_parsers_agree_on_good_replies(
        names in prop::collection::vec(prop::collection::vec(label(), 1..4), 1..6),
        ips in prop::collection::vec(any::<[u8; 4]>(), 0..5),
    ) {
        let names: Vec<String> = names.into_iter().map(|labels| labels.join(".")).collect();
        let aliases = names.windows(2).map(|pair| (pair[0].as_str(), cname(&pair[1])));
        let last = names.last().unwrap().as_str();
        let records: Vec<_> = aliases.chain(ips.iter().map(|ip| (last, a(*ip)))).collect();
        let bytes = reply(&names[0], &records);
        let ours = dns::parse(&bytes, &names[0]).expect("a good reply");
        prop_assert_eq!(Some(ours.ips), second_opinion(&bytes, &names[0]));
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), asked in ".{0,40}") {
        let _ = dns::parse(&bytes, &asked);
        let _ = dns::query(&asked, Ask::A);
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_as_the_other_parser(at in 0usize..120, byte in any::<u8>()) {
        let records = [("rpc.example.org", cname("lb.example.net")), ("lb.example.net", a([3, 4, 5, 6]))];
        let mut bytes = reply("rpc.example.org", &records);
        if let Some(slot) = bytes.get_mut(at) {
            *slot = byte;
        }
        // If both parse it, they agree; either may be the stricter one.
        if let (Ok(ours), Some(theirs)) = (dns::parse(&bytes, "rpc.example.org"), second_opinion(&bytes, "rpc.example.org")) {
            prop_assert_eq!(ours.ips, theirs);
        }
    }
}
