//! WebSockets (<https://websockets.spec.whatwg.org/>) of the core: opened, heard, closed. A script cannot keep the
//! host's cookies out of the handshake (`docs/PRIVACY.md`).

use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WebSocket};

/// A socket with its listeners. It closes when it is dropped.
pub(super) struct Socket {
    socket: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut()>,
}

/// An event of a socket.
pub(super) enum SocketEvent {
    Opened,
    Text(String),
    Closed,
}

impl Socket {
    /// Opens a socket. Returns `None` if the browser rejects the URL. `hear` is called for every event of the socket.
    pub(super) fn open(url: &str, hear: impl Fn(SocketEvent) + Clone + 'static) -> Option<Socket> {
        let socket = WebSocket::new(url).ok()?;
        let (opened, message, closed) = (hear.clone(), hear.clone(), hear);
        let opened = Closure::new(move || opened(SocketEvent::Opened));
        // Binary messages are not JSON-RPC.
        let message = Closure::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                message(SocketEvent::Text(text));
            }
        });
        let closed = Closure::new(move || closed(SocketEvent::Closed));
        let of = |closure: &JsValue| closure.dyn_ref().cloned();
        socket.set_onopen(of(opened.as_ref()).as_ref());
        socket.set_onmessage(of(message.as_ref()).as_ref());
        // `error` is followed by `close` and adds nothing.
        socket.set_onclose(of(closed.as_ref()).as_ref());
        Some(Socket { socket, _opened: opened, _message: message, _closed: closed })
    }

    pub(super) fn send(&self, text: &str) {
        // This fails only before the socket is open, and the core waits for that. A closed socket drops messages.
        let _ = self.socket.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // The default close code is never refused.
        let _ = self.socket.close();
    }
}
