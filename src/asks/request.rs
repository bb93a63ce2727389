//! One request on its way, and who wants its answer.

use super::proof::Proof;
use crate::answer::Question;
use crate::endpoint::LaneId;
use crate::fair::Place;
use crate::health::Health;
use crate::io::ClientId;
use crate::jsonrpc::Reply;
use crate::lanes::{Free, LaneRef, LastLane, Wanted};
use crate::named::{Named, Tag};
use crate::race::Race;
use crate::route::{Merge, Spec};

/// A request that has waited so long for the best lanes takes any other, ms.
const LONG_MS: u64 = 1_000;
/// So often a read that waits for the line is tried as soon as anything responds.
const QUICK_TRIES: u32 = 1;
/// Pause before it is tried once more, ms; it doubles with each. A lane that responds without being any use would
/// have it go round and round.
const PAUSE_MS: u64 = 500;

/// Who wants the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A page's provider.
    Page {
        client: ClientId,
        id: u64,
        /// Whether its wallet can be asked.
        wallet: bool,
    },
    /// One item of a page's own JSON-RPC call.
    Rescue { client: ClientId, rescue: u64, index: usize },
    /// The core itself, for its filters and subscriptions: for one of this document, or for everybody's (0).
    Follow { task: u64, client: ClientId },
}

impl Asker {
    pub(crate) fn client(self) -> Option<ClientId> {
        match self {
            Asker::Page { client, .. } | Asker::Rescue { client, .. } => Some(client),
            Asker::Follow { .. } => None,
        }
    }
}

/// Where an attempt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Not begun, or over.
    Idle,
    /// Waiting for the lane's chain-id check.
    Waiting,
    /// Waiting for a place on the lane.
    Full,
    /// Waiting for the lane to show how far it is.
    Unshown,
    /// On the wire, since when.
    Sent(u64, u64),
    /// Asked of the wallet, since when.
    Wallet(u64),
    /// Held dark by a drill, since when.
    Dark(u64),
}

/// One request on its way.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) askers: Vec<Asker>,
    pub(super) question: Question,
    pub(super) spec: &'static Spec,
    pub(super) origin: String,
    pub(super) host: String,
    pub(super) asked: u64,
    /// Whether the answer depends on the newest block.
    pub(super) latest: bool,
    /// Blocks that it names by number.
    pub(super) named: Option<Named>,
    /// The tag that it names, where not every lane knows it.
    pub(super) rare: Option<Tag>,
    /// Whether it depends on what is not in a block yet.
    pub(super) pending: bool,
    /// A transaction that only private endpoints may see, whatever is chosen later.
    pub(super) private: bool,
    pub(super) floor: u64,
    /// Whose wallet was asked: its word is for the askers of that document alone.
    pub(super) wallet: Option<ClientId>,
    /// Block that `latest` was pinned to, for comparing.
    pub(super) pinned: Option<String>,
    /// What answers must stand up to, when the core itself asks.
    pub(super) proof: Option<Proof>,
    pub(super) lanes: Vec<LaneRef>,
    pub(super) slots: Vec<Slot>,
    pub(super) replies: Vec<(usize, Reply)>,
    /// Lanes that were not sent it, because they had not shown the block that it names.
    pub(super) passed_over: Vec<usize>,
    /// The share and the document whose turn it takes.
    pub(super) place: Place,
    /// While it waits for its turn: until when, ms.
    pub(super) queued: Option<u64>,
    /// While it waits for the line: since when, ms.
    pub(super) parked: Option<u64>,
    /// Whether its wallet was asked before it did.
    pub(super) wallet_spoke: bool,
    /// A lane has sent a response, whatever it said: the line is there.
    pub(super) responded: bool,
    /// Lanes that have lost its connection.
    pub(super) lost: usize,
    /// How often it has begun to wait for the line.
    pub(super) parks: u32,
    /// Whether it has given back a lent place. It does so once.
    pub(super) called_back: bool,
    /// An old block that the wallet in `wallet` showed, which nobody was given.
    pub(super) wallet_shown: Option<u64>,
    /// Until when it waits for whatever comes before its race, ms.
    pub(super) hold_until: u64,
    /// When it is settled in any case, ms.
    pub(super) deadline: u64,
    pub(super) race: Option<Race>,
}

