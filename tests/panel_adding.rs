//! Adding an endpoint: how it would change the verdict, and which presets are offered first.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, outside #[test]"
)]

#[path = "world/mod.rs"]
mod world;

use breakwater::cloud::presets;
use breakwater::cloud::verdict::Level;
use breakwater::endpoint::EndpointUrl;
use breakwater::guard::{Event, SendError};
use breakwater::protocol::{EndpointView, PanelReply, PanelToCore, Snapshot};
use breakwater::settings::Edit;
use breakwater::words::{Lang, change};
use world::node::{Fault, Http};
use world::script::{AWS, GCP, HETZNER, KEY, Lane, Setup, lane};
use world::{Seen, World, returned};

fn panel(world: &mut World, message: PanelToCore) -> PanelReply {
    world.event(Event::Panel { token: 9, message });
    world.advance(2_000);
    let replies = world.seen.iter().rev();
    replies.filter_map(|seen| if let Seen::Panel(9, reply) = seen { Some(reply.clone()) } else { None }).next().unwrap()
}

fn snapshot(world: &mut World, lang: &str) -> Snapshot {
    match panel(world, PanelToCore::Snapshot { host: None, lang: lang.into() }) {
        PanelReply::Snapshot(snapshot) => *snapshot,
        other => panic!("{other:?}"),
    }
}

fn endpoint(world: &mut World, at: usize) -> EndpointView {
    snapshot(world, "en").chains[0].endpoints[at].clone()
}

