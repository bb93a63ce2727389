//! What a request came to: who gets what. Nobody has been told yet.

use super::request::Asker;
use crate::answer::Answer;
use crate::endpoint::LaneId;
use crate::lanes::{Change, LaneRef};
use crate::route::Class;

/// What is to be done about a request that is over, or a part of its askers.
#[derive(Debug, Default, PartialEq)]
#[must_use]
pub(crate) struct Done {
    /// A lane or a wallet has answered: after how many ms, and a request of which class.
    pub(crate) took: Option<(u64, Class)>,
    /// What is known of errors has changed.
    pub(crate) learnt: bool,
    /// News of the lanes.
    pub(crate) changes: Vec<Change>,
    /// The lane that has answered a `latest` read.
    pub(crate) served: Option<LaneId>,
    /// In the order in which they are told.
    pub(crate) given: Vec<Given>,
}

/// What one asker gets.
#[derive(Debug, PartialEq)]
pub(crate) struct Given {
    pub(crate) asker: Asker,
    pub(crate) chain: u64,
    /// What the question weighed in its page's load.
    pub(crate) bytes: usize,
    pub(crate) answer: Answer,
    pub(crate) shown: Option<Shown>,
}

/// A block that an answer shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shown {
    pub(crate) number: u64,
    pub(crate) by: LaneRef,
    /// The answer is this number: block numbers never go back for a page.
    pub(crate) is_number: bool,
    /// Whether the page has been shown it by that.
    pub(crate) counts: bool,
}
