//! What a drill shows.

use super::Lang;
use crate::cloud::drill::Drill;
use crate::protocol::DrillView;

impl Drill {
    /// Ready to show.
    pub fn view(&self, now_ms: u64, lang: Lang) -> DrillView {
        DrillView {
            target: self.target.clone(),
            name: self.target.label(lang),
            started_ms: self.started_ms,
            ends_ms: self.ends_ms,
            running: self.running(now_ms),
            asked: self.asked,
            answered: self.answered,
            slowest_ms: self.slowest_ms,
            lost: self.lost.iter().copied().collect(),
            stepped_aside: self.stepped_aside,
            sentence: self.sentence(now_ms, lang),
        }
    }

    fn sentence(&self, now_ms: u64, lang: Lang) -> String {
        let (name, asked, answered, slowest) = (self.target.name(lang), self.asked, self.answered, self.slowest_ms);
        let lost = self.lost.len();
        let head = if self.running(now_ms) {
            let left = (self.ends_ms - now_ms).div_ceil(1000);
            lang.pick(
                format!("Drill: as if {name} were dark, for {left} s more."),
                format!("Exercice : comme si {name} était en panne, encore {left} s."),
            )
        } else {
            lang.pick(format!("The drill is over: {name}."), format!("L’exercice est terminé : {name}."))
        };
        let slowest = match answered {
            0 => String::new(),
            _ => lang.pick(format!(", slowest {slowest} ms"), format!(", la plus lente en {slowest} ms")),
        };
        let figures = lang.pick(
            format!(" {answered} of {asked} reads answered{slowest}; chains lost: {lost}."),
            format!(" {answered} lectures sur {asked} ont eu une réponse{slowest} ; chaînes perdues : {lost}."),
        );
        let aside = match self.stepped_aside {
            0 => "",
            _ => lang.pick(
                " It stepped aside for a transaction: nothing was dark for it.",
                " Il s’est effacé pour une transaction : rien n’était en panne pour elle.",
            ),
        };
        head + &figures + aside
    }
}