/// Two lanes on AWS, and a third one that is checked but not in the settings.
fn probe(candidate: Lane) -> (Level, Level, String) {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", AWS, 20), candidate]).fresh();
    let url = world.nodes[2].url.clone().into();
    let key = endpoint(&mut world, 2).key.parse().unwrap();
    let removed =
        panel(&mut world, PanelToCore::Edit { edit: Edit::RemoveEndpoint { chain: 1, key }, lang: "en".into() });
    assert_eq!(removed, PanelReply::Done);
    match panel(&mut world, PanelToCore::Probe { chain: 1, url, headers: Vec::new(), lang: "en".into() }) {
        PanelReply::Probed { level_before, level_after, change, .. } => (level_before, level_after, change),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_check_shows_the_endpoints_effect_on_the_verdict() {
    let (before, after, said) = probe(lane("c", HETZNER, 20));
    assert_eq!((before, after), (Level::Shared, Level::CantTell), "the two in use were not asked yet");
    assert_eq!(said, "Adding it would change the verdict from “One failure takes all” to “Can’t tell”.");
    let (before, after, said) = probe(lane("d", AWS, 20));
    assert_eq!((before, after), (Level::Shared, Level::Shared));
    assert_eq!(said, "Adding it would not change the verdict: “One failure takes all”.");
    assert_eq!(
        change(before, after, Lang::Fr),
        "L’ajouter ne changerait pas le verdict : « Une seule panne emporte tout »."
    );
}

#[test]
fn presets_of_companies_in_use_come_last() {
    let all: Vec<_> = presets::for_chain(1).collect();
    let used = all[0];
    let mut world = World::new(3);
    let chain = serde_json::json!({"id": 1, "name": "Ethereum", "endpoints": [{"url": used.url, "name": "Mine"}]});
    world.event(Event::Settings(Some(serde_json::json!({"version": 1, "chains": [chain]}).to_string())));
    let PanelReply::Presets { presets: offered } =
        panel(&mut world, PanelToCore::Presets { chain: 1, lang: "en".into() })
    else {
        panic!("no presets");
    };
    assert_eq!(offered.len(), all.len(), "none is kept back");
    assert_ne!(offered[0].operator, used.operator);
    assert_eq!(offered.last().map(|p| &p.operator), Some(&used.operator));
}

#[test]
fn a_duplicate_endpoint_is_refused_before_it_is_asked() {
    for (lang, said) in [
        ("en", "This is there already; each entry is kept once."),
        ("fr", "Ceci existe déjà ; chaque entrée ne figure qu’une fois."),
    ] {
        let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", HETZNER, 20)]).fresh();
        let url: String = world.nodes[1].url.clone();
        let probe = PanelToCore::Probe { chain: 1, url: url.into(), headers: Vec::new(), lang: lang.into() };
        match panel(&mut world, probe) {
            PanelReply::Problem { field, code, message } => {
                assert_eq!((field.as_str(), code.as_str(), message.as_str()), ("url", "duplicate", said));
            }
            other => panic!("{other:?}"),
        }
        assert!(!world.seen.iter().any(|s| matches!(s, Seen::Sent(_))), "it is not asked");
    }
}

#[test]
fn a_verdict_names_presets_to_test() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", AWS, 20)]).warm();
    let verdict = snapshot(&mut world, "en").chains[0].verdict.clone();
    assert_eq!(verdict.presets.len(), 3);
    for name in &verdict.presets {
        let preset = presets::for_chain(1).find(|p| p.name() == *name).unwrap();
        assert!(!preset.private, "{name} answers no reads");
    }
    let expected = format!(
        "Add one endpoint that is: not on AWS. Test {} to see where they stand; each of them sees your address then.",
        verdict.presets.join(", ")
    );
    assert_eq!((verdict.advice.unwrap(), verdict.offer), (expected, None));
    let french = snapshot(&mut world, "fr").chains[0].verdict.advice.clone().unwrap();
    assert!(french.contains("Testez ") && french.ends_with("chacun voit alors votre adresse."), "{french}");
    let mut diverse = Setup::new(vec![lane("a", HETZNER, 20), lane("b", AWS, 20)]).warm();
    let verdict = snapshot(&mut diverse, "en").chains[0].verdict.clone();
    assert_eq!((verdict.level, verdict.advice, verdict.presets.len()), (Level::Survives, None, 0));
}

/// Presses *Test* on a preset whose endpoint is at this address and answers in so many ms, or does not serve the chain.
fn test(world: &mut World, name: &'static str, at: Option<(&str, u64)>) {
    let url = &presets::for_chain(1).find(|p| p.name() == name).unwrap().url;
    let url = EndpointUrl::parse(url).unwrap().request_url().to_owned();
    let mut node = world.nodes[0].clone();
    (node.name, node.url, node.median_ms) = (name.to_owned(), url.clone(), at.map_or(10, |(_, ms)| ms));
    world.nodes.push(node);
    if at.is_none() {
        world.fault(name, Fault::Status(403, 0));
    }
    let probe = PanelToCore::Probe { chain: 1, url: url.clone().into(), headers: Vec::new(), lang: "en".into() };
    world.event(Event::Panel { token: 8, message: probe });
    if let Some((ip, _)) = at {
        world.event(Event::Address { url: url.clone().into(), ip: ip.into() });
    }
    world.advance(2_000);
}

/// A preset's display name, by its place among those for Ethereum that answer reads.
fn preset(at: usize) -> &'static str {
    presets::for_chain(1).filter(|p| !p.private).nth(at).unwrap().name()
}

