//! The façade: events and time in, commands out. Read this file first.
//!
//! **In scope**: which page asked what, which lane answers it, what the core learns from that, what it stores.
//! **Out of scope**: how requests are sent and messages delivered. The shell does that (`src/web/`).
//!
//! The contract is the *single-mutation invariant*: one [`Guard::handle`], then [`Guard::poll`] until it
//! returns `None`, then wait until [`Guard::poll_timeout`] or the next event. `now` is in ms since the Unix
//! epoch and never goes back within one life of the core.
//!
//! ```
//! use breakwater::guard::{Event, Guard};
//! let mut guard = Guard::new(7);
//! let (origin, host) = ("https://dapp.example".into(), "dapp.example".into());
//! guard.handle(0, Event::Open { client: 1, origin, host, top: None });
//! while let Some(command) = guard.poll() {
//!     println!("{command:?}"); // the shell executes it
//! }
//! assert_eq!(guard.poll_timeout(), None);
//! ```
//!
//! The parts (`choice`, `lanes`, `wire`, `pages`, `asks`, `rescue`, `follow`, `watch`, `panel`, `store`) own their
//! state and never see the façade. The façade passes in what they need and takes back what changed.
//!
//! ```text
//!  mod.rs       events, commands, dispatch          requests.rs  questions, and their effects
//!  pages.rs     messages of documents               settle.rs    answers go to their askers
//!  rescue.rs    the page's own JSON-RPC calls       sends.rs     responses and failed sends
//!  upkeep.rs    checks, polls and probes            evidence.rs  where endpoints stand
//!  follow.rs    filters and subscriptions           watch.rs     verdict, drill, badge, incidents
//!  panel.rs     popup and options                   adding.rs    checks an endpoint before it is saved
//!  consent.rs   chains a site may not use           store.rs     what survives a worker restart
//!  reset.rs     own chains that start over
//! ```

use std::collections::VecDeque;

use crate::asks::Asks;
use crate::choice::Choice;
use crate::cloud::incident::State;
use crate::follow::Follower;
use crate::lanes::{Change, Lanes};
use crate::pages::Pages;
use crate::panel::Candidates;
use crate::protocol::CoreToPage;
use crate::rescue::Rescues;
use crate::store::Store;
use crate::watch::Watch;
use crate::wire::Wire;

mod adding;
mod consent;
mod evidence;
mod follow;
mod pages;
mod panel;
mod requests;
mod rescue;
mod reset;
mod sends;
mod settle;
mod store;
mod upkeep;
mod watch;

pub use crate::io::{ClientId, Command, Event, HttpRequest, SendError, Stored};

/// The core. See the module for the contract.
pub struct Guard {
    choice: Choice,
    lanes: Lanes,
    asks: Asks,
    pages: Pages,
    rescues: Rescues,
    wire: Wire,
    follower: Follower,
    candidates: Candidates,
    watch: Watch,
    store: Store,
    /// Time of the newest event, ms, because [`Guard::poll_timeout`] gets no time.
    now: u64,
    /// The commands of all parts in order. [`Guard::poll`] drains it.
    out: VecDeque<Command>,
}

/// A job that time starts: when it is due, and what it does then.
struct Timer {
    wake: fn(&Guard) -> Option<u64>,
    tick: fn(&mut Guard, u64),
}

/// All timers, in the order in which they run. Each one must do what it asked to be woken for. A timer without a wake
/// time only reacts to what the others did.
const TIMERS: [Timer; 9] = [
    Timer { wake: |guard| guard.watch.wake(), tick: Guard::tick_watch },
    Timer { wake: |guard| guard.wire.wake(), tick: Guard::tick_wire },
    Timer { wake: |guard| guard.candidates.wake(), tick: Guard::tick_candidates },
    Timer {
        wake: |guard| guard.asks.wake(&guard.lanes),
        tick: |guard, now| guard.asked(now, |asks, cx| asks.tick(cx)),
    },
    Timer { wake: |_| None, tick: Guard::tick_resets },
    Timer {
        wake: |guard| guard.follower.wake(guard.now, &guard.lanes, guard.choice.is_permitted()),
        tick: Guard::tick_follow,
    },
    Timer { wake: |guard| guard.lanes.chores_at(guard.now), tick: Guard::tick_upkeep },
    Timer { wake: |_| None, tick: Guard::tick_dark },
    Timer { wake: |guard| guard.store.wake(), tick: Guard::tick_store },
];

