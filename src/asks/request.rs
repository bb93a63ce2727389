//! A request in flight, and who wants its answer.

use super::proof::Proof;
use crate::answer::Question;
use crate::endpoint::LaneId;
use crate::fair::QueueKey;
use crate::health::Health;
use crate::io::ClientId;
use crate::jsonrpc::Reply;
use crate::lanes::{Free, LaneRef, LastLane, Wanted};
use crate::named::{Named, Tag};
use crate::race::Race;
use crate::route::{Merge, Spec};

/// A request that has waited this long for the best lanes takes any other, ms.
const LONG_MS: u64 = 1_000;
/// How often a read that waits for the connection is retried without a pause, as soon as anything responds.
const QUICK_TRIES: u32 = 1;
/// Pause before the next retry, ms. It doubles each time. Without it, a lane that responds but is of no use would
/// cause an endless loop.
const PAUSE_MS: u64 = 500;

/// Who wants the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A page's provider.
    Page {
        client: ClientId,
        id: u64,
        /// Whether the page's wallet can be asked.
        wallet: bool,
    },
    /// One item of a page's own JSON-RPC call.
    Rescue { client: ClientId, rescue: u64, index: usize },
    /// The core itself, for filters and subscriptions of this document, or of all documents (0).
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
    /// Not started, or finished.
    Idle,
    /// Waiting for the lane's chain-id check.
    Waiting,
    /// Waiting for a free slot of the lane's host.
    Full,
    /// Waiting for the lane to show its head.
    Unshown,
    /// Sent: the send's number, and when.
    Sent(u64, u64),
    /// The wallet was asked: when.
    Wallet(u64),
    /// A drill keeps it dark: since when.
    Dark(u64),
}

/// A request in flight.
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
    /// The blocks it names by number.
    pub(super) named: Option<Named>,
    /// The tag it names, if some lanes do not know that tag.
    pub(super) rare: Option<Tag>,
    /// Whether it depends on pending state.
    pub(super) pending: bool,
    /// A transaction that only private endpoints may see, even if the settings change.
    pub(super) private: bool,
    pub(super) floor: u64,
    /// The document whose wallet was asked. The wallet's answer goes only to askers of that document.
    pub(super) wallet: Option<ClientId>,
    /// The parameters with a block instead of `latest`, so that compared lanes answer for the same state.
    pub(super) pinned: Option<String>,
    /// For the core's own requests: what an answer must prove.
    pub(super) proof: Option<Proof>,
    pub(super) lanes: Vec<LaneRef>,
    pub(super) slots: Vec<Slot>,
    pub(super) replies: Vec<(usize, Reply)>,
    /// Lanes that were skipped because they had not shown the block it names.
    pub(super) passed_over: Vec<usize>,
    /// The share and the document whose turn it uses.
    pub(super) queue_key: QueueKey,
    /// While it is queued: until when, ms.
    pub(super) queued: Option<u64>,
    /// While it waits for the connection: since when, ms.
    pub(super) parked: Option<u64>,
    /// Whether its wallet was asked before it began to wait for the connection.
    pub(super) wallet_spoke: bool,
    /// Whether a lane has responded at all. Then the person is online.
    pub(super) responded: bool,
    /// How many lanes lost its connection.
    pub(super) lost: usize,
    /// How often it has waited for the connection.
    pub(super) parks: u32,
    /// Whether it has given back a lent slot. It does that only once.
    pub(super) called_back: bool,
    /// An old block that the wallet in `wallet` showed. No asker was given it.
    pub(super) wallet_shown: Option<u64>,
    /// Until when it may wait before its race starts, ms.
    pub(super) hold_until: u64,
    /// When it is settled at the latest, ms.
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

    /// Whether it is held until its chain is warmer.
    pub(super) fn is_held(&self) -> bool {
        self.race.is_none() && self.queued.is_none() && self.parked.is_none()
    }

    /// Until when it may wait before it is sent, ms. If it has a wallet, half of the time is left for that.
    pub(super) fn patience(&self, deadline_ms: u64) -> u64 {
        if self.has_wallet() { self.deadline.min(self.asked + deadline_ms / 2) } else { self.deadline }
    }

    pub(super) fn has_wallet(&self) -> bool {
        self.askers.iter().any(|a| matches!(a, Asker::Page { wallet: true, .. }))
    }

    /// The document whose wallet is asked, and that document's id for the request.
    pub(super) fn wallet_asker(&self) -> Option<(ClientId, u64)> {
        self.askers.iter().find_map(|asker| match asker {
            Asker::Page { client, id, wallet: true } => Some((*client, *id)),
            _ => None,
        })
    }

    /// The document that asked, or 0 for the core itself.
    pub(super) fn document(&self) -> ClientId {
        match self.askers.first() {
            Some(Asker::Follow { client, .. }) => *client,
            _ => self.queue_key.1,
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

    /// Whether a block number in the answer shows the lane's newest block.
    pub(super) fn tip(&self) -> bool {
        self.latest && !self.pending
    }

    /// The parameters as they are sent.
    pub(super) fn sent_params(&self) -> &str {
        self.pinned.as_deref().unwrap_or(&self.question.params)
    }

    /// Whether it asks for a pending nonce. Nodes rightly differ there, and the wallet's own node knows what the
    /// wallet sent.
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
    /// Whether it may be retried now that something has responded.
    pub(super) fn may_try_again(&self, now: u64) -> bool {
        let pause = self.parks.checked_sub(QUICK_TRIES + 1).map_or(0, |more| PAUSE_MS << more.min(4));
        self.parked.is_some_and(|since| since + pause <= now)
    }
}