impl Request {
    pub(super) fn wake(&self) -> Option<u64> {
        self.race.as_ref().map_or(Some(self.queued.unwrap_or(self.hold_until)), Race::wake)
    }

    pub(super) fn bytes(&self) -> usize {
        self.question.bytes()
    }

    /// Whether it waits for its chain to become warmer.
    pub(super) fn is_held(&self) -> bool {
        self.race.is_none() && self.queued.is_none() && self.parked.is_none()
    }

    /// Until when it waits before it is sent, ms: half of the time is its wallet's.
    pub(super) fn patience(&self, deadline_ms: u64) -> u64 {
        if self.has_wallet() { self.deadline.min(self.asked + deadline_ms / 2) } else { self.deadline }
    }

    pub(super) fn has_wallet(&self) -> bool {
        self.askers.iter().any(|a| matches!(a, Asker::Page { wallet: true, .. }))
    }

    /// The document whose wallet is asked, and its number for the request.
    pub(super) fn wallet_asker(&self) -> Option<(ClientId, u64)> {
        self.askers.iter().find_map(|asker| match asker {
            Asker::Page { client, id, wallet: true } => Some((*client, *id)),
            _ => None,
        })
    }

    /// The document whose question it is; 0: the core's own.
    pub(super) fn document(&self) -> ClientId {
        match self.askers.first() {
            Some(Asker::Follow { client, .. }) => *client,
            _ => self.place.1,
        }
    }

    /// The endpoint of one of its lanes.
    pub(super) fn endpoint(&self, index: usize) -> Option<LaneId> {
        match self.lanes.get(index)? {
            LaneRef::Endpoint(key) => Some(LaneId { chain: self.question.chain, key: *key }),
            LaneRef::Wallet => None,
        }
    }

    pub(super) fn slot(&mut self, lane: usize) -> Option<&mut Slot> {
        self.slots.get_mut(lane)
    }

    /// Whether an answer that carries a block number shows the newest block.
    pub(super) fn tip(&self) -> bool {
        self.latest && !self.pending
    }

    /// The parameters as they are sent.
    pub(super) fn sent_params(&self) -> &str {
        self.pinned.as_deref().unwrap_or(&self.question.params)
    }

    /// A nonce with what is pending: nodes rightly differ, and the wallet's own has seen what it sent.
    pub(super) fn own_node(&self) -> bool {
        self.pending && self.spec.merge == Merge::Highest
    }

    pub(super) fn wanted<'a>(
        &'a self,
        deadline_ms: u64,
        last_lane: Option<LastLane>,
        wallet_health: Option<&'a Health>,
        free: Option<Free<'a>>,
    ) -> Wanted<'a> {
        Wanted {
            spec: self.spec,
            latest: self.latest,
            floor: self.floor,
            wallet: self.has_wallet() && !self.wallet_spoke,
            wallet_health,
            own_node: self.own_node(),
            last_lane,
            free,
            method: &self.question.method,
            bytes: self.bytes(),
            named: self.named,
            rare: self.rare,
            deadline_ms,
        }
    }
}

impl Request {
    pub(super) fn long_at(&self, deadline_ms: u64) -> u64 {
        self.asked + LONG_MS.min(deadline_ms / 4)
    }
}

impl Request {
    /// Whether it may be tried again when something responds.
    pub(super) fn may_try_again(&self, now: u64) -> bool {
        let pause = self.parks.checked_sub(QUICK_TRIES + 1).map_or(0, |more| PAUSE_MS << more.min(4));
        self.parked.is_some_and(|since| since + pause <= now)
    }
}