#[test]
fn a_tested_preset_is_offered_by_name_place_and_speed() {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", AWS, 20)]).warm();
    let (far, near, gone) = (preset(0), preset(1), preset(2));
    test(&mut world, far, Some((&format!("{HETZNER}.7"), 600)));
    test(&mut world, near, Some((&format!("{GCP}.7"), 55)));
    test(&mut world, gone, None);
    let offer = snapshot(&mut world, "en").chains[0].verdict.offer.clone().expect("an offer");
    let told = format!("Add {near} (Google europe-west3, {} ms): then any one outage is survived.", offer.ms);
    assert_eq!((offer.name.as_str(), offer.sentence, offer.level), (near, told, Level::Survives));
    let PanelReply::Presets { presets: all } = panel(&mut world, PanelToCore::Presets { chain: 1, lang: "en".into() })
    else {
        panic!("no presets");
    };
    let shown = |name: &str| all.iter().find(|p| p.name == name).and_then(|p| p.test.clone());
    let seen = shown(far).expect("a test");
    assert_eq!((seen.place.as_str(), seen.level), ("Hetzner fsn1", Some(Level::Survives)));
    assert!(seen.ms > Some(offer.ms), "{seen:?}");
    assert_eq!(shown(gone).map(|test| (test.ms, test.level)), Some((None, None)));

    let edit = Edit::AddEndpoint {
        chain: 1,
        url: offer.url.into(),
        name: String::new(),
        enabled: true,
        private: false,
        traces: false,
        headers: Vec::new(),
        operator: Some(offer.operator),
        ws: None,
        at: None,
    };
    assert_eq!(panel(&mut world, PanelToCore::Edit { edit, lang: "en".into() }), PanelReply::Done);
    let verdict = snapshot(&mut world, "en").chains[0].verdict.clone();
    assert_eq!((verdict.level, verdict.word.as_str()), (Level::Survives, "Survives any one outage"), "at once");
}

/// An endpoint that is checked, and the number of the send.
fn tried(lang: &str) -> (World, String, u64) {
    let mut world = Setup::new(vec![lane("a", AWS, 20), lane("b", HETZNER, 20)]).fresh();
    let key = endpoint(&mut world, 1).key.parse().unwrap();
    panel(&mut world, PanelToCore::Edit { edit: Edit::RemoveEndpoint { chain: 1, key }, lang: "en".into() });
    let url = world.nodes[1].url.clone();
    world.fault("b", Fault::Dark);
    let message = PanelToCore::Probe { chain: 1, url: url.clone().into(), headers: Vec::new(), lang: lang.into() };
    world.event(Event::Panel { token: 9, message });
    let send = world.flights.values().find(|f| f.node == 1).unwrap().send;
    world.seen.clear();
    (world, url, send)
}

fn told(world: &World) -> Option<PanelReply> {
    world.seen.iter().find_map(|seen| if let Seen::Panel(9, reply) = seen { Some(reply.clone()) } else { None })
}

fn problem(world: &World) -> (String, String) {
    match told(world) {
        Some(PanelReply::Problem { field, code, message }) if field == "url" => (code, message),
        other => panic!("{other:?}"),
    }
}

