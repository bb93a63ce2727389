//! `safe`, `finalized` and `earliest` where a node has nothing for them: chains without finality, nodes without their
//! history. What such a node says of the tag is no answer; another lane is asked, and only where none has it the page
//! gets the best lane's own words.

use super::Guard;
use super::requests::Request;
use crate::classify::{Judged, Meaning};
use crate::jsonrpc::{Reply, RpcError};
use crate::lanes::Lesson;
use crate::named::Tag;
use crate::race::Outcome;

/// JSON-RPC "invalid params": what an old node says of a tag that it does not know.
const INVALID_PARAMS: i64 = -32602;
/// An error with one of these speaks of the block, not of what was executed there.
const OF_BLOCKS: [&str; 8] = ["block", "tag", "hex string", "header", "number", "state", "histor", "genesis"];

/// Whether an error speaks of the block that a tag stands for.
fn is_about(error: &RpcError, tag: Tag) -> bool {
    let text = error.message.to_lowercase();
    error.code == INVALID_PARAMS || text.contains(tag.word()) || OF_BLOCKS.iter().any(|word| text.contains(word))
}

impl Guard {
    /// What a lane says of a tag is no word of the chain.
    pub(super) fn doubt_tag(&self, request: u64, judged: &mut Judged) {
        let tag = self.requests.get(&request).and_then(|r| r.rare);
        if let (Outcome::Word, Some(tag), Some(Reply::Error(error))) = (judged.outcome, tag, &judged.reply)
            && is_about(error, tag)
        {
            (judged.outcome, judged.meaning) = (Outcome::Unable, Some(Meaning::Missing));
        }
    }

    /// A lane had what a tag stands for: those that had nothing are asked later for it.
    pub(super) fn note_tags(&mut self, now: u64, request: &Request) {
        let (Some(tag), Some(race)) = (request.rare, &request.race) else { return };
        for attempt in race.attempts() {
            let said = request.replies.iter().find(|(lane, _)| *lane == attempt.lane).map(|(_, reply)| reply);
            let lacks = match (attempt.ended.map(|(_, outcome)| outcome), said) {
                (Some(Outcome::Unable), Some(Reply::Error(error))) => is_about(error, tag),
                (Some(Outcome::Empty), _) => true,
                _ => false,
            };
            if let Some(id) = request.endpoint(attempt.lane).filter(|_| lacks) {
                self.teach(now, id, Lesson::LacksTag(tag));
            }
        }
    }
}
