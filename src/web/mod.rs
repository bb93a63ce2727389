//! The shell: executes the core's commands in a browser's background, a service worker or an event page.
//!
//! The shell makes no decisions. No `RefCell` borrow lives across an await, no `async fn` is exported, and nothing uses
//! `window`, which a service worker does not have.

#![allow(unsafe_code, reason = "wasm-bindgen's expansion")]

mod http;
mod messages;
mod socket;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use js_sys::{Function, JsString, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortController;

use crate::batch;
use crate::guard::Guard;
use crate::io::{ClientId, Command, Event, HttpRequest, SendError, Stored};
use crate::protocol::{PageToCore, PanelReply};
use socket::{Socket, SocketEvent};

#[wasm_bindgen]
extern "C" {
    /// What background.js does for the core. Every method is fire-and-forget and never throws.
    pub type JsHost;

    #[wasm_bindgen(method)]
    fn post(this: &JsHost, client: u32, text: &str);
    #[wasm_bindgen(method)]
    fn store(this: &JsHost, area: &str, key: &str, value: JsValue);
    #[wasm_bindgen(method)]
    fn badge(this: &JsHost, text: &str, color: &str, title: &str);
    #[wasm_bindgen(method)]
    fn notify(this: &JsHost, id: &str, message: &str);
    #[wasm_bindgen(method)]
    fn unnotify(this: &JsHost, id: &str);
    #[wasm_bindgen(method)]
    fn alarm(this: &JsHost, at: Option<f64>);
    #[wasm_bindgen(method, js_name = lookUp)]
    fn look_up(this: &JsHost, host: &str);
    #[wasm_bindgen(method)]
    fn sites(this: &JsHost, off: Vec<String>);
    #[wasm_bindgen(method)]
    fn online(this: &JsHost) -> bool;
    #[wasm_bindgen(method)]
    fn serves(this: &JsHost, client: u32);
    #[wasm_bindgen(method)]
    fn asks(this: &JsHost, url: &str);

    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// The core as background.js holds it. Every method is synchronous. Results that take time arrive through the host, or
/// through the promise that `panel` returns.
#[wasm_bindgen]
pub struct Core {
    shell: Rc<Shell>,
}

struct Shell {
    host: JsHost,
    guard: RefCell<Guard>,
    /// Wall-clock time of `performance.now() == 0`, in ms, because the core's clock must never go back.
    origin: f64,
    sends: RefCell<BTreeMap<u64, Rc<Exchange>>>,
    sockets: RefCell<BTreeMap<u64, Socket>>,
    panels: RefCell<BTreeMap<u64, Function>>,
    tokens: Cell<u64>,
    timer: RefCell<Option<(u64, Timeout)>>,
    /// Whether the core was last told that the browser is online. By default it believes so.
    online: Cell<bool>,
}

/// One `fetch`, and how many sends still want something of it.
struct Exchange {
    controller: AbortController,
    wanted: Cell<usize>,
}

#[wasm_bindgen]
impl Core {
    /// A core that acts through `host`.
    #[wasm_bindgen(constructor)]
    pub fn new(host: JsHost) -> Core {
        let seed = getrandom::u64().unwrap_or_default();
        Core {
            shell: Rc::new(Shell {
                host,
                guard: RefCell::new(Guard::new(seed)),
                origin: js_sys::Date::now() - performance_now(),
                sends: RefCell::default(),
                sockets: RefCell::default(),
                panels: RefCell::default(),
                tokens: Cell::new(0),
                timer: RefCell::default(),
                online: Cell::new(true),
            }),
        }
    }

    /// Takes the stored values, of any type. Called once, before anything else.
    pub fn start(&self, settings: JsValue, good: JsValue, session: JsValue, observed: JsValue, lang: &str) {
        // JavaScript counts minutes west of UTC.
        let offset_min = -(js_sys::Date::new_0().get_timezone_offset() as i32);
        self.shell.handle(Event::Locale { lang: lang.to_owned(), offset_min });
        if let Some(text) = messages::stored_text(&good) {
            self.shell.handle(Event::GoodSettings(text));
        }
        self.shell.handle(Event::Settings(messages::settings_text(&settings)));
        if let Some(text) = messages::stored_text(&observed) {
            self.shell.handle(Event::Observed(text));
        }
        if let Some(text) = messages::stored_text(&session) {
            self.shell.handle(Event::Restore(text));
        }
    }

    /// The address table's bytes.
    pub fn table(&self, bytes: Vec<u8>) {
        self.shell.handle(Event::Table(bytes));
    }

    /// The address table that was loaded by hand, as stored.
    pub fn own_table(&self, stored: JsValue) {
        if let Some(base64) = messages::stored_text(&stored) {
            self.shell.handle(Event::OwnTable(base64));
        }
    }

    /// A document opened its port.
    pub fn open(&self, client: u32, origin: String, host: String, top: Option<String>) {
        self.shell.handle(Event::Open { client, origin, host, top });
    }

    /// A document sent a message, as JSON text. Returns false if it is not a message of the protocol.
    pub fn message(&self, client: u32, text: &JsString) -> bool {
        let Some(message) = messages::text(text).as_deref().and_then(PageToCore::read) else { return false };
        self.shell.handle(Event::Message { client, message });
        true
    }

    /// A document's message arrived this many ms late.
    pub fn crossed(&self, late_ms: u32) {
        self.shell.handle(Event::Crossed(late_ms));
    }

    /// A document's port closed.
    pub fn close(&self, client: u32) {
        self.shell.handle(Event::Close { client });
    }

    /// A message from popup or options. The promise is always fulfilled, with a `PanelReply` as JSON text.
    pub fn panel(&self, text: &str) -> Promise {
        let shell = self.shell.clone();
        Promise::new(&mut |resolve, _| shell.panel(text, resolve))
    }

    /// The stored settings changed.
    pub fn settings_changed(&self, settings: JsValue) {
        self.shell.handle(Event::Settings(messages::settings_text(&settings)));
    }

    /// The browser connected to this address for one of our requests; empty if it did so through a proxy.
    pub fn address(&self, url: String, ip: String) {
        self.shell.handle(Event::Address { url: url.into(), ip });
    }

    /// The browser's own resolver returned these addresses for a name.
    pub fn looked_up(&self, host: String, ips: Vec<String>) {
        self.shell.handle(Event::LookedUp { host, ips });
    }

    /// Why one of our requests got no answer, in the browser's words, which `fetch` does not give.
    pub fn network_error(&self, url: String, error: String) {
        self.shell.handle(Event::NetworkError { url: url.into(), error });
    }

    /// The browser went online or offline.
    pub fn connectivity(&self) {
        self.shell.note_connectivity();
    }

    /// Whether the person lets the extension reach all sites.
    pub fn permission(&self, all_sites: bool) {
        self.shell.handle(Event::Permission(all_sites));
    }
}

impl Shell {
    fn now(&self) -> u64 {
        (self.origin + performance_now()) as u64
    }

    /// Chromium fires no online or offline events in a service worker, so the browser is asked whenever anything
    /// happens.
    fn handle(self: &Rc<Self>, event: Event) {
        self.note_connectivity();
        self.run(event);
    }

    fn note_connectivity(self: &Rc<Self>) {
        let online = self.host.online();
        if self.online.replace(online) != online {
            self.run(Event::Online(online));
        }
    }

    /// One event, then all of its commands: the single-mutation invariant of the core.
    fn run(self: &Rc<Self>, event: Event) {
        let mut commands = Vec::new();
        let wake = {
            let mut guard = self.guard.borrow_mut();
            guard.handle(self.now(), event);
            while let Some(command) = guard.poll() {
                commands.push(command);
            }
            guard.poll_timeout()
        };
        for (command, joined) in batch::gather(commands) {
            match command {
                Command::Send { send, http, client, .. } => {
                    self.send(&[&[send], joined.as_slice()].concat(), http, client)
                }
                other => self.execute(other),
            }
        }
        self.sleep_until(wake);
    }

    fn execute(self: &Rc<Self>, command: Command) {
        match command {
            Command::Send { .. } => {}
            Command::Cancel { send } => {
                let exchange = self.sends.borrow_mut().remove(&send);
                if let Some(exchange) = exchange {
                    exchange.wanted.set(exchange.wanted.get().saturating_sub(1));
                    if exchange.wanted.get() == 0 {
                        exchange.controller.abort();
                    }
                }
            }
            Command::OpenSocket { socket, url } => self.open_socket(socket, url.expose()),
            Command::SocketSend { socket, text } => {
                if let Some(socket) = self.sockets.borrow().get(&socket) {
                    socket.send(&text);
                }
            }
            Command::CloseSocket { socket } => {
                let closed = self.sockets.borrow_mut().remove(&socket);
                drop(closed);
            }
            Command::Post { client, message } => self.host.post(client, &messages::out(&message)),
            Command::PanelReply { token, reply } => self.panel_reply(token, &reply),
            Command::Store { what, text } => self.store(what, text.expose()),
            Command::Badge { text, color, title } => self.host.badge(&text, &color, &title),
            Command::Notify { id, message } => self.host.notify(&id, &message),
            Command::Unnotify { id } => self.host.unnotify(&id),
            Command::Alarm { at } => self.host.alarm(at.map(|at| at as f64)),
            Command::LookUp { host } => self.host.look_up(&host),
            Command::Sites { off } => self.host.sites(off.into_iter().collect()),
        }
    }

    fn store(&self, what: Stored, text: &str) {
        let (area, key) = match what {
            Stored::Settings => ("local", "settings"),
            Stored::Good => ("local", "settings_good"),
            Stored::Broken => ("local", "settings_broken"),
            Stored::Observed => ("local", "observed"),
            Stored::ObservedBroken => ("local", "observed_broken"),
            Stored::Table => ("local", "table"),
            Stored::TableBroken => ("local", "table_broken"),
            Stored::Health => ("session", "health"),
            Stored::HealthBroken => ("session", "health_broken"),
        };
        let value = match what {
            // Settings are stored as the object that export writes.
            Stored::Settings => js_sys::JSON::parse(text).unwrap_or(JsValue::UNDEFINED),
            Stored::Table if text.is_empty() => JsValue::UNDEFINED,
            _ => JsValue::from_str(text),
        };
        self.host.store(area, key, value);
    }

    /// One `fetch` for one send, or for several as a batch.
    fn send(self: &Rc<Self>, sends: &[u64], http: HttpRequest, client: ClientId) {
        let Ok(controller) = AbortController::new() else {
            let fail = |send: &u64| self.later(Event::SendFailed { send: *send, why: SendError::BadRequest });
            return sends.iter().for_each(fail);
        };
        let signal = controller.signal();
        let exchange = Rc::new(Exchange { controller, wanted: Cell::new(sends.len()) });
        self.sends.borrow_mut().extend(sends.iter().map(|send| (*send, exchange.clone())));
        let (shell, sends) = (self.clone(), sends.to_vec());
        wasm_bindgen_futures::spawn_local(async move {
            let got = http::post(http, &signal, |url| shell.host.asks(url)).await;
            shell.host.serves(client);
            for (send, event) in batch::events(&sends, got) {
                // Nobody waits for a cancelled send any more.
                let is_wanted = shell.sends.borrow_mut().remove(&send).is_some();
                if is_wanted {
                    shell.handle(event);
                }
            }
            shell.host.serves(0);
        });
    }

    /// A socket's message is handled after its own event, because the core may want to close the socket.
    fn open_socket(self: &Rc<Self>, socket: u64, url: &str) {
        let shell = self.clone();
        let opened = Socket::open(url, move |said| {
            shell.later(match said {
                SocketEvent::Opened => Event::SocketOpened { socket },
                SocketEvent::Text(text) => Event::SocketMessage { socket, text },
                SocketEvent::Closed => Event::SocketClosed { socket },
            });
        });
        match opened {
            Some(opened) => drop(self.sockets.borrow_mut().insert(socket, opened)),
            None => self.later(Event::SocketClosed { socket }),
        }
    }

    /// Handles an event after the commands of the current one.
    fn later(self: &Rc<Self>, event: Event) {
        let shell = self.clone();
        wasm_bindgen_futures::spawn_local(async move { shell.handle(event) });
    }

    fn panel(self: &Rc<Self>, text: &str, resolve: Function) {
        let token = self.tokens.get() + 1;
        self.tokens.set(token);
        self.panels.borrow_mut().insert(token, resolve);
        match serde_json::from_str(text) {
            Ok(message) => self.handle(Event::Panel { token, message }),
            Err(error) => {
                let reply = PanelReply::Problem {
                    field: String::new(),
                    code: "bad-message".into(),
                    message: error.to_string(),
                };
                self.panel_reply(token, &reply);
            }
        }
    }

    fn panel_reply(&self, token: u64, reply: &PanelReply) {
        let resolve = self.panels.borrow_mut().remove(&token);
        if let Some(resolve) = resolve {
            // A promise's resolve function does not throw.
            let _ = resolve.call1(&JsValue::NULL, &messages::out(reply).into());
        }
    }

    /// A single timer, moved only when it has to fire sooner or much later.
    fn sleep_until(self: &Rc<Self>, wake: Option<u64>) {
        let set = self.timer.borrow().as_ref().map(|(at, _)| *at);
        let Some(wake) = wake else {
            *self.timer.borrow_mut() = None;
            return;
        };
        if set == Some(wake) {
            return;
        }
        let shell = self.clone();
        let delay = u32::try_from(wake.saturating_sub(self.now())).unwrap_or(u32::MAX).min(i32::MAX as u32);
        let timeout = Timeout::new(delay, move || {
            let rang = shell.timer.borrow_mut().take();
            drop(rang);
            shell.handle(Event::Tick);
        });
        *self.timer.borrow_mut() = Some((wake, timeout));
    }
}
