//! The result of a request: who gets what. Nobody has been told yet.

use super::request::Asker;
use crate::answer::Answer;
use crate::endpoint::LaneId;
use crate::lanes::{Change, LaneRef};
use crate::route::Class;

/// What others must do about a request that is settled, for all or some of its askers.
#[derive(Debug, Default, PartialEq)]
#[must_use]
pub(crate) struct Done {
    /// How long it took in ms, and the class of the request, if a lane or a wallet answered.
    pub(crate) took: Option<(u64, Class)>,
    /// What is known of errors has changed.
    pub(crate) learnt: bool,
    /// Changes in the lanes.
    pub(crate) changes: Vec<Change>,
    /// The lane that answered a `latest` read.
    pub(crate) served: Option<LaneId>,
    /// In the order in which the askers are told.
    pub(crate) given: Vec<Given>,
}

/// What one asker gets.
#[derive(Debug, PartialEq)]
pub(crate) struct Given {
    pub(crate) asker: Asker,
    pub(crate) chain: u64,
    /// How many bytes the question counted in its page's load.
    pub(crate) bytes: usize,
    pub(crate) answer: Answer,
    pub(crate) shown: Option<Shown>,
}

/// A block that an answer shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shown {
    pub(crate) number: u64,
    pub(crate) by: LaneRef,
    /// The answer is this number. Block numbers never go back for a page.
    pub(crate) is_number: bool,
    /// Whether this counts as shown to the page.
    pub(crate) counts: bool,
}
