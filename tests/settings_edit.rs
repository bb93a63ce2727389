//! Edits: each makes its one change, or is refused whole and names its wrong field.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use breakwater::endpoint::EndpointUrl;
use breakwater::settings::{Edit, Mode, Resolver, Settings};
use serde_json::{Value, json};

fn edit(value: Value) -> Edit {
    serde_json::from_value(value).unwrap()
}

fn apply(settings: &Settings, value: Value) -> Settings {
    let next = settings.apply(&edit(value.clone())).unwrap_or_else(|p| panic!("{p:?} for {value}"));
    assert_eq!(
        Settings::parse(&next.to_text()).as_ref(),
        Ok(&next),
        "an edit never makes settings that cannot be read back"
    );
    next
}

fn refused(settings: &Settings, value: Value) -> (String, &'static str) {
    let problem = settings.apply(&edit(value)).unwrap_err();
    (problem.field.clone(), problem.code())
}

fn key(url: &str) -> String {
    EndpointUrl::parse(url).unwrap().key(1).to_string()
}

fn names(settings: &Settings) -> Vec<&str> {
    settings.chain(1).unwrap().endpoints.iter().map(|e| e.name.as_str()).collect()
}

/// Ethereum with endpoints A, B and C.
fn three() -> Settings {
    ["A", "B", "C"].iter().fold(Settings::default(), |settings, name| {
        apply(&settings, json!({"op":"add-endpoint","chain":1,"url":format!("https://{name}.example"),"name":name}))
    })
}

#[test]
fn an_endpoint_is_added_with_what_was_typed() {
    let settings = apply(
        &Settings::default(),
        json!({"op":"add-endpoint","chain":1,"url":" https://me:pw@A.example/k#f ","private":true,"traces":true,
        "headers":[["X-Api-Key","v"]],"operator":"infura","ws":"wss://A.example:8546/k"}),
    );
    let endpoint = &settings.chain(1).unwrap().endpoints[0];
    assert_eq!(endpoint.name, "a.example");
    assert_eq!(endpoint.url.as_str(), "https://me:pw@a.example/k");
    assert!(endpoint.enabled && endpoint.private && endpoint.traces);
    assert_eq!(endpoint.headers[0].name, "x-api-key");
    assert_eq!(endpoint.operator.as_deref(), Some("infura"));
    assert_eq!(endpoint.ws.as_ref().map(|ws| ws.as_str()), Some("wss://a.example:8546/k"));
}

#[test]
fn a_bad_endpoint_is_refused_at_its_field() {
    let settings = three();
    for (change, field, code) in [
        (json!({"url":""}), "url", "empty"),
        (json!({"url":"a.example"}), "url", "not-http"),
        (json!({"url":"https://A.example/"}), "url", "duplicate"),
        (json!({"url":"https://d.example","chain":99}), "chain", "no-such-chain"),
        (json!({"url":"https://d.example","name":"x".repeat(81)}), "name", "too-long"),
        (json!({"url":"https://d.example","headers":[["a","b"],["a b","c"]]}), "headers[1].name", "bad-header-name"),
        (json!({"url":"https://d.example","headers":[["a","b"],["A","c"]]}), "headers[1].name", "duplicate"),
        (json!({"url":"https://d.example","headers":[["a","\n"]]}), "headers[0].value", "bad-header-value"),
        (json!({"url":"https://d.example","operator":""}), "operator", "empty"),
        (json!({"url":"https://d.example","ws":"https://d.example"}), "ws", "not-websocket"),
        (json!({"url":"https://d.example","ws":"wss://a.example"}), "ws", "other-host"),
    ] {
        let mut add = json!({"op":"add-endpoint","chain":1});
        add.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(refused(&settings, add), (field.to_owned(), code));
    }
}

#[test]
fn a_chain_holds_a_hundred_endpoints_and_no_more() {
    let full = (0..100).fold(Settings::default(), |settings, i| {
        settings.apply(&edit(json!({"op":"add-endpoint","chain":1,"url":format!("https://n{i}.example")}))).unwrap()
    });
    assert_eq!(
        refused(&full, json!({"op":"add-endpoint","chain":1,"url":"https://one-more.example"})),
        ("url".to_owned(), "too-many")
    );
}

