//! The façade: events and time in, commands out. Read this file first.
//!
//! **In scope**: which page asked what, which lane answers it, what is learnt from that, what is stored.
//! **Out of scope**: how a request is sent or a message delivered; that is the shell's (`src/web/`).
//!
//! The contract is the *single-mutation invariant*: one [`Guard::handle`], then [`Guard::poll`] until it
//! returns `None`, then wait until [`Guard::poll_timeout`] or the next event. `now` is in ms since the Unix
//! epoch and never goes back within one life of the core.
//!
//! ```
//! use breakwater::guard::{Event, Guard};
//! let mut guard = Guard::new(7);
//! guard.handle(0, Event::Open { client: 1, origin: "https://dapp.example".into(), host: "dapp.example".into(), top: None });
//! while let Some(command) = guard.poll() {
//!     println!("{command:?}"); // the shell executes it
//! }
//! assert_eq!(guard.poll_timeout(), None);
//! ```
//!
//! ```text
//!  mod.rs       events, commands, dispatch          requests.rs  ask → race → settle
//!  leaving.rs   answers nobody wants any more
//!  pages.rs     documents: open, message, close     settle.rs    what the page gets, trail
//!  queue.rs     whose turn it is                    flying.rs    requests on their way
//!  offline.rs   reads that wait for the line        io.rs        what is sent
//!  plan.rs      what a race is to be
//!  chains.rs    lanes of a chain, ranking           sends.rs     attempts on the wire and their replies
//!  upkeep.rs    checks, light poll, probes          rescue.rs    the page's own JSON-RPC calls
//!  memory.rs    joining, caching                    sources.rs   evidence of where endpoints stand
//!  sticky/      filters and subscriptions           watch.rs     verdicts, badge, drills, incidents
//!  panel.rs     popup and options                   adding.rs    an endpoint tried before it is saved
//!  sockets.rs   new blocks by WebSocket             waiting.rs   what a wallet is waiting for
//!  store.rs     what survives a worker restart      reading.rs   what storage holds, whatever it is
//!  floors.rs    the blocks a page has been shown   refusal.rs   why a page gets no answer
//!  consent.rs   which site may use which chain      card.rs      what the popup says of one site
//!  belief.rs    which blocks of lanes are believed   wallet_word.rs   what a page's wallet said, as a lane
//!  confirming.rs  errors that other lanes gave too
//! ```

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use crate::budget::Budget;
use crate::classify::Classifier;
use crate::confirmed::Confirmed;
use crate::fair::Fair;
use crate::lang::Lang;
use crate::line::Line;
use crate::load::Load;
use crate::protocol::{CoreToPage, PageToCore, PanelReply, PanelToCore};
use crate::room::Room;
use crate::secret::Secret;
use crate::settings::Settings;
use crate::trail::Trail;

mod adding;
mod belief;
mod card;
mod chains;
mod confirming;
mod consent;
mod floors;
mod flying;
mod io;
mod leaving;
mod memory;
mod objection;
mod offline;
mod pages;
mod panel;
mod plan;
mod queue;
mod reading;
mod receipts;
mod refusal;
mod requests;
mod rescue;
mod sends;
mod settle;
mod sockets;
mod sources;
mod sticky;
mod store;
mod upkeep;
mod waiting;
mod wallet_word;
mod watch;

pub use io::{HttpRequest, SendError};

use chains::Chain;
use flying::Requests;
use memory::Memory;
use pages::Page;
use reading::Trouble;
use receipts::Receipts;
use rescue::Rescue;
use sends::Job;
use sockets::Sockets;
use sticky::Sticky;
pub use store::Stored;
use watch::Watch;

/// A document with a port to the core; the shell numbers them.
pub type ClientId = u32;

