//! WebSockets of nodes whose chains a test writes.

use breakwater::guard::Event;
use serde_json::{Value, json};

use super::World;

/// How a node's WebSocket behaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ws {
    #[default]
    Well,
    /// It refuses connections.
    Refuses,
    /// It accepts everything and sends nothing.
    Silent,
    /// It serves another chain.
    Strays,
    /// It does not support subscriptions.
    Polls,
}

impl World {
    /// Adds a new block to these nodes. `fork` marks its hash.
    pub fn mine(&mut self, nodes: &[usize], fork: u8, logs: usize) {
        for node in nodes {
            let header = self.nodes[*node].own.grow(fork, logs);
            self.tell(*node, &header);
        }
    }

    /// A node announces a block to its subscribers.
    fn tell(&mut self, node: usize, header: &Value) {
        if self.nodes[node].own.ws != Ws::Well {
            return;
        }
        let text = json!({"jsonrpc": "2.0", "method": "eth_subscription",
            "params": {"subscription": format!("0xs{node}"), "result": header}});
        let listening: Vec<u64> =
            self.sockets.iter().filter(|(_, l, subscribed)| *l == node && *subscribed).map(|(id, ..)| *id).collect();
        for socket in listening {
            self.say(node, Event::SocketMessage { socket, text: text.to_string() });
        }
    }

    fn say(&mut self, node: usize, event: Event) {
        self.later(self.nodes[node].median_ms, event);
    }

    /// A node closes its sockets.
    pub fn hang_up(&mut self, node: usize) {
        let own: Vec<u64> = self.sockets.iter().filter(|(_, l, _)| *l == node).map(|(id, ..)| *id).collect();
        for socket in own {
            self.sockets.retain(|(id, ..)| *id != socket);
            self.say(node, Event::SocketClosed { socket });
        }
    }

    pub(super) fn dial(&mut self, socket: u64, url: &str) {
        // No other address answers.
        let Some(node) = self.nodes.iter().position(|n| n.own.ws_url == url) else { return };
        self.nodes[node].own.dialled += 1;
        if self.nodes[node].own.ws == Ws::Refuses {
            return self.say(node, Event::SocketClosed { socket });
        }
        self.sockets.push((socket, node, false));
        self.say(node, Event::SocketOpened { socket });
    }

    pub(super) fn hear(&mut self, socket: u64, text: &str) {
        let open = self.sockets.iter_mut().find(|(id, ..)| *id == socket).expect("an open socket");
        let (node, request) = (open.1, serde_json::from_str::<Value>(text).expect("request"));
        let ws = self.nodes[node].own.ws;
        let mut reply = match (request["method"].as_str().expect("method"), ws) {
            (_, Ws::Silent | Ws::Refuses) => return,
            ("eth_chainId", Ws::Strays) => json!({"result": "0x2"}),
            ("eth_chainId", _) => json!({"result": "0x1"}),
            ("eth_subscribe", Ws::Polls) => json!({"error": {"code": -32601, "message": "no such method"}}),
            ("eth_subscribe", _) => {
                assert_eq!(request["params"], json!(["newHeads"]));
                open.2 = true;
                json!({"result": format!("0xs{node}")})
            }
            (other, _) => panic!("{other}"),
        };
        reply["id"] = request["id"].clone();
        self.say(node, Event::SocketMessage { socket, text: reply.to_string() });
    }

    /// The core closes a socket. Its pending events are dropped.
    pub(super) fn close_socket(&mut self, socket: u64) {
        self.sockets.retain(|(id, ..)| *id != socket);
        let of = |event: &Event| match event {
            Event::SocketOpened { socket } | Event::SocketMessage { socket, .. } | Event::SocketClosed { socket } => {
                Some(*socket)
            }
            _ => None,
        };
        self.queue.retain(|_, event| of(event) != Some(socket));
    }
}
