//! Reads that name a block which some lanes do not have.
//!
//! If another lane has shown the block, a lane that has not shown it is asked last, and must first show its head. Some
//! nodes give empty code, a zero balance or half of the logs for a block they do not have. Methods that answer with
//! `null` or with the block itself reveal whether the lane has it, so these are asked at once.

use super::request::Request;
use crate::classify::{Judged, Meaning};
use crate::endpoint::EndpointKey;
use crate::jsonrpc::Reply;
use crate::lanes::{Lane, Lanes};
use crate::race::{KNOWN, Outcome, Race};
use crate::route::{Class, Spec};
use crate::wire::Job;

/// These exist as soon as the block does: `null` means that the lane does not have the block.
const OF_BLOCK: [&str; 5] = [
    "eth_getBlockByNumber",
    "eth_getHeaderByNumber",
    "eth_getBlockReceipts",
    "eth_getBlockTransactionCountByNumber",
    "eth_getUncleCountByBlockNumber",
];

/// Whether a lane without the block answers `null`. Traces of a range or a call behave like logs and state instead.
fn says_null(spec: &Spec) -> bool {
    spec.null_loses && !spec.is_trace()
}

/// Whether a lane must show its head before it is asked.
pub(super) fn must_show(lanes: &Lanes, request: &Request, key: EndpointKey) -> bool {
    let chain = lanes.chain(request.question.chain);
    let lacks = chain.is_some_and(|c| c.lane(key).is_some_and(|lane| c.has_not_shown(lane, request.named)));
    lacks && request.spec.class == Class::Read && !says_null(request.spec)
}

/// Judges again what a lane said of a block that it has not shown. Returns the digest for the race if it changes.
pub(super) fn doubt_named(
    now: u64,
    lanes: &mut Lanes,
    request: &Request,
    job: &Job,
    judged: &mut Judged,
) -> Option<u64> {
    let spec = request.spec;
    // Either the chain has a block for this tag, or none of its lanes has one.
    if request.rare.is_some() && judged.outcome == Outcome::Empty && OF_BLOCK.contains(&spec.method) {
        return Some(KNOWN);
    }
    let by_hash = matches!(spec.method, "eth_getBlockByHash" | "eth_getHeaderByHash");
    let by_number = matches!(spec.method, "eth_getBlockByNumber" | "eth_getHeaderByNumber") && request.named.is_some();
    if let (Outcome::Answer, true, Some(Reply::Result(text))) = (judged.outcome, by_hash || by_number, &judged.reply) {
        lanes.has_given(now, job.sent, job.lane, request.named, text);
    }
    let named = request.named?;
    let compares = request.race.as_ref().is_some_and(Race::compares);
    let inside = request.proof.is_some();
    let chain = lanes.chain(job.lane.chain)?;
    let lane = chain.lane(job.lane.key)?;
    // The lane may have fallen back since it was asked.
    let had = lane.top() >= named.newest;
    let (lacks, head, asked) = (chain.has_not_shown(lane, Some(named)), lane.head()?, lane.head_asked());
    match judged.outcome {
        Outcome::Empty if lacks || OF_BLOCK.contains(&spec.method) && chain.is_coming(named) => Some(KNOWN),
        Outcome::Word if lacks => {
            (judged.outcome, judged.meaning) = (Outcome::Unable, Some(Meaning::Missing));
            None
        }
        Outcome::Answer if says_null(spec) => None,
        // The lane had the block when it was asked, and has fallen back since. That is better than no answer.
        Outcome::Answer | Outcome::ChainError if lacks && had && !compares && !inside => {
            judged.outcome = Outcome::Stale;
            Some(head.number.saturating_add(1))
        }
        // Since the lane was asked, another lane has shown the block, or this one has shown that it lacks it. It may
        // still have had the block, but a zero balance may also come from lacking it.
        Outcome::Answer | Outcome::ChainError if lacks && (!had && asked >= job.sent || !compares) => {
            *judged = Judged::bare(Outcome::Stale);
            Some(0)
        }
        _ => None,
    }
}

/// Whether a lone answer of a comparison comes from a lane that lacks its block, now that another lane has shown it. A
/// lane that had the block and fell back may have answered before that, but then not with nothing.
pub(super) fn lacks_by_now(lanes: &Lanes, request: &Request, index: usize) -> bool {
    let compares = request.race.as_ref().is_some_and(Race::compares);
    let (Some(id), Some(named), true) = (request.endpoint(index), request.named, compares) else { return false };
    let Some(chain) = lanes.chain(id.chain) else { return false };
    let is_empty = request.replies.iter().any(|(lane, reply)| *lane == index && is_empty(reply));
    let lacks = |lane: &Lane| (lane.top() < named.newest || is_empty) && chain.has_not_shown(lane, Some(named));
    !says_null(request.spec) && chain.lane(id.key).is_some_and(lacks)
}

/// Whether a reply says nothing: no code, no balance, no logs.
fn is_empty(reply: &Reply) -> bool {
    matches!(reply, Reply::Result(text) if text.bytes().all(|b| b"\"0x[]".contains(&b)))
}

impl Request {
    /// Lanes that were passed over may be asked once they have shown the block. It was new when it was their turn.
    pub(super) fn catch_up(&mut self, lanes: &Lanes) {
        let over = std::mem::take(&mut self.passed_over);
        let lacks = |index: &usize| self.endpoint(*index).is_none_or(|lane| must_show(lanes, self, lane.key));
        let (behind, caught): (Vec<usize>, Vec<usize>) = over.into_iter().partition(lacks);
        self.passed_over = behind;
        if let Some(race) = self.race.as_mut() {
            caught.into_iter().for_each(|lane| race.caught_up(lane));
        }
    }
}
