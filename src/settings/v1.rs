//! Version 1 of the settings file. Frozen since the first release: what it accepts and how it reads never changes.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use serde_json::Value;

use super::problem::{Problem, Wrong};
use super::walk::{Fields, Node};
use super::{
    BODY_BYTES, Chain, DEADLINE_MS, Dispute, Endpoint, Header, MAX_CHAINS, MAX_ENDPOINTS, MAX_HEADERS, MAX_LABELS,
    MAX_SITES, Mode, Resolver, Settings, Unconfirmed, check,
};
use crate::cloud::label::OwnLabel;
use crate::endpoint::SocketUrl;

const FILE: &[&str] = &[
    "version",
    "deadline_ms",
    "max_body_bytes",
    "own_chain",
    "chains",
    "sites_off",
    "direct_off",
    "labels",
    "resolver",
    "warn_law",
];
const CHAIN: &[&str] =
    &["id", "name", "mode", "dispute", "unconfirmed", "ask_sites", "sites_allowed", "sites_denied", "endpoints"];
const ENDPOINT: &[&str] = &["url", "name", "enabled", "private", "traces", "headers", "operator", "ws"];
const LABEL: &[&str] = &["match", "operator", "region", "country"];

/// Reads a file of version 1. Only `version` is required; missing fields have defaults.
pub(super) fn read(value: &Value) -> Result<Settings, Problem> {
    // The version comes first: in a file of another version unknown fields are not mistakes.
    if let Some(version) = value.get("version")
        && version.as_u64() != Some(1)
    {
        return Err(Wrong::UnknownVersion.at("version"));
    }
    let file = Node::root(value).object(FILE)?;
    file.need("version")?;
    let usual = Settings::default();
    Ok(Settings {
        deadline_ms: number(&file, "deadline_ms", DEADLINE_MS)?.unwrap_or(usual.deadline_ms),
        max_body_bytes: number(&file, "max_body_bytes", BODY_BYTES)?.unwrap_or(usual.max_body_bytes),
        own_chain: number(&file, "own_chain", check::CHAIN_IDS)?.unwrap_or(usual.own_chain),
        chains: file.get("chains").map(chains).transpose()?.unwrap_or(usual.chains),
        sites_off: sites(&file, "sites_off")?,
        direct_off: sites(&file, "direct_off")?,
        labels: file.get("labels").map(labels).transpose()?.unwrap_or_default(),
        resolver: file.get("resolver").map(resolver).transpose()?,
        warn_law: yes_no(&file, "warn_law", false)?,
    })
}

fn number(fields: &Fields<'_>, name: &str, range: (u64, u64)) -> Result<Option<u64>, Problem> {
    fields.get(name).map(|node| node.number(range)).transpose()
}

fn yes_no(fields: &Fields<'_>, name: &str, usual: bool) -> Result<bool, Problem> {
    fields.get(name).map_or(Ok(usual), |node| node.yes_no())
}

fn chains(node: Node<'_>) -> Result<Vec<Chain>, Problem> {
    let mut seen = HashSet::new();
    let mut chains = Vec::new();
    for node in node.list(MAX_CHAINS)? {
        let fields = node.object(CHAIN)?;
        let id_node = fields.need("id")?;
        let id = id_node.number(check::CHAIN_IDS)?;
        if !seen.insert(id) {
            return Err(id_node.wrong(Wrong::Duplicate));
        }
        let [sites_allowed, sites_denied] = consents(&fields)?;
        chains.push(Chain {
            id,
            name: display_name(&fields, || format!("Chain {id}"))?,
            mode: fields.get("mode").map(mode).transpose()?.unwrap_or_default(),
            dispute: fields.get("dispute").map(dispute).transpose()?.unwrap_or_default(),
            unconfirmed: fields.get("unconfirmed").map(unconfirmed).transpose()?.unwrap_or_default(),
            ask_sites: yes_no(&fields, "ask_sites", false)?,
            sites_allowed,
            sites_denied,
            endpoints: fields.get("endpoints").map(endpoints).transpose()?.unwrap_or_default(),
        });
    }
    Ok(chains)
}

