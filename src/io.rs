//! The core's input and output as types: events from the shell, and commands to the shell.

use std::fmt;

use crate::protocol::{CoreToPage, PageToCore, PanelReply, PanelToCore};
use crate::secret::Secret;

/// A document with a port to the core; the shell numbers them.
pub type ClientId = u32;

/// Something that happened. `Debug` shows the kind but no content, because settings contain URLs and keys.
#[derive(Clone)]
pub enum Event {
    /// A document opened its port.
    Open {
        /// The document.
        client: ClientId,
        /// Origin of the document's frame; answers are joined and cached within one origin only.
        origin: String,
        /// Host name of the tab's site, which the person can switch on and off.
        host: String,
        /// Origin of the tab's top document; `None` if it is this one.
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
    /// An HTTP response arrived for `Command::Send`.
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
    /// There is no HTTP response for `Command::Send`.
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
    /// A socket received a text message.
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
        /// The address; empty if the browser reached it through a proxy.
        ip: String,
    },
    /// The browser's own resolver returned these addresses for `Command::LookUp`.
    LookedUp {
        /// Host name.
        host: String,
        /// Addresses as text; invalid ones are left out.
        ips: Vec<String>,
    },
    /// Why one of our requests got no answer, in the browser's words.
    NetworkError {
        /// URL of the request.
        url: Secret,
        /// For example `net::ERR_CONNECTION_REFUSED` or `NS_ERROR_UNKNOWN_HOST`.
        error: String,
    },
    /// The copy of the last good settings. Comes before the stored settings.
    GoodSettings(String),
    /// The stored settings, or `None`. Comes before all other events except the copy.
    Settings(Option<String>),
    /// What an earlier life of the core stored in `storage.session`.
    Restore(String),
    /// The evidence an earlier session stored in `storage.local`.
    Observed(String),
    /// The browser went online or offline.
    Online(bool),
    /// Whether the person lets the extension reach all sites.
    Permission(bool),
    /// A page's message arrived this many ms late.
    Crossed(u32),
    /// Language of badge titles and notifications, and the person's offset from UTC.
    Locale {
        /// BCP 47 tag of the language.
        lang: String,
        /// Minutes east of UTC.
        offset_min: i32,
    },
    /// The address table's bytes.
    Table(Vec<u8>),
    /// The address table that was loaded by hand, in base64.
    OwnTable(String),
    /// A message from popup or options.
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
            Event::Crossed(_) => "Crossed",
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
    /// Send this by POST.
    Send {
        /// Number of the send, for the reply.
        send: u64,
        /// What to send.
        http: HttpRequest,
        /// The document that asks; 0 for the core itself.
        client: ClientId,
        /// The send whose HTTP request it joins, as one item of a JSON-RPC batch. It was told just before, goes to the
        /// same URL with the same headers, and is not on its way yet.
        joins: Option<u64>,
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
    /// Send a text message on an open socket.
    SocketSend {
        /// Number of the socket.
        socket: u64,
        /// The message.
        text: String,
    },
    /// Close a socket, or forget a closed one; it sends no more events.
    CloseSocket {
        /// Number of the socket.
        socket: u64,
    },
    /// Send a message to a document.
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
    /// Store a value.
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
    /// Clear a notification that is no longer true.
    Unnotify {
        /// Its id.
        id: String,
    },
    /// Wake the background at this time, in ms, even if it sleeps then; `None` cancels this.
    Alarm {
        /// Time.
        at: Option<u64>,
    },
    /// Ask the browser's own resolver for all addresses of a name, if it allows extensions to do so.
    LookUp {
        /// Host name.
        host: String,
    },
    /// Sites switched off, where no content script may run.
    Sites {
        /// Host names.
        off: Vec<String>,
    },
}

/// A stored key, and where it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// `storage.local` `settings`, as an object.
    Settings,
    /// `storage.local` `settings_good`: the last settings that could be read, as text.
    Good,
    /// `storage.local` `settings_broken`: the original that could not be read, as text.
    Broken,
    /// `storage.local` `observed`, as text.
    Observed,
    /// `storage.local` `observed_broken`: the original that could not be read, as text.
    ObservedBroken,
    /// `storage.session` `health`, as text.
    Health,
    /// `storage.session` `health_broken`: the original that could not be read, as text.
    HealthBroken,
    /// `storage.local` `table`: an address table loaded by hand, in base64; empty to remove it.
    Table,
    /// `storage.local` `table_broken`: the original that could not be read, as text.
    TableBroken,
}

/// Why a request got no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// DNS, connection, TLS or CORS: `fetch` does not say.
    Network,
    /// The server redirects to a place that nobody chose.
    Redirect,
    /// It went in a batch, and nothing came that was a reply to it.
    Unbatched,
    /// No response in time.
    Late,
    /// The body exceeded the cap.
    TooLarge,
    /// `fetch` rejects the URL or a header.
    BadRequest,
}

/// One HTTP POST. `Debug` shows neither URL, headers nor body.
#[derive(Clone, PartialEq)]
pub struct HttpRequest {
    /// URL without userinfo.
    pub url: String,
    /// Header names and values, `content-type` included.
    pub headers: Vec<(String, Secret)>,
    /// JSON text, or a DNS message.
    pub body: Vec<u8>,
    /// Cap on the reply's body, in bytes.
    pub max_body_bytes: u64,
    /// Whether every response header is needed, or only `retry-after`. Reading them all costs time.
    pub all_headers: bool,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpRequest({} bytes)", self.body.len())
    }
}
