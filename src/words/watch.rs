//! What the person sees of the watch's signals: the badge, and notifications.

use super::{Lang, judge};
use crate::cloud::blackout::Blackout;
use crate::cloud::incident::{Incident, Notice};
use crate::io::Command;
use crate::lanes::Lanes;
use crate::watch::{Badge, BadgeText, Signal, Watch};

/// Colour of a warning's badge.
const RED: &str = "#b3261e";
/// Colour of a drill's badge.
const BLUE: &str = "#0b57d0";

/// The commands that show these signals. They are put into words at once: the sentences tell the state of now.
pub(crate) fn show(signals: Vec<Signal>, watch: &mut Watch, lanes: &Lanes) -> Vec<Command> {
    let lang = Lang::from_tag(watch.language());
    signals.into_iter().filter_map(|signal| command(signal, watch, lanes, lang)).collect()
}

fn command(signal: Signal, watch: &mut Watch, lanes: &Lanes, lang: Lang) -> Option<Command> {
    Some(match signal {
        Signal::Incident(Notice::Opened { since_ms }) => {
            let incident = watch.incidents().newest_first().find(|incident| incident.since_ms == since_ms)?;
            Command::Notify { id: incident_id(since_ms), message: incident.sentence(lang, watch.offset_min()) }
        }
        Signal::Incident(Notice::Ended { since_ms }) => Command::Unnotify { id: incident_id(since_ms) },
        Signal::Dark { since_ms } => {
            let message =
                watch.incidents().blackouts().running().map(|blackout| blackout.sentence(lang, watch.offset_min()));
            Command::Notify { id: blackout_id(since_ms), message: message? }
        }
        Signal::Light { since_ms } => Command::Unnotify { id: blackout_id(since_ms) },
        Signal::Shared { chain } => {
            Command::Notify { id: verdict_id(chain), message: verdict(chain, watch, lanes, lang) }
        }
        Signal::Cleared { chain } => Command::Unnotify { id: verdict_id(chain) },
        Signal::Badge(badge) => {
            let badge = badge_text(badge, watch, lanes, lang);
            if !watch.is_new(&badge) {
                return None;
            }
            Command::Badge { text: badge.text.to_owned(), color: badge.color.to_owned(), title: badge.title }
        }
        Signal::Alarm { at } => Command::Alarm { at },
    })
}

fn badge_text(badge: Badge, watch: &Watch, lanes: &Lanes, lang: Lang) -> BadgeText {
    let (text, color, about) = match badge {
        Badge::Drill => {
            let name = watch.drill().map(|drill| drill.target().label(lang)).unwrap_or_default();
            let about = lang.pick(format!("Drill: {name}"), format!("Exercice : {name}"));
            (lang.pick("DRILL", "EXER"), BLUE, about)
        }
        Badge::Incident => {
            let sentence = |incident: &Incident| incident.sentence(lang, watch.offset_min());
            ("!!", RED, watch.incidents().running().map(sentence).unwrap_or_default())
        }
        Badge::Dark => {
            let sentence = |blackout: &Blackout| blackout.sentence(lang, watch.offset_min());
            ("!!", RED, watch.incidents().blackouts().running().map(sentence).unwrap_or_default())
        }
        Badge::Warning(chain) => ("!", RED, verdict(chain, watch, lanes, lang)),
        Badge::Empty => return BadgeText { text: "", color: RED, title: "Breakwater".to_owned() },
    };
    BadgeText { text, color, title: format!("Breakwater – {about}") }
}

fn verdict(chain: u64, watch: &Watch, lanes: &Lanes, lang: Lang) -> String {
    lanes.chain(chain).map(|chain| judge(&watch.by_ground(chain), lang).sentence).unwrap_or_default()
}

fn incident_id(since_ms: u64) -> String {
    format!("incident-{since_ms}")
}

fn blackout_id(since_ms: u64) -> String {
    format!("dark-{since_ms}")
}

fn verdict_id(chain: u64) -> String {
    format!("verdict-{chain}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::ground::{Domain, DomainKind};

    #[test]
    fn a_badge_is_shown_again_only_if_it_reads_differently() {
        let (mut watch, lanes) = (Watch::default(), Lanes::default());
        let mut shown = |badge| show(vec![Signal::Badge(badge)], &mut watch, &lanes).len();
        assert_eq!((shown(Badge::Empty), shown(Badge::Empty)), (1, 0));
        assert_eq!((shown(Badge::Incident), shown(Badge::Empty)), (1, 1));
    }

    #[test]
    fn a_drill_is_named_in_the_persons_language() {
        let badges =
            [("en", "DRILL", "Breakwater – Drill: Germany"), ("fr-CA", "EXER", "Breakwater – Exercice : Allemagne")];
        for (tag, text, title) in badges {
            let (mut watch, mut lanes) = (Watch::default(), Lanes::default());
            watch.set_locale(tag.to_owned(), 0);
            let signals = watch.start_drill(1, &mut lanes, Domain::new(DomainKind::Country, "DE"));
            let badge = Command::Badge { text: text.into(), color: BLUE.into(), title: title.into() };
            assert!(show(signals, &mut watch, &lanes).contains(&badge), "{tag}");
        }
    }
}
