//! What a reply means for its race: an answer, a stale answer, or neither.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::Deserialize;

use super::all::Asks;
use super::named::doubt_named;
use super::receipts::broadcast;
use super::tags::doubt_tag;
use crate::classify::{Classifier, Judged};
use crate::heads::Head;
use crate::jsonrpc::{self, Reply, RpcError};
use crate::lanes::{Lane, Lanes};
use crate::race::{Outcome, Race};
use crate::route::{Class, Spec};
use crate::wire::Job;

impl Asks {
    /// Checks a lane's reply against what is known. Notes the block it shows, and doubts what the lane cannot know.
    /// The number is what the race compares: a fingerprint of the answer, or its block number.
    pub(super) fn weigh(
        &self,
        now: u64,
        lanes: &mut Lanes,
        (id, job): (u64, &Job),
        mut judged: Judged,
    ) -> (Judged, u64) {
        let mut digest = judged.kind.digest();
        let Some(request) = self.requests.get(&id) else { return (judged, digest) };
        let spec = request.spec;
        judged.must_name(spec, &request.question.params);
        let compares = request.race.as_ref().is_some_and(Race::compares);
        if spec.class == Class::Broadcast {
            judged = broadcast(judged, &request.question.params);
        } else if let Some(Reply::Result(text)) = judged.reply.as_ref().filter(|_| judged.outcome == Outcome::Answer)
            && let Some(number) = shown_block(spec, request.tip(), text)
        {
            // 0 means that there is nothing to give.
            digest = number.saturating_add(1);
            if is_stale(now, lanes, job, request.floor, number) {
                judged.outcome = Outcome::Stale;
            }
        }
        if compares && judged.outcome != Outcome::Word {
            digest = judged.reply.as_ref().map_or(0, |reply| fingerprint(&self.classifier, reply));
        }
        doubt_tag(request, &mut judged);
        digest = doubt_named(now, lanes, request, job, &mut judged).unwrap_or(digest);
        if let Some(proof) = &request.proof {
            let shown = lanes.get(job.lane).and_then(Lane::head).map_or(0, |head| head.number);
            proof.doubt(shown, &mut judged);
        }
        (judged, digest)
    }
}

/// Whether a lane has just shown a block older than what is known. Notes the lane's head.
fn is_stale(now: u64, lanes: &mut Lanes, job: &Job, floor: u64, number: u64) -> bool {
    let believed = lanes.shown(now, job.sent, job.lane, number);
    let Some(chain) = lanes.chain(job.lane.chain) else { return false };
    let head = believed.then_some(Head { number, at: now });
    // Two blocks below the floor may only be a block that is still on its way. It is stale all the same for this page,
    // whose numbers never go back.
    !believed || number < floor || chain.is_behind(now, head, floor)
}

/// Whether a lane that was asked later answered while this one stayed silent past its hedge delay.
pub(super) fn was_overtaken(race: &Race, index: usize) -> bool {
    let Some(own) = race.attempts().iter().find(|a| a.lane == index && !a.overdue) else { return false };
    let hedge = race.plan().lanes.get(index).map_or(u64::MAX, |l| l.hedge_ms);
    race.attempts().iter().any(|a| {
        let won = a.ended.filter(|(_, o)| matches!(o, Outcome::Answer | Outcome::ChainError | Outcome::Empty));
        won.is_some_and(|(at, _)| a.sent >= own.sent.saturating_add(hedge) && at > a.sent)
    })
}

#[derive(Deserialize)]
struct BlockNumber<'a> {
    #[serde(borrow)]
    number: Option<&'a serde_json::value::RawValue>,
}

/// The capabilities that a node reports. Only its newest block is read.
#[derive(Deserialize)]
struct Capabilities<'a> {
    #[serde(borrow)]
    head: BlockNumber<'a>,
}

/// The block number that an answer shows for its lane.
pub(super) fn shown_block(spec: &Spec, tip: bool, text: &str) -> Option<u64> {
    match spec.method {
        "eth_blockNumber" => jsonrpc::quantity(text),
        "eth_getBlockByNumber" | "eth_getHeaderByNumber" if tip => {
            serde_json::from_str::<BlockNumber<'_>>(text).ok()?.number.and_then(|n| jsonrpc::quantity(n.get()))
        }
        "eth_capabilities" => {
            let said: Capabilities<'_> = serde_json::from_str(text).ok()?;
            said.head.number.and_then(|number| jsonrpc::quantity(number.get()))
        }
        _ => None,
    }
}

/// Equal for equal JSON values, whatever their spacing and order of members. Chain errors are compared by what the
/// contract returned, because nodes word them differently.
fn fingerprint(classifier: &Classifier, reply: &Reply) -> u64 {
    let mut hasher = DefaultHasher::new();
    match reply {
        Reply::Error(error) => ("error", classifier.said(error)).hash(&mut hasher),
        Reply::Result(text) => match serde_json::from_str::<serde_json::Value>(text) {
            // serde_json's map is sorted, so equal values have equal text.
            Ok(value) => value.to_string().to_lowercase().hash(&mut hasher),
            Err(_) => text.hash(&mut hasher),
        },
    }
    hasher.finish()
}

/// A lane's error, without anything about the lane that pages must not learn.
pub(super) fn without_secrets(lane: Option<&Lane>, spec: &Spec, reply: Reply) -> Reply {
    let secrets = || lane.map(Lane::secrets).unwrap_or_default();
    match reply {
        Reply::Error(RpcError { code, message, data }) => {
            let secrets = secrets();
            let (message, data) = (secrets.cut(&message).into_owned(), data.map(|data| secrets.cut_json(&data)));
            Reply::Error(RpcError { code, message, data })
        }
        // This is the only result whose text the node itself wrote.
        Reply::Result(text) if spec.method == "web3_clientVersion" => Reply::Result(secrets().cut_json(&text)),
        result => result,
    }
}
