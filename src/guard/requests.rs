//! From a question to a race. A request is asked once, by one page or by several askers of one origin who
//! asked the same at the same time.
//!
//! ```text
//!  ask ─► wallet's business ─► UseWallet
//!      ─► remembered ────────► Answer
//!      ─► the same is out ───► joined
//!      ─► Held (a cold chain: until two lanes are known, at most HOLD_MS) ─► Racing ─► settled
//! ```

use super::Guard;
use super::plan::{is_cold, need, pin, takes_part};
use super::receipts;
use super::sticky::Proof;
use crate::answer::{Answer, Question, Refusal};
use crate::endpoint::LaneId;
use crate::fair::Place;
use crate::health::Health;
use crate::io::ClientId;
use crate::jsonrpc::{self, Reply};
use crate::lanes::{Chain, Free, LaneRef, LastLane, OPERATION_READS, Wanted};
use crate::named::{self, Named, Tag};
use crate::pages::Page;
use crate::race::{Act, Need, Outcome, Plan, Race, Why};
use crate::route::{self, Class, Merge, Spec};

/// The core settles this long before the page's own deadline, ms, so that the answer still arrives.
pub(super) const MARGIN_MS: u64 = 200;

/// Who wants the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// A page's provider.
    Page {
        client: ClientId,
        id: u64,
        /// Whether its wallet can be asked.
        wallet: bool,
    },
    /// One item of a page's own JSON-RPC call.
    Rescue { client: ClientId, rescue: u64, index: usize },
    /// The core itself, for its filters and subscriptions.
    Follow { task: u64 },
}

impl Asker {
    pub(super) fn client(self) -> Option<ClientId> {
        match self {
            Asker::Page { client, .. } | Asker::Rescue { client, .. } => Some(client),
            Asker::Follow { .. } => None,
        }
    }
}

/// How the core itself asks.
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) task: u64,
    /// A lane that shows an older block than this is behind.
    pub(super) floor: u64,
    /// Requests of one origin are joined.
    pub(super) origin: String,
    pub(super) proof: Proof,
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
    fn is_held(&self) -> bool {
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
            named: self.named,
            rare: self.rare,
            deadline_ms,
        }
    }
}

impl Guard {
    /// Answers `question`, now or later.
    pub(super) fn ask(&mut self, now: u64, question: Question, asker: Asker) {
        let spec = route::spec(&question.method);
        let host = asker.client().and_then(|client| self.pages.get(client)).map(Page::host);
        if !self.permission || !host.is_some_and(|host| self.settings.site_on(host)) {
            return self.not_ours(asker, &question);
        }
        let guarded = asker.client().is_some_and(|client| self.guards(client, question.chain));
        let chain = self.lanes.chain(question.chain).filter(|_| guarded);
        let served = chain.is_some_and(|chain| chain.lanes().iter().any(|lane| lane.serves(spec)));
        match spec.class {
            Class::Read | Class::Broadcast if served => {}
            // None of its endpoints serves the chain: that makes the transaction no less private.
            Class::Broadcast if self.sends_privately(asker, question.chain) => {
                return self.give(asker, Answer::Ours(Refusal::NoPrivate));
            }
            Class::Sticky => return self.sticky(now, &question, asker, guarded),
            Class::Local => return self.give(asker, Answer::Lane(local(&question))),
            _ => return self.not_ours(asker, &question),
        }
        if !jsonrpc::is_params(&question.params) {
            return self.give(asker, Answer::Ours(Refusal::BadParams));
        }
        let Some(client) = asker.client() else { return };
        let floor = self.floor_of(now, client, question.chain);
        let Some(page) = self.pages.get(client) else { return };
        let (origin, host) = (page.origin().to_owned(), page.host().to_owned());
        if let Some(result) = self.memory.recall(&origin, &question) {
            return self.give(asker, Answer::result(result));
        }
        let Some(place) = self.pages.begin(client, question.bytes()) else { return };
        let deadline = self.deadline(now, spec);
        let out = self.memory.joined(&origin, &question).filter(|_| spec.class == Class::Read);
        // One that began under a longer deadline would keep this asker waiting for too long.
        if let Some(id) = out.filter(|id| self.requests.get(id).is_some_and(|r| r.deadline <= deadline)) {
            return self.requests.join(id, asker);
        }
        self.begin(now, question, spec, Terms { origin, host, floor, proof: None, place }, asker);
    }

