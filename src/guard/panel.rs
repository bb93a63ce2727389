//! Popup and options: what they are shown, and what they change.

use super::Guard;
use crate::cloud::ground::Ground;
use crate::cloud::table::{Atlas, TableError};
use crate::cloud::verdict;
use crate::endpoint::{LaneId, SocketUrl};
use crate::health::{Check, Rest};
use crate::io::{Command, Stored};
use crate::lanes::{Chain, Lane};
use crate::lang::Lang;
use crate::pages::needs_consent;
use crate::protocol::{ChainView, EndpointView, PanelReply, PanelToCore, Snapshot};
use crate::route::Weight;
use crate::settings::{self, Endpoint, Mode, Problem, Settings};

/// Median above which the dot says "slow", ms.
const SLOW_MS: u64 = 1_000;
/// Age at which the address data is called old, days.
const OLD_DAYS: i64 = 365;

impl Guard {
    pub(super) fn panel(&mut self, now: u64, token: u64, message: PanelToCore) {
        let reply = match message {
            PanelToCore::Snapshot { host, lang } => {
                PanelReply::Snapshot(Box::new(self.snapshot(now, host.as_deref(), Lang::from_tag(&lang))))
            }
            PanelToCore::Trail { lang } => PanelReply::Trail { races: self.trail.newest_first(Lang::from_tag(&lang)) },
            PanelToCore::Edit { edit, lang } => {
                let edited = self.settings.apply(&edit);
                self.keep(now, edited, &lang)
            }
            PanelToCore::Import { text, lang } => self.keep(now, Settings::parse(text.expose()), &lang),
            PanelToCore::ImportPreview { text, lang } => {
                let lang = Lang::from_tag(&lang);
                match Settings::parse(text.expose()) {
                    Ok(then) => PanelReply::Changes { sections: self.settings.changes_to(&then, lang) },
                    Err(problem) => PanelReply::of(&problem, lang),
                }
            }
            PanelToCore::Export => PanelReply::Text { text: self.settings.to_text().into() },
            PanelToCore::Probe { chain, url, headers, lang } => {
                return self.probe(now, token, chain, &url, headers, &lang);
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
                PanelReply::Presets { presets: self.presets(chain, Lang::from_tag(&lang)) }
            }
            PanelToCore::LoadTable { base64, lang } => self.load_table(now, base64, &lang),
            PanelToCore::ShippedTable => {
                self.store(Stored::Table, String::new());
                PanelReply::Done
            }
        };
        self.panel_reply(token, reply);
    }

    pub(super) fn panel_reply(&mut self, token: u64, reply: PanelReply) {
        self.out.push_back(Command::PanelReply { token, reply });
    }

    fn keep(&mut self, now: u64, settings: Result<Settings, Problem>, lang: &str) -> PanelReply {
        match settings {
            Ok(settings) => {
                self.store(Stored::Settings, settings.to_text());
                self.keep_good(&settings);
                self.trouble = None;
                self.adopt(now, settings);
                PanelReply::Done
            }
            Err(problem) => PanelReply::of(&problem, Lang::from_tag(lang)),
        }
    }

    fn load_table(&mut self, now: u64, base64: String, lang: &str) -> PanelReply {
        use base64::Engine as _;
        let lang = Lang::from_tag(lang);
        let bytes = base64::engine::general_purpose::STANDARD.decode(base64.as_bytes());
        let atlas = bytes.map_err(|_| TableError::Magic).and_then(Atlas::from_bytes);
        match atlas {
            Ok(atlas) => {
                self.watch.set_atlas(atlas);
                self.assess_all(now);
                self.store(Stored::Table, base64);
                PanelReply::Done
            }
            Err(wrong) => {
                let rest = lang.pick(
                    "The table in use stays. Choose a cloud.bin that ./build.sh atlas wrote.",
                    "La table en service reste. Choisissez un cloud.bin écrit par ./build.sh atlas.",
                );
                PanelReply::problem("table", "bad-table", &format!("{} {rest}", wrong.explain(lang)))
            }
        }
    }

    fn snapshot(&self, now: u64, host: Option<&str>, lang: Lang) -> Snapshot {
        let date = self.watch.data_date();
        Snapshot {
            site: host.map(|host| self.site(now, host, lang)),
            chains: self
                .settings
                .chains
                .iter()
                .filter_map(|c| Some(self.chain_view(now, c, self.lanes.chain(c.id)?, lang)))
                .collect(),
            overall: self.overall(lang),
            drill: self.watch.drill_view(now, lang),
            incidents: self.watch.incident_views(lang),
            data_date: date.to_owned(),
            data_old: age_days(date, now).filter(|days| *days > OLD_DAYS).map(|days| {
                lang.pick(
                    format!("The address data is {days} days old: where an endpoint stands may have changed since."),
                    format!(
                        "Les données d’adresses ont {days} jours : le terrain d’un point d’accès a pu changer depuis."
                    ),
                )
            }),
            settings_problem: self.trouble.as_ref().map(|t| t.sentence(lang)),
        }
    }

