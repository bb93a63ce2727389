//! The follower's input and output.

use crate::answer::{Answer, Question};
use crate::asks::{Asker, Inside};
use crate::choice::Choice;
use crate::io::{ClientId, Command};
use crate::lanes::Lanes;
use crate::pages::Pages;

/// What the follower may use while it handles one event.
pub(crate) struct Around<'a> {
    pub(crate) now: u64,
    pub(crate) lanes: &'a mut Lanes,
    pub(crate) pages: &'a mut Pages,
    pub(crate) choice: &'a Choice,
}

impl Around<'_> {
    /// Whether this document may know about this chain.
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
    /// Ask the lanes. The answer arrives by [`super::Follower::arrive`].
    Ask { question: Question, inside: Inside },
    /// Answer a page's filter call by a read.
    Read { question: Question, asker: Asker },
    /// No lane can be asked for this.
    NotOurs { question: Question, asker: Asker },
    /// Give this to an asker.
    Give { asker: Asker, answer: Answer },
    /// Send a message to a page or a socket.
    Send(Command),
    /// End all internal requests except these.
    Keep(Vec<u64>),
    /// More is known about a chain's lanes. Requests that wait for this continue.
    Warmer(u64),
    /// Store what was learnt.
    Save,
}
