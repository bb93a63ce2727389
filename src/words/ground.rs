//! Where an endpoint stands, and how that is known.

use std::net::IpAddr;

use super::Lang;
use super::domain::country_name;
use crate::cloud::ground::{Ground, How, Layer, OWN, Source};
use crate::cloud::suffix::Says;
use crate::cloud::{operators, rpc};
use crate::protocol::GroundView;

impl Ground {
    /// The ground, ready to show. `now_ms` is used for the age of evidence, in ms since the Unix epoch.
    pub fn view(&self, now_ms: u64, lang: Lang) -> GroundView {
        let main = self.main();
        let one = |of: fn(&Layer) -> Option<&String>| {
            let mut all = self.places.iter().chain(&self.layers).filter_map(of);
            let first = all.next()?;
            all.all(|other| other == first).then(|| first.clone())
        };
        let mut evidence: Vec<String> = self.sources().iter().map(|source| source.explain(now_ms, lang)).collect();
        if self.is_proxied() {
            let proxied = lang.pick(
                "It is reached through a proxy: where it stands cannot be seen.",
                "Il est atteint par un proxy : on ne voit pas où il se trouve.",
            );
            evidence.push(proxied.to_owned());
        }
        evidence.extend(self.company_lines(lang));
        GroundView {
            chip: self.chip(lang),
            network: main.map(|layer| layer.network_name(lang)),
            operator: self.operator.as_ref().map(|key| rpc::get(key).map_or(key.as_str(), |o| o.name).to_owned()),
            region: one(|layer| layer.region.as_ref()),
            country: one(|layer| layer.country.as_ref()),
            jurisdiction: self.reach().word().to_owned(),
            hidden: self.hidden(),
            own_label: self.sources().iter().any(|source| matches!(source, Source::Label { .. })),
            evidence,
        }
    }

    /// The layer that represents the ground in one word.
    fn main(&self) -> Option<&Layer> {
        self.places.first().or_else(|| self.layers.first())
    }

    /// A few words: `AWS us-east-1`, `Cloudflare (origin hidden)`, `AWS us-east-1 + Google`, `unknown`.
    pub fn chip(&self, lang: Lang) -> String {
        let hidden = if self.hidden() { lang.pick(" (origin hidden)", " (origine cachée)") } else { "" };
        self.place(lang) + hidden
    }

    /// The same, without a word on what is hidden.
    pub(super) fn place(&self, lang: Lang) -> String {
        let all = || self.places.iter().chain(&self.layers);
        // A claim that only names the network of a place adds nothing to it.
        let is_said = |claim: &&Layer| {
            let text = claim.chip(lang);
            text == claim.network_name(lang)
                && all().any(|one| one.operator == claim.operator && one.chip(lang) != text)
        };
        let mut parts: Vec<String> = Vec::new();
        for layer in self.places.iter().chain(self.layers.iter().filter(|claim| !is_said(claim))) {
            let text = layer.chip(lang);
            if !parts.contains(&text) {
                parts.push(text);
            }
        }
        if parts.is_empty() {
            let proxied = self.is_proxied();
            let chip = if proxied { ("behind a proxy", "derrière un proxy") } else { ("unknown", "inconnu") };
            return lang.pick(chip.0, chip.1).to_owned();
        }
        parts.join(" + ")
    }

    /// What is known about the company that runs the service, and about the networks' companies.
    fn company_lines(&self, lang: Lang) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(company) = self.operator.as_deref().and_then(rpc::get) {
            let mut seat = company
                .hq
                .map_or(lang.pick("headquarters not known", "siège non connu"), |hq| country_name(hq, lang))
                .to_owned();
            if let Some(source) = &company.hq_source {
                seat += &format!(", {source}");
            }
            let behind = company.company.unwrap_or(lang.pick("company not known", "société non connue"));
            lines.push(lang.pick(
                format!("Operator: {}, {behind} ({seat}).", company.name),
                format!("Opérateur : {}, {behind} ({seat}).", company.name),
            ));
            lines.extend(company.hosting.as_ref().map(|hosting| {
                lang.pick(
                    format!("Said in public: {} ({}).", hosting.says, hosting.source),
                    format!("Déclaré publiquement (en anglais) : {} ({}).", hosting.says, hosting.source),
                )
            }));
        }
        let mut told = Vec::new();
        for layer in self.places.iter().chain(&self.layers) {
            let Some(operator) = operators::get(&layer.operator).filter(|_| !told.contains(&&layer.operator)) else {
                continue;
            };
            told.push(&layer.operator);
            lines.push(reach_line(operator, lang));
        }
        lines
    }
}

/// Where an endpoint stands, as an incident stores it. The text outlives a change of language, so it is always English.
pub(crate) fn kept_place(ground: &Ground) -> String {
    ground.chip(Lang::En)
}

/// One sentence on whether US law reaches a company. Never "safe".
fn reach_line(operator: &operators::Operator, lang: Lang) -> String {
    use operators::Reach;
    let hq =
        operator.hq.as_deref().map_or(lang.pick("seat not known", "siège non connu"), |hq| country_name(hq, lang));
    let reach = match operator.us {
        Reach::Us => lang
            .pick("under US jurisdiction wherever the server is", "sous juridiction américaine où que soit le serveur"),
        Reach::UsNexus => {
            lang.pick("US locations or ties are known", "des implantations ou liens aux États-Unis sont connus")
        }
        Reach::NoneKnown => lang.pick("no US reach known", "aucune portée américaine connue"),
        Reach::Unknown => lang.pick("US reach unknown", "portée américaine inconnue"),
    };
    let note = operator
        .note
        .as_deref()
        .map(|note| lang.pick(format!(" Note: {note}."), format!(" Note (en anglais) : {note}.")))
        .unwrap_or_default();
    lang.pick(format!("{} ({hq}): {reach}.{note}", operator.name), format!("{} ({hq}) : {reach}.{note}", operator.name))
}