    fn overall(&self, lang: Lang) -> verdict::OverallVerdict {
        let used: Vec<(&str, Vec<(&str, &Ground)>)> = self.lanes.chains().map(|c| (c.name(), c.grounds())).collect();
        let used: Vec<verdict::Chain<'_>> = used.iter().map(|(name, lanes)| (*name, lanes.as_slice())).collect();
        verdict::judge_all(&used, lang)
    }

    fn chain_view(&self, now: u64, set: &settings::Chain, chain: &Chain, lang: Lang) -> ChainView {
        let off = set.mode == Mode::Off;
        let view = |endpoint: &Endpoint| {
            let key = endpoint.url.key(set.id);
            let lane = chain.lane(key).filter(|_| !off);
            let (health, why) = lane.map_or(("unknown", String::new()), |l| self.dot(now, l, lang));
            EndpointView {
                key: key.to_string(),
                name: endpoint.name.clone(),
                url: endpoint.url.redacted(),
                enabled: endpoint.enabled,
                private: endpoint.private,
                traces: endpoint.traces,
                ground: lane.map(|l| l.ground().view(now, lang)).unwrap_or_default(),
                health: health.to_owned(),
                why,
                p50_ms: lane.and_then(|l| l.health().p50(Weight::Light)),
                head: lane.and_then(Lane::head).map(|h| h.number),
                ws: endpoint.ws.as_ref().map(SocketUrl::redacted),
                live: self.sockets.is_live_on(LaneId { chain: set.id, key }),
            }
        };
        ChainView {
            id: set.id,
            name: set.name.clone(),
            mode: set.mode,
            dispute: set.dispute,
            unconfirmed: set.unconfirmed,
            in_use: chain.has_users(),
            consent: needs_consent(chain, set),
            ask_sites: set.ask_sites,
            endpoints: set.endpoints.iter().map(view).collect(),
            verdict: self.offered(chain, lang),
        }
    }

    /// The health dot, and why it has that colour.
    fn dot(&self, now: u64, lane: &Lane, lang: Lang) -> (&'static str, String) {
        let cause = lane.cause().map(|c| format!(" ({c})")).unwrap_or_default();
        let seconds = |until: u64| until.saturating_sub(now).div_ceil(1_000);
        if !self.permission {
            return (
                "no-permission",
                lang.pick(
                    "Breakwater may not reach this endpoint: the permission was taken back.",
                    "Breakwater ne peut pas joindre ce point d’accès : l’autorisation a été retirée.",
                )
                .into(),
            );
        }
        if lane.is_dark() {
            return (
                "drill",
                lang.pick(
                    "Dark in the drill; the network is not touched.",
                    "Éteint pour l’exercice ; le réseau n’est pas touché.",
                )
                .into(),
            );
        }
        if let Check::Wrong(id) = lane.health().check {
            return (
                "wrong-chain",
                lang.pick(
                    format!("It serves chain {id}; it is not asked."),
                    format!("Il sert la chaîne {id} ; il n’est pas interrogé."),
                ),
            );
        }
        match lane.health().resting(now) {
            Some((Rest::Faults, until)) => {
                return (
                    "down",
                    lang.pick(
                        format!("It keeps failing{cause}; next try in {} s.", seconds(until)),
                        format!("Il échoue sans cesse{cause} ; nouvel essai dans {} s.", seconds(until)),
                    ),
                );
            }
            Some((Rest::Silent, until)) => {
                return (
                    "down",
                    lang.pick(
                        format!("It does not answer; next try in {} s.", seconds(until)),
                        format!("Il ne répond pas ; nouvel essai dans {} s.", seconds(until)),
                    ),
                );
            }
            Some((Rest::Refused, until)) => {
                return (
                    "resting",
                    lang.pick(
                        format!("It asked for a pause; {} s left.", seconds(until)),
                        format!("Il a demandé une pause ; encore {} s.", seconds(until)),
                    ),
                );
            }
            None => {}
        }
        if lane.has_failed_checks() {
            return (
                "down",
                lang.pick(
                    format!("It did not answer the chain-id check{cause}."),
                    format!("Il n’a pas répondu au contrôle de chaîne{cause}."),
                ),
            );
        }
        match lane.health().p50(Weight::Light) {
            None => (
                "unknown",
                lang.pick(
                    "Not asked yet: nothing is sent for a chain no page uses.",
                    "Pas encore interrogé : rien n’est envoyé pour une chaîne qu’aucune page n’utilise.",
                )
                .into(),
            ),
            Some(ms) if ms > SLOW_MS => {
                ("slow", lang.pick(format!("Answers in about {ms} ms."), format!("Répond en {ms} ms environ.")))
            }
            Some(ms) => {
                ("good", lang.pick(format!("Answers in about {ms} ms."), format!("Répond en {ms} ms environ.")))
            }
        }
    }
}

/// Days between `YYYY-MM-DD` and now (Howard Hinnant's days_from_civil,
/// <https://howardhinnant.github.io/date_algorithms.html>).
fn age_days(date: &str, now: u64) -> Option<i64> {
    let mut parts = date.split('-').map(|p| p.parse::<i64>().ok());
    let (y, m, d) = (parts.next()??, parts.next()??, parts.next()??);
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    i64::try_from(now / 86_400_000).ok().map(|today| today - days)
}
