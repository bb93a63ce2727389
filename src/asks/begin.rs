//! A new request: what it names, and its deadline.

use super::proof::Proof;
use super::receipts;
use super::request::{Asker, Request};
use crate::answer::Question;
use crate::fair::QueueKey;
use crate::jsonrpc;
use crate::lanes::Chain;
use crate::named::{self, Named};
use crate::route::{self, Class, Spec};

/// The core settles this long before the page's own deadline, ms, so that the answer still arrives.
const MARGIN_MS: u64 = 200;

/// On whose behalf a request is made.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) origin: String,
    pub(crate) host: String,
    /// A lane that shows an older block is behind.
    pub(crate) floor: u64,
    /// For the core's own requests: what an answer must prove.
    pub(crate) proof: Option<Proof>,
    /// The share and the document whose turn it uses.
    pub(crate) queue_key: QueueKey,
}

/// A question that the core itself asks.
#[derive(Debug, PartialEq)]
pub(crate) struct Inside {
    pub(crate) task: u64,
    /// A lane that shows an older block is behind.
    pub(crate) floor: u64,
    /// Equal requests of one origin are joined.
    pub(crate) origin: String,
    pub(crate) proof: Proof,
}

/// When a request with this deadline is settled at the latest, ms.
pub(crate) fn settled_by(now: u64, deadline_ms: u64) -> u64 {
    now + deadline_ms - MARGIN_MS.min(deadline_ms / 10)
}

/// The same for a method. `deadline_ms` is the person's setting.
pub(crate) fn deadline(now: u64, spec: &Spec, deadline_ms: u64) -> u64 {
    settled_by(now, spec.deadline_ms(deadline_ms))
}

impl Request {
    /// A request that is not sent yet. `deadline_ms` is the person's setting.
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
        let floor = chain.map_or(0, |c| terms.floor.max(c.floor(now)));
        let named = named::blocks(spec, &question.params).filter(|_| spec.class == Class::Read);
        Request {
            latest: spec.tag.is_none_or(|_| matches!(tag.as_deref(), Some("latest" | "pending"))),
            pending: tag.as_deref() == Some("pending"),
            named: named.map(|named| Named { seen: named.newest <= floor, ..named }),
            rare: named::tag(spec, &question.params).filter(|_| spec.class == Class::Read),
            private: spec.class == Class::Broadcast && chain.is_some_and(Chain::is_private),
            // A floor above every known block would leave no lane to read from.
            floor: chain.map_or(0, |c| floor.min(c.best())),
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
            queue_key: terms.queue_key,
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