    /// Answers a question of the core's own, by [`super::sticky::Sticky::arrive`].
    pub(super) fn ask_inside(&mut self, now: u64, question: Question, inside: Inside) {
        let Inside { task, floor, origin, proof } = inside;
        // Not joined with what pages ask: the answers are not judged alike.
        let origin = format!("\u{0}{origin}");
        if let Some(id) = self.memory.joined(&origin, &question) {
            return self.requests.join(id, Asker::Follow { task });
        }
        let terms = Terms { origin, host: String::new(), floor, proof: Some(proof), place: (0, 0) };
        self.begin(now, question.clone(), route::spec(&question.method), terms, Asker::Follow { task });
    }

    /// When what is asked now is settled in any case, ms.
    fn deadline(&self, now: u64, spec: &Spec) -> u64 {
        let deadline_ms = spec.deadline_ms(self.settings.deadline_ms);
        now + deadline_ms - MARGIN_MS.min(deadline_ms / 10)
    }

    fn begin(&mut self, now: u64, question: Question, spec: &'static Spec, terms: Terms, asker: Asker) {
        let id = self.number();
        let chain = self.lanes.chain(question.chain);
        let tag = spec.tag.and_then(|at| jsonrpc::tag(&question.params, at));
        let request = Request {
            latest: spec.tag.is_none_or(|_| matches!(tag.as_deref(), Some("latest" | "pending"))),
            pending: tag.as_deref() == Some("pending"),
            named: named::blocks(spec, &question.params).filter(|_| spec.class == Class::Read),
            rare: named::tag(spec, &question.params).filter(|_| spec.class == Class::Read),
            private: spec.class == Class::Broadcast && chain.is_some_and(Chain::is_private),
            // No read is passed over for a block that no lane has shown.
            floor: chain.map_or(0, |c| terms.floor.max(c.floor(now)).min(c.best())),
            host: terms.host,
            hold_until: chain.map_or(0, Chain::hold_until).min(now + self.settings.deadline_ms / 10),
            deadline: receipts::deadline(now, &question, self.deadline(now, spec)),
            asked: now,
            pinned: None,
            wallet: None,
            proof: terms.proof,
            lanes: Vec::new(),
            slots: Vec::new(),
            replies: Vec::new(),
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
        };
        if spec.class == Class::Read {
            self.memory.join(&request.origin, &request.question, id);
        }
        self.requests.insert(id, request);
        self.tick_upkeep(now);
        self.release(now, id);
    }

    /// Starts a held request's race when its chain is warm, or when it has waited long enough.
    pub(super) fn release(&mut self, now: u64, id: u64) {
        let Some(request) = self.requests.get(&id).filter(|r| r.is_held()) else { return };
        let cold = self.lanes.chain(request.question.chain).is_some_and(|c| is_cold(now, c));
        let may_wait = request.spec.class == Class::Read && now < request.hold_until;
        if !(cold && may_wait) {
            self.queue_up(now, id);
        }
    }

