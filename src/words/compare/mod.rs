//! The changes that importing settings would make, for a person to read first.
//!
//! Endpoints are named by host, with a note when something after the host differs. No path, no key and no header value
//! is repeated. Settings that stay the same are not listed.

use std::collections::{BTreeSet, HashMap};

use super::Lang;
use crate::cloud::label::OwnLabel;
use crate::protocol::{ChangeLine, Section, Sign};
use crate::settings::{Chain, Dispute, Mode, Resolver, Settings, Unconfirmed};

mod endpoints;

impl Settings {
    /// What these other settings would change, for a person to read. Empty if all is the same.
    #[must_use]
    pub fn changes_to(&self, then: &Settings, lang: Lang) -> Vec<Section> {
        compare(self, then, lang)
    }
}

fn compare(now: &Settings, then: &Settings, lang: Lang) -> Vec<Section> {
    let words = Words { lang };
    let mut sections = vec![Section { title: words.everywhere(), lines: words.general(now, then) }];
    let chains = then.chains.iter().map(|chain| (now.chain(chain.id), Some(chain)));
    let gone = now.chains.iter().filter(|chain| then.chain(chain.id).is_none()).map(|chain| (Some(chain), None));
    for (before, after) in chains.chain(gone) {
        let Some(named) = after.or(before) else { continue };
        let title = format!("{} ({})", named.name, named.id);
        sections.push(Section { title, lines: words.chain(before, after) });
    }
    sections.push(Section { title: words.labels(), lines: words.label_lines(&now.labels, &then.labels) });
    sections.push(Section { title: words.sites(), lines: words.site_lines(now, then) });
    sections.retain(|section| !section.lines.is_empty());
    sections
}

struct Words {
    lang: Lang,
}

impl ChangeLine {
    /// A line if the two differ.
    fn of(what: impl Into<String>, before: Option<String>, after: Option<String>) -> Option<ChangeLine> {
        let sign = match (&before, &after) {
            (None, None) => return None,
            (Some(before), Some(after)) if before == after => return None,
            (None, Some(_)) => Sign::Added,
            (Some(_), None) => Sign::Removed,
            (Some(_), Some(_)) => Sign::Changed,
        };
        Some(ChangeLine { sign, what: what.into(), before, after })
    }
}

impl Words {
    fn say(&self, en: &str, fr: &str) -> String {
        self.lang.pick(en, fr).to_owned()
    }

    fn everywhere(&self) -> String {
        self.say("Everywhere", "Partout")
    }

    fn labels(&self) -> String {
        self.say("Your labels", "Vos étiquettes")
    }

    fn sites(&self) -> String {
        self.say("Sites", "Sites")
    }

    fn general(&self, now: &Settings, then: &Settings) -> Vec<ChangeLine> {
        let seconds = |s: &Settings| format!("{} s", s.deadline_ms as f64 / 1000.0);
        let mebibytes = |s: &Settings| format!("{:.1} MiB", s.max_body_bytes as f64 / 1_048_576.0);
        let resolver = |s: &Settings| s.resolver.as_ref().map_or_else(|| self.say("none", "aucun"), Resolver::shown);
        let mut lines = Vec::new();
        let mut line = |what: String, of: &dyn Fn(&Settings) -> String| {
            lines.extend(ChangeLine::of(what, Some(of(now)), Some(of(then))));
        };
        line(self.say("Deadline", "Délai"), &seconds);
        line(self.say("Largest reply", "Réponse la plus grande"), &mebibytes);
        line(self.say("Chain without a wallet", "Chaîne sans portefeuille"), &|s| s.own_chain.to_string());
        line(self.say("Resolver asked for host names", "Résolveur interrogé pour les noms d’hôte"), &resolver);
        line(self.say("Warn about one country or law", "Alerter pour un seul pays ou droit"), &|s| {
            if s.warn_law { self.say("yes", "oui") } else { self.say("no", "non") }
        });
        lines.extend(self.order(
            self.say("Order of the chains", "Ordre des chaînes"),
            now.chains.iter().map(|chain| chain.id),
            then.chains.iter().map(|chain| chain.id),
        ));
        lines
    }

