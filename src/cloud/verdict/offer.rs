//! Which presets could clear a verdict, as part of its advice.

use super::ChainVerdict;
use crate::cloud::presets::Preset;
use crate::lang::Lang;

/// Most presets one piece of advice names.
const MAX_PRESETS: usize = 3;

impl ChainVerdict {
    /// Names these presets, the first few, in the advice. A verdict without advice needs none.
    pub fn offer(&mut self, presets: Vec<Preset>, lang: Lang) {
        let Some(advice) = self.advice.as_mut().filter(|_| !presets.is_empty()) else { return };
        self.presets = presets.into_iter().take(MAX_PRESETS).map(|preset| preset.name).collect();
        let names = self.presets.join(", ");
        let more = lang.pick(
            format!(" Of the presets: {names}; where one stands is checked when you choose it."),
            format!(" Parmi les préréglages : {names} ; le terrain de chacun est vérifié quand vous le choisissez."),
        );
        advice.push_str(&more);
    }
}
