//! The verdict on one chain's endpoints.

use super::Lang;
use crate::cloud::ground::{Domain, DomainKind, Ground};
use crate::cloud::verdict::{Facts, Reason, hhi, region_group};
use crate::lanes::Chain;
use crate::protocol::{ChainVerdict, DomainLine};

/// Most items that one piece of advice lists.
const MAX_ADVICE: usize = 6;

impl Chain {
    /// Breakwater's verdict on its endpoints.
    pub(crate) fn verdict(&self, lang: Lang) -> ChainVerdict {
        judge(self.name(), &self.grounds(), lang)
    }
}

/// The verdict on one chain. `endpoints`: display name and ground of each enabled endpoint.
pub fn judge(chain_name: &str, endpoints: &[(&str, &Ground)], lang: Lang) -> ChainVerdict {
    let facts = Facts::of(endpoints);
    let (level, reason) = facts.level();
    let words = Words { chain: chain_name, endpoints, facts: &facts, lang };
    ChainVerdict {
        level,
        reason,
        sentence: words.sentence(reason),
        advice: words.advice(reason),
        presets: Vec::new(),
        avoid: facts.avoided(reason).into_iter().cloned().collect(),
        domains: words.lines(),
        hhi: hhi(endpoints.iter().map(|(_, ground)| *ground)),
    }
}

/// Everything the sentences need.
struct Words<'a> {
    chain: &'a str,
    endpoints: &'a [(&'a str, &'a Ground)],
    facts: &'a Facts,
    lang: Lang,
}

