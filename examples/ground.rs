//! Where addresses stand: `cargo run --release --example ground -- IP…`
//!
//! One line per address on standard output: `ip<TAB>operator<TAB>region<TAB>country`, `-` where unknown.
//! Without arguments, addresses are read from standard input, one per line. Something that is not an
//! address is reported on standard error; the others are still printed, and the exit status is 2.

use std::io::{BufRead, Write};
use std::net::IpAddr;
use std::process::ExitCode;

use breakwater::cloud::Atlas;

const TABLE: &[u8] = include_bytes!("../data/cloud.bin");

fn main() -> ExitCode {
    let atlas = match Atlas::from_bytes(TABLE.to_vec()) {
        Ok(atlas) => atlas,
        Err(error) => {
            eprintln!("data/cloud.bin: {error}");
            return ExitCode::FAILURE;
        }
    };
    let args: Vec<String> = std::env::args().skip(1).collect();
    let read =
        |line: std::io::Result<String>| line.ok().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
    let asked: Box<dyn Iterator<Item = String>> = if args.is_empty() {
        Box::new(std::io::stdin().lock().lines().filter_map(read))
    } else {
        Box::new(args.into_iter())
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut all_right = true;
    for text in asked {
        let written = match text.parse::<IpAddr>() {
            Ok(address) => writeln!(out, "{}", line(&atlas, &text, address)),
            Err(_) => {
                eprintln!("not an address: {text}");
                all_right = false;
                Ok(())
            }
        };
        if written.is_err() {
            return ExitCode::FAILURE;
        }
    }
    if out.flush().is_err() {
        return ExitCode::FAILURE;
    }
    if all_right { ExitCode::SUCCESS } else { ExitCode::from(2) }
}

fn line(atlas: &Atlas, text: &str, address: IpAddr) -> String {
    let place = atlas.look_up(address);
    let or_dash = |word: Option<&str>| word.unwrap_or("-").to_owned();
    format!("{text}\t{}\t{}\t{}", or_dash(place.operator), or_dash(place.region), or_dash(place.country))
}