#[test]
fn endpoints_are_moved_renamed_switched_and_removed_by_key() {
    let settings = three();
    let c = key("https://c.example");
    assert_eq!(names(&apply(&settings, json!({"op":"move","chain":1,"key":c,"to":0}))), ["C", "A", "B"]);
    assert_eq!(
        names(&apply(&settings, json!({"op":"move","chain":1,"key":key("https://a.example"),"to":99}))),
        ["B", "C", "A"]
    );
    assert_eq!(names(&apply(&settings, json!({"op":"rename","chain":1,"key":c,"name":" Sea "}))), ["A", "B", "Sea"]);
    assert_eq!(refused(&settings, json!({"op":"rename","chain":1,"key":c,"name":" "})), ("name".to_owned(), "empty"));
    let off = apply(&settings, json!({"op":"enable","chain":1,"key":c,"enabled":false}));
    assert_eq!(off.chain(1).unwrap().enabled().count(), 2);
    assert!(
        apply(&settings, json!({"op":"private","chain":1,"key":c,"private":true})).chain(1).unwrap().endpoints[2]
            .private
    );
    let traced = apply(&settings, json!({"op":"traces","chain":1,"key":c,"traces":true}));
    assert!(traced.chain(1).unwrap().endpoints[2].traces && traced.to_text().matches("traces").count() == 1);
    let keyed = apply(&settings, json!({"op":"set-headers","chain":1,"key":c,"headers":[["b","1"],["a","2"]]}));
    assert_eq!(keyed.chain(1).unwrap().endpoints[2].headers.len(), 2);
    let owned = apply(&settings, json!({"op":"set-operator","chain":1,"key":c,"operator":"drpc"}));
    assert_eq!(owned.chain(1).unwrap().endpoints[2].operator.as_deref(), Some("drpc"));
    let heard = apply(&settings, json!({"op":"set-ws","chain":1,"key":c,"ws":"wss://c.example/ws"}));
    assert_eq!(heard.chain(1).unwrap().endpoints[2].ws.as_ref().map(|ws| ws.as_str()), Some("wss://c.example/ws"));
    assert_eq!(
        refused(&heard, json!({"op":"set-ws","chain":1,"key":c,"ws":"wss://me@c.example"})),
        ("ws".to_owned(), "websocket-login")
    );
    let silent = apply(&heard, json!({"op":"set-ws","chain":1,"key":c,"ws":null}));
    assert_eq!(silent.chain(1).unwrap().endpoints[2].ws, None);
    let fewer = apply(&settings, json!({"op":"remove-endpoint","chain":1,"key":c}));
    assert_eq!(names(&fewer), ["A", "B"]);
    assert_eq!(
        refused(&fewer, json!({"op":"remove-endpoint","chain":1,"key":c})),
        ("key".to_owned(), "no-such-endpoint")
    );
    let undone = apply(
        &fewer,
        json!({"op":"add-endpoint","chain":1,"url":"https://c.example","name":"C","enabled":false,"at":1}),
    );
    assert_eq!(names(&undone), ["A", "C", "B"]);
}

#[test]
fn chains_are_added_once_set_and_removed() {
    let settings = apply(&Settings::default(), json!({"op":"add-chain","id":100,"name":"Gnosis"}));
    assert_eq!(settings.chains.last().unwrap().name, "Gnosis");
    assert_eq!(refused(&settings, json!({"op":"add-chain","id":100,"name":"x"})), ("id".to_owned(), "duplicate"));
    assert_eq!(refused(&settings, json!({"op":"add-chain","id":0,"name":"x"})), ("id".to_owned(), "out-of-range"));
    assert_eq!(
        apply(&settings, json!({"op":"set-mode","chain":100,"mode":"race"})).chain(100).unwrap().mode,
        Mode::Race
    );
    let majority = apply(&settings, json!({"op":"set-dispute","chain":100,"dispute":"majority"}));
    assert_ne!(majority, settings);
    let strict = apply(&settings, json!({"op":"set-unconfirmed","chain":100,"unconfirmed":"error"}));
    assert_ne!(strict, settings);
    assert_eq!(apply(&settings, json!({"op":"remove-chain","chain":100})), Settings::default());
    assert_eq!(
        refused(&settings, json!({"op":"set-mode","chain":5,"mode":"off"})),
        ("chain".to_owned(), "no-such-chain")
    );
    assert_eq!(refused(&settings, json!({"op":"remove-chain","chain":5})), ("chain".to_owned(), "no-such-chain"));
}

#[test]
fn sites_are_switched_by_exact_host_idempotently() {
    let off = apply(&Settings::default(), json!({"op":"site","host":"App.Example.org","on":false}));
    assert_eq!(off.sites_off, ["app.example.org"]);
    assert_eq!(apply(&off, json!({"op":"site","host":"app.example.org","on":false})), off);
    assert_eq!(apply(&off, json!({"op":"site","host":"app.example.org","on":true})), Settings::default());
    assert_eq!(apply(&off, json!({"op":"direct","host":"b.example","on":false})).direct_off, ["b.example"]);
    assert_eq!(
        refused(&off, json!({"op":"site","host":"https://b.example","on":false})),
        ("host".to_owned(), "bad-host")
    );
}

