//! What popup and options show: the state of every part, in the person's language.

use super::candidates::{Candidates, Checked};
use crate::choice::Choice;
use crate::cloud::ground::Ground;
use crate::cloud::presets;
use crate::cloud::presets::Offer;
use crate::cloud::verdict::{self, Candidate, Level, Reason};
use crate::endpoint::{EndpointUrl, LaneId, SocketUrl};
use crate::follow::Follower;
use crate::lanes::{Chain, Dot, Lane, Lanes, Plight, Terms};
use crate::pages::{Pages, needs_consent};
use crate::protocol::{ChainVerdict, ChainView, EndpointView, OverallVerdict, PanelReply, Preset, Snapshot, TestView};
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
    pub(crate) candidates: &'a Candidates,
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
            warn_law: self.choice.settings().warn_law,
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
        let chains: Vec<verdict::Chain<'_>> = self.lanes.chains().map(|chain| self.standings(chain)).collect();
        words::judge_all(&chains, lang)
    }

    /// A chain, as verdicts see it.
    pub(super) fn standings<'c>(&self, chain: &'c Chain) -> verdict::Chain<'c> {
        let (permitted, law) = (self.choice.is_permitted(), self.choice.settings().warn_law);
        self.lanes.standings(chain, Terms { now: self.now, permitted, law })
    }

    fn chain_view(&self, set: &settings::Chain, chain: &Chain, lang: Lang) -> ChainView {
        let off = set.mode == Mode::Off;
        // While nothing answers, no lane has a speed, even if none is blamed.
        let plight = self.lanes.plight(self.now, chain);
        let silent = matches!(plight, Plight::Dark(_) | Plight::Unreachable);
        let view = |endpoint: &Endpoint| {
            let key = endpoint.url.key(set.id);
            let lane = chain.lane(key).filter(|_| !off);
            let dot = lane.map(|l| l.dot(self.now, self.choice.is_permitted()));
            let dot = dot.map(|dot| match plight {
                Plight::Dark(_) if dot.ms().is_some() => Dot::Lost { cause: None },
                _ => dot,
            });
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
                p50_ms: dot.filter(|_| !silent).and_then(Dot::ms),
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
    fn levels_with(&self, chain: u64, candidate: &Ground) -> (Level, Level) {
        let used = self.lanes.chain(chain).map(|chain| self.standings(chain));
        let used = used.unwrap_or_else(|| verdict::Chain::answering("", &[]));
        (used.level().0, used.with("", candidate).level().0)
    }

    /// A chain's verdict, with the preset that would clear it, or those that could.
    fn offered(&self, chain: &Chain, lang: Lang) -> ChainVerdict {
        let standings = self.standings(chain);
        let mut verdict = words::judge(&standings, lang);
        if verdict.level == Level::Survives || verdict.reason == Reason::Offline {
            return verdict;
        }
        let grounds: Vec<&Ground> = chain.enabled().map(Lane::ground).collect();
        let could = presets::that_could(chain.id(), &grounds, &verdict.avoid);
        let tested = |offer: &&'static Offer| {
            let (ms, ground) = self.test_of(chain.id(), offer)?;
            Some(Candidate { tag: *offer, name: offer.name(), ground, ms: ms? })
        };
        let candidates: Vec<Candidate<'_, &Offer>> = could.iter().filter_map(tested).collect();
        match verdict::suggest(&standings, &candidates) {
            Some((offer, suggestion)) => verdict.offer(offer, &suggestion, lang),
            None => {
                let untested = could.into_iter().filter(|offer| self.test_of(chain.id(), offer).is_none());
                verdict.propose(&untested.collect::<Vec<_>>(), lang);
            }
        }
        verdict
    }

    /// The round trip of a preset's test in ms, if it serves the chain, and where it stands; none if it was not tested.
    fn test_of(&self, chain: u64, offer: &Offer) -> Option<(Option<u64>, Ground)> {
        let url = EndpointUrl::parse(&offer.url).ok()?;
        let key = url.key(chain);
        let ms = self.candidates.tested(key)?;
        let endpoint = Endpoint { operator: Some(offer.operator.clone()), ..Endpoint::new(url, String::new()) };
        Some((ms, self.watch.ground_of(self.choice.settings(), &endpoint, self.watch.evidence_of(key))))
    }

    /// A chain's presets: first those that could help its verdict.
    pub(crate) fn presets(&self, chain: u64, lang: Lang) -> Vec<Preset> {
        let grounds: Vec<&Ground> =
            self.lanes.chain(chain).into_iter().flat_map(Chain::enabled).map(Lane::ground).collect();
        let mut offered = presets::that_add(chain, &grounds);
        let others: Vec<_> = presets::for_chain(chain).filter(|offer| !offered.contains(offer)).collect();
        offered.extend(others);
        let test = |offer: &Offer| {
            let (ms, ground) = self.test_of(chain, offer)?;
            let level = ms.map(|_| self.levels_with(chain, &ground).1);
            Some(TestView { ms, place: ground.chip(lang), level })
        };
        offered.into_iter().map(|offer| offer.preset(chain, test(offer), lang)).collect()
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
