//! `safe`, `finalized` and `earliest` on nodes that lack them: chains without finality, nodes without history. An
//! error about the tag is not an answer, so another lane is asked. Only if no lane knows the tag does the page get the
//! best lane's error.

use super::request::Request;
use crate::classify::{Judged, Meaning, is_of_tag};
use crate::jsonrpc::Reply;
use crate::race::Outcome;

/// A lane's error about a tag is not the chain's answer.
pub(super) fn doubt_tag(request: &Request, judged: &mut Judged) {
    if let (Outcome::Word, Some(tag), Some(Reply::Error(error))) = (judged.outcome, request.rare, &judged.reply)
        && is_of_tag(error, tag)
    {
        (judged.outcome, judged.meaning) = (Outcome::Unable, Some(Meaning::Missing));
    }
}

/// Lanes that had nothing for a request's tag, while another lane answered.
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