impl Words<'_> {
    /// One sentence that explains the level, and a second one if origins are hidden or not seen yet.
    fn sentence(&self, reason: Reason) -> String {
        let (chain, de, n) = (self.chain, de(self.chain), self.facts.count);
        let main = match reason {
            Reason::NoEndpoints => self.lang.pick(
                format!("{chain} has no endpoint of yours: the wallet answers alone."),
                format!("{chain} n’a aucun point d’accès à vous : le portefeuille répond seul."),
            ),
            Reason::Single => {
                let name = self.name(0);
                self.lang.pick(
                    format!("{chain} has a single endpoint, {name}: when it fails, none of yours is left."),
                    format!("{chain} n’a qu’un point d’accès, {name} : s’il tombe, il ne vous en reste aucun."),
                )
            }
            Reason::Shared => self.shared(),
            Reason::OneLeft => self.one_left(),
            Reason::Hidden => self.lang.pick(
                format!("The {n} endpoints of {chain} look different, but too many origins are hidden to be sure."),
                format!("Les {n} points d’accès {de} semblent différents, mais trop d’origines sont cachées pour en être sûr."),
            ),
            Reason::NotSeen => self.lang.pick(
                format!("It is not known yet where the endpoints of {chain} stand."),
                format!("On ne sait pas encore où se trouvent les points d’accès {de}."),
            ),
            Reason::Diverse => self.lang.pick(
                format!("The {n} endpoints of {chain} stand on different ground: whatever goes dark, at least two are left."),
                format!("Les {n} points d’accès {de} sont sur des terrains différents : quoi qu’il tombe, il en reste au moins deux."),
            ),
        };
        [Some(main), self.hidden(reason), self.not_seen(reason)].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn lines(&self) -> Vec<DomainLine> {
        let line = |(domain, on): &(Domain, usize)| DomainLine {
            domain: domain.clone(),
            name: domain.label(self.lang),
            on: *on,
            left: self.facts.count - on,
        };
        self.facts.on.iter().map(line).collect()
    }

    fn name(&self, at: usize) -> &str {
        self.endpoints.get(at).map_or("", |(name, _)| *name)
    }

    fn shared(&self) -> String {
        let (chain, de, n) = (self.chain, de(self.chain), self.facts.count);
        let worst = self.facts.worst(0);
        let Some((first, rest)) = worst.split_first() else { return String::new() };
        let how = self.stand(first);
        let all = if n == 2 {
            self.lang.pick("Both", "Les 2").to_owned()
        } else {
            self.lang.pick(format!("All {n}"), format!("Les {n}"))
        };
        let main = self.lang.pick(
            format!("{all} endpoints of {chain} {how}: when it goes dark, none is left."),
            format!("{all} points d’accès {de} {how} : en cas de panne, il n’en reste aucun."),
        );
        if rest.is_empty() {
            return main;
        }
        let names = self.list(rest.iter().map(|domain| domain.name(self.lang)).collect());
        main + &self.lang.pick(format!(" They also share: {names}."), format!(" Ils partagent aussi : {names}."))
    }

    fn one_left(&self) -> String {
        let (chain, de, n) = (self.chain, de(self.chain), self.facts.count);
        let Some(first) = self.facts.worst(1).first().copied() else { return String::new() };
        let survivor = self.facts.domains.iter().position(|on| !on.contains(first)).unwrap_or_default();
        let (dark, left) = (first.name(self.lang), self.name(survivor));
        self.lang.pick(
            format!("When {dark} goes dark, one of the {n} endpoints of {chain} is left: {left}."),
            format!("Si une panne touche {dark}, il ne reste qu’un des {n} points d’accès {de} : {left}."),
        )
    }

    /// "stand on AWS us-east-1"
    fn stand(&self, domain: &Domain) -> String {
        let name = domain.name(self.lang);
        match domain.kind {
            DomainKind::Region | DomainKind::Network => {
                self.lang.pick(format!("stand on {name}"), format!("reposent sur {name}"))
            }
            DomainKind::Operator => self.lang.pick(format!("are run by {name}"), format!("sont exploités par {name}")),
            DomainKind::Country => {
                self.lang.pick(format!("are in one country ({name})"), format!("sont dans un seul pays ({name})"))
            }
            DomainKind::Jurisdiction => self.lang.pick(format!("are under {name}"), format!("relèvent de {name}")),
        }
    }

    /// "not on AWS"
    fn avoid(&self, domain: &Domain) -> String {
        // Another region of the same cloud would clear only the region, so the whole cloud is named.
        let network = (domain.kind == DomainKind::Region).then(|| region_group(domain));
        let name = network
            .map_or_else(|| domain.name(self.lang), |group| Domain::new(DomainKind::Network, group).name(self.lang));
        match domain.kind {
            DomainKind::Region | DomainKind::Network => {
                self.lang.pick(format!("not on {name}"), format!("pas sur {name}"))
            }
            DomainKind::Operator => self.lang.pick(format!("not run by {name}"), format!("pas exploité par {name}")),
            DomainKind::Country => {
                self.lang.pick(format!("not in this country: {name}"), format!("pas dans ce pays : {name}"))
            }
            DomainKind::Jurisdiction => self.lang.pick(format!("not under {name}"), format!("hors de {name}")),
        }
    }

    /// The smallest change that clears it.
    fn advice(&self, reason: Reason) -> Option<String> {
        match reason {
            Reason::NoEndpoints => {
                return Some(self.lang.pick(
                    "Add two endpoints of different companies; the presets are a start.".to_owned(),
                    "Ajoutez deux points d’accès de sociétés différentes ; les préréglages sont un début.".to_owned(),
                ));
            }
            Reason::Hidden => {
                return Some(self.lang.pick(
                    "Add one endpoint whose origin can be seen, or a label for one that you know.".to_owned(),
                    "Ajoutez un point d’accès dont l’origine est visible, ou une étiquette pour un que vous connaissez.".to_owned(),
                ));
            }
            Reason::NotSeen | Reason::Diverse => return None,
            Reason::Single | Reason::Shared | Reason::OneLeft => {}
        }
        let mut conditions: Vec<String> = Vec::new();
        for condition in self.facts.avoided(reason).into_iter().map(|domain| self.avoid(domain)) {
            if conditions.len() < MAX_ADVICE && !conditions.contains(&condition) {
                conditions.push(condition);
            }
        }
        if conditions.is_empty() {
            return Some(
                self.lang
                    .pick("Add one endpoint of another company.", "Ajoutez un point d’accès d’une autre société.")
                    .to_owned(),
            );
        }
        let conditions = conditions.join(", ");
        Some(self.lang.pick(
            format!("Add one endpoint that is: {conditions}."),
            format!("Ajoutez un point d’accès : {conditions}."),
        ))
    }

    fn hidden(&self, reason: Reason) -> Option<String> {
        let at = &self.facts.hidden;
        if at.is_empty() || reason == Reason::Diverse {
            return None;
        }
        let names = self.list(at.iter().map(|at| self.name(*at).to_owned()).collect());
        Some(self.lang.pick(
            format!("Origin hidden: {names}; the ground behind may be that of the others."),
            format!("Origine cachée : {names} ; le terrain peut être le même que celui des autres."),
        ))
    }

    fn not_seen(&self, reason: Reason) -> Option<String> {
        let at = &self.facts.unknown;
        if at.is_empty() || at.len() == self.facts.count || reason == Reason::Diverse {
            return None;
        }
        let names = self.list(at.iter().map(|at| self.name(*at).to_owned()).collect());
        Some(self.lang.pick(format!("Not seen yet: {names}."), format!("Pas encore vu : {names}.")))
    }

    fn list(&self, names: Vec<String>) -> String {
        names.join(", ")
    }
}

/// "de" and a name, in French: "d’Ethereum", "de Base".
fn de(name: &str) -> String {
    let vowel = name.chars().next().is_some_and(|first| "aeiouyàâéèêëîïôû".contains(first.to_ascii_lowercase()));
    if vowel { format!("d’{name}") } else { format!("de {name}") }
}
