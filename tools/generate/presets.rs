//! The presets for the core: `data/presets.json` as a small table, without what only a reader of the file needs.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: String,
    definitions: String,
    forms: BTreeMap<String, String>,
    notes: BTreeMap<String, BTreeMap<String, String>>,
    chains: Vec<Chain>,
    #[serde(rename = "gone")]
    _gone: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chain {
    id: u64,
    endpoints: Vec<Endpoint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Endpoint {
    operator: String,
    url: String,
    #[serde(default)]
    private: bool,
    source: String,
    #[serde(rename = "checked")]
    _checked: String,
}

/// Cells of a table must not hold what parts them.
fn cell(text: &str) -> &str {
    assert!(!text.contains(['\t', '\n']), "{text}: no cell");
    text
}

/// What is left of a URL that has an operator's form, `{}` being the rest: `eth` of `https://eth.drpc.org`.
fn inside<'a>(form: &str, url: &'a str) -> Option<&'a str> {
    let (before, after) = form.split_once("{}")?;
    url.strip_prefix(before)?.strip_suffix(after).filter(|rest| !rest.is_empty() && !rest.contains('.'))
}

/// A source in viem's definitions, after `~`, and nothing after it if the file is named like the operator.
fn shortened(source: &str, definitions: &str, operator: &str) -> String {
    let name = source.strip_prefix(definitions).and_then(|rest| rest.strip_suffix(".ts"));
    name.map_or(source.to_owned(), |name| format!("~{}", if name == operator { "" } else { name }))
}

/// `src/cloud/presets.tsv`: see src/cloud/presets.rs for its form.
pub(crate) fn table() -> String {
    let text = std::fs::read_to_string("data/presets.json").expect("data/presets.json is there");
    let file: File = serde_json::from_str(&text).unwrap_or_else(|error| panic!("data/presets.json: {error}"));
    let languages: Vec<&String> = file.notes["own"].keys().collect();
    let cells = |texts: Vec<&String>| texts.into_iter().map(|text| format!("\t{}", cell(text))).collect::<String>();
    let mut out = format!("={}{}\n", cell(&file.definitions), cells(languages.clone()));
    for (key, notes) in &file.notes {
        assert!(notes.keys().eq(languages.iter().copied()), "{key}: a note in each language");
        let form = file.forms.get(key).map_or("", |form| form.trim_start_matches("https://"));
        out += &format!("@{}\t{}{}\n", cell(key), cell(form), cells(notes.values().collect()));
    }
    for Chain { id, endpoints } in &file.chains {
        out += &format!("#{id}\n");
        for Endpoint { operator, url, private, source, .. } in endpoints {
            let short = file.forms.get(operator).and_then(|form| inside(form, url));
            let whole = url.strip_prefix("https://").unwrap_or_else(|| panic!("{url} is not secure"));
            out += &format!("{}{operator} {}", if *private { "!" } else { "" }, cell(short.unwrap_or(whole)));
            let note = file.notes.get(operator).unwrap_or_else(|| &file.notes["own"]);
            if note.values().any(|text| text.contains("{source}")) {
                out += &format!(" {}", cell(&shortened(source, &file.definitions, operator)));
            }
            out += "\n";
        }
    }
    out
}
