//! What the ground costs, natively: `cargo bench --bench ground`.
//!
//! Each figure is the median of many rounds, in nanoseconds per call. No harness: one screen of code is
//! less to wait for than a framework, and these are orders of magnitude, not races between commits.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a bench may panic
#![allow(clippy::disallowed_methods)] // and it needs the clock, which the core has not

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Instant;

use breakwater::cloud::Atlas;
use breakwater::cloud::evidence::Evidence;
use breakwater::cloud::ground::{Ground, assess};
use breakwater::cloud::verdict::{judge, judge_all};
use breakwater::lang::Lang;

const TABLE: &[u8] = include_bytes!("../data/cloud.bin");

/// Median time of one call, in ns: `rounds` rounds of `calls` calls each.
fn median(rounds: usize, calls: usize, mut call: impl FnMut(usize)) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            (0..calls).for_each(&mut call);
            start.elapsed().as_nanos() as f64 / calls as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[rounds / 2]
}

/// Addresses spread over a family, the same ones each time.
fn spread(count: usize, to_ip: impl Fn(u128) -> IpAddr) -> Vec<IpAddr> {
    let golden = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835_u128;
    (1..=count as u128).map(|n| to_ip(n.wrapping_mul(golden))).collect()
}

fn main() {
    let decode = median(21, 1, |_| _ = black_box(Atlas::from_bytes(TABLE.to_vec()).unwrap()));
    println!("decode\t{:.2} ms\t{} bytes", decode / 1e6, TABLE.len());
    let atlas = Atlas::from_bytes(TABLE.to_vec()).unwrap();

    let v4 = spread(100_000, |bits| Ipv4Addr::from_bits((bits >> 96) as u32).into());
    // Public IPv6 addresses begin with 001.
    let v6 = spread(100_000, |bits| Ipv6Addr::from_bits(bits >> 3 | 1 << 125).into());
    for (name, addresses) in [("look-up IPv4", &v4), ("look-up IPv6", &v6)] {
        let time = median(21, addresses.len(), |n| _ = black_box(atlas.look_up(addresses[n])));
        println!("{name}\t{time:.1} ns");
    }

    // 100 endpoints on each of 12 chains, each seen at one address.
    let known = v4.iter().filter(|ip| atlas.look_up(**ip).operator.is_some());
    let grounds: Vec<Ground> = known
        .take(1_200)
        .map(|ip| assess(Some(&atlas), &[], "rpc.example.org", None, &[Evidence::observed(*ip, 0)]))
        .collect();
    let endpoints: Vec<(&str, &Ground)> = grounds.iter().map(|ground| ("endpoint", ground)).collect();
    let chains: Vec<(&str, &[(&str, &Ground)])> = endpoints.chunks(100).map(|chunk| ("chain", chunk)).collect();
    assert_eq!(chains.len(), 12);
    let evidence = [Evidence::observed(v4[7], 0)];
    let one = median(21, 1_000, |_| _ = black_box(assess(Some(&atlas), &[], "mainnet.infura.io", None, &evidence)));
    println!("ground of one endpoint\t{:.2} µs", one / 1e3);
    let all = median(21, 1, |_| {
        for (name, endpoints) in &chains {
            black_box(judge(name, endpoints, Lang::En));
        }
    });
    println!("verdicts, 12 chains of 100 endpoints\t{:.2} ms", all / 1e6);
    let overall = median(21, 1, |_| _ = black_box(judge_all(&chains, Lang::En)));
    println!("overall verdict of the same\t{:.2} ms", overall / 1e6);
    let typical: Vec<(&str, &Ground)> = endpoints[..4].to_vec();
    let small = median(21, 1_000, |_| _ = black_box(judge("chain", &typical, Lang::En)));
    println!("verdict, one chain of 4 endpoints\t{:.2} µs", small / 1e3);
}
