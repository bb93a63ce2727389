//! Which lanes a request is raced on, by its chain and mode.

use super::all::Asks;
use super::means::Means;
use super::receipts::SYNC;
use super::request::{Request, Slot};
use crate::heads::Head;
use crate::jsonrpc;
use crate::lanes::{Chain, Free, Lane, LaneRef, OPERATION_READS};
use crate::named;
use crate::race::{Need, Plan};
use crate::route::{Class, Merge};
use crate::settings::Mode;

/// A head older than this is too old to compare at, ms. Heads are polled more often than that.
const PIN_MS: u64 = 10_000;

impl Asks {
    /// Picks the lanes and says what the race needs. Returns `None` if the chain is gone.
    pub(super) fn plan(&self, cx: &mut Means<'_>, request: &mut Request) -> Option<Plan> {
        let (now, askers, id) = (cx.now, cx.askers, request.question.chain);
        let deadline_ms = cx.deadline_ms(request);
        let first = request.askers.first().and_then(|asker| asker.client());
        let operation = first.filter(|c| askers.waiting(*c).is_some_and(|waiting| waiting <= OPERATION_READS));
        let last_lane = operation.and_then(|client| askers.last_lane(client, id));
        let health = request.wallet_asker().and_then(|(client, _)| askers.wallet(client, id));
        let long = now >= request.long_at(deadline_ms);
        let joins = cx.wire.joining().map(|lane| lane.key);
        let free = Free { room: cx.wire.room(), share: request.queue_key.0, waiting: usize::MAX, long, joins };
        let chain = cx.lanes.chain_mut(id)?;
        let (lanes, plans) = chain.rank(now, request.wanted(deadline_ms, last_lane, health, Some(free)));
        let need = need(chain, request);
        let both = lanes.into_iter().zip(plans).filter(|(lane, _)| takes_part(chain, *lane, need));
        let (lanes, plans) = both.unzip();
        request.lanes = lanes;
        request.slots = vec![Slot::Idle; request.lanes.len()];
        request.passed_over.clear();
        if matches!(need, Need::Agree { .. }) {
            request.pinned = pin(now, chain, request);
            request.named = named::blocks(request.spec, request.sent_params());
        }
        Some(Plan { lanes: plans, need, start: now, deadline: request.deadline })
    }
}

/// Whether too few lanes are known to tell a stale one, and more may be known soon. Nobody waits for a lane that has
/// failed its check.
pub(super) fn is_cold(now: u64, chain: &Chain) -> bool {
    let fresh = |h: Head| chain.mode() != Mode::Compare || h.at + PIN_MS > now;
    let known = |l: &Lane| l.ready() && l.head().is_some_and(fresh);
    let coming = |l: &Lane| {
        l.enabled() && !known(l) && l.is_asked() && !l.has_failed_checks() && l.health().resting(now).is_none()
    };
    chain.lanes().iter().filter(|l| known(l)).count() < 2 && chain.lanes().iter().any(coming)
}

fn need(chain: &Chain, request: &Request) -> Need {
    if request.spec.class == Class::Broadcast {
        return if request.spec.method == SYNC { Need::Receipt } else { Need::Broadcast };
    }
    if request.proof.is_some() {
        return Need::First;
    }
    let comparable = request.spec.money && request.spec.merge != Merge::Median && !request.own_node();
    match chain.mode() {
        Mode::Race => Need::All,
        // A lane with no other to agree with is used as in `guard`, unless its answer must not be given unconfirmed.
        Mode::Compare if comparable && (chain.is_strict() || chain.enabled().count() > 1) => {
            Need::Agree { majority: chain.is_majority(), strict: chain.is_strict() }
        }
        _ => Need::First,
    }
}

/// If there are private endpoints, transactions go only to those. Transactions never go to the wallet's node. Only
/// endpoints are compared.
fn takes_part(chain: &Chain, lane: LaneRef, need: Need) -> bool {
    match (lane, need) {
        (LaneRef::Wallet, Need::Broadcast | Need::Receipt | Need::Agree { .. }) => false,
        (LaneRef::Endpoint(key), Need::Broadcast | Need::Receipt) if chain.is_private() => {
            chain.lane(key).is_some_and(|l| l.endpoint().private)
        }
        _ => true,
    }
}

/// The parameters with `latest` replaced by the newest block that the first two lanes both have, so that they answer
/// for the same state. The block is never old, and never below what the page was shown.
fn pin(now: u64, chain: &Chain, request: &Request) -> Option<String> {
    if !request.tip() {
        return None;
    }
    let heads = request.lanes.iter().filter_map(|lane| match lane {
        LaneRef::Endpoint(key) => chain.lane(*key),
        LaneRef::Wallet => None,
    });
    let fresh = heads.take(2).filter_map(Lane::head).filter(|h| h.at + PIN_MS > now);
    let block = fresh.map(|h| h.number).min()?.max(request.floor);
    jsonrpc::with_tag(&request.question.params, request.spec.tag?, &format!("0x{block:x}"))
}
