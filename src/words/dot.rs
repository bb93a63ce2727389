//! Why the health dot of an endpoint has its colour.

use super::Lang;
use crate::lanes::Dot;

impl Dot<'_> {
    /// One sentence.
    pub(crate) fn explain(self, lang: Lang) -> String {
        let because = |cause: Option<&str>| cause.map(|c| format!(" ({c})")).unwrap_or_default();
        let seconds = |ms: u64| ms.div_ceil(1_000);
        match self {
            Dot::NotPermitted => lang
                .pick(
                    "Breakwater may not reach this endpoint: the permission was taken back.",
                    "Breakwater ne peut pas joindre ce point d’accès : l’autorisation a été retirée.",
                )
                .into(),
            Dot::Drill => lang
                .pick(
                    "Dark in the drill; the network is not touched.",
                    "Éteint pour l’exercice ; le réseau n’est pas touché.",
                )
                .into(),
            Dot::WrongChain(id) => lang.pick(
                format!("It serves chain {id}; it is not asked."),
                format!("Il sert la chaîne {id} ; il n’est pas interrogé."),
            ),
            Dot::Failing { cause, left_ms } => {
                let (cause, seconds) = (because(cause), seconds(left_ms));
                lang.pick(
                    format!("It keeps failing{cause}; next try in {seconds} s."),
                    format!("Il échoue sans cesse{cause} ; nouvel essai dans {seconds} s."),
                )
            }
            Dot::Silent { left_ms } => lang.pick(
                format!("It does not answer; next try in {} s.", seconds(left_ms)),
                format!("Il ne répond pas ; nouvel essai dans {} s.", seconds(left_ms)),
            ),
            Dot::Paused { left_ms } => lang.pick(
                format!("It asked for a pause; {} s left.", seconds(left_ms)),
                format!("Il a demandé une pause ; encore {} s.", seconds(left_ms)),
            ),
            Dot::Unchecked { cause } => {
                let cause = because(cause);
                lang.pick(
                    format!("It did not answer the chain-id check{cause}."),
                    format!("Il n’a pas répondu au contrôle de chaîne{cause}."),
                )
            }
            Dot::Lost { cause } => {
                let cause = because(cause);
                lang.pick(
                    format!("It did not answer the last requests{cause}."),
                    format!("Il n’a pas répondu aux dernières requêtes{cause}."),
                )
            }
            Dot::Unknown => lang
                .pick(
                    "Not asked yet: nothing is sent for a chain no page uses.",
                    "Pas encore interrogé : rien n’est envoyé pour une chaîne qu’aucune page n’utilise.",
                )
                .into(),
            Dot::Slow(ms) | Dot::Good(ms) => {
                lang.pick(format!("Answers in about {ms} ms."), format!("Répond en {ms} ms environ."))
            }
        }
    }
}
