//! Plays a script: pages, wallets, workers that die, settings that change.

use breakwater::cloud::ground::{Domain, DomainKind};
use breakwater::guard::{ClientId, Event, Stored};
use breakwater::protocol::{CoreToPage, PageToCore, PanelReply, PanelToCore};
use serde_json::json;

use super::super::chain::{START, Said};
use super::draw::{Act, Book, CLOUDS, Change, Question, Script, Wallet};
use super::{Judge, Tally, World};

/// How long a world continues after the last act, until everything must have ended, ms.
const AFTERMATH_MS: u64 = 400_000;

pub(super) fn play(script: &Script) -> Result<Tally, String> {
    let mut world = World::new(script.seed);
    world.chains = script.chains.clone();
    world.nodes = script.nodes.clone();
    let mut judge = Judge::new(script.clone());
    judge.trace = std::env::var_os("WORLD_TRACE").is_some();
    world.judge = Some(Box::new(judge));
    world.start(&script.book.text());
    let mut player =
        Player { book: script.book.clone(), clients: vec![None; script.pages.len()], next: 1, id: 0, script };
    (0..script.pages.len()).for_each(|page| player.open(&mut world, page));
    for (at, act) in &script.acts {
        let due = START + at;
        world.advance(due.saturating_sub(world.now));
        player.act(&mut world, act);
        if let Some(broken) = world.judge().broken.take() {
            return Err(broken);
        }
    }
    player.end(&mut world);
    let judge = world.judge();
    judge.broken.take().map_or(Ok(judge.tally), Err)
}

struct Player<'a> {
    script: &'a Script,
    book: Book,
    clients: Vec<Option<ClientId>>,
    next: ClientId,
    id: u64,
}

