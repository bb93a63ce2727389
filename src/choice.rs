//! What the person chose: the settings in use, the last good ones, and whether the browser's permission was given.
//!
//! No stored value stops the core, and none is lost. When settings cannot be read, the last good ones are used, and the
//! person is told.

use crate::io::Stored;
use crate::settings::{MAX_TEXT_BYTES, Problem, Settings, Wrong};

/// The settings in use, and why they differ from what is stored.
#[derive(Debug)]
pub(crate) struct Choice {
    settings: Settings,
    /// The last good settings, as stored.
    good: Option<String>,
    trouble: Option<Trouble>,
    /// Whether the person lets the extension reach all sites.
    permission: bool,
}

/// What follows from settings that were read or changed.
#[derive(Debug, Default, PartialEq)]
#[must_use]
pub(crate) struct News {
    /// Values to store, in this order.
    pub(crate) store: Vec<(Stored, String)>,
    /// Settings to use from now on.
    pub(crate) adopt: Option<Settings>,
}

/// Why the stored settings are not in use as they are.
#[derive(Debug)]
pub(crate) struct Trouble {
    /// Why they cannot be read; `None` if they could be repaired.
    pub(crate) problem: Option<Problem>,
    pub(crate) instead: Instead,
}

/// The settings in use instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instead {
    /// The same ones, without the parts that are refused today.
    Mended,
    /// The last ones that could be read.
    Good,
    /// Settings without any endpoint.
    Defaults,
}

impl Default for Choice {
    fn default() -> Self {
        Choice { settings: Settings::default(), good: None, trouble: None, permission: true }
    }
}

impl Choice {
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Uses these settings from now on.
    pub(crate) fn adopt(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Whether the person lets the extension reach all sites.
    pub(crate) fn is_permitted(&self) -> bool {
        self.permission
    }

    pub(crate) fn permit(&mut self, permission: bool) {
        self.permission = permission;
    }

    /// Why the stored settings are not in use, if they are not.
    pub(crate) fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// The last good settings, as stored.
    pub(crate) fn set_good(&mut self, text: String) {
        self.good = Some(text);
    }

    /// The person changed the settings.
    pub(crate) fn change(&mut self, settings: Settings) -> News {
        let mut store = vec![(Stored::Settings, settings.to_text())];
        store.extend(self.keep_good(&settings));
        self.trouble = None;
        News { store, adopt: Some(settings) }
    }

    /// The stored settings, or `None` when nothing is stored. `fresh`: no settings are in use yet.
    pub(crate) fn read(&mut self, text: Option<String>, fresh: bool) -> News {
        let Some(text) = text else { return self.gone(fresh) };
        match Settings::parse_stored(&text) {
            Ok(stored) => {
                let mut news = News::default();
                self.trouble = stored.mended.then_some(Trouble { problem: None, instead: Instead::Mended });
                if stored.mended {
                    news.store.push(broken(&text));
                }
                news.store.extend(self.keep_good(&stored.settings));
                news.adopt = Some(stored.settings).filter(|settings| *settings != self.settings || fresh);
                news
            }
            Err(problem) => {
                // A value the browser could not read arrives as null. It must not replace an earlier original.
                let store = (text != "null").then(|| broken(&text)).into_iter().collect();
                News { store, adopt: self.fall_back(problem, fresh) }
            }
        }
    }

    /// Nothing is stored: this is the very first start, unless there is a copy of good settings.
    fn gone(&mut self, fresh: bool) -> News {
        let adopt = match self.good {
            Some(_) => self.fall_back(Wrong::Gone.at(""), fresh),
            None => {
                self.trouble = None;
                Some(Settings::default())
            }
        };
        News { store: Vec::new(), adopt }
    }

    /// The settings in use stay. A core without settings takes the last good ones.
    fn fall_back(&mut self, problem: Problem, fresh: bool) -> Option<Settings> {
        let mut instead = self.trouble.as_ref().map_or(Instead::Good, |trouble| trouble.instead);
        let mut adopt = None;
        if fresh {
            let good = self.good.as_deref().and_then(|text| Settings::parse_stored(text).ok());
            instead = if good.is_some() { Instead::Good } else { Instead::Defaults };
            adopt = Some(good.map(|stored| stored.settings).unwrap_or_default());
        }
        self.trouble = Some(Trouble { problem: Some(problem), instead });
        adopt
    }

    /// Stores a copy of these settings as text, unless there is one already.
    fn keep_good(&mut self, settings: &Settings) -> Option<(Stored, String)> {
        let text = settings.to_text();
        if self.good.as_ref() == Some(&text) {
            return None;
        }
        self.good = Some(text.clone());
        Some((Stored::Good, text))
    }
}

/// An original that cannot be used as it is, cut to the largest size that settings can have.
fn broken(text: &str) -> (Stored, String) {
    (Stored::Broken, start_of(text, MAX_TEXT_BYTES))
}

/// The first bytes of a text, cut at a character boundary.
pub(crate) fn start_of(text: &str, most: usize) -> String {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(deadline_ms: u64) -> String {
        Settings { deadline_ms, ..Settings::default() }.to_text()
    }

    #[test]
    fn readable_settings_are_copied() {
        let mut choice = Choice::default();
        let news = choice.read(Some(text(9_000)), true);
        assert_eq!(news.store, [(Stored::Good, text(9_000))]);
        assert_eq!(news.adopt.map(|settings| settings.deadline_ms), Some(9_000));
        assert!(choice.trouble().is_none());
    }

    #[test]
    fn the_last_good_settings_replace_unreadable_ones() {
        let mut choice = Choice::default();
        choice.set_good(text(9_000));
        let news = choice.read(Some("{".into()), true);
        assert_eq!(news.store, [(Stored::Broken, "{".to_owned())]);
        assert_eq!(news.adopt.map(|settings| settings.deadline_ms), Some(9_000));
        assert!(choice.trouble().is_some_and(|trouble| trouble.instead == Instead::Good && trouble.problem.is_some()));
    }

    #[test]
    fn unreadable_settings_do_not_replace_those_in_use() {
        let mut choice = Choice::default();
        choice.set_good(text(9_000));
        assert_eq!(choice.read(Some("null".into()), false), News::default());
        assert!(choice.trouble().is_some());
        let news = choice.change(Settings::default());
        assert!(news.store.len() == 2 && choice.trouble().is_none());
    }

    #[test]
    fn texts_are_cut_at_character_boundaries() {
        assert_eq!(start_of("aé", 2), "a");
        assert_eq!(start_of("aé", 9), "aé");
    }
}