/// Something that happened. `Debug` shows what, and nothing of its content: settings hold URLs and keys.
#[derive(Clone)]
pub enum Event {
    /// A document opened its port.
    Open {
        /// The document.
        client: ClientId,
        /// Origin of the document's frame; answers are joined and cached within one origin only.
        origin: String,
        /// Host name of the tab's site: what the person switches on and off.
        host: String,
        /// Origin of the tab's top document; `None` when it is this one.
        top: Option<String>,
    },
    /// A document sent a message.
    Message {
        /// The document.
        client: ClientId,
        /// The message.
        message: PageToCore,
    },
    /// A document's port closed.
    Close {
        /// The document.
        client: ClientId,
    },
    /// An HTTP response came for `Command::Send`.
    Response {
        /// Number of the send.
        send: u64,
        /// HTTP status.
        status: u16,
        /// Response headers, names in lower case.
        headers: Vec<(String, String)>,
        /// Whole body.
        body: Vec<u8>,
    },
    /// No HTTP response came for `Command::Send`.
    SendFailed {
        /// Number of the send.
        send: u64,
        /// Why.
        why: SendError,
    },
    /// A socket of `Command::OpenSocket` is open.
    SocketOpened {
        /// Number of the socket.
        socket: u64,
    },
    /// A socket brought a text message.
    SocketMessage {
        /// Number of the socket.
        socket: u64,
        /// The message.
        text: String,
    },
    /// A socket could not be opened, or was closed by the server or the network.
    SocketClosed {
        /// Number of the socket.
        socket: u64,
    },
    /// The browser connected to this address for one of our requests.
    Address {
        /// URL of the request.
        url: Secret,
        /// The address.
        ip: String,
    },
    /// The browser's own resolver gave these addresses for `Command::LookUp`.
    LookedUp {
        /// Host name.
        host: String,
        /// Addresses as text; what is none is left out.
        ips: Vec<String>,
    },
    /// Why one of our requests got no answer, in the browser's words.
    NetworkError {
        /// URL of the request.
        url: Secret,
        /// For example `net::ERR_CONNECTION_REFUSED` or `NS_ERROR_UNKNOWN_HOST`.
        error: String,
    },
    /// The last good settings that were kept beside the stored ones. Before them.
    GoodSettings(String),
    /// The stored settings, or that there are none. First of all events but that one.
    Settings(Option<String>),
    /// What an earlier life of the core stored in `storage.session`.
    Restore(String),
    /// The evidence an earlier session stored in `storage.local`.
    Observed(String),
    /// The browser went online or offline.
    Online(bool),
    /// Whether the person lets the extension reach all sites.
    Permission(bool),
    /// Language of badge titles and notifications, and what the person's clock shows more than UTC.
    Locale {
        /// Language.
        lang: Lang,
        /// Minutes east of UTC.
        offset_min: i32,
    },
    /// The address table's bytes.
    Table(Vec<u8>),
    /// The address table that was loaded by hand, in base64.
    OwnTable(String),
    /// Popup or options ask something.
    Panel {
        /// The shell's number for the question.
        token: u64,
        /// The question.
        message: PanelToCore,
    },
    /// Time has passed.
    Tick,
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Event::Open { .. } => "Open",
            Event::Message { .. } => "Message",
            Event::Close { .. } => "Close",
            Event::Response { .. } => "Response",
            Event::SendFailed { .. } => "SendFailed",
            Event::SocketOpened { .. } => "SocketOpened",
            Event::SocketMessage { .. } => "SocketMessage",
            Event::SocketClosed { .. } => "SocketClosed",
            Event::Address { .. } => "Address",
            Event::LookedUp { .. } => "LookedUp",
            Event::NetworkError { .. } => "NetworkError",
            Event::GoodSettings(_) => "GoodSettings",
            Event::Settings(_) => "Settings",
            Event::Restore(_) => "Restore",
            Event::Observed(_) => "Observed",
            Event::Online(_) => "Online",
            Event::Permission(_) => "Permission",
            Event::Locale { .. } => "Locale",
            Event::Table(_) => "Table",
            Event::OwnTable(_) => "OwnTable",
            Event::Panel { .. } => "Panel",
            Event::Tick => "Tick",
        })
    }
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// POST this.
    Send {
        /// Number of the send, for the reply.
        send: u64,
        /// What to send.
        http: HttpRequest,
        /// The document whose question it is; 0: the core's own.
        client: ClientId,
    },
    /// Abort a send; its reply is no longer wanted.
    Cancel {
        /// Number of the send.
        send: u64,
    },
    /// Open a WebSocket.
    OpenSocket {
        /// Number of the socket.
        socket: u64,
        /// ws(s) URL.
        url: Secret,
    },
    /// Send a text message on a socket that is open.
    SocketSend {
        /// Number of the socket.
        socket: u64,
        /// The message.
        text: String,
    },
    /// Close a socket, or forget one that is closed; nothing more is heard of it.
    CloseSocket {
        /// Number of the socket.
        socket: u64,
    },
    /// Tell a document.
    Post {
        /// The document.
        client: ClientId,
        /// The message.
        message: CoreToPage,
    },
    /// Answer popup or options.
    PanelReply {
        /// The shell's number for the question.
        token: u64,
        /// The answer.
        reply: PanelReply,
    },
    /// Keep this.
    Store {
        /// What.
        what: Stored,
        /// JSON text.
        text: Secret,
    },
    /// Show this on the toolbar button.
    Badge {
        /// At most four characters.
        text: String,
        /// CSS colour.
        color: String,
        /// Tooltip.
        title: String,
    },
    /// Notify the person.
    Notify {
        /// One notification per id.
        id: String,
        /// One sentence.
        message: String,
    },
    /// Take a notification back: what it said is over.
    Unnotify {
        /// Its id.
        id: String,
    },
    /// Wake the background at this time, ms, even if it sleeps then; `None` takes that back.
    Alarm {
        /// Time.
        at: Option<u64>,
    },
    /// Ask the browser's own resolver for all addresses of a name, where it lets extensions do so.
    LookUp {
        /// Host name.
        host: String,
    },
    /// Sites switched off: no content script is to run there.
    Sites {
        /// Host names.
        off: Vec<String>,
    },
}

