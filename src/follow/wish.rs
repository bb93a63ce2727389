//! What the follower is handed, and what it gives back.

use crate::answer::{Answer, Question};
use crate::asks::{Asker, Inside};
use crate::choice::Choice;
use crate::io::{ClientId, Command};
use crate::lanes::Lanes;
use crate::pages::Pages;

/// What stands around the follower while it deals with one event.
pub(crate) struct Around<'a> {
    pub(crate) now: u64,
    pub(crate) lanes: &'a mut Lanes,
    pub(crate) pages: &'a mut Pages,
    pub(crate) choice: &'a Choice,
}

impl Around<'_> {
    /// Whether this document may know of this chain.
    pub(super) fn may_use(&self, client: ClientId, chain: u64) -> bool {
        self.pages.may_use(self.lanes, self.choice.settings(), client, chain)
    }

    pub(super) fn is_guarded(&self, chain: u64) -> bool {
        self.lanes.chain(chain).is_some_and(|c| c.is_guarded())
    }

    /// The highest block that a page has been shown and that its chain can have reached.
    pub(super) fn floor(&self, client: ClientId, chain: u64) -> u64 {
        self.pages.floor(self.lanes, self.now, client, chain)
    }
}

/// What the follower wants done.
#[derive(Debug, PartialEq)]
pub(crate) enum Wish {
    /// Lanes are to be asked. The answer comes by [`super::Follower::arrive`].
    Ask { question: Question, inside: Inside },
    /// What a page asked of its filter is a read.
    Read { question: Question, asker: Asker },
    /// Nobody here can be asked for this.
    NotOurs { question: Question, asker: Asker },
    /// An asker gets this.
    Give { asker: Asker, answer: Answer },
    /// A message to a page or a socket.
    Send(Command),
    /// Internal requests that are none of these end.
    Keep(Vec<u64>),
    /// More is known of a chain's lanes: requests that wait for that go on.
    Warmer(u64),
    /// What was learnt is to be stored.
    Save,
}
