//! Names of failure domains.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::Lang;
use crate::cloud::ground::{Domain, DomainKind, OWN, US};
use crate::cloud::{operators, rpc};

impl Domain {
    /// Display name.
    pub fn name(&self, lang: Lang) -> String {
        match self.kind {
            DomainKind::Operator => rpc::get(&self.key).map_or(self.key.as_str(), |o| o.name).to_owned(),
            DomainKind::Network if self.key == OWN => lang.pick("your own network", "votre propre réseau").to_owned(),
            DomainKind::Network => operators::group_name(&self.key).to_owned(),
            DomainKind::Region => {
                let (operator, region) = self.key.split_once('/').unwrap_or(("", &self.key));
                format!("{} {region}", operators::get(operator).map_or(operator, |o| o.short())).trim().to_owned()
            }
            DomainKind::Country => country_name(&self.key, lang).to_owned(),
            DomainKind::Jurisdiction if self.key == US => {
                lang.pick("US jurisdiction", "la juridiction américaine").to_owned()
            }
            DomainKind::Jurisdiction => lang.pick("the reach of US law", "la portée du droit américain").to_owned(),
        }
    }

    /// Display name without an article, for a list or a title.
    pub fn label(&self, lang: Lang) -> String {
        match self.kind {
            DomainKind::Network if self.key == OWN => lang.pick("Your own network", "Votre propre réseau").to_owned(),
            DomainKind::Jurisdiction if self.key == US => {
                lang.pick("US jurisdiction", "Juridiction américaine").to_owned()
            }
            DomainKind::Jurisdiction => lang.pick("Reach of US law", "Portée du droit américain").to_owned(),
            _ => self.name(lang),
        }
    }
}

/// Name of a country, or its code if no name is known.
pub fn country_name(code: &str, lang: Lang) -> &str {
    static TABLE: OnceLock<BTreeMap<&'static str, (&'static str, &'static str)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let lines = include_str!("../../data/countries.tsv").lines().filter(|line| !line.starts_with('#'));
        let row = |line: &'static str| {
            let mut cells = line.split('\t');
            Some((cells.next()?, (cells.next()?, cells.next()?)))
        };
        lines.filter_map(row).collect()
    });
    table.get(code).map_or(code, |(en, fr)| lang.pick(*en, *fr))
}