    pub(super) fn start(&mut self, now: u64, id: u64) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        request.queued = None;
        let deadline_ms = request.spec.deadline_ms(self.settings.deadline_ms);
        let page = request.askers.first().and_then(|a| a.client()).and_then(|client| self.pages.get(client));
        let operation = page.filter(|p| p.waiting() <= OPERATION_READS);
        let last_lane = operation.and_then(|p| p.last_lane(request.question.chain));
        let deadline = request.deadline;
        if now >= deadline {
            return self.settle_failed(request, true);
        }
        let Some(chain) = self.lanes.chain_mut(request.question.chain) else {
            return self.settle_failed(request, false);
        };
        let page = request.wallet_asker().and_then(|(client, _)| self.pages.get(client));
        let health = page.and_then(|p| p.wallet(request.question.chain));
        let long = now >= request.long_at(deadline_ms);
        let free = Free { room: self.wire.room(), share: request.place.0, waiting: usize::MAX, long };
        let (lanes, plans) = chain.rank(now, request.wanted(deadline_ms, last_lane, health, Some(free)));
        let need = need(chain, &request);
        let kept: Vec<bool> = lanes.iter().map(|lane| takes_part(chain, *lane, need)).collect();
        request.lanes = lanes.into_iter().zip(&kept).filter(|(_, k)| **k).map(|(l, _)| l).collect();
        let plans = plans.into_iter().zip(&kept).filter(|(_, k)| **k).map(|(p, _)| p).collect();
        request.slots = vec![Slot::Idle; request.lanes.len()];
        if matches!(need, Need::Agree { .. }) {
            request.pinned = pin(now, chain, &request);
            request.named = named::blocks(request.spec, request.sent_params());
        }
        let mut race = Race::new(Plan { lanes: plans, need, start: now, deadline });
        self.budget.request(request.place.0);
        self.confirmed.asked(&request.origin);
        if request.proof.is_none() {
            self.watch.asked(now, request.spec.class);
        }
        let mut acts = Vec::new();
        race.start(&mut acts);
        request.race = Some(race);
        self.run(now, id, request, acts);
    }

    /// Does what a race wants, and puts the request back unless it is over.
    pub(super) fn run(&mut self, now: u64, id: u64, mut request: Request, mut acts: Vec<Act>) {
        let mut at = 0;
        while let Some(act) = acts.get(at).copied() {
            at += 1;
            match act {
                Act::Send { lane, why } => {
                    if why == Why::After(Outcome::Word) {
                        self.confirmed.spend(&request.origin);
                    }
                    if let Err(outcome) = self.begin_attempt(now, id, &mut request, lane)
                        && let Some(race) = request.race.as_mut()
                    {
                        race.ended(now, lane, outcome, 0, &mut acts);
                    }
                }
                Act::TimedOut { lane } => self.blame_silence(now, &request, lane),
                Act::Cancel { lane } => self.end_attempt(now, &mut request, lane),
                Act::Settle(end) if self.waits_for_line(now, &request, end) => return self.park(now, id, request),
                Act::Settle(end) => return self.settle(now, request, end),
            }
        }
        self.requests.insert(id, request);
    }

    /// An attempt ended by a reply: tells the race.
    pub(super) fn attempt_ended(
        &mut self,
        now: u64,
        id: u64,
        lane: usize,
        outcome: Outcome,
        digest: u64,
        reply: Option<Reply>,
    ) {
        let Some(mut request) = self.requests.remove(&id) else { return };
        if let Some(slot) = request.slot(lane) {
            *slot = Slot::Idle;
        }
        if let Some(reply) = reply {
            request.replies.push((lane, reply));
        }
        let mut acts = Vec::new();
        if let Some(race) = request.race.as_mut() {
            race.ended(now, lane, outcome, digest, &mut acts);
        }
        self.run(now, id, request, acts);
    }

    pub(super) fn tick_requests(&mut self, now: u64) {
        for id in self.requests.due(now) {
            let Some(mut request) = self.requests.remove(&id) else { continue };
            if request.parked.is_some() {
                self.parked_for_long(id, request);
                continue;
            }
            if request.queued.is_some() {
                self.wait_on(now, id, request);
                continue;
            }
            let Some(mut race) = request.race.take() else {
                self.requests.insert(id, request);
                self.release(now, id);
                continue;
            };
            for (lane, _) in request.slots.iter().enumerate().filter(|(_, slot)| **slot == Slot::Full) {
                race.held(now, lane);
            }
            let (mut acts, budget, share) = (Vec::new(), &mut self.budget, request.place.0);
            race.tick(now, &mut || budget.spend(share), &mut acts);
            request.race = Some(race);
            self.run(now, id, request, acts);
        }
    }

    /// Requests of a chain that has become warmer.
    pub(super) fn release_all(&mut self, now: u64, chain: u64) {
        let held = |r: &Request| r.is_held() && r.question.chain == chain;
        let ids: Vec<u64> = self.requests.iter().filter(|(_, r)| held(r)).map(|(id, _)| *id).collect();
        ids.into_iter().for_each(|id| self.release(now, id));
    }
}

fn local(question: &Question) -> Reply {
    Reply::Result(match question.method.as_str() {
        "net_version" => format!("\"{}\"", question.chain),
        _ => format!("\"0x{:x}\"", question.chain),
    })
}

/// In whose name a request is made.
struct Terms {
    origin: String,
    host: String,
    floor: u64,
    proof: Option<Proof>,
    place: Place,
}
