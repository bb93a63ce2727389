//! Presets: what their operators say, what tests of them have shown, and which would help a verdict.

use super::Lang;
use crate::cloud::presets::Offer;
use crate::cloud::verdict::{Level, Suggestion};
use crate::protocol::{ChainVerdict, OfferView, Preset, TestView};

/// Most presets one piece of advice names.
const MAX_PRESETS: usize = 3;

impl Offer {
    /// The preset of a chain, ready to show.
    pub fn preset(&self, chain: u64, test: Option<TestView>, lang: Lang) -> Preset {
        Preset {
            chain,
            name: self.name().to_owned(),
            url: self.url.clone(),
            operator: self.operator.clone(),
            private: self.private,
            note: self.note(lang.code()).unwrap_or_default(),
            test,
        }
    }
}

impl ChainVerdict {
    /// Names the first few of these presets, which were not tested, in the advice. A verdict without advice needs none.
    pub(crate) fn propose(&mut self, presets: &[&Offer], lang: Lang) {
        let Some(advice) = self.advice.as_mut().filter(|_| !presets.is_empty()) else { return };
        self.presets = presets.iter().take(MAX_PRESETS).map(|preset| preset.name().to_owned()).collect();
        let names = self.presets.join(", ");
        let more = lang.pick(
            format!(" Test {names} to see where they stand; each of them sees your address then."),
            format!(" Testez {names} pour voir où ils se trouvent ; chacun voit alors votre adresse."),
        );
        advice.push_str(&more);
    }

    /// Offers a tested preset.
    pub(crate) fn offer(&mut self, preset: &Offer, suggestion: &Suggestion<'_>, lang: Lang) {
        let (name, ms, place) = (preset.name(), suggestion.ms, suggestion.ground.place(lang));
        let sentence = match suggestion.level {
            Level::Survives => lang.pick(
                format!("Add {name} ({place}, {ms} ms): then any one outage is survived."),
                format!("Ajoutez {name} ({place}, {ms} ms) : la chaîne survit alors à toute panne isolée."),
            ),
            _ => lang.pick(
                format!("Add {name} ({place}, {ms} ms) and one more elsewhere: then any one outage is survived."),
                format!(
                    "Ajoutez {name} ({place}, {ms} ms) et un autre ailleurs : la chaîne survit alors à toute panne isolée."
                ),
            ),
        };
        self.offer = Some(OfferView {
            name: name.to_owned(),
            url: preset.url.clone(),
            operator: preset.operator.clone(),
            place,
            ms,
            level: suggestion.level,
            sentence,
        });
    }
}
