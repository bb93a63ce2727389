//! The verdict on one chain's endpoints.

use super::Lang;
use crate::cloud::ground::{Domain, DomainKind, OWN, US};
use crate::cloud::operators::{self, Operator};
use crate::cloud::verdict::{Chain, Facts, Level, Line, Pulse, Reason, Standing, hhi, region_group};
use crate::protocol::{ChainVerdict, DomainLine};

/// Most items that one piece of advice lists.
const MAX_ADVICE: usize = 6;

/// The verdict on one chain.
pub fn judge(chain: &Chain<'_>, lang: Lang) -> ChainVerdict {
    let facts = Facts::of(chain);
    let (level, reason) = facts.level();
    let words = Words { chain: chain.name, facts: &facts, lang };
    ChainVerdict {
        level,
        reason,
        word: words.word(level, reason).to_owned(),
        sentence: words.sentence(reason),
        health: words.health(level),
        left: facts.surely_left(),
        beside: words.beside(),
        advice: words.advice(reason),
        offer: None,
        presets: Vec::new(),
        avoid: facts.avoided().into_iter().cloned().collect(),
        domains: facts.lines.iter().map(|line| words.line(line)).collect(),
        hhi: hhi(chain.endpoints.iter().map(|one| one.ground)),
    }
}

/// Everything the sentences need.
struct Words<'a> {
    chain: &'a str,
    facts: &'a Facts<'a>,
    lang: Lang,
}

