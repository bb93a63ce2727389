//! What an incident is to the person.

use super::Lang;
use crate::cloud::incident::{Incident, Incidents};
use crate::protocol::IncidentView;

impl Incidents {
    /// Incidents ready to show, newest first. `offset_min` is the person's clock minus UTC.
    pub fn view(&self, lang: Lang, offset_min: i32) -> Vec<IncidentView> {
        self.newest_first().map(|incident| incident.view(lang, offset_min)).collect()
    }
}

impl Incident {
    fn view(&self, lang: Lang, offset_min: i32) -> IncidentView {
        let sentence = self.sentence(lang, offset_min);
        IncidentView { sentence, since_ms: self.since_ms, ended_ms: self.ended_ms }
    }

    pub(super) fn sentence(&self, lang: Lang, offset_min: i32) -> String {
        let (name, failing, total) = (self.domain.name(lang), self.failing, self.total);
        let (since, by) = (clock(self.since_ms, offset_min), self.served_by.join(", "));
        match self.ended_ms.map(|at| clock(at, offset_min)) {
            None => lang.pick(
                format!("{name}: {failing} of {total} endpoints failing since {since}; served by {by}."),
                format!("{name} : {failing} points d’accès sur {total} en panne depuis {since} ; servi par {by}."),
            ),
            Some(until) => lang.pick(
                format!("{name}: {failing} of {total} endpoints failed from {since} to {until}; served by {by}."),
                format!(
                    "{name} : {failing} points d’accès sur {total} en panne de {since} à {until} ; servi par {by}."
                ),
            ),
        }
    }
}

/// `HH:MM` on the person's clock.
fn clock(at_ms: u64, offset_min: i32) -> String {
    let minutes = (at_ms / 60_000) as i64 + i64::from(offset_min);
    format!("{:02}:{:02}", minutes.rem_euclid(1440) / 60, minutes.rem_euclid(60))
}