fn display_name(fields: &Fields<'_>, usual: impl Fn() -> String) -> Result<String, Problem> {
    match fields.get("name") {
        Some(node) => node.check(check::name(node.text()?)),
        None => Ok(usual()),
    }
}

fn mode(node: Node<'_>) -> Result<Mode, Problem> {
    Ok(match node.text()? {
        "guard" => Mode::Guard,
        "race" => Mode::Race,
        "rescue" => Mode::Rescue,
        "compare" => Mode::Compare,
        "off" => Mode::Off,
        _ => return Err(node.wrong(Wrong::UnknownChoice { allowed: "guard, race, rescue, compare, off" })),
    })
}

fn dispute(node: Node<'_>) -> Result<Dispute, Problem> {
    Ok(match node.text()? {
        "error" => Dispute::Error,
        "majority" => Dispute::Majority,
        _ => return Err(node.wrong(Wrong::UnknownChoice { allowed: "error, majority" })),
    })
}

fn unconfirmed(node: Node<'_>) -> Result<Unconfirmed, Problem> {
    Ok(match node.text()? {
        "answer" => Unconfirmed::Answer,
        "error" => Unconfirmed::Error,
        _ => return Err(node.wrong(Wrong::UnknownChoice { allowed: "answer, error" })),
    })
}

fn endpoints(node: Node<'_>) -> Result<Vec<Endpoint>, Problem> {
    let mut seen = HashSet::new();
    let mut endpoints = Vec::new();
    for node in node.list(MAX_ENDPOINTS)? {
        let fields = node.object(ENDPOINT)?;
        let url_node = fields.need("url")?;
        let url = url_node.check(check::url(url_node.text()?))?;
        if !seen.insert(url.as_str().to_owned()) {
            return Err(url_node.wrong(Wrong::Duplicate));
        }
        let ws = fields.get("ws").map(|node| node.check(check::ws(node.text()?, &url))).transpose()?;
        endpoints.push(Endpoint {
            name: display_name(&fields, || check::usual_name(&url))?,
            url,
            enabled: yes_no(&fields, "enabled", true)?,
            private: yes_no(&fields, "private", false)?,
            traces: yes_no(&fields, "traces", false)?,
            headers: fields.get("headers").map(headers).transpose()?.unwrap_or_default(),
            operator: fields.get("operator").map(|node| node.check(check::name(node.text()?))).transpose()?,
            ws,
        });
    }
    Ok(endpoints)
}

fn headers(node: Node<'_>) -> Result<Vec<Header>, Problem> {
    let mut headers = Vec::new();
    for (name, node) in node.entries(MAX_HEADERS)? {
        let name = node.check(check::header_name(name))?;
        let value = node.check(check::header_value(node.text()?))?;
        node.check(check::put_header(&mut headers, Header { name, value }))?;
    }
    Ok(headers)
}

fn sites(fields: &Fields<'_>, name: &str) -> Result<Vec<String>, Problem> {
    sites_beside(fields, name, &[])
}

/// Sites that may use a chain, and sites that may not. Each host is in one list only.
fn consents(fields: &Fields<'_>) -> Result<[Vec<String>; 2], Problem> {
    let allowed = sites(fields, "sites_allowed")?;
    let denied = sites_beside(fields, "sites_denied", &allowed)?;
    Ok([allowed, denied])
}

fn sites_beside(fields: &Fields<'_>, name: &str, others: &[String]) -> Result<Vec<String>, Problem> {
    let mut sites = Vec::new();
    let mut seen: HashSet<String> = others.iter().cloned().collect();
    for node in fields.get(name).map_or(Ok(Vec::new()), |node| node.list(MAX_SITES))? {
        let host = node.check(check::host(node.text()?))?;
        if !seen.insert(host.clone()) {
            return Err(node.wrong(Wrong::Duplicate));
        }
        sites.push(host);
    }
    Ok(sites)
}

