//! What popup and options show: the state of every part, in the person's language.

use super::candidates::Checked;
use crate::choice::Choice;
use crate::cloud::ground::Ground;
use crate::cloud::{presets, verdict};
use crate::endpoint::{LaneId, SocketUrl};
use crate::follow::Follower;
use crate::lanes::{Chain, Dot, Lane, Lanes};
use crate::pages::{Pages, needs_consent};
use crate::protocol::{ChainVerdict, ChainView, EndpointView, OverallVerdict, PanelReply, Preset, Snapshot};
use crate::route::Weight;
use crate::settings::{self, Endpoint, Mode};
use crate::watch::Watch;
use crate::words::{self, Lang};

/// Age at which the address data is called old, in days.
const OLD_DAYS: i64 = 365;

/// Read-only access to the parts.
pub(crate) struct View<'a> {
    pub(crate) now: u64,
    pub(crate) choice: &'a Choice,
    pub(crate) lanes: &'a Lanes,
    pub(crate) pages: &'a Pages,
    pub(crate) watch: &'a Watch,
    pub(crate) follower: &'a Follower,
}

impl View<'_> {
    /// Everything, with the card of the site `host`.
    pub(crate) fn snapshot(&self, host: Option<&str>, lang: Lang) -> Snapshot {
        let date = self.watch.data_date();
        Snapshot {
            site: host.map(|host| self.site(host, lang)),
            chains: self
                .choice
                .settings()
                .chains
                .iter()
                .filter_map(|c| Some(self.chain_view(c, self.lanes.chain(c.id)?, lang)))
                .collect(),
            overall: self.overall(lang),
            drill: self.watch.drill().map(|drill| drill.view(self.now, lang)),
            incidents: self.watch.incidents().view(lang, self.watch.offset_min()),
            data_date: date.to_owned(),
            data_old: age_days(date, self.now).filter(|days| *days > OLD_DAYS).map(|days| words::old_data(days, lang)),
            settings_problem: self.choice.trouble().map(|trouble| trouble.sentence(lang)),
        }
    }

    /// What the person is told of an endpoint that was looked at: where it stands, and what it would do to the verdict.
    pub(crate) fn checked(&self, checked: Checked) -> (u64, PanelReply) {
        match checked {
            Checked::Refused { token, reply } => (token, reply),
            Checked::Serves { token, key, endpoint, lang, chain, ms } => {
                let evidence = self.watch.evidence_of(key);
                let ground = self.watch.ground_of(self.choice.settings(), &endpoint, evidence);
                let (level_before, level_after) = self.levels_with(chain, &ground);
                let change = words::change(level_before, level_after, lang);
                let ground = ground.view(self.now, lang);
                (token, PanelReply::Probed { chain, ms, ground, level_before, level_after, change })
            }
        }
    }

    fn overall(&self, lang: Lang) -> OverallVerdict {
        let used: Vec<(&str, Vec<(&str, &Ground)>)> = self.lanes.chains().map(|c| (c.name(), c.grounds())).collect();
        let used: Vec<verdict::Chain<'_>> = used.iter().map(|(name, lanes)| (*name, lanes.as_slice())).collect();
        words::judge_all(&used, lang)
    }

    fn chain_view(&self, set: &settings::Chain, chain: &Chain, lang: Lang) -> ChainView {
        let off = set.mode == Mode::Off;
        let view = |endpoint: &Endpoint| {
            let key = endpoint.url.key(set.id);
            let lane = chain.lane(key).filter(|_| !off);
            let dot = lane.map(|l| l.dot(self.now, self.choice.is_permitted()));
            EndpointView {
                key: key.to_string(),
                name: endpoint.name.clone(),
                url: endpoint.url.redacted(),
                enabled: endpoint.enabled,
                private: endpoint.private,
                traces: endpoint.traces,
                ground: lane.map(|l| l.ground().view(self.now, lang)).unwrap_or_default(),
                health: dot.map_or("unknown", Dot::word).to_owned(),
                why: dot.map(|dot| dot.explain(lang)).unwrap_or_default(),
                p50_ms: lane.and_then(|l| l.health().p50(Weight::Light)),
                head: lane.and_then(Lane::head).map(|h| h.number),
                ws: endpoint.ws.as_ref().map(SocketUrl::redacted),
                live: self.follower.is_live_on(LaneId { chain: set.id, key }),
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

    /// The level of a chain's verdict now, and with one more endpoint.
    fn levels_with(&self, chain: u64, candidate: &Ground) -> (verdict::Level, verdict::Level) {
        let used = self.lanes.chain(chain).map(Chain::grounds).unwrap_or_default();
        (verdict::level(&used).0, verdict::level_with(&used, candidate))
    }

    /// A chain's verdict, with the presets that could clear it.
    fn offered(&self, chain: &Chain, lang: Lang) -> ChainVerdict {
        let mut verdict = chain.verdict(lang);
        if verdict.advice.is_some() {
            let grounds: Vec<&Ground> = chain.enabled().map(Lane::ground).collect();
            verdict.offer(&presets::that_could(chain.id(), &grounds, &verdict.avoid), lang);
        }
        verdict
    }

    /// A chain's presets: first those that could help its verdict.
    pub(crate) fn presets(&self, chain: u64, lang: Lang) -> Vec<Preset> {
        let grounds: Vec<&Ground> =
            self.lanes.chain(chain).into_iter().flat_map(Chain::enabled).map(Lane::ground).collect();
        let mut offered = presets::that_add(chain, &grounds);
        let others: Vec<_> = presets::for_chain(chain).filter(|offer| !offered.contains(offer)).collect();
        offered.extend(others);
        offered.into_iter().map(|offer| offer.preset(chain, lang)).collect()
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
