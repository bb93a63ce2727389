//! The health dot of an endpoint, and why it has that colour.

use crate::health::{Check, Rest};
use crate::lanes::Lane;
use crate::lang::Lang;
use crate::route::Weight;

/// Median above which the dot says "slow", ms.
const SLOW_MS: u64 = 1_000;

/// `permitted`: the person lets the extension reach it.
pub(super) fn dot(now: u64, lane: &Lane, permitted: bool, lang: Lang) -> (&'static str, String) {
    let cause = lane.cause().map(|c| format!(" ({c})")).unwrap_or_default();
    let seconds = |until: u64| until.saturating_sub(now).div_ceil(1_000);
    if !permitted {
        return (
            "no-permission",
            lang.pick(
                "Breakwater may not reach this endpoint: the permission was taken back.",
                "Breakwater ne peut pas joindre ce point d’accès : l’autorisation a été retirée.",
            )
            .into(),
        );
    }
    if lane.is_dark() {
        return (
            "drill",
            lang.pick(
                "Dark in the drill; the network is not touched.",
                "Éteint pour l’exercice ; le réseau n’est pas touché.",
            )
            .into(),
        );
    }
    if let Check::Wrong(id) = lane.health().check {
        return (
            "wrong-chain",
            lang.pick(
                format!("It serves chain {id}; it is not asked."),
                format!("Il sert la chaîne {id} ; il n’est pas interrogé."),
            ),
        );
    }
    match lane.health().resting(now) {
        Some((Rest::Faults, until)) => {
            return (
                "down",
                lang.pick(
                    format!("It keeps failing{cause}; next try in {} s.", seconds(until)),
                    format!("Il échoue sans cesse{cause} ; nouvel essai dans {} s.", seconds(until)),
                ),
            );
        }
        Some((Rest::Silent, until)) => {
            return (
                "down",
                lang.pick(
                    format!("It does not answer; next try in {} s.", seconds(until)),
                    format!("Il ne répond pas ; nouvel essai dans {} s.", seconds(until)),
                ),
            );
        }
        Some((Rest::Refused, until)) => {
            return (
                "resting",
                lang.pick(
                    format!("It asked for a pause; {} s left.", seconds(until)),
                    format!("Il a demandé une pause ; encore {} s.", seconds(until)),
                ),
            );
        }
        None => {}
    }
    if lane.has_failed_checks() {
        return (
            "down",
            lang.pick(
                format!("It did not answer the chain-id check{cause}."),
                format!("Il n’a pas répondu au contrôle de chaîne{cause}."),
            ),
        );
    }
    match lane.health().p50(Weight::Light) {
        None => (
            "unknown",
            lang.pick(
                "Not asked yet: nothing is sent for a chain no page uses.",
                "Pas encore interrogé : rien n’est envoyé pour une chaîne qu’aucune page n’utilise.",
            )
            .into(),
        ),
        Some(ms) if ms > SLOW_MS => {
            ("slow", lang.pick(format!("Answers in about {ms} ms."), format!("Répond en {ms} ms environ.")))
        }
        Some(ms) => ("good", lang.pick(format!("Answers in about {ms} ms."), format!("Répond en {ms} ms environ."))),
    }
}