    /// The entries that both lists have are in a different order.
    fn order<T: std::hash::Hash + Eq + Clone>(
        &self,
        what: String,
        now: impl Iterator<Item = T> + Clone,
        then: impl Iterator<Item = T> + Clone,
    ) -> Option<ChangeLine> {
        let (old, new): (std::collections::HashSet<T>, std::collections::HashSet<T>) =
            (now.clone().collect(), then.clone().collect());
        let same = now.filter(|one| new.contains(one)).eq(then.filter(|one| old.contains(one)));
        let line = |before, after| ChangeLine { sign: Sign::Changed, what, before: Some(before), after: Some(after) };
        (!same).then(|| line(self.say("as it is", "tel quel"), self.say("another", "un autre")))
    }

    fn chain(&self, now: Option<&Chain>, then: Option<&Chain>) -> Vec<ChangeLine> {
        let mut lines = Vec::new();
        let mut line =
            |what: String, of: &dyn Fn(&Chain) -> String| lines.extend(ChangeLine::of(what, now.map(of), then.map(of)));
        match (now, then) {
            (Some(_), Some(_)) => {
                line(self.say("Name", "Nom"), &|c| c.name.clone());
                line(self.say("Mode", "Mode"), &|c| self.mode(c.mode));
                line(self.say("When endpoints disagree", "En cas de désaccord"), &|c| self.dispute(c.dispute));
                line(self.say("When nothing confirms", "Sans confirmation"), &|c| self.unconfirmed(c.unconfirmed));
            }
            _ => line(self.say("The chain", "La chaîne"), &|c| self.mode(c.mode)),
        }
        let none = &[][..];
        let (old, new) = (now.map_or(none, |c| &c.endpoints), then.map_or(none, |c| &c.endpoints));
        lines.extend(self.endpoints(old, new));
        lines
    }

    fn mode(&self, mode: Mode) -> String {
        match mode {
            Mode::Guard => self.say("guard", "garde"),
            Mode::Race => self.say("race", "course"),
            Mode::Rescue => self.say("rescue", "secours"),
            Mode::Compare => self.say("compare", "comparaison"),
            Mode::Off => self.say("off", "arrêt"),
        }
    }

    fn dispute(&self, dispute: Dispute) -> String {
        match dispute {
            Dispute::Error => self.say("an error", "une erreur"),
            Dispute::Majority => self.say("the majority", "la majorité"),
        }
    }

    fn unconfirmed(&self, unconfirmed: Unconfirmed) -> String {
        match unconfirmed {
            Unconfirmed::Answer => self.say("the answer", "la réponse"),
            Unconfirmed::Error => self.say("an error", "une erreur"),
        }
    }

    fn label_lines(&self, now: &[OwnLabel], then: &[OwnLabel]) -> Vec<ChangeLine> {
        let said = |label: &OwnLabel| {
            let parts = [Some(&label.operator), label.region.as_ref(), label.country.as_ref()];
            parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
        };
        let of = |labels: &[OwnLabel]| labels.iter().map(|l| (l.pattern.clone(), said(l))).collect::<HashMap<_, _>>();
        let (old, new) = (of(now), of(then));
        let patterns = then.iter().chain(now.iter().filter(|label| !new.contains_key(&label.pattern)));
        let line = |label: &OwnLabel| {
            let pattern = &label.pattern;
            ChangeLine::of(pattern, old.get(pattern).cloned(), new.get(pattern).cloned())
        };
        let order = self.say("Order of the labels", "Ordre des étiquettes");
        let order = self.order(order, now.iter().map(|l| &l.pattern), then.iter().map(|l| &l.pattern));
        patterns.filter_map(line).chain(order).collect()
    }

    fn site_lines(&self, now: &Settings, then: &Settings) -> Vec<ChangeLine> {
        let (on, off) =
            (self.say("Breakwater on", "Breakwater actif"), self.say("Breakwater off", "Breakwater arrêté"));
        let rescued = self.say("own calls rescued", "appels propres secourus");
        let alone = self.say("own calls left alone", "appels propres laissés tels quels");
        let off = switched(&now.sites_off, &then.sites_off, &on, &off);
        off.into_iter().chain(switched(&now.direct_off, &then.direct_off, &rescued, &alone)).collect()
    }
}

/// The sites that are in only one of the lists.
fn switched(now: &[String], then: &[String], outside: &str, inside: &str) -> Vec<ChangeLine> {
    let (old, new): (BTreeSet<&String>, BTreeSet<&String>) = (now.iter().collect(), then.iter().collect());
    let word = |listed: bool| Some(if listed { inside } else { outside }.to_owned());
    let line = |site: &&String| ChangeLine::of(site.as_str(), word(old.contains(site)), word(new.contains(site)));
    old.symmetric_difference(&new).filter_map(line).collect()
}
