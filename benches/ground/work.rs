//! The work that the ground benchmarks measure, natively (`benches/ground.rs`) and in wasm (`examples/ground_wasm.rs`).

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use breakwater::cloud::Atlas;
use breakwater::cloud::evidence::Evidence;
use breakwater::cloud::ground::{Ground, assess};
use breakwater::cloud::verdict::Chain;
use breakwater::words::{Lang, judge, judge_all};

pub const TABLE: &[u8] = include_bytes!("../../data/cloud.bin");

/// One thing that is measured: its name, its unit's size in ns with its name, how many calls a round has.
pub struct Step {
    pub name: &'static str,
    pub unit: (f64, &'static str),
    pub calls: usize,
    pub call: fn(&Work, usize),
}

pub const STEPS: [Step; 7] = [
    Step {
        name: "decode the table",
        unit: (1e6, "ms"),
        calls: 1,
        call: |_, _| _ = black_box(Atlas::from_bytes(TABLE.to_vec()).is_ok()),
    },
    Step { name: "look up IPv4", unit: (1.0, "ns"), calls: ADDRESSES, call: |w, n| w.look_up(w.v4[n]) },
    Step { name: "look up IPv6", unit: (1.0, "ns"), calls: ADDRESSES, call: |w, n| w.look_up(w.v6[n]) },
    Step { name: "ground of one endpoint", unit: (1e3, "µs"), calls: 1_000, call: |w, _| w.ground() },
    Step { name: "verdicts, 12 chains of 100 endpoints", unit: (1e6, "ms"), calls: 1, call: |w, _| w.verdicts() },
    Step { name: "overall verdict of the same", unit: (1e6, "ms"), calls: 1, call: |w, _| w.overall() },
    Step { name: "verdict, one chain of 4 endpoints", unit: (1e3, "µs"), calls: 1_000, call: |w, _| w.small() },
];

const ADDRESSES: usize = 100_000;

/// What the steps work on.
pub struct Work {
    atlas: Atlas,
    v4: Vec<IpAddr>,
    v6: Vec<IpAddr>,
    /// 100 endpoints on each of 12 chains, each seen at one address.
    grounds: Vec<Ground>,
}

impl Work {
    pub fn new() -> Work {
        let atlas = Atlas::from_bytes(TABLE.to_vec()).unwrap();
        let v4 = spread(|bits| Ipv4Addr::from_bits((bits >> 96) as u32).into());
        // Public IPv6 addresses begin with 001.
        let v6 = spread(|bits| Ipv6Addr::from_bits(bits >> 3 | 1 << 125).into());
        let known = v4.iter().filter(|ip| atlas.look_up(**ip).operator.is_some());
        let at = |ip: &IpAddr| assess(Some(&atlas), &[], "rpc.example.org", None, &[Evidence::observed(*ip, 0)]);
        let grounds: Vec<Ground> = known.take(1_200).map(at).collect();
        assert_eq!(grounds.len(), 1_200);
        Work { atlas, v4, v6, grounds }
    }

    fn look_up(&self, address: IpAddr) {
        black_box(self.atlas.look_up(address));
    }

    fn ground(&self) {
        let evidence = [Evidence::observed(self.v4[7], 0)];
        black_box(assess(Some(&self.atlas), &[], "mainnet.infura.io", None, &evidence));
    }

    fn endpoints(&self) -> Vec<(&str, &Ground)> {
        self.grounds.iter().map(|ground| ("endpoint", ground)).collect()
    }

    fn verdicts(&self) {
        for endpoints in self.endpoints().chunks(100) {
            black_box(judge(&Chain::answering("chain", endpoints), Lang::En));
        }
    }

    fn overall(&self) {
        let endpoints = self.endpoints();
        let chains: Vec<Chain<'_>> = endpoints.chunks(100).map(|chunk| Chain::answering("chain", chunk)).collect();
        black_box(judge_all(&chains, Lang::En));
    }

    fn small(&self) {
        let four: Vec<(&str, &Ground)> = self.grounds[..4].iter().map(|ground| ("endpoint", ground)).collect();
        black_box(judge(&Chain::answering("chain", &four), Lang::En));
    }
}

/// Addresses spread over a family, the same ones each time.
fn spread(to_ip: impl Fn(u128) -> IpAddr) -> Vec<IpAddr> {
    let golden = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835_u128;
    (1..=ADDRESSES as u128).map(|n| to_ip(n.wrapping_mul(golden))).collect()
}
