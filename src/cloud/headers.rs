//! Response headers as claims about the networks that carried the answer. A claim adds a layer and never removes one.
//!
//! `cf-ray` and `x-amz-cf-pop` name the edge near the *reader*, so no region is taken from them.

use serde::{Deserialize, Serialize};

/// A network that was on the way, according to response headers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Key of the operator.
    pub operator: String,
    /// Region code, if the header names where the answer was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Edge service that hides the origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<String>,
    /// Name of the header.
    pub by: String,
}

impl Claim {
    /// Whether one of our rules could have made it. Stored claims are untrusted input.
    pub(super) fn is_sound(&self) -> bool {
        let region = |region: &str| VERCEL_REGIONS.iter().any(|(_, known)| *known == region);
        let rule = |rule: &&Rule| rule.2 == self.operator && rule.3 == self.edge.as_deref();
        RULES.iter().any(|r| rule(&r))
            && self.region.as_deref().is_none_or(region)
            && self.by.len() <= 64
            && self.by.is_ascii()
    }
}

/// One rule: header name, what its value must contain (in lower case), operator, edge service.
type Rule = (&'static str, &'static str, &'static str, Option<&'static str>);

const RULES: &[Rule] = &[
    ("cf-ray", "", "cloudflare", None),
    ("server", "cloudflare", "cloudflare", None),
    ("x-amz-cf-id", "", "aws", Some("CloudFront")),
    ("x-amz-cf-pop", "", "aws", Some("CloudFront")),
    ("x-amzn-requestid", "", "aws", None),
    ("x-amz-apigw-id", "", "aws", None),
    ("server", "awselb/", "aws", None),
    ("via", "1.1 google", "gcp", None),
    ("server", "google frontend", "gcp", None),
    ("x-cloud-trace-context", "", "gcp", None),
    ("x-azure-ref", "", "azure", Some("Front Door")),
    ("x-ms-request-id", "", "azure", None),
    ("opc-request-id", "", "oracle", None),
    ("x-served-by", "cache-", "fastly", None),
    ("server", "akamaighost", "akamai", None),
    ("x-akamai-request-id", "", "akamai", None),
    ("akamai-grn", "", "akamai", None),
    ("eagleid", "", "alibaba", Some("CDN")),
    ("eo-log-uuid", "", "tencent", Some("EdgeOne")),
    ("x-iplb-request-id", "", "ovh", None),
    ("server", "ddos-guard", "ddosguard", None),
    ("server", "qrator", "qrator", None),
    ("server", "bunnycdn", "bunny", None),
    ("x-iinfo", "", "imperva", None),
    ("x-sucuri-id", "", "sucuri", None),
    ("fly-request-id", "", "fly", None),
    ("x-vercel-id", "", "vercel", None),
    ("x-nf-request-id", "", "netlify", None),
    ("x-render-origin-server", "", "render", None),
    ("rndr-id", "", "render", None),
    ("x-railway-edge", "", "railway", None),
    ("x-do-app-origin", "", "digitalocean", None),
    ("via", "heroku-router", "heroku", None),
    ("x-ic-canister-id", "", "icp", None),
];

/// Region codes of Vercel functions and the AWS region each runs in
/// (<https://vercel.com/docs/regions>).
#[rustfmt::skip]
const VERCEL_REGIONS: &[(&str, &str)] = &[
    ("arn1", "eu-north-1"), ("bom1", "ap-south-1"), ("cdg1", "eu-west-3"), ("cle1", "us-east-2"),
    ("cpt1", "af-south-1"), ("dub1", "eu-west-1"), ("dxb1", "me-central-1"), ("fra1", "eu-central-1"),
    ("gru1", "sa-east-1"), ("hkg1", "ap-east-1"), ("hnd1", "ap-northeast-1"), ("iad1", "us-east-1"),
    ("icn1", "ap-northeast-2"), ("kix1", "ap-northeast-3"), ("lhr1", "eu-west-2"), ("pdx1", "us-west-2"),
    ("sfo1", "us-west-1"), ("sin1", "ap-southeast-1"), ("syd1", "ap-southeast-2"),
];

/// The claims in a response's headers. Names may be in any case; each operator and edge is claimed once.
pub fn claims<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Claim> {
    let mut found: Vec<Claim> = Vec::new();
    for (name, value) in headers {
        let (name, lower) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
        let rules = RULES.iter().filter(|rule| rule.0 == name && lower.contains(rule.1));
        for (_, _, operator, edge) in rules {
            add(&mut found, claim(operator, *edge, &name));
        }
        if let Some(region) = vercel_region(&name, &lower) {
            add(&mut found, Claim { region: Some(region.into()), ..claim("aws", None, &name) });
        }
    }
    found
}

fn claim(operator: &str, edge: Option<&str>, by: &str) -> Claim {
    Claim { operator: operator.into(), region: None, edge: edge.map(Into::into), by: by.into() }
}

fn add(found: &mut Vec<Claim>, new: Claim) {
    match found.iter_mut().find(|old| old.operator == new.operator && old.edge == new.edge) {
        Some(old) => old.region = old.region.take().or(new.region),
        None => found.push(new),
    }
}

/// `cdg1::iad1::…`: the edge near the reader, then the region of the function that answered.
fn vercel_region(name: &str, value: &str) -> Option<&'static str> {
    let mut parts = (name == "x-vercel-id").then(|| value.split("::"))?;
    let code = parts.nth(1).filter(|_| parts.next().is_some())?;
    VERCEL_REGIONS.iter().find(|(vercel, _)| *vercel == code).map(|(_, aws)| *aws)
}