impl Guard {
    /// A new core without any state. `seed` spreads the probes of many browsers over time.
    pub fn new(seed: u64) -> Self {
        Guard {
            choice: Choice::default(),
            lanes: Lanes::new(seed % 1_000),
            asks: Asks::default(),
            pages: Pages::default(),
            rescues: Rescues::default(),
            wire: Wire::default(),
            follower: Follower::new(seed),
            candidates: Candidates::default(),
            watch: Watch::default(),
            store: Store::default(),
            now: 0,
            out: VecDeque::new(),
        }
    }

    /// Handles one event. Drain [`Guard::poll`] before the next one.
    pub fn handle(&mut self, now: u64, event: Event) {
        self.now = now;
        match event {
            Event::Open { client, origin, host, top } => self.open(now, client, (origin, host, top)),
            Event::Message { client, message } => self.message(now, client, message),
            Event::Close { client } => self.close(now, client),
            Event::Response { send, status, headers, body } => self.response(now, send, status, &headers, &body),
            Event::SendFailed { send, why } => self.send_failed(now, send, why),
            Event::SocketOpened { socket } => self.follow(now, |follower, _| follower.socket_opened(socket)),
            Event::SocketMessage { socket, text } => {
                self.follow(now, |follower, cx| follower.socket_message(cx, socket, &text));
            }
            Event::SocketClosed { socket } => self.follow(now, |follower, cx| follower.socket_closed(cx, socket)),
            Event::Address { url, ip } => self.address(now, &url, &ip),
            Event::LookedUp { host, ips } => self.looked_up(now, &host, &ips),
            Event::NetworkError { url, error } => self.network_error(now, &url, &error),
            Event::GoodSettings(text) => self.choice.set_good(text),
            Event::Settings(text) => self.settings_changed(now, text),
            Event::Restore(text) => self.restore(now, &text),
            Event::Observed(text) => self.observed(now, &text),
            Event::Online(online) => self.asked(now, |asks, cx| asks.online(cx, online)),
            Event::Permission(permission) => self.permission_changed(permission),
            Event::Crossed(late_ms) => self.wire.crossed(now, u64::from(late_ms)),
            Event::Locale { lang, offset_min } => self.watch.set_locale(lang, offset_min),
            Event::Table(bytes) => self.table(now, bytes),
            Event::OwnTable(base64) => self.own_table(now, &base64),
            Event::Panel { token, message } => self.panel(now, token, message),
            Event::Tick => {}
        }
        self.tick(now);
    }

    /// The next command.
    pub fn poll(&mut self) -> Option<Command> {
        self.out.pop_front()
    }

    /// When the next [`Event::Tick`] is needed, ms.
    pub fn poll_timeout(&self) -> Option<u64> {
        TIMERS.iter().filter_map(|timer| (timer.wake)(self)).min()
    }

    fn tick(&mut self, now: u64) {
        TIMERS.iter().for_each(|timer| (timer.tick)(self, now));
    }

    /// Passes changes of the lanes to the other parts.
    fn spread(&mut self, now: u64, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::Learnt => self.save_soon(now),
                Change::Unshown(id) => self.ask_head(now, id),
                Change::Works(id) => {
                    self.note_answer(now, id.key);
                    self.learn_names(now, id);
                }
                Change::Failing(id) => self.feed_incidents(now, id, State::Failing),
                Change::Serving(id) => self.feed_incidents(now, id, State::Serving),
                Change::Expelled => self.expelled(now),
                Change::Ready(id) => self.asked(now, |asks, _| asks.check_over(id, true)),
                Change::Gone(id) => self.asked(now, |asks, _| asks.check_over(id, false)),
                Change::Shown(id) => self.asked(now, |asks, cx| asks.head_over(cx, id, true)),
                Change::Silent(id) => self.asked(now, |asks, cx| asks.head_over(cx, id, false)),
                Change::Warmer(chain) => self.asked(now, |asks, _| asks.warmer(chain)),
                Change::Reset(chain) => self.forget_chain(now, chain),
            }
        }
    }

    fn post(&mut self, client: ClientId, message: CoreToPage) {
        self.out.push_back(Command::Post { client, message });
    }
}
