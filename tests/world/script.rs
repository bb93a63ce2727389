//! Worlds written by hand: one page on one chain, lanes with names, and replies when the test says so. The nodes
//! themselves answer chain-id checks, polls and probes.

use breakwater::endpoint::EndpointUrl;
use breakwater::guard::{ClientId, Event, SendError};
use breakwater::heads::Head;
use breakwater::health::{Check, Health};
use breakwater::protocol::{CoreToPage, PageToCore, PanelReply, PanelToCore};
use breakwater::race::Outcome;
use breakwater::route::Weight;
use serde_json::{Value, json};

use super::chain::Chain;
use super::node::{Fault, Http, Node, Spell};
use super::own::Own;
use super::{Flight, Seen, World, returned};

/// The page of a script.
pub const PAGE: ClientId = 1;
/// A secret in the URL of every endpoint.
pub const KEY: &str = "s3cr3tk3y";
/// Address ranges by cloud, as a person labels them. They are public, so any site may use their chains.
pub const AWS: &str = "52.10.0";
pub const GCP: &str = "34.20.0";
pub const HETZNER: &str = "88.30.0";

/// One endpoint of a script.
#[derive(Debug, Clone)]
pub struct Lane {
    pub name: &'static str,
    pub ip: String,
    pub ms: u64,
    pub lag: u64,
    pub private: bool,
    pub enabled: bool,
}

/// An endpoint on this network that answers in `ms`.
pub fn lane(name: &'static str, network: &str, ms: u64) -> Lane {
    Lane {
        name,
        ip: format!("{network}.{}", name.bytes().map(u64::from).sum::<u64>() % 250),
        ms,
        lag: 0,
        private: false,
        enabled: true,
    }
}

/// Three lanes on three clouds: 20, 40 and 60 ms.
pub fn three() -> Vec<Lane> {
    vec![lane("a", AWS, 20), lane("b", GCP, 40), lane("c", HETZNER, 60)]
}

/// The settings of a script's person.
#[derive(Debug, Clone)]
pub struct Setup {
    pub lanes: Vec<Lane>,
    pub mode: &'static str,
    pub dispute: &'static str,
    pub unconfirmed: &'static str,
    pub deadline_ms: u64,
    /// Whether the endpoints use https. A browser may speak HTTP/2 with them, and then they take more at once.
    pub tls: bool,
    /// The newest block when the world begins.
    pub head: u64,
}

impl Setup {
    pub fn new(lanes: Vec<Lane>) -> Setup {
        Setup {
            lanes,
            mode: "guard",
            dispute: "error",
            unconfirmed: "answer",
            deadline_ms: 10_000,
            tls: false,
            head: 1_000,
        }
    }

    pub fn mode(self, mode: &'static str) -> Setup {
        Setup { mode, ..self }
    }

    pub fn tls(self) -> Setup {
        Setup { tls: true, ..self }
    }

    /// The settings file.
    pub fn text(&self) -> String {
        let endpoints: Vec<Value> = self
            .lanes
            .iter()
            .map(|l| {
                json!({
                    "url": url(&l.ip, self.tls), "name": l.name, "enabled": l.enabled, "private": l.private,
                    "headers": {"x-api-key": format!("{KEY}-header")},
                })
            })
            .collect();
        let label = |net: &str, operator: &str, region: &str| json!({"match": format!("{net}.0/24"), "operator": operator, "region": region});
        json!({
            "version": 1, "deadline_ms": self.deadline_ms,
            "chains": [{
                "id": 1, "name": "Ethereum", "mode": self.mode, "dispute": self.dispute, "unconfirmed": self.unconfirmed,
                "endpoints": endpoints,
            }],
            "labels": [label(AWS, "aws", "us-east-1"), label(GCP, "gcp", "europe-west3"), label(HETZNER, "hetzner", "fsn1")],
        }).to_string()
    }

    /// A world whose core has just started and knows nothing about the lanes.
    pub fn fresh(self) -> World {
        let mut world = World::new(7);
        world.alive = false;
        world.chains.push(Chain { id: 1, block_ms: 12_000, base: self.head });
        world.nodes = self
            .lanes
            .iter()
            .map(|l| Node {
                name: l.name.to_owned(),
                url: url(&l.ip, self.tls),
                chain: 0,
                median_ms: l.ms,
                lag: l.lag,
                spells: Vec::new(),
                own: Own::default(),
            })
            .collect();
        world.event(Event::Settings(Some(self.text())));
        world.open(PAGE);
        world
    }

