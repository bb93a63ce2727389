//! Regions for the core: `data/regions.json` as a table, by operator and country.

use std::collections::BTreeMap;

/// `src/cloud/regions.tsv`: `#operator`, then lines of a country and its region codes. `=` and a code in place of a
/// country is what the region goes by.
pub(crate) fn table() -> String {
    let text = include_str!("../../data/regions.json");
    let operators: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("data/regions.json: {error}"));
    let mut out = String::new();
    for (operator, codes) in &operators {
        let mut countries: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (code, country) in codes {
            assert!(!code.contains([' ', '\n']) && !country.contains([' ', '\n']), "{code}: {country}");
            countries.entry(country).or_default().push(code);
        }
        out += &format!("#{operator}\n");
        out.extend(countries.iter().map(|(country, codes)| format!("{country} {}\n", codes.join(" "))));
    }
    out
}
