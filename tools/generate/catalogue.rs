//! The catalogue of error texts for the core: `data/errors.json` as a table, without what only its readers need.

use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    reverts: Reverts,
    rules: Vec<Row>,
    broadcast: Vec<Row>,
    wallet: Vec<Row>,
    wallet_status: Vec<String>,
}

#[derive(Deserialize)]
struct Reverts {
    sure: Vec<String>,
    maybe: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    class: String,
    #[serde(default)]
    reads: bool,
    #[serde(default)]
    first: bool,
    #[serde(default)]
    method: Vec<String>,
    #[serde(default)]
    status: Vec<u16>,
    status_from: Option<u16>,
    #[serde(default)]
    code: Vec<i64>,
    #[serde(default)]
    text: Vec<String>,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "example")]
    _example: serde_json::Value,
}

fn numbers<T: ToString>(numbers: &[T]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn line(list: &str, cells: &[String]) -> String {
    assert!(cells.iter().all(|cell| !cell.contains(['\t', '\n'])), "{cells:?}: no cells");
    format!("{list}\t{}\n", cells.join("\t"))
}

fn row(list: &str, row: Row) -> String {
    let flags = format!("{}{}", if row.reads { "r" } else { "" }, if row.first { "f" } else { "" });
    let from = row.status_from.map_or(String::new(), |from| from.to_string());
    let what = [row.class, flags, row.method.join(" "), numbers(&row.status), from, numbers(&row.code)];
    line(list, &what.into_iter().chain(row.text).collect::<Vec<_>>())
}

/// `src/classify/catalogue.tsv`: see src/classify/catalogue.rs for its columns.
pub(crate) fn table() -> String {
    let file: File = serde_json::from_str(include_str!("../../data/errors.json"))
        .unwrap_or_else(|error| panic!("data/errors.json: {error}"));
    let mut out = line("sure", &file.reverts.sure);
    out += &line("maybe", &file.reverts.maybe);
    out += &line("status", &file.wallet_status);
    for (list, rows) in [("rules", file.rules), ("broadcast", file.broadcast), ("wallet", file.wallet)] {
        out.extend(rows.into_iter().map(|one| row(list, one)));
    }
    out
}