fn labels(node: Node<'_>) -> Result<Vec<OwnLabel>, Problem> {
    let mut seen = HashSet::new();
    let mut labels = Vec::new();
    for node in node.list(MAX_LABELS)? {
        let fields = node.object(LABEL)?;
        let text = |name: &str| fields.get(name).map(|node| node.text().map(str::to_owned)).transpose();
        let label = OwnLabel {
            pattern: fields.need("match")?.text()?.to_owned(),
            operator: fields.need("operator")?.text()?.to_owned(),
            region: text("region")?,
            country: text("country")?,
        };
        let label = check::label(&label).map_err(|(name, wrong)| match fields.get(name) {
            Some(field) => field.wrong(wrong),
            None => node.wrong(wrong),
        })?;
        if !seen.insert(label.pattern.clone()) {
            return Err(fields.need("match")?.wrong(Wrong::Duplicate));
        }
        labels.push(label);
    }
    Ok(labels)
}

fn resolver(node: Node<'_>) -> Result<Resolver, Problem> {
    node.check(Resolver::parse(node.text()?).map_err(Wrong::Url))
}

#[derive(Serialize)]
struct FileOut<'a> {
    version: u64,
    deadline_ms: u64,
    max_body_bytes: u64,
    own_chain: u64,
    chains: Vec<ChainOut<'a>>,
    sites_off: &'a [String],
    direct_off: &'a [String],
    labels: &'a [OwnLabel],
    #[serde(skip_serializing_if = "Option::is_none")]
    resolver: Option<&'a str>,
    #[serde(skip_serializing_if = "is_no")]
    warn_law: bool,
}

#[derive(Serialize)]
struct ChainOut<'a> {
    id: u64,
    name: &'a str,
    mode: Mode,
    dispute: Dispute,
    unconfirmed: Unconfirmed,
    ask_sites: bool,
    sites_allowed: &'a [String],
    sites_denied: &'a [String],
    endpoints: Vec<EndpointOut<'a>>,
}

#[derive(Serialize)]
struct EndpointOut<'a> {
    url: &'a str,
    name: &'a str,
    enabled: bool,
    private: bool,
    #[serde(skip_serializing_if = "is_no")]
    traces: bool,
    headers: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ws: Option<&'a str>,
}

/// A switch that is off is not written, so that earlier versions accept the file.
fn is_no(yes: &bool) -> bool {
    !yes
}

/// Writes version 1, defaults included, so that a person can see what there is to change.
pub(super) fn write(settings: &Settings) -> String {
    let file = FileOut {
        version: 1,
        deadline_ms: settings.deadline_ms,
        max_body_bytes: settings.max_body_bytes,
        own_chain: settings.own_chain,
        chains: settings.chains.iter().map(chain_out).collect(),
        sites_off: &settings.sites_off,
        direct_off: &settings.direct_off,
        labels: &settings.labels,
        resolver: settings.resolver.as_ref().map(Resolver::as_str),
        warn_law: settings.warn_law,
    };
    // Plain data with text keys: serialising it cannot fail.
    serde_json::to_string_pretty(&file).unwrap_or_default()
}

fn chain_out(chain: &Chain) -> ChainOut<'_> {
    let endpoints = chain.endpoints.iter().map(endpoint_out).collect();
    ChainOut {
        id: chain.id,
        name: &chain.name,
        mode: chain.mode,
        dispute: chain.dispute,
        unconfirmed: chain.unconfirmed,
        ask_sites: chain.ask_sites,
        sites_allowed: &chain.sites_allowed,
        sites_denied: &chain.sites_denied,
        endpoints,
    }
}

fn endpoint_out(endpoint: &Endpoint) -> EndpointOut<'_> {
    EndpointOut {
        url: endpoint.url.as_str(),
        name: &endpoint.name,
        enabled: endpoint.enabled,
        private: endpoint.private,
        traces: endpoint.traces,
        headers: endpoint.headers.iter().map(|header| (header.name.as_str(), header.value.expose())).collect(),
        operator: endpoint.operator.as_deref(),
        ws: endpoint.ws.as_ref().map(SocketUrl::as_str),
    }
}
