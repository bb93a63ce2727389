//! Response headers: adding a claim never removes one, and no header keeps a page waiting.

use breakwater::cloud::headers::{Claim, claims};
use serde_json::json;

use super::{DEADLINE_MS, Target, as_is, settled};
use crate::world::node::Http;
use crate::world::script::{PAGE, Setup, three};

pub const TARGET: Target = Target {
    name: "headers",
    count: 16_000,
    json: false,
    words: &[
        "\n",
        ": ",
        "retry-after",
        "cf-ray",
        "server",
        "cloudflare",
        "x-amz-cf-id",
        "x-amz-cf-pop",
        "awselb/2.0",
        "via",
        "1.1 google",
        "x-azure-ref",
        "set-cookie",
        "AWSALB=1",
        "x-served-by",
        "cache-",
        "x-vercel-id",
        "cdg1::iad1::x",
        "fra1::",
        "::",
        "x-nf-request-id",
        "fly-request-id",
        "heroku-router",
        "429",
        "503",
        "200",
        "Wed, 21 Oct 2026 07:28:00 GMT",
        "99999999999999999999",
        "-1",
        "0",
        "1.5",
        "content-type",
        "text/html",
    ],
    seeds,
    repair: as_is,
    run,
};

fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        "200\ncontent-type: application/json\ncf-ray: 8f\nserver: cloudflare",
        "429\nretry-after: 30\nserver: awselb/2.0\nset-cookie: AWSALB=abc",
        "503\nretry-after: Wed, 21 Oct 2026 07:28:00 GMT\nvia: 1.1 google, 1.1 heroku-router",
        "200\nx-vercel-id: cdg1::iad1::x\nx-amz-cf-pop: FRA50\nx-served-by: cache-fra",
        "429\nretry-after: 99999999999999999999",
    ];
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// First line: the status. The others: `name: value`.
fn run(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let status = text.lines().next().and_then(|line| line.trim().parse().ok()).unwrap_or(200);
    let headers: Vec<(String, String)> = text
        .lines()
        .skip(1)
        .map(|line| line.split_once(": ").unwrap_or((line, "")))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let found = claimed(&headers);
    for half in 0..headers.len().min(8) {
        let fewer = claimed(&headers[..half]);
        assert!(fewer.iter().all(|claim| found.iter().any(|more| same(claim, more))), "a header took a claim away");
    }
    for (at, claim) in found.iter().enumerate() {
        assert!(!found[..at].iter().any(|other| same(claim, other)), "claimed twice");
    }
    // Distinguishing all sets of claims would give a million outcomes.
    let first = found.iter().map(|claim| (claim.operator.as_str(), claim.region.is_some())).next();
    format!("{first:?} of {} {}", found.len(), read(status, headers))
}

fn claimed(headers: &[(String, String)]) -> Vec<Claim> {
    claims(headers.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

fn same(one: &Claim, other: &Claim) -> bool {
    one.operator == other.operator && one.edge == other.edge
}

/// One lane sends these headers: the page is answered, now and by the next read.
fn read(status: u16, headers: Vec<(String, String)>) -> String {
    let mut world = Setup::new(three()).warm();
    world.balance(1);
    let body = json!({"jsonrpc": "2.0", "id": world.flight("a"), "result": "0x1"}).to_string();
    world.http("a", Http { status, headers, body: body.into_bytes() });
    world.alive = true;
    world.balance(2);
    world.advance(DEADLINE_MS);
    if world.is_open(1) && world.asked().contains(&"b") {
        world.reply("b", r#""0x1""#);
    }
    let counts = [1, 2].map(|id| settled(&world, PAGE, id).len());
    assert_eq!(counts, [1, 1], "each read is settled once");
    assert!(world.result(2).is_some(), "two lanes were well, and the next read got {:?}", world.failure(2));
    world.dot("a")
}
