//! A request as it begins: what it names, and until when it is answered.

use super::proof::Proof;
use super::receipts;
use super::request::{Asker, Request};
use crate::answer::Question;
use crate::fair::Place;
use crate::jsonrpc;
use crate::lanes::Chain;
use crate::named;
use crate::route::{self, Class, Spec};

/// The core settles this long before the page's own deadline, ms, so that the answer still arrives.
const MARGIN_MS: u64 = 200;

/// In whose name a request is made.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) origin: String,
    pub(crate) host: String,
    /// A lane that shows an older block than this is behind.
    pub(crate) floor: u64,
    /// What answers must stand up to, when the core itself asks.
    pub(crate) proof: Option<Proof>,
    /// The share and the document whose turn it takes.
    pub(crate) place: Place,
}

/// How the core itself asks.
#[derive(Debug, PartialEq)]
pub(crate) struct Inside {
    pub(crate) task: u64,
    /// A lane that shows an older block than this is behind.
    pub(crate) floor: u64,
    /// Requests of one origin are joined.
    pub(crate) origin: String,
    pub(crate) proof: Proof,
}

/// When what a page waits for so long is settled in any case, ms.
pub(crate) fn settled_by(now: u64, deadline_ms: u64) -> u64 {
    now + deadline_ms - MARGIN_MS.min(deadline_ms / 10)
}

/// The same for a method. `deadline_ms`: what the person set.
pub(crate) fn deadline(now: u64, spec: &Spec, deadline_ms: u64) -> u64 {
    settled_by(now, spec.deadline_ms(deadline_ms))
}

impl Request {
    /// A request that is not sent yet. `deadline_ms`: what the person set.
    pub(crate) fn new(
        now: u64,
        question: Question,
        terms: Terms,
        asker: Asker,
        chain: Option<&Chain>,
        deadline_ms: u64,
    ) -> Request {
        let spec = route::spec(&question.method);
        let tag = spec.tag.and_then(|at| jsonrpc::tag(&question.params, at));
        Request {
            latest: spec.tag.is_none_or(|_| matches!(tag.as_deref(), Some("latest" | "pending"))),
            pending: tag.as_deref() == Some("pending"),
            named: named::blocks(spec, &question.params).filter(|_| spec.class == Class::Read),
            rare: named::tag(spec, &question.params).filter(|_| spec.class == Class::Read),
            private: spec.class == Class::Broadcast && chain.is_some_and(Chain::is_private),
            // No read is passed over for a block that no lane has shown.
            floor: chain.map_or(0, |c| terms.floor.max(c.floor(now)).min(c.best())),
            host: terms.host,
            hold_until: chain.map_or(0, Chain::hold_until).min(now + deadline_ms / 10),
            deadline: receipts::deadline(now, &question, deadline(now, spec, deadline_ms)),
            asked: now,
            pinned: None,
            wallet: None,
            proof: terms.proof,
            lanes: Vec::new(),
            slots: Vec::new(),
            replies: Vec::new(),
            passed_over: Vec::new(),
            place: terms.place,
            queued: None,
            parked: None,
            wallet_spoke: false,
            responded: false,
            lost: 0,
            parks: 0,
            called_back: false,
            wallet_shown: None,
            race: None,
            askers: vec![asker],
            question,
            spec,
            origin: terms.origin,
        }
    }
}
