//! Popup and options: what they show, and what they change.

use super::Guard;
use crate::io::{Command, Stored};
use crate::panel::{Proposal, View};
use crate::protocol::{PanelReply, PanelToCore};
use crate::settings::{Problem, Settings};
use crate::words::Lang;

impl Guard {
    pub(super) fn panel(&mut self, now: u64, token: u64, message: PanelToCore) {
        let reply = match message {
            PanelToCore::Snapshot { host, lang } => {
                PanelReply::Snapshot(Box::new(self.view(now).snapshot(host.as_deref(), Lang::from_tag(&lang))))
            }
            PanelToCore::Trail { lang } => {
                PanelReply::Trail { races: self.asks.trail.newest_first(Lang::from_tag(&lang)) }
            }
            PanelToCore::Edit { edit, lang } => {
                let edited = self.choice.settings().apply(&edit);
                self.keep(now, edited, &lang)
            }
            PanelToCore::Import { text, lang } => self.keep(now, Settings::parse(text.expose()), &lang),
            PanelToCore::ImportPreview { text, lang } => {
                let lang = Lang::from_tag(&lang);
                match Settings::parse(text.expose()) {
                    Ok(then) => PanelReply::Changes { sections: self.choice.settings().changes_to(&then, lang) },
                    Err(problem) => PanelReply::of(&problem, lang),
                }
            }
            PanelToCore::Export => PanelReply::Text { text: self.choice.settings().to_text().into() },
            PanelToCore::Probe { chain, url, headers, lang } => {
                let lang = Lang::from_tag(&lang);
                return self.probe(now, token, Proposal { chain, url: &url, headers: &headers, lang });
            }
            PanelToCore::DrillStart { target } => {
                self.drill_start(now, target);
                PanelReply::Done
            }
            PanelToCore::DrillStop => {
                self.drill_stop(now);
                PanelReply::Done
            }
            PanelToCore::Presets { chain, lang } => {
                PanelReply::Presets { presets: self.view(now).presets(chain, Lang::from_tag(&lang)) }
            }
            PanelToCore::LoadTable { base64, lang } => self.load_table(now, base64, &lang),
            PanelToCore::ShippedTable => {
                self.store(Stored::Table, String::new());
                PanelReply::Done
            }
        };
        self.panel_reply(token, reply);
    }

    /// The parts that the popup and the options may show.
    pub(super) fn view(&self, now: u64) -> View<'_> {
        let Guard { choice, lanes, pages, watch, follower, candidates, .. } = self;
        View { now, choice, lanes, pages, watch, follower, candidates }
    }

    pub(super) fn panel_reply(&mut self, token: u64, reply: PanelReply) {
        self.out.push_back(Command::PanelReply { token, reply });
    }

    fn keep(&mut self, now: u64, settings: Result<Settings, Problem>, lang: &str) -> PanelReply {
        match settings {
            Ok(settings) => {
                let news = self.choice.change(settings);
                self.chosen(now, news);
                PanelReply::Done
            }
            Err(problem) => PanelReply::of(&problem, Lang::from_tag(lang)),
        }
    }

    fn load_table(&mut self, now: u64, base64: String, lang: &str) -> PanelReply {
        match self.watch.load_table(&base64) {
            Ok(()) => {
                self.assess_all(now);
                self.store(Stored::Table, base64);
                PanelReply::Done
            }
            Err(wrong) => PanelReply::bad_table(wrong, Lang::from_tag(lang)),
        }
    }
}
