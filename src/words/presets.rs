//! Presets: what their operators say, and which of them could clear a verdict.

use super::Lang;
use crate::cloud::presets::Offer;
use crate::protocol::{ChainVerdict, Preset};

/// Most presets one piece of advice names.
const MAX_PRESETS: usize = 3;

impl Offer {
    /// The preset of a chain, ready to show.
    pub fn preset(&self, chain: u64, lang: Lang) -> Preset {
        Preset {
            chain,
            name: self.name().to_owned(),
            url: self.url.clone(),
            operator: self.operator.clone(),
            private: self.private,
            note: self.note(lang.code()).unwrap_or_default(),
        }
    }
}

impl ChainVerdict {
    /// Names these presets, the first few, in the advice. A verdict without advice needs none.
    pub(crate) fn offer(&mut self, presets: &[&Offer], lang: Lang) {
        let Some(advice) = self.advice.as_mut().filter(|_| !presets.is_empty()) else { return };
        self.presets = presets.iter().take(MAX_PRESETS).map(|preset| preset.name().to_owned()).collect();
        let names = self.presets.join(", ");
        let more = lang.pick(
            format!(" Of the presets: {names}; where one stands is checked when you choose it."),
            format!(" Parmi les préréglages : {names} ; le terrain de chacun est vérifié quand vous le choisissez."),
        );
        advice.push_str(&more);
    }
}
