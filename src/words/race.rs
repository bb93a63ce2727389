//! Why a race ended as it did, and the trail of races.

use super::Lang;
use crate::race::{End, Reason};
use crate::trail::{Record, Trail};

impl Reason {
    /// One sentence.
    pub fn explain(self, lang: Lang) -> &'static str {
        match self {
            Reason::Best => lang.pick("The best-ranked endpoint answered.", "Le meilleur point d’accès a répondu."),
            Reason::Hedge => lang.pick(
                "The first endpoint was slower than usual; the second one answered sooner.",
                "Le premier point d’accès était plus lent que d’habitude ; le second a répondu plus tôt.",
            ),
            Reason::Failover => lang.pick(
                "An endpoint failed; the next one answered.",
                "Un point d’accès a échoué ; le suivant a répondu.",
            ),
            Reason::First => lang.pick(
                "All endpoints were asked at once; this one was first.",
                "Tous les points d’accès ont été interrogés à la fois ; celui-ci a été le premier.",
            ),
            Reason::Agreed => lang.pick(
                "Two endpoints on different ground agreed.",
                "Deux points d’accès sur des terrains différents sont d’accord.",
            ),
            Reason::Majority => lang.pick(
                "Two endpoints disagreed; a third settled it.",
                "Deux points d’accès n’étaient pas d’accord ; un troisième a tranché.",
            ),
            Reason::Confirmed => lang.pick(
                "Another endpoint gave the same kind of error, so it is the chain's own.",
                "Un autre point d’accès a donné le même genre d’erreur : c’est donc celle de la chaîne.",
            ),
            Reason::Unconfirmed => lang.pick(
                "Only one endpoint could answer; nothing confirms it.",
                "Un seul point d’accès a pu répondre ; rien ne le confirme.",
            ),
            Reason::Nothing => {
                lang.pick("No endpoint that answered has it.", "Aucun point d’accès qui a répondu ne l’a.")
            }
            Reason::Behind => lang.pick(
                "The answer is behind the newest known block, but it was all there was.",
                "La réponse est en retard sur le dernier bloc connu, mais il n’y avait rien d’autre.",
            ),
            Reason::Accepted => {
                lang.pick("An endpoint took the transaction.", "Un point d’accès a accepté la transaction.")
            }
            Reason::Rejected => lang.pick("The chain's own error.", "L’erreur propre à la chaîne."),
        }
    }
}

impl End {
    /// One sentence.
    pub fn explain(self, lang: Lang) -> &'static str {
        match self {
            End::Lane { reason, .. } => reason.explain(lang),
            End::Disputed => lang.pick(
                "Endpoints on different ground disagree about this; no answer was given.",
                "Des points d’accès sur des terrains différents ne sont pas d’accord ; aucune réponse n’a été donnée.",
            ),
            End::Unconfirmed => lang.pick(
                "Only one endpoint could answer and nothing confirms it; as you chose, no answer was given.",
                "Un seul point d’accès a pu répondre et rien ne le confirme ; selon votre choix, aucune réponse n’a été donnée.",
            ),
            End::Failed { late: true } => lang
                .pick("No endpoint answered before the deadline.", "Aucun point d’accès n’a répondu avant l’échéance."),
            End::Failed { late: false } => {
                lang.pick("No endpoint could answer.", "Aucun point d’accès n’a pu répondre.")
            }
        }
    }
}

impl Trail {
    /// The races with their reasons, newest first.
    pub fn newest_first(&self, lang: Lang) -> Vec<Record> {
        let explained = |(record, end): &(Record, End)| Record {
            reason: end.word().to_owned(),
            why: end.explain(lang).to_owned(),
            ..record.clone()
        };
        self.records().rev().map(explained).collect()
    }
}
