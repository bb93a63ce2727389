//! Address tables: damaged ones are refused, and written ones read back unchanged.

use std::net::{Ipv4Addr, Ipv6Addr};

use breakwater::cloud::table::{Atlas, Label, Parts, Special, encode};

use super::Target;
use crate::world::rng::Rng;

pub const TARGET: Target = Target {
    name: "table",
    count: 250_000,
    json: false,
    words: &["BWGROUND", "\x01", "2026-10-26", "2026-13-01", "aws", "us-east-1", "CloudFront", "\u{7f}", "\0\0\0"],
    seeds,
    repair,
    run,
};

fn label(operator: &str, region: &str, country: &str, edge: &str) -> Label {
    Label { operator: operator.into(), region: region.into(), country: country.into(), edge: edge.into() }
}

fn sample() -> Parts {
    Parts {
        date: "2026-10-26".into(),
        labels: vec![
            label("aws", "us-east-1", "US", ""),
            label("hetzner", "", "DE", ""),
            label("aws", "", "", "CloudFront"),
        ],
        v4: vec![(0x0300_0000, 1), (0x0400_0000, 0), (0x0500_0000, 2), (0xffff_ffff, 3)],
        v6: vec![(0x2600_u128 << 112, 1), (0x2a01_04f8_u128 << 96, 2), (u128::MAX, 0)],
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let empty = Parts { date: "2026-01-31".into(), ..Parts::default() };
    let many = Parts { v4: (1..2_000).map(|n| (n * 7_919, (n % 4) as u16)).collect(), ..sample() };
    [sample(), empty, many].iter().map(encode).collect()
}

/// CRC-32, bit by bit: the plain definition.
fn crc(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)))
}

/// Most tables get the right checksum, so that the reader's other checks are reached.
fn repair(input: &mut Vec<u8>, rng: &mut Rng) {
    if rng.chance(85) && input.len() > 4 {
        input.truncate(input.len() - 4);
        input.extend(crc(input).to_le_bytes());
    }
}

fn run(input: &[u8]) -> String {
    written_is_read(&drawn(input));
    match Atlas::from_bytes(input.to_vec()) {
        Err(error) => format!("{error:?}"),
        Ok(atlas) => {
            for word in input.windows(4).step_by(3).take(64) {
                let _ = atlas.look_up(Ipv4Addr::from_bits(u32::from_be_bytes(word.try_into().unwrap())).into());
            }
            for word in input.windows(16).step_by(5).take(64) {
                let _ = atlas.look_up(Ipv6Addr::from_bits(u128::from_be_bytes(word.try_into().unwrap())).into());
            }
            let (v4, v6) = atlas.entries();
            format!("{} labels, {:?}", atlas.labels().len().min(40), [v4, v6].map(|n| n.checked_ilog2()))
        }
    }
}

/// A table made of the input's bytes.
fn drawn(input: &[u8]) -> Parts {
    let mut parts = sample();
    let labels = parts.labels.len() as u16 + 1;
    let (mut v4, mut v6) = (0u32, 0u128);
    parts.v4.clear();
    parts.v6.clear();
    for bytes in input.chunks_exact(5).take(200) {
        let step = u32::from_le_bytes(bytes[..4].try_into().unwrap());
        let number = u16::from(bytes[4]) % labels;
        if bytes[4] & 0x80 == 0 {
            let Some(at) = v4.checked_add(step.max(1)) else { continue };
            v4 = at;
            parts.v4.push((at, number));
        } else {
            let shift = u32::from(bytes[4]) & 0x5f;
            let Some(at) = v6.checked_add(u128::from(step.max(1)) << shift.min(96)) else { continue };
            v6 = at;
            parts.v6.push((at, number));
        }
    }
    parts
}

fn written_is_read(parts: &Parts) {
    let atlas = Atlas::from_bytes(encode(parts)).unwrap_or_else(|error| panic!("written, and refused: {error:?}"));
    assert_eq!((atlas.date(), atlas.labels()), (parts.date.as_str(), parts.labels.as_slice()));
    assert_eq!(atlas.entries(), (parts.v4.len(), parts.v6.len()));
    let operator = |number: u16| usize::from(number).checked_sub(1).map(|at| parts.labels[at].operator.as_str());
    for (start, number) in &parts.v4 {
        let place = atlas.look_up(Ipv4Addr::from_bits(*start).into());
        assert!(place.special != Special::None || place.operator == operator(*number), "{start:x} has another place");
    }
    // 2002::/16 and ::ffff:0:0/96 are looked up as the IPv4 address inside.
    for (start, number) in parts.v6.iter().filter(|(start, _)| start >> 112 != 0x2002 && start >> 32 != 0xffff) {
        let place = atlas.look_up(Ipv6Addr::from_bits(*start).into());
        assert!(place.special != Special::None || place.operator == operator(*number), "{start:x} has another place");
    }
}