impl Player<'_> {
    fn open(&mut self, world: &mut World, page: usize) {
        let client = self.next;
        self.next += 1;
        self.clients[page] = Some(client);
        let host = format!("o{}.example", self.script.pages[page].0);
        world.judge().opened(page, client);
        world.event(Event::Open { client, origin: format!("https://{host}"), host, top: None });
    }

    fn act(&mut self, world: &mut World, act: &Act) {
        let now = world.now;
        match act {
            Act::Ask(page, question) => {
                self.id += 1;
                self.ask(world, *page, self.id, question);
            }
            Act::Rescue(page, questions) => self.rescue(world, *page, questions),
            Act::Use(page, chain) => {
                if let Some(client) = self.clients[*page] {
                    world.judge().used(now, *chain, client);
                    world.page(client, PageToCore::Use { chain: self.script.chains[*chain].id });
                }
            }
            Act::Abort(page) => {
                if let Some((client, id)) = self.clients[*page].and_then(|c| world.judge().newest(c)) {
                    world.judge().aborted(now, client, id);
                    world.page(client, PageToCore::Abort { id });
                }
            }
            Act::Close(page) => self.close(world, *page),
            Act::Open(page) if self.clients[*page].is_none() => self.open(world, *page),
            Act::Open(_) => {}
            Act::Change(change) => self.change(world, *change),
            Act::Drill(cloud) => {
                let target = cloud.map(|at| Domain::new(DomainKind::Network, CLOUDS[at].3));
                world.judge().drill(now, *cloud);
                let message = target.map_or(PanelToCore::DrillStop, |target| PanelToCore::DrillStart { target });
                world.event(Event::Panel { token: 1, message });
            }
            Act::Online(online) => world.event(Event::Online(*online)),
            Act::Restart => self.restart(world),
            Act::Suspend(ms) => {
                world.judge().suspended(now + ms);
                world.suspend(*ms);
            }
            Act::Nonsense(page, message) => {
                if let Some(client) = self.clients[*page] {
                    world.judge().used(now, 0, client);
                    world.page(client, message.clone());
                }
            }
            Act::Spoil(seed) => self.spoil(world, *seed),
        }
    }

    /// The bridge reports to the new core the block that the last core said it had shown this document.
    fn give_back(&mut self, world: &mut World, page: usize, before: ClientId) {
        let Some(client) = self.clients[page] else { return };
        let floors = std::mem::take(&mut world.floors);
        for (_, chain, number) in
            floors.iter().filter(|((c, _), _)| *c == before).map(|((c, chain), n)| (c, *chain, *n))
        {
            world.page(client, PageToCore::Floor { chain, number });
            world.floors.insert((client, chain), number);
        }
        world.floors.extend(floors.into_iter().filter(|((c, _), _)| *c != before));
    }

    fn ask(&mut self, world: &mut World, page: usize, id: u64, question: &Question) {
        let Some(client) = self.clients[page] else { return };
        let wallet = self.script.pages[page].1 != Wallet::None;
        let (now, chain) = (world.now, self.script.chains[question.chain].id);
        world.judge().asked(now, page, client, id, wallet, question, &self.book);
        let (method, params) = (question.method.to_owned(), question.params.to_string());
        world.page(client, PageToCore::Ask { id, chain, method, params, wallet });
    }

    fn rescue(&mut self, world: &mut World, page: usize, questions: &[Question]) {
        let Some(client) = self.clients[page] else { return };
        self.id += 1;
        let item =
            |(i, q): (usize, &Question)| json!({"jsonrpc": "2.0", "id": i, "method": q.method, "params": q.params});
        let items: Vec<_> = questions.iter().enumerate().map(item).collect();
        let body = if items.len() == 1 { items[0].to_string() } else { json!(items).to_string() };
        let (id, now, chain) = (self.id, world.now, self.script.chains[questions[0].chain].id);
        world.judge().rescued(now, page, client, id, questions, &self.book);
        // Either the call failed, or its endpoint refused it: with one error for the whole call, or without an answer
        // to any item.
        let texts =
            [None, Some(r#"{"id":null,"error":{"code":-32600,"message":"upgrade your plan"}}"#), None, Some("[]")];
        let said = texts[id as usize % texts.len()]
            .map(|text| breakwater::protocol::OwnReply { status: 200, text: text.to_owned() });
        world.page(client, PageToCore::Rescue { id, chain, body, said });
    }

    fn close(&mut self, world: &mut World, page: usize) {
        if let Some(client) = self.clients[page].take() {
            let now = world.now;
            world.judge().closed(now, client);
            world.event(Event::Close { client });
        }
    }

    fn change(&mut self, world: &mut World, change: Change) {
        match change {
            Change::Enabled(node, on) => self.book.entries[node].enabled = on,
            Change::Listed(node, on) => self.book.entries[node].listed = on,
            Change::Private(node, on) => self.book.entries[node].private = on,
            Change::Mode(chain, mode) => self.book.chains[chain].1 = mode,
            Change::Deadline(ms) => self.book.deadline_ms = ms,
            Change::Site(off) => self.book.site_off = off,
        }
        let book = self.book.clone();
        world.judge().changed(change, book);
        world.event(Event::Settings(Some(self.book.text())));
    }

    /// The worker dies. Pages come back with new ports and repeat their open questions.
    fn restart(&mut self, world: &mut World) {
        let now = world.now;
        let again = world.judge().restarted(now);
        world.restart(&self.book.text());
        for page in 0..self.clients.len() {
            if let Some(before) = self.clients[page] {
                self.open(world, page);
                self.give_back(world, page, before);
            }
        }
        for (page, id, question) in again {
            self.ask(world, page, id, &question);
        }
    }

    /// The stored state comes back damaged. The core uses what is valid, and nothing breaks.
    fn spoil(&mut self, world: &mut World, seed: u64) {
        let Some(text) = world.stored.get(&(Stored::Health as u8)).map(|t| t.expose().to_owned()) else { return };
        let huge = u64::MAX.to_string();
        let bad = match seed % 5 {
            0 => text.replace("\"number\":", "\"number\":1").replace("\"at\":1", "\"at\":9"),
            1 => text.get(..text.len() / 2).unwrap_or_default().to_owned(),
            2 => text.replace("\"silences\":0", "\"silences\":4294967295"),
            3 => text.replace("\"last_answer\":1", "\"last_answer\":9"),
            _ => text.replace("\"number\":", &format!("\"number\":{huge},\"x\":")),
        };
        world.stored.insert(Stored::Health as u8, bad.into());
        let now = world.now;
        world.judge().spoiled(now);
        self.restart(world);
    }

    /// Ends everything. Then nothing may be in flight, and no wake-up may be due.
    fn end(&mut self, world: &mut World) {
        world.event(Event::Online(true));
        world.advance(125_000);
        let now = world.now;
        world.judge().all_settled(now);
        (0..self.clients.len()).for_each(|page| self.close(world, page));
        world.advance(AFTERMATH_MS);
        let out: Vec<u64> = world.flights.keys().copied().collect();
        let (now, wake) = (world.now, world.wake());
        world.judge().silent(now, &out, wake);
    }
}

impl World {
    pub(super) fn judge(&mut self) -> &mut Judge {
        self.judge.as_mut().expect("a judged world")
    }

    /// After an event: checks what can only be judged then, with the core's own view where that matters.
    pub fn weigh(&mut self) {
        let Some(mut judge) = self.judge.take() else { return };
        judge.settle_event(self.now);
        for (node, what) in std::mem::take(&mut judge.suspicions) {
            self.guard_snapshot();
            let Some(PanelReply::Snapshot(view)) = self.panel_seen.take() else { continue };
            let name = format!("e{node}");
            let dots = view.chains.iter().flat_map(|c| &c.endpoints);
            if dots.into_iter().any(|e| e.name == name && matches!(e.health.as_str(), "good" | "slow")) {
                judge.fail(self.now, &format!("{what}, though {name} is well"));
            }
        }
        self.judge = Some(judge);
    }

    /// The answer of a page's wallet when it is asked.
    pub fn wallet(&mut self, client: ClientId, message: &CoreToPage) {
        let CoreToPage::AskWallet { id } = message else { return };
        let now = self.now;
        let Some((wallet, question)) = self.judge().wallet_of(client, *id) else { return };
        let chain = &self.chains[question.chain];
        let id = *id;
        let (ms, message) = match wallet {
            Wallet::Answers { ms, lag } => {
                let said = chain.say(question.method, &question.params, chain.head(now) - lag, None);
                let told = match said {
                    Said::Result(value) => PageToCore::Wallet {
                        id,
                        result: Some(value.to_string()),
                        code: None,
                        message: None,
                        data: None,
                    },
                    Said::Error { code, message, data } => PageToCore::Wallet {
                        id,
                        result: None,
                        code: Some(code),
                        message: Some(message),
                        data: data.map(|d| d.to_string()),
                    },
                };
                (ms, told)
            }
            Wallet::Fails { ms } => (
                ms,
                PageToCore::Wallet {
                    id,
                    result: None,
                    code: Some(-32603),
                    message: Some("Internal JSON-RPC error.".into()),
                    data: None,
                },
            ),
            Wallet::Hangs | Wallet::None => return,
        };
        self.later(ms, Event::Message { client, message });
    }
}