/// What is shown for an endpoint that answers its check like this.
fn answered(lang: &str, status: u16, member: &str) -> (String, String) {
    let (mut world, _, send) = tried(lang);
    let body = format!(r#"{{"jsonrpc":"2.0","id":{send},{member}}}"#);
    world.event(returned(send, Ok(Http::new(status, body))));
    problem(&world)
}

#[test]
fn an_endpoints_error_is_quoted() {
    for (status, member, code, words) in [
        (
            200,
            r#""error":{"code":-32000,"message":"chain not synced beyond EIP-155 replay-protection fork block"}"#,
            "not-ready",
            "does not say which chain it serves, but: “chain not synced beyond EIP-155 replay-protection fork block”.",
        ),
        (200, r#""result":"not synced""#, "not-ready", "but: “not synced”."),
        (200, r#""result":null"#, "not-ready", "but: “null”."),
        (
            200,
            r#""error":{"code":-32601,"message":"the method eth_chainId does not exist"}"#,
            "not-ready",
            "“the method",
        ),
        (500, r#""error":{"code":-32000,"message":""}"#, "not-ready", "“error -32000”"),
        (
            401,
            r#""error":{"code":-32000,"message":"Unauthorized: you must authenticate."}"#,
            "no-access",
            "asks for a key: “Unauthorized: you must authenticate”. Put it in the URL",
        ),
        (429, r#""error":{"code":-32005,"message":"rate limit"}"#, "refused", "The endpoint refuses: “rate limit”."),
    ] {
        let (said, message) = answered("en", status, member);
        assert!(said == code && message.contains(words), "{member}: {said}: {message}");
    }
    let (_, french) = answered("fr", 200, r#""error":{"code":1,"message":"not synced"}"#);
    assert!(french.contains("« not synced »"), "{french}");
}

#[test]
fn a_quoted_error_is_one_short_line_without_the_key() {
    let message = format!(r#""error":{{"code":1,"message":"a\n\u202eb {KEY} /v2/{KEY} {}"}}"#, "x".repeat(5_000));
    let (_, said) = answered("en", 200, &message);
    assert!(said.contains("but: “a b … ") && said.contains("x…”") && said.chars().count() < 400, "{said}");
    assert!(!said.contains(KEY) && !said.contains('\u{202e}') && !said.contains('\n'), "{said}");
}

#[test]
fn a_redirect_is_reported() {
    let (mut world, _, send) = tried("en");
    world.event(returned(send, Err(SendError::Redirect)));
    let (code, message) = problem(&world);
    assert!(code == "redirect" && message.starts_with("This address redirects to another one"), "{message}");
}

#[test]
fn a_failed_connection_shows_the_browsers_reason() {
    for (cause, words) in [
        ("net::ERR_CONNECTION_REFUSED", "The server refuses the connection."),
        ("NS_ERROR_CONNECTION_REFUSED", "The server refuses the connection."),
        ("net::ERR_NAME_NOT_RESOLVED", "There is no server of this name."),
        ("NS_ERROR_UNKNOWN_HOST", "There is no server of this name."),
        ("net::ERR_CERT_AUTHORITY_INVALID", "does not accept the server's certificate"),
        ("net::ERR_CONNECTION_RESET", "Nothing answers at this address."),
    ] {
        let caused = |url: &str| Event::NetworkError { url: url.to_owned().into(), error: cause.into() };
        for early in [true, false] {
            let (mut world, url, send) = tried("en");
            if early {
                world.event(caused(&url));
            }
            world.event(returned(send, Err(SendError::Network)));
            if !early {
                assert_eq!(told(&world), None, "the browser says it a moment later");
                world.event(caused(&url));
            }
            let (code, message) = problem(&world);
            assert!(code == "no-answer" && message.contains(words), "{cause}: {message}");
        }
    }
}

#[test]
fn a_browser_without_a_reason_is_not_waited_for() {
    let (mut world, _, send) = tried("en");
    world.event(returned(send, Err(SendError::Network)));
    world.advance(400);
    assert!(problem(&world).1.starts_with("Nothing answers at this address."));
    let (mut world, ..) = tried("en");
    world.advance(9_000);
    assert!(problem(&world).1.starts_with("Nothing answers at this address."));
}

#[test]
fn every_notation_of_a_chain_id_is_accepted() {
    for (result, expected) in
        [(r#""0X1""#, None), (r#""1""#, None), ("1", None), (r#"" 0x1 ""#, None), (r#""2""#, Some("wrong-chain"))]
    {
        let (mut world, _, send) = tried("en");
        let body = format!(r#"{{"jsonrpc":"2.0","id":{send},"result":{result}}}"#);
        world.event(returned(send, Ok(Http::new(200, body))));
        world.advance(400);
        match (told(&world), expected) {
            (Some(PanelReply::Probed { chain: 1, .. }), None) => {}
            (Some(PanelReply::Problem { code, .. }), Some(expected)) => assert_eq!(code, expected, "{result}"),
            other => panic!("{result}: {other:?}"),
        }
    }
    for nonsense in [r#""0x""#, "-1", "1.5", r#""0x20000000000001""#, "[]"] {
        let (code, _) = answered("en", 200, &format!(r#""result":{nonsense}"#));
        assert_eq!(code, "not-ready", "{nonsense}");
    }
}
