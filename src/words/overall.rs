//! The verdict over all chains.

use super::Lang;
use crate::cloud::ground::Domain;
use crate::cloud::verdict::{Chain, Level, Overall, overall};
use crate::protocol::{ChainLoss, OverallVerdict};

/// The verdict over all chains.
pub fn judge_all(chains: &[Chain<'_>], lang: Lang) -> OverallVerdict {
    let all = overall(chains);
    let sentence = sentence(&all, lang);
    let Overall { level, losses, worst, hhi, .. } = all;
    let loss = |(domain, chains): (Domain, Vec<String>)| ChainLoss { name: domain.name(lang), domain, chains };
    OverallVerdict { level, sentence, worst, losses: losses.into_iter().map(loss).collect(), hhi }
}

fn sentence(all: &Overall, lang: Lang) -> String {
    let (chains, worst) = (all.chains, all.worst.join(", "));
    match (all.level, all.losses.first()) {
        (Level::Dark, _) => lang.pick(
            format!("No endpoint answers, and pages get only what their wallet has: {worst}."),
            format!("Aucun point d’accès ne répond, et les pages n’ont que ce que donne leur portefeuille : {worst}."),
        ),
        (Level::Shared, Some((domain, lost))) => {
            let (name, count, list) = (domain.name(lang), lost.len(), lost.join(", "));
            lang.pick(
                format!("If {name} goes dark, {count} of {chains} chains lose every endpoint: {list}."),
                format!(
                    "Si une panne touche {name}, {count} des {chains} chaînes perdent tous leurs points d’accès : {list}."
                ),
            )
        }
        (Level::Shared, None) => lang
            .pick(format!("Only one endpoint answers: {worst}."), format!("Un seul point d’accès répond : {worst}.")),
        (Level::CantTell, _) => lang.pick(
            format!("Can’t tell whether any one outage is survived: {worst}."),
            format!("On ne sait pas si toute panne isolée est surmontée : {worst}."),
        ),
        (Level::Single, _) => lang.pick(
            format!("Only one endpoint, so that nothing is left when it fails: {worst}."),
            format!("Un seul point d’accès, et rien ne reste s’il tombe : {worst}."),
        ),
        (Level::Survives, _) => lang
            .pick(
                "Every chain survives the outage of any one company, cloud or region.",
                "Chaque chaîne survit à la panne de n’importe quelle société, cloud ou région.",
            )
            .to_owned(),
        (Level::None, _) => lang
            .pick("No chain has an endpoint of yours yet.", "Aucune chaîne n’a encore de point d’accès à vous.")
            .to_owned(),
    }
}