impl Layer {
    /// Display name of the network.
    fn network_name(&self, lang: Lang) -> String {
        if self.operator == OWN {
            return lang.pick("own network", "réseau propre").to_owned();
        }
        if self.operator.contains('/') {
            let prefix = &self.operator;
            return lang.pick(format!("unlisted network {prefix}"), format!("réseau non répertorié {prefix}"));
        }
        operators::get(&self.operator).map_or(self.operator.as_str(), |o| o.short()).to_owned()
    }

    /// The layer in a few words.
    fn chip(&self, lang: Lang) -> String {
        let network = self.network_name(lang);
        match (&self.edge, &self.region, &self.country) {
            (Some(edge), ..) => format!("{network} {edge}"),
            (None, Some(region), _) => format!("{network} {region}"),
            (None, None, Some(country)) => format!("{network} {country}"),
            (None, None, None) => network,
        }
    }
}

impl Source {
    /// One sentence: what was learnt, how, and how old it is.
    fn explain(&self, now_ms: u64, lang: Lang) -> String {
        match self {
            Source::Address { address, how, layer } => {
                let place = layer
                    .as_ref()
                    .map_or(lang.pick("place unknown", "lieu inconnu").to_owned(), |layer| layer.chip(lang));
                let how = how.explain(*address, now_ms, lang);
                lang.pick(format!("{how}: {place}."), format!("{how} : {place}."))
            }
            Source::Name { alias_seen, found } => {
                let short = operators::get(found.operator).map_or(found.operator, |o| o.short());
                let name = match alias_seen {
                    Some(_) => lang.pick("An alias of the host name", "Un alias du nom d’hôte"),
                    None => lang.pick("The host name", "Le nom d’hôte"),
                };
                let age = alias_seen.map(|at| format!(" ({})", age(now_ms, at, lang))).unwrap_or_default();
                let says = match found.says {
                    Says::Served => lang.pick("served by", "servi par"),
                    Says::Hidden => lang.pick("behind", "derrière"),
                    Says::NameOnly => lang.pick("named by", "nommé par"),
                };
                let region = found.region.map(|region| format!(" {region}")).unwrap_or_default();
                lang.pick(
                    format!("{name} ends in {}: {says} {short}{region}{age}.", found.suffix),
                    format!("{name} se termine par {} : {says} {short}{region}{age}.", found.suffix),
                )
            }
            Source::Header { by, claim, at_ms } => {
                let short = operators::get(&claim.operator).map_or(claim.operator.as_str(), |o| o.short());
                let age = age(now_ms, *at_ms, lang);
                lang.pick(
                    format!("The response header {by} claims {short} ({age})."),
                    format!("L’en-tête de réponse {by} dit {short} ({age})."),
                )
            }
            Source::Label { pattern } => {
                lang.pick(format!("Your own label for {pattern}."), format!("Votre propre étiquette pour {pattern}."))
            }
            Source::UnknownWallet => lang
                .pick(
                    "Which endpoint the wallet asks is not known.",
                    "On ne sait pas quel point d’accès le portefeuille interroge.",
                )
                .to_owned(),
            Source::Wallet { wallet, operator, source } => {
                let name = rpc::get(operator).map_or(operator.as_str(), |o| o.name);
                lang.pick(
                    format!("{wallet} asks {name} unless you changed it ({source})."),
                    format!("{wallet} interroge {name}, sauf changement de votre part ({source})."),
                )
            }
        }
    }
}

impl How {
    fn explain(self, address: IpAddr, now_ms: u64, lang: Lang) -> String {
        match self {
            How::Url => lang.pick(format!("Address {address} in the URL"), format!("Adresse {address} dans l’URL")),
            How::Observed(at) => {
                let age = age(now_ms, at, lang);
                lang.pick(format!("Connected to {address} ({age})"), format!("Connecté à {address} ({age})"))
            }
            How::Resolved(at) => {
                let age = age(now_ms, at, lang);
                lang.pick(
                    format!("The browser resolved {address} ({age})"),
                    format!("Le navigateur a résolu {address} ({age})"),
                )
            }
            How::Doh(at) => {
                let age = age(now_ms, at, lang);
                lang.pick(
                    format!("Your DNS-over-HTTPS resolver named {address} ({age})"),
                    format!("Votre résolveur DNS-over-HTTPS a nommé {address} ({age})"),
                )
            }
        }
    }
}

/// Age in words.
fn age(now_ms: u64, at_ms: u64, lang: Lang) -> String {
    let minutes = now_ms.saturating_sub(at_ms) / 60_000;
    match minutes {
        0 => lang.pick("just now", "à l’instant").to_owned(),
        1..60 => lang.pick(format!("{minutes} min ago"), format!("il y a {minutes} min")),
        60..2_880 => lang.pick(format!("{} h ago", minutes / 60), format!("il y a {} h", minutes / 60)),
        _ => lang.pick(format!("{} days ago", minutes / 1_440), format!("il y a {} jours", minutes / 1_440)),
    }
}