    /// A world in which every lane has been checked and measured and has shown its head.
    pub fn warm(self) -> World {
        let (lanes, tls) = (self.lanes.clone(), self.tls);
        let mut world = self.fresh();
        world.event(Event::Restore(session(&world, &lanes, tls)));
        world.page(PAGE, PageToCore::Use { chain: 1 });
        world.advance(200);
        world.seen.clear();
        world
    }
}

/// What an earlier life of the core stored about healthy lanes.
fn session(world: &World, lanes: &[Lane], tls: bool) -> String {
    let known = |l: &Lane| {
        let mut health = Health::default();
        health.check = Check::Right;
        for weight in [Weight::Light, Weight::Heavy, Weight::Scan] {
            (0..40).for_each(|_| health.ended(world.now, weight, Outcome::Answer, l.ms));
        }
        let head = Head { number: world.chains[0].head(world.now) - l.lag, at: world.now };
        (EndpointUrl::parse(&url(&l.ip, tls)).unwrap().key(1), health, Some(head))
    };
    let lanes: Vec<_> = lanes.iter().map(known).collect();
    json!({"lanes": lanes, "drill": null, "incidents": "", "warned": []}).to_string()
}

fn url(ip: &str, tls: bool) -> String {
    format!("{}://{ip}:8545/v2/{KEY}", if tls { "https" } else { "http" })
}

impl World {
    pub fn open(&mut self, client: ClientId) {
        self.open_at(client, "dapp.example");
    }

    /// Opens a document of this site.
    pub fn open_at(&mut self, client: ClientId, host: &str) {
        self.event(Event::Open { client, origin: format!("https://{host}"), host: host.into(), top: None });
    }

    /// The page uses its chain for this long, and asks nothing.
    pub fn dwell(&mut self, ms: u64) {
        let end = self.now + ms;
        while self.now < end {
            self.page(PAGE, PageToCore::Use { chain: 1 });
            self.advance((end - self.now).min(5_000));
        }
    }

    pub fn ask(&mut self, id: u64, method: &str, params: Value) {
        self.ask_from(PAGE, id, method, params, false);
    }

    /// Asks with a wallet behind the page.
    pub fn ask_wallet(&mut self, id: u64, method: &str, params: Value) {
        self.ask_from(PAGE, id, method, params, true);
    }

    pub fn ask_from(&mut self, client: ClientId, id: u64, method: &str, params: Value, wallet: bool) {
        self.page(client, PageToCore::Ask { id, chain: 1, method: method.into(), params: params.to_string(), wallet });
    }

    pub fn balance(&mut self, id: u64) {
        self.ask(id, "eth_getBalance", balance_of(id));
    }

    /// The wallet's answer when it is asked as a lane.
    pub fn wallet_says(&mut self, id: u64, result: &str) {
        self.page(PAGE, PageToCore::Wallet { id, result: Some(result.into()), code: None, message: None, data: None });
    }

    pub fn wallet_fails(&mut self, id: u64, code: i64, message: &str) {
        self.page(
            PAGE,
            PageToCore::Wallet { id, result: None, code: Some(code), message: Some(message.into()), data: None },
        );
    }

    /// Requests of pages that are in flight, oldest first.
    pub fn out(&self) -> Vec<&Flight> {
        self.flights.values().filter(|f| !f.is_chore() || self.alive).collect()
    }

    /// Names of the lanes on which requests of pages are in flight, oldest first.
    pub fn asked(&self) -> Vec<&str> {
        self.out().iter().map(|f| self.nodes[f.node].name.as_str()).collect()
    }

    /// Names of all lanes that were sent anything since the last call.
    pub fn sent_since(&mut self) -> Vec<String> {
        let seen = std::mem::take(&mut self.seen);
        let sent = seen
            .iter()
            .filter_map(|s| if let Seen::Sent(f) = s { Some(self.nodes[f.node].name.clone()) } else { None });
        let sent = sent.collect();
        self.seen = seen.into_iter().filter(|s| !matches!(s, Seen::Sent(_))).collect();
        sent
    }

    /// The oldest send in flight on a lane.
    pub fn flight(&self, lane: &str) -> u64 {
        let out = self.out();
        out.iter().find(|f| self.nodes[f.node].name == lane).unwrap_or_else(|| panic!("nothing is out on {lane}")).send
    }

