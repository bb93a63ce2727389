//! The address table: a linear scan as oracle, special addresses, and readers of damaged files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use breakwater::cloud::table::{self, Label, Parts};
use breakwater::cloud::{Atlas, Special, TableError, operators};
use proptest::prelude::*;

const TABLE: &[u8] = include_bytes!("../data/cloud.bin");
const ZONES: &str = include_str!("../data/zones.tsv");

fn atlas() -> Atlas {
    Atlas::from_bytes(TABLE.to_vec()).expect("the shipped table reads")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// A second reader, as simple as possible: spans (first, last, label) of both families.
struct Plain {
    labels: Vec<[String; 4]>,
    v4: Vec<(u128, u128, usize)>,
    v6: Vec<(u128, u128, usize)>,
}

impl Plain {
    fn read(bytes: &[u8]) -> Plain {
        let mut at = 19;
        let number = |at: &mut usize| {
            let (mut value, mut shift) = (0u128, 0);
            loop {
                let byte = bytes[*at];
                *at += 1;
                value |= u128::from(byte & 127) << shift;
                shift += 7;
                if byte < 128 {
                    return value;
                }
            }
        };
        let count = number(&mut at) as usize;
        let mut labels = vec![[const { String::new() }; 4]];
        for _ in 0..count {
            labels.push(std::array::from_fn(|_| {
                let length = number(&mut at) as usize;
                at += length;
                String::from_utf8(bytes[at - length..at].to_vec()).expect("text")
            }));
        }
        let mut family = |top: u128| {
            let count = number(&mut at) as usize;
            let zeros = bytes[at..at + count].to_vec();
            at += count;
            let mut start = 0u128;
            let starts: Vec<u128> = zeros
                .iter()
                .map(|zeros| {
                    start += number(&mut at) << zeros;
                    start
                })
                .collect();
            let labels: Vec<usize> = (0..count).map(|_| number(&mut at) as usize).collect();
            let ends = starts.iter().skip(1).map(|next| next - 1).chain([top]);
            starts.iter().zip(ends).zip(labels).map(|((start, end), label)| (*start, end, label)).collect()
        };
        let v4 = family(u128::from(u32::MAX));
        let v6 = family(u128::MAX);
        Plain { labels, v4, v6 }
    }
}

/// xorshift64*: any spread of addresses will do, if it is the same each time.
fn random(state: &mut u64) -> u64 {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    state.wrapping_mul(0x2545_F491_4F6C_DD1D)
}

/// Looks up ascending addresses and compares each with a scan along the spans.
fn agree(
    atlas: &Atlas,
    plain: &Plain,
    spans: &[(u128, u128, usize)],
    mut asked: Vec<u128>,
    to_ip: fn(u128) -> IpAddr,
) -> usize {
    asked.sort_unstable();
    let (mut at, mut known) = (0, 0);
    for address in asked {
        while at < spans.len() && spans[at].1 < address {
            at += 1;
        }
        let label = spans.get(at).filter(|span| span.0 <= address).map_or(0, |span| span.2);
        let place = atlas.look_up(to_ip(address));
        let normal = table::normalise(to_ip(address)) == to_ip(address);
        if place.special == Special::None && normal {
            let [operator, region, country, edge] = &plain.labels[label];
            let got = [place.operator, place.region, place.country, place.edge].map(Option::unwrap_or_default);
            assert_eq!(got, [operator, region, country, edge].map(String::as_str), "{}", to_ip(address));
            known += usize::from(!operator.is_empty());
        }
    }
    known
}

#[test]
fn a_million_random_addresses_agree_with_a_linear_scan() {
    let (atlas, plain) = (atlas(), Plain::read(TABLE));
    let mut seed = 0x00b7_ea4a_11ca_fe01;
    let v4: Vec<u128> = (0..700_000).map(|_| u128::from(random(&mut seed) as u32)).collect();
    let known = agree(&atlas, &plain, &plain.v4, v4, |a| Ipv4Addr::from_bits(a as u32).into());
    assert!(known > 20_000, "random IPv4 addresses hit {known} known ones");
    // Random IPv6 addresses hit nothing, so they are chosen before, in and after each span.
    let near = |seed: &mut u64| {
        let span = plain.v6[random(seed) as usize % plain.v6.len()];
        let width = span.1 - span.0;
        let inside = if width == 0 { 0 } else { (u128::from(random(seed)) << 64 | u128::from(random(seed))) % width };
        [span.0.saturating_sub(1), span.0, span.0 + inside][random(seed) as usize % 3]
    };
    let v6: Vec<u128> = (0..300_000).map(|_| near(&mut seed)).collect();
    let known = agree(&atlas, &plain, &plain.v6, v6, |a| Ipv6Addr::from_bits(a).into());
    assert!(known > 100_000, "IPv6 addresses hit {known} known ones");
}

#[test]
fn both_ends_of_every_entry_agree_with_a_linear_scan() {
    let (atlas, plain) = (atlas(), Plain::read(TABLE));
    let ends = |spans: &[(u128, u128, usize)]| spans.iter().flat_map(|s| [s.0, s.1]).collect::<Vec<_>>();
    agree(&atlas, &plain, &plain.v4, ends(&plain.v4), |a| Ipv4Addr::from_bits(a as u32).into());
    agree(&atlas, &plain, &plain.v6, ends(&plain.v6), |a| Ipv6Addr::from_bits(a).into());
}

#[test]
fn well_known_addresses_are_found() {
    let atlas = atlas();
    // From the operators' own lists (ip-ranges.amazonaws.com, gstatic.com/ipranges/cloud.json, …).
    for (address, operator, region, country) in [
        ("52.94.76.10", "aws", "us-west-2", "US"),
        ("3.5.140.2", "aws", "ap-northeast-2", "KR"),
        ("2600:1f18::1", "aws", "us-east-1", "US"),
        ("34.90.1.1", "gcp", "europe-west4", "NL"),
        ("88.198.1.1", "hetzner", "", "DE"),
        ("2a01:4f8::1", "hetzner", "", "DE"),
        ("1.1.1.1", "cloudflare", "", ""),
        ("2606:4700::1", "cloudflare", "", ""),
    ] {
        let place = atlas.look_up(ip(address));
        let got =
            (place.operator.unwrap_or_default(), place.region.unwrap_or_default(), place.country.unwrap_or_default());
        assert_eq!(got, (operator, region, country), "{address}");
    }
    assert_eq!(atlas.look_up(ip("13.32.0.1")).edge, Some("CloudFront"));
    assert_eq!(atlas.look_up(ip("13.32.0.1")).country, None);
}

#[test]
fn an_embedded_ipv4_address_is_looked_up_as_ipv4() {
    let atlas = atlas();
    let plain = atlas.look_up(ip("52.94.76.10"));
    assert_eq!(plain.operator, Some("aws"));
    for wrapped in ["::ffff:52.94.76.10", "64:ff9b::345e:4c0a", "2002:345e:4c0a::1"] {
        assert_eq!(atlas.look_up(ip(wrapped)), plain, "{wrapped}");
    }
    assert_eq!(atlas.look_up(ip("::ffff:192.168.0.1")).special, Special::Own);
}

#[test]
fn a_networks_own_nat64_hides_no_address() {
    // 52.94.76.10 is 0x345e4c0a. Prefixes of 96, 96, 48, 56 and 64 bits.
    let atlas = atlas();
    let plain = atlas.look_up(ip("52.94.76.10"));
    for wrapped in [
        "64:ff9b:1::345e:4c0a",
        "64:ff9b:1:fffe::345e:4c0a",
        "64:ff9b:1:345e:4c:a00::",
        "64:ff9b:1:34:5e:4c0a::",
        "64:ff9b:1:0:34:5e4c:a00:0",
    ] {
        assert_eq!(atlas.look_up(ip(wrapped)), plain, "{wrapped}");
    }
    for own in ["64:ff9b:1::a00:1", "64:ff9b:1::7f00:1", "64:ff9b:1::c0a8:9"] {
        assert_eq!(atlas.look_up(ip(own)).special, Special::Own, "{own}");
    }
}

#[test]
fn special_addresses_belong_to_nobody() {
    let atlas = atlas();
    let own = [
        "127.0.0.1",
        "127.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.255.255",
        "169.254.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "0.0.0.0",
        "::",
        "::1",
        "fe80::1",
        "fc00::",
        "fdff::1",
        "fec0::1",
    ];
    let invalid = [
        "0.0.0.1",
        "64:ff9b:1::1",
        "192.0.2.1",
        "198.51.100.255",
        "203.0.113.0",
        "198.18.0.1",
        "198.19.255.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.0.8",
        "2001:db8::1",
        "2001:db8:ffff::1",
        "3fff::1",
        "3fff:fff::1",
        "ff02::1",
        "100::1",
        "::2",
    ];
    let ordinary = [
        "11.0.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "169.253.1.1",
        "192.167.0.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "2001:db7::1",
        "2001:db9::1",
        "3fff:1000::1",
        "fbff::1",
        "101::1",
    ];
    for (addresses, special) in [(&own[..], Special::Own), (&invalid, Special::Invalid), (&ordinary, Special::None)] {
        for address in addresses {
            let place = atlas.look_up(ip(address));
            assert_eq!(place.special, special, "{address}");
            assert!(special == Special::None || place.operator.is_none(), "{address}");
        }
    }
}

#[test]
fn the_shipped_table_and_the_facts_fit_together() {
    let atlas = atlas();
    assert_eq!(atlas.date().len(), 10);
    assert!(atlas.entries().0 > 50_000 && atlas.entries().1 > 10_000);
    for label in atlas.labels() {
        let operator = operators::get(&label.operator);
        // A network that is known by AS number and name alone: `GTHost (AS63023)`.
        let number = label.operator.strip_suffix(')').and_then(|name| name.rsplit_once(" (AS"));
        let network = number.is_some_and(|(_, number)| number.parse::<u32>().is_ok());
        assert!(
            operator.is_some() || network && label.region.is_empty(),
            "{} is not in operators.json",
            label.operator
        );
        let country = operators::region_country(&label.operator, &label.region);
        let abroad = ZONES.lines().any(|line| line.starts_with(&label.region) && line.ends_with(&label.country));
        let told = country == Some(&label.country) || label.operator == "aws" && abroad;
        assert!(label.region.is_empty() || told, "{label:?} in regions.json or zones.tsv");
        assert!(
            !operator.is_some_and(operators::Operator::hides_origin)
                || label.region.is_empty() && label.country.is_empty(),
            "{label:?} hides its origin"
        );
        assert!(
            label.edge.is_empty() || label.region.is_empty() && label.country.is_empty(),
            "{label:?} hides its origin"
        );
    }
}

fn parts() -> Parts {
    let label = |operator: &str| Label { operator: operator.into(), ..Label::default() };
    Parts {
        date: "2026-10-26".into(),
        labels: vec![label("aws"), label("hetzner")],
        v4: vec![(0x0100_0000, 1), (0x0200_0000, 0), (0x0300_0000, 2)],
        v6: vec![(1 << 125, 2), (3 << 124, 0)],
    }
}

#[test]
fn a_refusal_names_what_is_wrong_with_the_file() {
    let good = table::encode(&parts());
    assert!(Atlas::from_bytes(good.clone()).is_ok());
    let refused = |bytes: Vec<u8>| Atlas::from_bytes(bytes).expect_err("refused");
    assert_eq!(refused(Vec::new()), TableError::Magic);
    assert_eq!(refused(b"PK\x03\x04 something else".to_vec()), TableError::Magic);
    assert_eq!(
        refused({
            let mut b = good.clone();
            b[8] = 9;
            b
        }),
        TableError::Version(9)
    );
    assert_eq!(refused(good[..good.len() - 1].to_vec()), TableError::Checksum);
    assert_eq!(
        refused({
            let mut b = good.clone();
            b[40] ^= 1;
            b
        }),
        TableError::Checksum
    );
    assert_eq!(refused(vec![0; table::MAX_TABLE_BYTES + 1]), TableError::TooLarge);
    for wrong in [
        TableError::Magic,
        TableError::Version(9),
        TableError::Checksum,
        TableError::Truncated,
        TableError::TooLarge,
        TableError::Bounds("x"),
    ] {
        assert_ne!(wrong.explain(breakwater::words::Lang::En), wrong.explain(breakwater::words::Lang::Fr));
    }
}

#[test]
fn values_out_of_bounds_are_refused() {
    let refused = |change: fn(&mut Parts)| {
        let mut parts = parts();
        change(&mut parts);
        Atlas::from_bytes(table::encode(&parts)).expect_err("refused")
    };
    assert_eq!(refused(|p| p.v4[0].1 = 3), TableError::Bounds("label"));
    assert_eq!(refused(|p| p.v6[1].1 = 3), TableError::Bounds("label"));
    assert_eq!(refused(|p| p.labels[0].region = "x".repeat(65)), TableError::Bounds("text"));
    assert_eq!(refused(|p| p.date = "26.10.2026".into()), TableError::Bounds("date"));
    assert_eq!(refused(|p| p.date = "2026-13-01".into()), TableError::Bounds("date"));
    assert!(matches!(refused(|p| p.v4.swap(0, 2)), TableError::Bounds(_)));
    assert!(matches!(refused(|p| p.v6[0].0 = 0), TableError::Bounds(_)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_written_table_reads_back(
        steps in prop::collection::vec((1u32..1_000_000, 0u16..3), 0..200),
        long in prop::collection::btree_set(1u128.., 0..20),
    ) {
        let mut parts = parts();
        parts.v6 = long.iter().map(|start| (*start, 2)).collect();
        let mut at = 0u32;
        parts.v4 = steps.iter().map(|(step, label)| { at += step; (at, *label) }).collect();
        let atlas = Atlas::from_bytes(table::encode(&parts)).expect("reads");
        prop_assert_eq!(atlas.entries(), (parts.v4.len(), parts.v6.len()));
        // 2002::/16 is 6to4: looked up as the IPv4 address inside.
        for start in long.into_iter().filter(|start| start >> 112 != 0x2002) {
            let place = atlas.look_up(Ipv6Addr::from_bits(start).into());
            prop_assert!(place.special != Special::None || place.operator.is_some());
        }
        for (start, label) in &parts.v4 {
            let place = atlas.look_up(Ipv4Addr::from_bits(*start).into());
            let expected = [None, Some("aws"), Some("hetzner")][usize::from(*label)];
            prop_assert!(place.special != Special::None || place.operator == expected);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Atlas::from_bytes(bytes);
    }

    #[test]
    fn no_damage_with_a_valid_checksum_makes_it_panic(at in 9usize..120, byte in any::<u8>(), cut in 0usize..60) {
        let mut bytes = table::encode(&parts());
        bytes.truncate(bytes.len() - 4);
        bytes.truncate(bytes.len() - cut.min(bytes.len() - 9));
        if let Some(slot) = bytes.get_mut(at) {
            *slot = byte;
        }
        bytes.extend(crc(&bytes).to_le_bytes());
        let read = Atlas::from_bytes(bytes);
        prop_assert!(!matches!(read, Err(TableError::Checksum | TableError::Magic | TableError::Version(_))));
    }
}

/// CRC-32, bit by bit: the plain definition.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}
