//! `safe`, `finalized` and `earliest` where a node has nothing for them: chains without finality, nodes without their
//! history. What such a node says of the tag is no answer; another lane is asked, and only where none has it the page
//! gets the best lane's own words.

use super::request::Request;
use crate::classify::{Judged, Meaning, is_of_tag};
use crate::jsonrpc::Reply;
use crate::race::Outcome;

/// What a lane says of a tag is no word of the chain.
pub(super) fn doubt_tag(request: &Request, judged: &mut Judged) {
    if let (Outcome::Word, Some(tag), Some(Reply::Error(error))) = (judged.outcome, request.rare, &judged.reply)
        && is_of_tag(error, tag)
    {
        (judged.outcome, judged.meaning) = (Outcome::Unable, Some(Meaning::Missing));
    }
}

/// Lanes that had nothing for what a request's tag stands for, when another lane has answered it.
pub(super) fn without_tag(request: &Request) -> Vec<usize> {
    let (Some(tag), Some(race)) = (request.rare, &request.race) else { return Vec::new() };
    let lacks = |lane: usize, outcome: Outcome| {
        let said = request.replies.iter().find(|(other, _)| *other == lane).map(|(_, reply)| reply);
        match (outcome, said) {
            (Outcome::Unable, Some(Reply::Error(error))) => is_of_tag(error, tag),
            (Outcome::Empty, _) => true,
            _ => false,
        }
    };
    let ended = race.attempts().iter().filter_map(|a| Some((a.lane, a.ended?.1)));
    ended.filter(|(lane, outcome)| lacks(*lane, *outcome)).map(|(lane, _)| lane).collect()
}