    /// The lane answers its oldest request with this result, as JSON text.
    pub fn reply(&mut self, lane: &str, result: &str) {
        let send = self.flight(lane);
        self.http(lane, Http::new(200, format!(r#"{{"jsonrpc":"2.0","id":{send},"result":{result}}}"#)));
    }

    pub fn error(&mut self, lane: &str, code: i64, message: &str) {
        self.says(lane, json!({"code": code, "message": message}));
    }

    /// The lane answers with this JSON-RPC error, with all its members.
    pub fn says(&mut self, lane: &str, error: Value) {
        let send = self.flight(lane);
        self.http(lane, Http::new(200, json!({"jsonrpc": "2.0", "id": send, "error": error}).to_string()));
    }

    pub fn http(&mut self, lane: &str, http: Http) {
        let send = self.flight(lane);
        self.flights.remove(&send);
        self.event(returned(send, Ok(http)));
    }

    pub fn lost(&mut self, lane: &str) {
        let send = self.flight(lane);
        self.flights.remove(&send);
        self.event(returned(send, Err(SendError::Network)));
    }

    /// Gives a node a fault from now on.
    pub fn fault(&mut self, lane: &str, fault: Fault) {
        let from = self.now;
        self.node(lane).spells.push(Spell { fault, from, until: u64::MAX });
    }

    pub fn heal(&mut self, lane: &str) {
        self.node(lane).spells.clear();
    }

    pub fn node(&mut self, lane: &str) -> &mut Node {
        self.nodes.iter_mut().find(|n| n.name == lane).expect("a lane of this world")
    }

    /// Everything a page was told about one request.
    pub fn told_to(&self, client: ClientId, id: u64) -> Vec<CoreToPage> {
        let about = |m: &CoreToPage| match m {
            CoreToPage::Answer { id: i, .. } | CoreToPage::Error { id: i, .. } | CoreToPage::Body { id: i, .. } => {
                *i == id
            }
            CoreToPage::NoRescue { id: i } | CoreToPage::AskWallet { id: i } | CoreToPage::UseWallet { id: i } => {
                *i == id
            }
            _ => false,
        };
        let posts = self.seen.iter().filter_map(|s| if let Seen::Posted(c, m) = s { Some((*c, m)) } else { None });
        posts.filter(|(c, m)| *c == client && about(m)).map(|(_, m)| m.clone()).collect()
    }

    pub fn told(&self, id: u64) -> Vec<CoreToPage> {
        self.told_to(PAGE, id)
    }

    /// The result the page got.
    pub fn result(&self, id: u64) -> Option<String> {
        self.told(id)
            .into_iter()
            .find_map(|m| if let CoreToPage::Answer { result, .. } = m { Some(result) } else { None })
    }

    /// The error the page got.
    pub fn failure(&self, id: u64) -> Option<(i64, String)> {
        self.told(id)
            .into_iter()
            .find_map(|m| if let CoreToPage::Error { code, message, .. } = m { Some((code, message)) } else { None })
    }

    /// Whether nothing has settled this request yet.
    pub fn is_open(&self, id: u64) -> bool {
        self.told(id).iter().all(|m| matches!(m, CoreToPage::AskWallet { .. }))
    }

    /// Sends a message of the popup and takes the reply.
    pub fn panel(&mut self, message: PanelToCore) -> PanelReply {
        self.event(Event::Panel { token: 99, message });
        self.panel_reply().expect("an answer at once")
    }

    /// The newest reply to a panel.
    pub fn panel_reply(&mut self) -> Option<PanelReply> {
        let at = self.seen.iter().rposition(|s| matches!(s, Seen::Panel(..)))?;
        let Seen::Panel(_, reply) = self.seen.remove(at) else { return None };
        Some(reply)
    }

    /// Health dots by lane.
    pub fn dots(&mut self) -> Vec<(String, String)> {
        let PanelReply::Snapshot(snapshot) = self.panel(PanelToCore::Snapshot { host: None, lang: "en".into() }) else {
            panic!("a snapshot")
        };
        snapshot.chains[0].endpoints.iter().map(|e| (e.name.clone(), e.health.clone())).collect()
    }

    pub fn dot(&mut self, lane: &str) -> String {
        self.dots().into_iter().find(|(name, _)| name == lane).expect("a lane").1
    }

    /// The newest race in the trail: the lanes tried with their outcomes, and why it ended.
    pub fn trail(&mut self) -> (Vec<(String, String)>, String) {
        let PanelReply::Trail { races } = self.panel(PanelToCore::Trail { lang: "en".into() }) else {
            panic!("a trail")
        };
        let race = races.first().expect("a race");
        (race.attempts.iter().map(|a| (a.lane.clone(), a.outcome.clone())).collect(), race.reason.clone())
    }
}

/// Parameters of a balance that only request `id` asks for.
pub fn balance_of(id: u64) -> Value {
    json!([format!("0x{id:040x}"), "latest"])
}
