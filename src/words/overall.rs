//! The verdict over all chains.

use super::Lang;
use crate::cloud::ground::Domain;
use crate::cloud::verdict::{Chain, Level, Overall, overall};
use crate::protocol::{ChainLoss, OverallVerdict};

/// The verdict over all chains.
pub fn judge_all(chains: &[Chain<'_>], lang: Lang) -> OverallVerdict {
    let Overall { level, losses, chains, hhi } = overall(chains);
    let loss = |(domain, chains): (Domain, Vec<String>)| ChainLoss { name: domain.name(lang), domain, chains };
    let losses: Vec<ChainLoss> = losses.into_iter().map(loss).collect();
    OverallVerdict { level, sentence: sentence(level, losses.first(), chains, lang), losses, hhi }
}

fn sentence(level: Level, worst: Option<&ChainLoss>, chains: usize, lang: Lang) -> String {
    let Some(worst) = worst else {
        return match level {
            Level::None => {
                lang.pick("No chain has an endpoint of yours yet.", "Aucune chaîne n’a encore de point d’accès à vous.")
            }
            Level::Unknown => lang.pick(
                "It is not known yet where your endpoints stand.",
                "On ne sait pas encore où se trouvent vos points d’accès.",
            ),
            Level::Warning => lang.pick(
                "A chain has only one endpoint: when it goes dark, nothing is left.",
                "Une chaîne n’a qu’un point d’accès : s’il tombe, il ne reste rien.",
            ),
            _ => lang.pick(
                "No single failure would take all endpoints of a chain.",
                "Aucune panne isolée ne prendrait tous les points d’accès d’une chaîne.",
            ),
        }
        .to_owned();
    };
    let (name, lost, list) = (&worst.name, worst.chains.len(), worst.chains.join(", "));
    lang.pick(
        format!("If {name} goes dark, {lost} of {chains} chains lose every endpoint: {list}."),
        format!("Si une panne touche {name}, {lost} des {chains} chaînes perdent tous leurs points d’accès : {list}."),
    )
}
