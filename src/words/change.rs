//! How one more endpoint would change a verdict.

use super::Lang;
use crate::cloud::verdict::Level;

/// One sentence for a candidate that takes a chain from one level to another.
pub fn change(before: Level, after: Level, lang: Lang) -> String {
    let (from, to) = (name(before, lang), name(after, lang));
    match before == after {
        true => lang.pick(
            format!("Adding it would not change the verdict: {to}."),
            format!("L’ajouter ne changerait pas le verdict : {to}."),
        ),
        false => lang.pick(
            format!("Adding it would change the verdict from {from} to {to}."),
            format!("L’ajouter ferait passer le verdict de {from} à {to}."),
        ),
    }
}

/// A level, as part of a sentence.
fn name(level: Level, lang: Lang) -> &'static str {
    match level {
        Level::None => lang.pick("“no endpoint”", "« aucun point d’accès »"),
        Level::Unknown => lang.pick("“not known yet”", "« encore inconnu »"),
        Level::Diverse => lang.pick("“diverse”", "« diversifié »"),
        Level::Caution => lang.pick("“caution”", "« attention »"),
        Level::Warning => lang.pick("“warning”", "« alerte »"),
    }
}
