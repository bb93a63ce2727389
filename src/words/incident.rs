//! What incidents and blackouts are to the person.

use super::Lang;
use crate::cloud::blackout::Blackout;
use crate::cloud::incident::{Incident, Incidents};
use crate::protocol::IncidentView;

impl Incidents {
    /// Incidents and blackouts ready to show, newest first. `offset_min` is the person's clock minus UTC.
    pub fn view(&self, lang: Lang, offset_min: i32) -> Vec<IncidentView> {
        let mut all: Vec<IncidentView> = self.newest_first().map(|incident| incident.view(lang, offset_min)).collect();
        for blackout in self.blackouts().newest_first() {
            let older = all.iter().position(|view| view.since_ms <= blackout.since_ms);
            all.insert(older.unwrap_or(all.len()), blackout.view(lang, offset_min));
        }
        all
    }
}

impl Incident {
    fn view(&self, lang: Lang, offset_min: i32) -> IncidentView {
        let sentence = self.sentence(lang, offset_min);
        IncidentView { sentence, advice: None, dark: Vec::new(), since_ms: self.since_ms, ended_ms: self.ended_ms }
    }

    pub(super) fn sentence(&self, lang: Lang, offset_min: i32) -> String {
        let (name, failing, total) = (self.domain.name(lang), self.failing, self.total);
        let (since, by) = (clock(self.since_ms, offset_min), self.served_by.join(", "));
        match self.ended_ms.map(|at| clock(at, offset_min)) {
            None => lang.pick(
                format!("{name}: {failing} of {total} endpoints failing since {since}; served by {by}."),
                format!("{name} : {failing} points d’accès sur {total} en panne depuis {since} ; servi par {by}."),
            ),
            Some(until) => lang.pick(
                format!("{name}: {failing} of {total} endpoints failed from {since} to {until}; served by {by}."),
                format!(
                    "{name} : {failing} points d’accès sur {total} en panne de {since} à {until} ; servi par {by}."
                ),
            ),
        }
    }
}

impl Blackout {
    fn view(&self, lang: Lang, offset_min: i32) -> IncidentView {
        let names = self.names();
        let advice = lang.pick(
            format!("Add an endpoint of another company ({names}). Those you have are asked again by themselves."),
            format!(
                "Ajoutez un point d’accès d’une autre société ({names}). Les vôtres sont réinterrogés automatiquement."
            ),
        );
        IncidentView {
            sentence: self.sentence(lang, offset_min),
            advice: self.ended_ms.is_none().then_some(advice),
            dark: self.dark().map(|dark| dark.chain).collect(),
            since_ms: self.since_ms,
            ended_ms: self.ended_ms,
        }
    }

    pub(super) fn sentence(&self, lang: Lang, offset_min: i32) -> String {
        let (since, names) = (clock(self.since_ms, offset_min), self.names());
        match self.ended_ms.map(|at| clock(at, offset_min)) {
            None => lang.pick(
                format!("None of your endpoints answers since {since}; pages get only what their wallet has ({names})."),
                format!("Aucun de vos points d’accès ne répond depuis {since} ; les pages n’ont que ce que donne leur portefeuille ({names})."),
            ),
            Some(until) => lang.pick(
                format!("None of your endpoints answered from {since} to {until}; pages got only what their wallet had ({names})."),
                format!("Aucun de vos points d’accès n’a répondu de {since} à {until} ; les pages n’ont eu que ce que donnait leur portefeuille ({names})."),
            ),
        }
    }

    fn names(&self) -> String {
        self.dark().map(|dark| dark.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// `HH:MM` on the person's clock.
fn clock(at_ms: u64, offset_min: i32) -> String {
    let minutes = (at_ms / 60_000) as i64 + i64::from(offset_min);
    format!("{:02}:{:02}", minutes.rem_euclid(1440) / 60, minutes.rem_euclid(60))
}
