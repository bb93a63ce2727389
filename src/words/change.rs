//! How one more endpoint would change a verdict.

use super::Lang;
use super::verdict::survives;
use crate::cloud::verdict::Level;

/// One sentence for a candidate that takes a chain from one level to another.
pub fn change(before: Level, after: Level, lang: Lang) -> String {
    let (from, to) = (name(before, lang), name(after, lang));
    match before == after {
        true => lang.pick(
            format!("Adding it would not change the verdict: “{to}”."),
            format!("L’ajouter ne changerait pas le verdict : « {to} »."),
        ),
        false => lang.pick(
            format!("Adding it would change the verdict from “{from}” to “{to}”."),
            format!("L’ajouter ferait passer le verdict de « {from} » à « {to} »."),
        ),
    }
}

/// A level, in the words of a verdict.
fn name(level: Level, lang: Lang) -> &'static str {
    match level {
        Level::None => lang.pick("Wallet only", "Portefeuille seul"),
        Level::Survives => survives(lang),
        Level::Single => lang.pick("Only one endpoint", "Un seul point d’accès"),
        Level::CantTell => lang.pick("Can’t tell", "On ne sait pas"),
        Level::Shared => lang.pick("One failure takes all", "Une seule panne emporte tout"),
        Level::Dark => lang.pick("None answers", "Aucun ne répond"),
    }
}