#[test]
fn labels_resolver_and_limits_are_set() {
    let start = Settings::default();
    let label = json!({"match":"10.0.0.0/8","operator":"home"});
    let labelled = apply(&start, json!({"op":"add-label","label":label}));
    assert_eq!(refused(&labelled, json!({"op":"add-label","label":label})), ("label.match".to_owned(), "duplicate"));
    assert_eq!(apply(&labelled, json!({"op":"remove-label","match":"10.0.0.0/8"})), start);
    assert_eq!(
        refused(&start, json!({"op":"remove-label","match":"10.0.0.0/8"})),
        ("match".to_owned(), "no-such-label")
    );
    assert_eq!(apply(&start, json!({"op":"resolver","resolver":"mullvad"})).resolver, Some(Resolver::Mullvad));
    let own = apply(&start, json!({"op":"resolver","resolver":"https://dns.example/q"}));
    assert_eq!(own.resolver.as_ref().unwrap().request_url(), "https://dns.example/q");
    assert_eq!(apply(&own, json!({"op":"resolver","resolver":null})), start);
    assert_eq!(refused(&start, json!({"op":"resolver","resolver":"dns"})), ("resolver".to_owned(), "not-http"));
    assert_eq!(apply(&start, json!({"op":"deadline","ms":500})).deadline_ms, 500);
    assert_eq!(refused(&start, json!({"op":"deadline","ms":499})), ("ms".to_owned(), "out-of-range"));
    assert_eq!(apply(&start, json!({"op":"max-body","bytes":65536})).max_body_bytes, 65_536);
    assert_eq!(refused(&start, json!({"op":"max-body","bytes":1})), ("bytes".to_owned(), "out-of-range"));
    let warned = apply(&start, json!({"op":"warn-law","on":true}));
    assert!(warned.warn_law && apply(&warned, json!({"op":"warn-law","on":false})) == start);
    assert_eq!(apply(&start, json!({"op":"own-chain","chain":10})).own_chain, 10);
    assert_eq!(refused(&start, json!({"op":"own-chain","chain":0})), ("chain".to_owned(), "out-of-range"));
}

#[test]
fn edits_that_could_not_be_read_back_are_refused() {
    // Each URL is allowed by itself, but a hundred of them on three chains exceed the size of a settings text.
    let mut settings = Settings::default();
    let mut refusal = None;
    'all: for chain in [1, 10, 137] {
        for i in 0..100 {
            let url = format!("https://n{i}.example/{}", "a".repeat(4000));
            match settings.apply(&edit(json!({"op":"add-endpoint","chain":chain,"url":url}))) {
                Ok(next) => settings = next,
                Err(problem) => {
                    refusal = Some(problem.code());
                    break 'all;
                }
            }
        }
    }
    assert_eq!(refusal, Some("too-large"));
    assert_eq!(Settings::parse(&settings.to_text()), Ok(settings));
}

#[test]
fn an_edit_in_a_log_shows_no_secret() {
    let add =
        edit(json!({"op":"add-endpoint","chain":1,"url":"https://a.example/SECRETKEY","headers":[["x","SECRETKEY"]]}));
    assert!(!format!("{add:?}").contains("SECRETKEY"));
    assert!(serde_json::from_value::<Edit>(json!({"op":"deadline","ms":-1})).is_err());
    assert!(serde_json::from_value::<Edit>(json!({"op":"deadline","ms":1000,"extra":1})).is_err());
}

#[test]
fn a_sites_consent_is_kept_in_one_list_and_taken_back() {
    let consent = |allow: Value| json!({"op":"consent","chain":1,"host":"App.example.org","allow":allow});
    let lists = |settings: &Settings| {
        let chain = settings.chain(1).unwrap();
        (chain.sites_allowed.clone(), chain.sites_denied.clone(), chain.consent("app.example.org"))
    };
    let site = || vec!["app.example.org".to_owned()];
    let allowed = apply(&Settings::default(), consent(json!(true)));
    assert_eq!(lists(&allowed), (site(), vec![], Some(true)));
    assert_eq!(allowed.chain(10).unwrap().consent("app.example.org"), None, "for this chain only");
    let denied = apply(&allowed, consent(json!(false)));
    assert_eq!(lists(&denied), (vec![], site(), Some(false)));
    assert_eq!(apply(&denied, consent(json!(null))), Settings::default());
    assert_eq!(refused(&allowed, json!({"op":"consent","chain":1,"host":"a/b","allow":true})).1, "bad-host");
    assert_eq!(refused(&allowed, json!({"op":"consent","chain":9,"host":"a.b","allow":true})).0, "chain");
    let marked = apply(&allowed, json!({"op":"ask-sites","chain":1,"on":true}));
    assert!(marked.chain(1).unwrap().ask_sites && !marked.chain(10).unwrap().ask_sites);
}
