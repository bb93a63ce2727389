//! Endpoint URLs: what is accepted, what is sent, what is shown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use breakwater::endpoint::{EndpointKey, EndpointUrl, SocketUrl, UrlProblem};
use breakwater::redact::Secrets;
use breakwater::words::Lang;
use proptest::prelude::*;

#[test]
fn a_bad_url_is_refused_with_the_reason() {
    for (text, problem) in [
        ("", UrlProblem::Empty),
        (" \n", UrlProblem::Empty),
        ("rpc.example.org", UrlProblem::NotHttp),
        ("localhost:8545", UrlProblem::NotHttp),
        ("ftp://example.org", UrlProblem::NotHttp),
        ("wss://example.org", UrlProblem::NotHttp),
        ("javascript:alert(1)", UrlProblem::NotHttp),
        ("https://", UrlProblem::NoHost),
        ("https://?key", UrlProblem::NoHost),
        ("https://exa mple.org", UrlProblem::Unreadable),
        ("https://example.org:99999", UrlProblem::Unreadable),
        ("https://[::1", UrlProblem::Unreadable),
    ] {
        assert_eq!(EndpointUrl::parse(text), Err(problem), "{text:?}");
    }
    let long = format!("https://example.org/{}", "a".repeat(4096));
    assert_eq!(EndpointUrl::parse(&long), Err(UrlProblem::TooLong));
}

#[test]
fn a_refusal_says_how_to_fix_it_in_both_languages() {
    for problem in [
        UrlProblem::Empty,
        UrlProblem::TooLong,
        UrlProblem::NotHttp,
        UrlProblem::NoHost,
        UrlProblem::Unreadable,
        UrlProblem::NotSocket,
        UrlProblem::SocketLogin,
        UrlProblem::OtherHost,
    ] {
        assert_ne!(problem.explain(Lang::En), problem.explain(Lang::Fr));
        assert!(!problem.code().is_empty());
    }
}

#[test]
fn a_websocket_is_on_the_host_of_its_endpoint() {
    let of = EndpointUrl::parse("https://mainnet.infura.io/v3/0123456789abcdef").unwrap();
    let ws = SocketUrl::parse(" WSS://Mainnet.infura.io:443/ws/v3/0123456789abcdef#x ", &of).unwrap();
    assert_eq!(ws.as_str(), "wss://mainnet.infura.io/ws/v3/0123456789abcdef");
    assert_eq!(ws.redacted(), "wss://mainnet.infura.io/ws/v3/…");
    assert!(!format!("{ws:?}").contains("0123456789abcdef"));
    let mut secrets = Secrets::default();
    ws.secrets(&mut secrets);
    assert_eq!(secrets.cut("no key 0123456789ABCDEF"), "no key …");
    for (text, problem) in [
        ("", UrlProblem::Empty),
        ("https://mainnet.infura.io/", UrlProblem::NotSocket),
        ("mainnet.infura.io", UrlProblem::NotSocket),
        ("wss://", UrlProblem::NoHost),
        ("wss://me:pw@mainnet.infura.io/", UrlProblem::SocketLogin),
        ("wss://infura.io/", UrlProblem::OtherHost),
        ("wss://mainnet.infura.io:99999/", UrlProblem::Unreadable),
    ] {
        assert_eq!(SocketUrl::parse(text, &of), Err(problem), "{text:?}");
    }
    let own = EndpointUrl::parse("http://me:pw@[::1]:8545").unwrap();
    assert_eq!(SocketUrl::parse("ws://[0:0::1]:8546", &own).unwrap().as_str(), "ws://[::1]:8546/");
}

#[test]
fn credentials_become_a_header_and_are_never_shown() {
    let url = EndpointUrl::parse("https://me:p%40ss@node.example.org:8443/rpc").unwrap();
    assert_eq!(url.request_url(), "https://node.example.org:8443/rpc");
    // base64("me:p@ss")
    assert_eq!(url.authorization().as_deref(), Some("Basic bWU6cEBzcw=="));
    assert_eq!(url.as_str(), "https://me:p%40ss@node.example.org:8443/rpc");
    assert_eq!(url.to_string(), "https://…@node.example.org:8443/rpc");
    assert_eq!(EndpointUrl::parse("https://node.example.org").unwrap().authorization(), None);
}

#[test]
fn everything_that_may_be_a_key_is_redacted() {
    for (text, shown) in [
        ("https://mainnet.infura.io/v3/0123456789abcdef", "https://mainnet.infura.io/v3/…"),
        ("https://eth-mainnet.g.alchemy.com/v2/KEY?a=b", "https://eth-mainnet.g.alchemy.com/v2/…?…"),
        ("https://rpc.example.org/", "https://rpc.example.org/"),
        ("http://127.10.0.1:8545", "http://127.10.0.1:8545/"),
        ("https://node-1-0123456789abcdef0123.example.net/secret/rpc", "https://….example.net/…/rpc"),
        ("http://[::1]:8545/x#frag", "http://[::1]:8545/…"),
    ] {
        let url = EndpointUrl::parse(text).unwrap();
        assert_eq!(url.redacted(), shown);
        assert_eq!(format!("{url:?}"), format!("EndpointUrl({shown})"));
    }
}

#[test]
fn the_host_is_the_one_that_fetch_uses() {
    for (text, host) in [
        ("HTTPS://RPC.Example.ORG:443/", "rpc.example.org"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("https://xn--nxasmq6b.example/", "xn--nxasmq6b.example"),
        ("http://[0:0::1]/", "[::1]"),
        ("https://user@real.example/@fake.example", "real.example"),
    ] {
        assert_eq!(EndpointUrl::parse(text).unwrap().host(), host);
    }
}

#[test]
fn the_key_is_the_keccak_hash_of_chain_and_url() {
    let url = EndpointUrl::parse("https://rpc.example.org/").unwrap();
    // keccak256("1\nhttps://rpc.example.org/"), first 8 bytes.
    let key = url.key(1);
    assert_eq!(key.to_string(), "22a225ede246045d");
    assert_eq!(key.to_string().parse::<EndpointKey>(), Ok(key));
    assert_ne!(key, url.key(10));
    assert_eq!(EndpointUrl::parse(" https://RPC.example.org ").unwrap().key(1), key, "normalised first");
    assert!("123".parse::<EndpointKey>().is_err());
    assert!("ZZZZZZZZZZZZZZZZ".parse::<EndpointKey>().is_err());
    assert!("+0123456789abcde".parse::<EndpointKey>().is_err());
}

proptest! {
    #[test]
    fn parsing_never_panics_and_hides_all_after_the_host(secret in "[a-zA-Z0-9]{8,40}", tail in ".{0,20}") {
        let _ = EndpointUrl::parse(&tail);
        let text = format!("https://u:{secret}@host.example/{secret}/{secret}?k={secret}&{tail}#{secret}");
        if let Ok(url) = EndpointUrl::parse(&text) {
            let shown = format!("{url} {url:?}");
            prop_assert!(!shown.contains(&secret));
            let credentials = format!("u:{secret}@");
            prop_assert!(!url.request_url().contains(&credentials));
        }
    }
}
