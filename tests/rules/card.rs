//! The popup's card of a site: whose statements it shows, and which chains it asks the person about.

use breakwater::guard::{ClientId, Event};
use breakwater::protocol::{AskView, PageToCore, PanelReply, PanelToCore, SiteView};
use serde_json::json;

use crate::world::World;
use crate::world::script::{Setup, lane, three};

const TOP: ClientId = 2;
const FRAME: ClientId = 3;
const MINUTE: u64 = 60_000;

fn open(world: &mut World, client: ClientId, origin: &str, top: Option<&str>) {
    let (origin, host) = (origin.to_owned(), "site.test".to_owned());
    world.event(Event::Open { client, origin, host, top: top.map(str::to_owned) });
}

fn card_in(world: &mut World, lang: &str) -> SiteView {
    let message = PanelToCore::Snapshot { host: Some("site.test".into()), lang: lang.into() };
    let PanelReply::Snapshot(snapshot) = world.panel(message) else { panic!("a snapshot") };
    snapshot.site.expect("a site")
}

fn card(world: &mut World) -> SiteView {
    card_in(world, "en")
}

/// A document reports everything it can about its wallets.
fn speak(world: &mut World, client: ClientId) {
    let since_ms = world.now - 60 * MINUTE;
    world.page(client, PageToCore::Locked);
    world.page(client, PageToCore::Met { rdns: "io.metamask".into() });
    world.page(client, PageToCore::Met { rdns: "\u{202e}<b>evil".into() });
    let method = "eth_sendTransaction".to_owned();
    world.page(client, PageToCore::WalletWaits { id: 7, chain: Some(1), method, since_ms });
}

#[test]
fn the_top_document_and_its_own_frames_speak_for_the_site() {
    for top in [None, Some("https://site.test")] {
        let mut world = Setup::new(three()).warm();
        open(&mut world, TOP, "https://site.test", top);
        speak(&mut world, TOP);
        let site = card(&mut world);
        assert!(site.locked && site.waits.len() == 1 && !site.wallets.is_empty() && site.frames.is_empty());
        assert!(!format!("{site:?}").contains("evil"), "a wallet's claimed name is never shown");
    }
}

#[test]
fn a_frame_of_another_site_speaks_only_as_a_frame() {
    let mut world = Setup::new(three()).warm();
    open(&mut world, TOP, "https://site.test", None);
    open(&mut world, FRAME, "https://evil.test", Some("https://site.test"));
    speak(&mut world, FRAME);
    let site = card(&mut world);
    assert!(!site.locked && site.waits.is_empty() && site.wallets.is_empty(), "{site:?}");
    assert_eq!(
        site.frames,
        [
            "A frame of “evil.test” says that a wallet has not answered eth_sendTransaction for 60 min.",
            "A frame of “evil.test” says that a wallet in it cannot be guarded.",
        ]
    );
    assert!(card_in(&mut world, "fr").frames[0].starts_with("Un cadre de « evil.test » dit"));
}

#[test]
fn two_opaque_origins_are_not_the_same_site() {
    let mut world = Setup::new(three()).warm();
    open(&mut world, FRAME, "null", Some("null"));
    speak(&mut world, FRAME);
    let site = card(&mut world);
    assert!(!site.locked && site.waits.is_empty());
    assert!(site.frames[0].starts_with("A frame of no known site says"));
}

#[test]
fn many_frames_do_not_fill_the_card() {
    let mut world = Setup::new(three()).warm();
    for client in 10..60 {
        open(&mut world, client, &format!("https://evil{client}.test"), Some("https://site.test"));
        speak(&mut world, client);
    }
    assert_eq!(card(&mut world).frames.len(), 3);
}

fn ask_view(host: &str, frame: bool) -> AskView {
    AskView { chain: 1, name: "Ethereum".into(), host: host.into(), frame }
}

fn at_home() -> World {
    Setup::new(vec![lane("a", "192.168.1", 20)]).warm()
}

fn decide(world: &mut World, host: &str, allow: bool) {
    let edit = serde_json::from_value(json!({"op": "consent", "chain": 1, "host": host, "allow": allow})).unwrap();
    assert_eq!(world.panel(PanelToCore::Edit { edit, lang: "en".into() }), PanelReply::Done);
}

#[test]
fn a_private_chain_is_asked_about_once_per_site() {
    for allow in [true, false] {
        let mut world = at_home();
        open(&mut world, TOP, "https://site.test", None);
        assert_eq!(card(&mut world).asks, [], "the page has not asked yet");
        for chain in 1..2_000 {
            world.page(TOP, PageToCore::Wants { chain });
        }
        assert_eq!(card(&mut world).asks, [ask_view("site.test", false)]);
        decide(&mut world, "site.test", allow);
        world.page(TOP, PageToCore::Wants { chain: 1 });
        assert_eq!(card(&mut world).asks, []);
    }
}

#[test]
fn a_frame_that_asks_is_named() {
    let mut world = at_home();
    open(&mut world, FRAME, "https://evil.test", Some("https://site.test"));
    world.page(FRAME, PageToCore::Use { chain: 1 });
    assert_eq!(card(&mut world).asks, [ask_view("evil.test", true)]);
    decide(&mut world, "evil.test", false);
    assert_eq!(card(&mut world).asks, []);
}

#[test]
fn public_chains_need_no_permission() {
    let mut world = Setup::new(three()).warm();
    open(&mut world, TOP, "https://site.test", None);
    world.page(TOP, PageToCore::Wants { chain: 1 });
    assert_eq!(card(&mut world).asks, []);
}