impl Words<'_> {
    /// A few words for a pill.
    fn word(&self, level: Level, reason: Reason) -> &'static str {
        let shared = || self.facts.worst().first().map(|domain| (domain.kind, domain.key == OWN));
        match (level, reason) {
            (Level::None, _) => self.lang.pick("Wallet only", "Portefeuille seul"),
            (Level::Survives, _) => survives(self.lang),
            (Level::Single, _) => self.lang.pick("Only one endpoint", "Un seul point d’accès"),
            (Level::CantTell, Reason::Offline) => self.lang.pick("Out of reach", "Hors d’atteinte"),
            (Level::CantTell, _) => self.lang.pick("Can’t tell", "On ne sait pas"),
            (Level::Dark, _) => self.lang.pick("None answers", "Aucun ne répond"),
            (Level::Shared, _) if self.may_answer().count() == 1 => {
                self.lang.pick("Only one answers", "Un seul répond")
            }
            (Level::Shared, _) => match shared() {
                Some((DomainKind::Region, _)) => self.lang.pick("One region", "Une seule région"),
                Some((DomainKind::Network, true)) => self.lang.pick("Your network only", "Votre seul réseau"),
                Some((DomainKind::Operator, _)) => self.lang.pick("One company", "Une seule société"),
                Some((DomainKind::Country, _)) => self.lang.pick("One country", "Un seul pays"),
                Some((DomainKind::Jurisdiction, _)) => self.lang.pick("One law", "Un seul droit"),
                Some((DomainKind::Network, false)) | None => self.lang.pick("One cloud", "Un seul cloud"),
            },
        }
    }

    /// One sentence that explains the level, and more if it hangs on endpoints of which too little is known.
    fn sentence(&self, reason: Reason) -> String {
        let (chain, de, n) = (self.chain, de(self.chain), self.facts.count());
        match reason {
            Reason::NoEndpoints => self.lang.pick(
                format!("{chain} has no endpoint of yours: the wallet answers alone."),
                format!("{chain} n’a aucun point d’accès à vous : le portefeuille répond seul."),
            ),
            Reason::Single => {
                let name = self.first_name();
                self.lang.pick(
                    format!("{chain} has a single endpoint, {name}: when it fails, none of yours is left."),
                    format!("{chain} n’a qu’un point d’accès, {name} : s’il tombe, il ne vous en reste aucun."),
                )
            }
            Reason::Survives => match self.facts.surely_left() {
                1 => self.lang.pick(
                    format!("Whichever company, cloud or region goes dark, at least one of the {n} endpoints of {chain} keeps answering."),
                    format!("Quelle que soit la société, le cloud ou la région en panne, au moins un des {n} points d’accès {de} répond encore."),
                ),
                left => self.lang.pick(
                    format!("Whichever company, cloud or region goes dark, at least {left} of the {n} endpoints of {chain} keep answering."),
                    format!("Quelle que soit la société, le cloud ou la région en panne, au moins {left} des {n} points d’accès {de} répondent encore."),
                ),
            },
            Reason::Hidden | Reason::NotSeen => self.cant_tell(),
            Reason::Offline => self.lang.pick(
                format!("No endpoint of {chain} can be reached. Your own connection may be down."),
                format!("Aucun point d’accès {de} n’est joignable. Votre propre connexion est peut-être coupée."),
            ),
            Reason::Shared => self.shared(&self.all(n)),
            Reason::Thin => self.thin(),
            Reason::AllDark => self.lang.pick(
                format!("No endpoint of {chain} answers: pages get only what their wallet has."),
                format!("Aucun point d’accès {de} ne répond : les pages n’ont que ce que donne leur portefeuille."),
            ),
        }
    }

    /// "1 of 3 answers now."
    fn health(&self, level: Level) -> Option<String> {
        let (answer, n) = (self.may_answer().count(), self.facts.count());
        if answer == n || n < 2 || level == Level::Dark {
            return None;
        }
        let (answers, repond) = if answer == 1 { ("answers", "répond") } else { ("answer", "répondent") };
        let en = format!("{answer} of {n} {answers} now.");
        Some(self.lang.pick(en, format!("{answer} sur {n} {repond} maintenant.")))
    }

    /// What they share of law and country, in a few words.
    fn beside(&self) -> Vec<String> {
        let n = self.facts.count();
        let told = |line: &Line| match line.domain.kind {
            DomainKind::Jurisdiction if line.domain.key == US => Some(self.law(line.on, n)),
            DomainKind::Country if line.off == 0 && n > 1 => {
                let (all, name) = (self.all(n), line.domain.name(self.lang));
                Some(
                    self.lang
                        .pick(format!("{all} in one country: {name}"), format!("{all} dans un seul pays : {name}")),
                )
            }
            _ => None,
        };
        self.facts.lines.iter().filter_map(told).collect()
    }

    /// "All 3 under US law"
    fn law(&self, on: usize, n: usize) -> String {
        match (on, n) {
            (1, 1) => self.lang.pick("Under US law", "Relève du droit américain").to_owned(),
            (1, _) => self.lang.pick(format!("1 of {n} under US law"), format!("1 sur {n} relève du droit américain")),
            _ if on == n => {
                let all = self.all(n);
                self.lang.pick(format!("{all} under US law"), format!("{all} relèvent du droit américain"))
            }
            _ => {
                self.lang.pick(format!("{on} of {n} under US law"), format!("{on} sur {n} relèvent du droit américain"))
            }
        }
    }

    fn line(&self, line: &Line) -> DomainLine {
        let level = match (line.may, line.sure) {
            (0, _) => Level::Shared,
            (_, 0) => Level::CantTell,
            _ => Level::Survives,
        };
        DomainLine {
            domain: line.domain.clone(),
            name: line.domain.label(self.lang),
            on: line.on,
            left: line.left,
            sure: line.sure,
            level: line.counts.then_some(level),
        }
    }

    /// Endpoints that are not known to be down.
    fn may_answer(&self) -> impl Iterator<Item = &Standing<'_>> {
        self.facts.chain.endpoints.iter().filter(|one| one.pulse != Pulse::Down)
    }

    fn first_name(&self) -> &str {
        self.facts.chain.endpoints.first().map_or("", |one| one.name)
    }

    /// "All 3", "Both"
    fn all(&self, n: usize) -> String {
        if n == 2 {
            return self.lang.pick("Both", "Les 2").to_owned();
        }
        self.lang.pick(format!("All {n}"), format!("Les {n}"))
    }

    fn cant_tell(&self) -> String {
        let (chain, de) = (self.chain, de(self.chain));
        let main = self.lang.pick(
            format!("Can’t tell whether an endpoint of {chain} would be left if one thing goes dark."),
            format!("On ne sait pas s’il resterait un point d’accès {de} après une panne."),
        );
        let names = |of: Vec<&str>| (!of.is_empty()).then(|| of.join(", "));
        let hidden = names(self.facts.hidden().map(|one| one.name).collect())
            .map(|names| self.lang.pick(format!(" Place hidden: {names}."), format!(" Lieu caché : {names}.")));
        let of = |proxied: bool| {
            let unseen = self.facts.not_seen().filter(|one| one.ground.is_proxied() == proxied);
            names(unseen.map(|one| one.name).collect())
        };
        let unseen = of(false).map(|names| {
            self.lang.pick(format!(" Not seen lately: {names}."), format!(" Pas vu récemment : {names}."))
        });
        let proxied = of(true).map(|names| {
            self.lang.pick(
                format!(" Behind a proxy, where they stand cannot be seen: {names}."),
                format!(" Derrière un proxy, leur lieu ne se voit pas : {names}."),
            )
        });
        [Some(main), hidden, unseen, proxied].into_iter().flatten().collect()
    }

    /// "All 3 endpoints of Ethereum stand on AWS: when it goes dark, none is left."
    fn shared(&self, all: &str) -> String {
        let (chain, de) = (self.chain, de(self.chain));
        let worst = self.facts.worst();
        let Some((first, rest)) = worst.split_first() else { return String::new() };
        let how = self.stand(first);
        let main = self.lang.pick(
            format!("{all} endpoints of {chain} {how}: when it goes dark, none is left."),
            format!("{all} points d’accès {de} {how} : en cas de panne, il n’en reste aucun."),
        );
        main + &self.also(rest)
    }

    /// " They also share: Infura."
    fn also(&self, rest: &[&Domain]) -> String {
        if rest.is_empty() {
            return String::new();
        }
        let names = rest.iter().map(|domain| domain.name(self.lang)).collect::<Vec<_>>().join(", ");
        self.lang.pick(format!(" They also share: {names}."), format!(" Ils partagent aussi : {names}."))
    }

    /// Too few answer to survive one failure more.
    fn thin(&self) -> String {
        let (chain, de, n) = (self.chain, de(self.chain), self.facts.count());
        let answer = self.may_answer().count();
        let worst = self.facts.worst();
        match (self.may_answer().next(), worst.first()) {
            (Some(only), _) if answer == 1 => {
                let name = only.name;
                self.lang.pick(
                    format!("Only 1 of the {n} endpoints of {chain} answers, {name}: when it fails, none is left."),
                    format!("Seul 1 des {n} points d’accès {de} répond, {name} : s’il tombe, il n’en reste aucun."),
                )
            }
            (_, Some(first)) => {
                let how = self.stand(first);
                self.lang.pick(
                    format!("Only {answer} of the {n} endpoints of {chain} answer, and they {how}: when it goes dark, none is left."),
                    format!("Seuls {answer} des {n} points d’accès {de} répondent, et ils {how} : en cas de panne, il n’en reste aucun."),
                )
            }
            _ => String::new(),
        }
    }

    /// "stand on AWS us-east-1"
    fn stand(&self, domain: &Domain) -> String {
        let name = domain.name(self.lang);
        match domain.kind {
            DomainKind::Network if operators::get(&domain.key).is_some_and(Operator::hides_origin) => {
                self.lang.pick(format!("are behind {name}"), format!("sont derrière {name}"))
            }
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
                self.lang.pick(format!("not in this country: {name}"), format!("pas dans ce pays : {name}"))
            }
            DomainKind::Jurisdiction => self.lang.pick(format!("not under {name}"), format!("hors de {name}")),
        }
    }

    /// The smallest change that clears it.
    fn advice(&self, reason: Reason) -> Option<String> {
        Some(match reason {
            Reason::Survives | Reason::NotSeen | Reason::Offline => return None,
            Reason::NoEndpoints => self
                .lang
                .pick(
                    "Add two endpoints of different companies.",
                    "Ajoutez deux points d’accès de sociétés différentes.",
                )
                .to_owned(),
            Reason::AllDark => self
                .lang
                .pick(
                    "Add an endpoint of another company. Those you have are asked again by themselves.",
                    "Ajoutez un point d’accès d’une autre société. Les vôtres sont réinterrogés automatiquement.",
                )
                .to_owned(),
            Reason::Single | Reason::Shared | Reason::Thin | Reason::Hidden if self.facts.lacking() > 1 => self
                .lang
                .pick(
                    "Add two endpoints on different clouds, at places that can be seen.",
                    "Ajoutez deux points d’accès sur des clouds différents, dont le lieu est visible.",
                )
                .to_owned(),
            Reason::Single | Reason::Shared | Reason::Thin | Reason::Hidden => self.one_more(),
        })
    }

    /// "Add one endpoint that is: not on AWS."
    fn one_more(&self) -> String {
        let mut conditions: Vec<String> = Vec::new();
        for condition in self.facts.avoided().into_iter().map(|domain| self.avoid(domain)) {
            if conditions.len() < MAX_ADVICE && !conditions.contains(&condition) {
                conditions.push(condition);
            }
        }
        if conditions.is_empty() {
            let company = "Ajoutez un point d’accès d’une autre société.";
            return self.lang.pick("Add one endpoint of another company.", company).to_owned();
        }
        let conditions = conditions.join(", ");
        self.lang.pick(
            format!("Add one endpoint that is: {conditions}."),
            format!("Ajoutez un point d’accès : {conditions}."),
        )
    }
}

/// The word for a chain that survives.
pub(super) fn survives(lang: Lang) -> &'static str {
    lang.pick("Survives any one outage", "Survit à toute panne isolée")
}

/// "de" and a name, in French: "d’Ethereum", "de Base".
fn de(name: &str) -> String {
    let vowel = name.chars().next().is_some_and(|first| "aeiouyàâéèêëîïôû".contains(first.to_ascii_lowercase()));
    if vowel { format!("d’{name}") } else { format!("de {name}") }
}
