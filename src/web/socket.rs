//! WebSockets (<https://websockets.spec.whatwg.org/>) of the core: opened, heard, closed. A browser lets nobody leave
//! the cookies of the host out of the handshake (`docs/PRIVACY.md`).

use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WebSocket};

/// What a socket is heard by; it closes when it is dropped.
pub(super) struct Socket {
    socket: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut()>,
}

/// What a socket has to say.
pub(super) enum Said {
    Opened,
    Text(String),
    Closed,
}

impl Socket {
    /// Opens a socket; none when its URL is none that the browser takes. `hear` is called at the socket's own time.
    pub(super) fn open(url: &str, hear: impl Fn(Said) + Clone + 'static) -> Option<Socket> {
        let socket = WebSocket::new(url).ok()?;
        let (opened, message, closed) = (hear.clone(), hear.clone(), hear);
        let opened = Closure::new(move || opened(Said::Opened));
        // Binary messages are no JSON-RPC.
        let message = Closure::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                message(Said::Text(text));
            }
        });
        let closed = Closure::new(move || closed(Said::Closed));
        let of = |closure: &JsValue| closure.dyn_ref().cloned();
        socket.set_onopen(of(opened.as_ref()).as_ref());
        socket.set_onmessage(of(message.as_ref()).as_ref());
        // `error` comes before `close`, and says no more.
        socket.set_onclose(of(closed.as_ref()).as_ref());
        Some(Socket { socket, _opened: opened, _message: message, _closed: closed })
    }

    pub(super) fn send(&self, text: &str) {
        // Fails only before it is open, which the core waits for; a closed socket drops what it is given.
        let _ = self.socket.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // The close code is the usual one, which is never refused.
        let _ = self.socket.close();
    }
}
