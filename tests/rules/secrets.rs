//! No endpoint's URL, key or path appears in debug output, in messages to pages, or in the trail.

use breakwater::endpoint::EndpointUrl;
use breakwater::guard::{Command, Event, Guard};
use breakwater::protocol::{PageToCore, PanelToCore};
use breakwater::settings::Settings;
use serde_json::json;

use crate::world::Seen;
use crate::world::chain::START;
use crate::world::script::{KEY, PAGE, Setup, three};

fn is_clean(text: &str) {
    for secret in [KEY, "52.10.", "34.20.", "88.30.", ":8545", "/v2"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn debug_output_holds_no_secret() {
    let text = Setup::new(three()).text();
    let url = "https://user:s3cr3tk3y@node.example/v2/s3cr3tk3y?key=s3cr3tk3y";
    let url = EndpointUrl::parse(url).unwrap();
    for printed in
        [format!("{url:?} {url}"), format!("{:?}", Settings::parse(&text).unwrap().chains[0].endpoints[0].headers)]
    {
        assert!(!printed.contains(KEY), "{printed}");
    }
    assert!(!format!("{:?}", Settings::parse(&text).unwrap()).contains(KEY));
    is_clean(&format!("{:?}", Event::Settings(Some(text.clone()))));
    is_clean(&format!("{:?}", Event::Restore(text.clone())));
    let import = PanelToCore::Import { text: text.clone().into(), lang: "en".into() };
    is_clean(&format!("{:?}", Event::Panel { token: 1, message: import }));
    // Every command of a core while it serves a page.
    let mut guard = Guard::new(7);
    guard.handle(START, Event::Settings(Some(text)));
    guard.handle(
        START,
        Event::Open { client: 1, origin: "https://d.example".into(), host: "d.example".into(), top: None },
    );
    let ask =
        |id, method: &str| PageToCore::Ask { id, chain: 1, method: method.into(), params: "[]".into(), wallet: false };
    guard.handle(START + 1, Event::Message { client: 1, message: ask(1, "eth_gasPrice") });
    let mut sends = 0;
    while let Some(command) = guard.poll() {
        sends += u32::from(matches!(command, Command::Send { .. }));
        is_clean(&format!("{command:?}"));
    }
    assert!(sends >= 3);
}

#[test]
fn messages_to_pages_and_the_trail_hold_no_secret() {
    let mut world = Setup::new(three()).warm();
    world.balance(1);
    ["a", "b"].into_iter().for_each(|lane| world.error(lane, -32603, "Internal error"));
    world.ask(2, "eth_call", json!([{"to": "0x1"}, "latest"]));
    world.error("a", -32601, &format!("no eth_call at http://52.10.0.97:8545/v2/{KEY}"));
    world.error("b", -32601, &format!("no eth_call for key {KEY}"));
    world.error("c", 3, &format!("reverted by {KEY}-header"));
    world.ask(3, "eth_sendRawTransaction", json!(["0x02aa"]));
    world.error("a", -32000, &format!("insufficient funds at /v2/{KEY}"));
    world.error("b", -32005, KEY);
    world.error("c", -32005, KEY);
    world.advance(1_500);
    assert!((1..=3).all(|id| world.failure(id).is_some()));
    let posts =
        world.seen.iter().filter_map(|s| if let Seen::Posted(client, m) = s { Some((*client, m)) } else { None });
    let told: Vec<String> = posts.filter(|(client, _)| *client == PAGE).map(|(_, m)| format!("{m:?}")).collect();
    told.iter().for_each(|text| is_clean(text));
    assert!(told.len() >= 3);
    let trail = world.panel(PanelToCore::Trail { lang: "en".into() });
    is_clean(&serde_json::to_string(&trail).unwrap());
    let snapshot = world.panel(PanelToCore::Snapshot { host: None, lang: "en".into() });
    assert!(!serde_json::to_string(&snapshot).unwrap().contains(KEY));
}