/// The core. See the module for the contract.
pub struct Guard {
    settings: Settings,
    /// The last good settings as they are kept.
    good: Option<String>,
    trouble: Option<Trouble>,
    lang: Lang,
    offset_min: i32,
    permission: bool,
    /// Time of the newest event, ms.
    now: u64,
    classifier: Classifier,
    budget: Budget,
    confirmed: Confirmed,
    chains: BTreeMap<u64, Chain>,
    pages: BTreeMap<ClientId, Page>,
    load: Load,
    room: Room,
    /// Reads that wait for their turn, by chain.
    queues: BTreeMap<u64, Fair>,
    /// Attempts that wait for a place on their lane.
    full: Vec<(u64, usize)>,
    requests: Requests,
    receipts: Receipts,
    line: Line<offline::Lost>,
    /// Reads that wait for the line.
    parked: BTreeSet<u64>,
    rescues: BTreeMap<u64, Rescue>,
    jobs: BTreeMap<u64, Job>,
    sticky: Sticky,
    sockets: Sockets,
    probes: Vec<adding::Probe>,
    memory: Memory,
    trail: Trail,
    watch: Watch,
    save_at: Option<u64>,
    next: u64,
    jitter: u64,
    out: VecDeque<Command>,
}

impl Guard {
    /// A core that knows nothing yet. `seed` spreads the probes of many browsers over time.
    pub fn new(seed: u64) -> Self {
        Guard {
            settings: Settings::default(),
            good: None,
            trouble: None,
            lang: Lang::default(),
            offset_min: 0,
            permission: true,
            now: 0,
            classifier: Classifier::default(),
            budget: Budget::default(),
            confirmed: Confirmed::default(),
            chains: BTreeMap::new(),
            pages: BTreeMap::new(),
            load: Load::default(),
            room: Room::default(),
            queues: BTreeMap::new(),
            full: Vec::new(),
            requests: Requests::default(),
            receipts: Receipts::default(),
            line: Line::default(),
            parked: BTreeSet::new(),
            rescues: BTreeMap::new(),
            jobs: BTreeMap::new(),
            sticky: Sticky::new(seed),
            sockets: Sockets::default(),
            probes: Vec::new(),
            memory: Memory::default(),
            trail: Trail::default(),
            watch: Watch::default(),
            save_at: None,
            next: 1,
            jitter: seed % 1_000,
            out: VecDeque::new(),
        }
    }

    /// Takes one event. Drain [`Guard::poll`] before the next one.
    pub fn handle(&mut self, now: u64, event: Event) {
        self.now = now;
        match event {
            Event::Open { client, origin, host, top } => self.open(now, client, (origin, host, top)),
            Event::Message { client, message } => self.message(now, client, message),
            Event::Close { client } => self.close(now, client),
            Event::Response { send, status, headers, body } => self.response(now, send, status, &headers, &body),
            Event::SendFailed { send, why } => self.send_failed(now, send, why),
            Event::SocketOpened { socket } => self.socket_opened(socket),
            Event::SocketMessage { socket, text } => self.socket_message(now, socket, &text),
            Event::SocketClosed { socket } => self.socket_closed(now, socket),
            Event::Address { url, ip } => self.address(now, &url, &ip),
            Event::LookedUp { host, ips } => self.looked_up(now, &host, &ips),
            Event::NetworkError { url, error } => self.network_error(now, &url, &error),
            Event::GoodSettings(text) => self.good = Some(text),
            Event::Settings(text) => self.settings_changed(now, text),
            Event::Restore(text) => self.restore(now, &text),
            Event::Observed(text) => self.observed(now, &text),
            Event::Online(online) => self.online(now, online),
            Event::Permission(permission) => self.permission_changed(permission),
            Event::Locale { lang, offset_min } => (self.lang, self.offset_min) = (lang, offset_min),
            Event::Table(bytes) => self.table(now, bytes),
            Event::OwnTable(base64) => self.own_table(now, &base64),
            Event::Panel { token, message } => self.panel(now, token, message),
            Event::Tick => {}
        }
        self.tick(now);
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Command> {
        self.out.pop_front()
    }

    /// When [`Event::Tick`] is wanted, ms.
    pub fn poll_timeout(&self) -> Option<u64> {
        let races = self.requests.wake().into_iter().chain(self.line_at()).chain(self.receipts.wake());
        let jobs = self.jobs.values().filter_map(|job| job.due);
        let watch =
            self.watch.wake().into_iter().chain(self.probes_at()).chain(self.sticky.wake(|chain| self.has_line(chain)));
        let rest = self.upkeep_at().into_iter().chain(self.sockets_at()).chain(self.save_at);
        races.chain(jobs).chain(rest).chain(watch).min()
    }

    fn tick(&mut self, now: u64) {
        self.tick_watch(now);
        self.tick_jobs(now);
        self.tick_probes(now);
        self.tick_line(now);
        self.tick_receipts(now);
        self.tick_requests(now);
        self.take_turns(now);
        self.tick_sticky(now);
        self.tick_sockets(now);
        self.tick_upkeep(now);
        self.tick_store(now);
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn post(&mut self, client: ClientId, message: CoreToPage) {
        self.out.push_back(Command::Post { client, message });
    }
}
