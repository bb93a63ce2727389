//! Builds `data/cloud.bin` and its manifest. Run by `tools/atlas.sh`, which downloads and checks the inputs:
//! `atlas <unpacked inputs> <data directory>`.
//!
//! ```text
//!  published prefixes ──► flat, longest prefix wins ──► zones abroad ─┐
//!  ranges that are edges ─────────────────────────────────────────────┤
//!  ranges that operators list as their own ──► with country ──────────┤
//!  AS rows ──► of operators ──► with country; of networks ────────────┴─► overlaid ──► gaps closed ──► encoded ──► checked
//! ```

mod check;
mod facts;
mod inputs;
mod layers;
mod lists;
mod manifest;
mod prefixes;
mod spans;

use std::path::Path;
use std::process::ExitCode;

use breakwater::cloud::table::{self, Parts};
use breakwater::cloud::{Atlas, operators};

use inputs::Inputs;
use spans::{Family, Labels, Span};

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [inputs, data] = args.as_slice() else {
        eprintln!("usage: atlas <unpacked inputs> <data directory>");
        return ExitCode::FAILURE;
    };
    match build(Path::new(inputs), Path::new(data)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("atlas: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn build(from: &Path, data: &Path) -> Result<(), Failure> {
    let inputs = Inputs::read(from, data)?;
    let mut labels = Labels::default();
    let v4 = family(&inputs, &mut labels, Family::V4);
    let v6 = family(&inputs, &mut labels, Family::V6);
    let parts = parts(&inputs, &labels, &v4, &v6)?;
    let bytes = table::encode(&parts);
    let atlas = Atlas::from_bytes(bytes.clone())?;
    let manifest = manifest::of(&inputs, &parts, &bytes, &atlas);
    std::fs::write(data.join("cloud.bin"), &bytes)?;
    std::fs::write(data.join("cloud.manifest.json"), manifest.text)?;
    print!("{}", manifest.summary);
    if manifest.acceptable {
        Ok(())
    } else {
        Err("the table does not agree with what the clouds publish: see the manifest".into())
    }
}

/// Everything known about one address family, as ascending spans that do not overlap.
fn family(inputs: &Inputs, labels: &mut Labels, family: Family) -> Vec<Span> {
    let published = prefixes::flatten(&inputs.published, family, labels);
    let published = layers::zones_abroad(&published, inputs, family, labels);
    let lower = [
        layers::edges(inputs, family, labels),
        layers::listed(inputs, family, labels),
        layers::announced(inputs, family, labels),
    ];
    let all = lower.iter().fold(published, |above, below| spans::overlay(&above, below));
    spans::close_gaps(all, inputs.announced(family))
}

/// Numbers the labels by how often they are used, and turns spans into entries.
fn parts(inputs: &Inputs, labels: &Labels, v4: &[Span], v6: &[Span]) -> Result<Parts, Failure> {
    let (used, number) = labels.ranked(v4.iter().chain(v6));
    for label in &used {
        let network = || inputs.facts.networks.iter().any(|network| network.key == label.operator);
        if operators::get(&label.operator).is_none() && !network() {
            return Err(format!("no operator {} in operators.json", label.operator).into());
        }
    }
    let v4 = spans::entries(v4, &number, Family::V4).into_iter();
    Ok(Parts {
        date: inputs.date(),
        labels: used,
        v4: v4.map(|(start, label)| Ok((u32::try_from(start)?, label))).collect::<Result<_, Failure>>()?,
        v6: spans::entries(v6, &number, Family::V6),
    })
}
