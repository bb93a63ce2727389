//! Changes to the settings. Each is made whole or not at all.

use serde::{Deserialize, Serialize};

use super::problem::{Problem, Wrong};
use super::{
    BODY_BYTES, Chain, DEADLINE_MS, Dispute, Endpoint, Header, MAX_CHAINS, MAX_ENDPOINTS, MAX_LABELS, MAX_SITES, Mode,
    Resolver, Settings, Unconfirmed, check,
};
use crate::cloud::label::OwnLabel;
use crate::endpoint::{EndpointKey, EndpointUrl, SocketUrl};
use crate::secret::Secret;

/// One change to the settings. `chain` is an EIP-155 id, `key` an endpoint's key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are named after the settings they change")]
pub enum Edit {
    /// Switch a site on or off.
    Site { host: String, on: bool },
    /// Switch the rescue of a site's own JSON-RPC calls on or off.
    Direct { host: String, on: bool },
    /// Add a chain, last.
    AddChain { id: u64, name: String },
    /// Remove a chain and its endpoints.
    RemoveChain { chain: u64 },
    /// Choose how a chain's reads are answered.
    SetMode { chain: u64, mode: Mode },
    /// Choose what a page gets when compared lanes disagree.
    SetDispute { chain: u64, dispute: Dispute },
    /// Choose what a page gets when no other lane confirms an answer.
    SetUnconfirmed { chain: u64, unconfirmed: Unconfirmed },
    /// Set whether sites need permission for a chain even if none of its endpoints is on the person's own network.
    AskSites { chain: u64, on: bool },
    /// Allow or deny a site a chain that needs permission; without `allow` the person is asked again.
    Consent { chain: u64, host: String, allow: Option<bool> },
    /// Add an endpoint: last, or at a position (to undo a removal).
    AddEndpoint {
        chain: u64,
        url: Secret,
        /// Display name; the host if it is empty.
        #[serde(default)]
        name: String,
        #[serde(default = "yes")]
        enabled: bool,
        #[serde(default)]
        private: bool,
        #[serde(default)]
        traces: bool,
        /// `[name, value]` pairs.
        #[serde(default)]
        headers: Vec<(String, Secret)>,
        #[serde(default)]
        operator: Option<String>,
        #[serde(default)]
        ws: Option<Secret>,
        /// Position from 0.
        #[serde(default)]
        at: Option<usize>,
    },
    /// Give an endpoint another display name.
    Rename { chain: u64, key: EndpointKey, name: String },
    /// Enable or disable an endpoint.
    Enable { chain: u64, key: EndpointKey, enabled: bool },
    /// Set whether an endpoint takes transactions privately.
    Private { chain: u64, key: EndpointKey, private: bool },
    /// Set whether an endpoint answers `debug_` and `trace_` reads, which re-execute blocks.
    Traces { chain: u64, key: EndpointKey, traces: bool },
    /// Set which company runs an endpoint, or leave that to the table.
    SetOperator { chain: u64, key: EndpointKey, operator: Option<String> },
    /// Replace an endpoint's extra headers.
    SetHeaders { chain: u64, key: EndpointKey, headers: Vec<(String, Secret)> },
    /// Set or remove the WebSocket URL at which an endpoint announces new blocks.
    SetWs { chain: u64, key: EndpointKey, ws: Option<Secret> },
    /// Move an endpoint to a position, from 0; positions past the end mean last.
    Move { chain: u64, key: EndpointKey, to: usize },
    /// Remove an endpoint: it is not asked again.
    RemoveEndpoint { chain: u64, key: EndpointKey },
    /// Add a label.
    AddLabel { label: OwnLabel },
    /// Remove the label for this address, range or host.
    RemoveLabel {
        /// As in the label.
        #[serde(rename = "match")]
        pattern: String,
    },
    /// Set the deadline.
    Deadline { ms: u64 },
    /// Set the cap on a reply's body.
    MaxBody { bytes: u64 },
    /// Choose a resolver by word or URL; none switches DNS over HTTPS off.
    Resolver { resolver: Option<Secret> },
    /// Set whether to warn when all endpoints of a chain are in one country or under one law.
    WarnLaw { on: bool },
    /// Choose the chain of Breakwater's own provider.
    OwnChain { chain: u64 },
}

fn yes() -> bool {
    true
}

/// The settings after the edit. A problem's field is the edit's own (`url`, `headers[0].name`).
pub(super) fn apply(settings: &Settings, edit: &Edit) -> Result<Settings, Problem> {
    let mut next = settings.clone();
    match edit {
        Edit::Site { .. } | Edit::Direct { .. } => sites(&mut next, edit)?,
        Edit::AddLabel { .. } | Edit::RemoveLabel { .. } => labels(&mut next, edit)?,
        Edit::Deadline { ms } => next.deadline_ms = check::within(*ms, DEADLINE_MS).map_err(|wrong| wrong.at("ms"))?,
        Edit::MaxBody { bytes } => {
            next.max_body_bytes = check::within(*bytes, BODY_BYTES).map_err(|wrong| wrong.at("bytes"))?;
        }
        Edit::WarnLaw { on } => next.warn_law = *on,
        Edit::OwnChain { chain } => next.own_chain = check::chain_id(*chain).map_err(|wrong| wrong.at("chain"))?,
        Edit::Resolver { resolver } => {
            let parsed = resolver.as_ref().map(|text| Resolver::parse(text.expose())).transpose();
            next.resolver = parsed.map_err(|problem| Wrong::Url(problem).at("resolver"))?;
        }
        _ => chains(&mut next, edit)?,
    }
    // An earlier version may have stored more than is allowed today. Edits may still make it smaller.
    if next.to_text().len() < settings.to_text().len() { Ok(next) } else { next.fits() }
}

fn sites(next: &mut Settings, edit: &Edit) -> Result<(), Problem> {
    let (list, host, on) = match edit {
        Edit::Site { host, on } => (&mut next.sites_off, host, *on),
        Edit::Direct { host, on } => (&mut next.direct_off, host, *on),
        _ => return Ok(()),
    };
    let host = check::host(host).map_err(|wrong| wrong.at("host"))?;
    let listed = list.contains(&host);
    if on {
        list.retain(|off| *off != host);
    } else if !listed {
        room(list.len(), MAX_SITES, "host")?;
        list.push(host);
    }
    Ok(())
}

fn labels(next: &mut Settings, edit: &Edit) -> Result<(), Problem> {
    match edit {
        Edit::AddLabel { label } => {
            room(next.labels.len(), MAX_LABELS, "label")?;
            let label = check::label(label).map_err(|(field, wrong)| wrong.at(&format!("label.{field}")))?;
            if next.labels.iter().any(|known| known.pattern == label.pattern) {
                return Err(Wrong::Duplicate.at("label.match"));
            }
            next.labels.push(label);
        }
        Edit::RemoveLabel { pattern } => {
            let before = next.labels.len();
            next.labels.retain(|label| label.pattern != *pattern);
            if next.labels.len() == before {
                return Err(Wrong::NoSuchLabel.at("match"));
            }
        }
        _ => {}
    }
    Ok(())
}

fn room(used: usize, limit: usize, field: &str) -> Result<(), Problem> {
    if used < limit { Ok(()) } else { Err(Wrong::TooMany { limit }.at(field)) }
}

fn chains(next: &mut Settings, edit: &Edit) -> Result<(), Problem> {
    match edit {
        Edit::AddChain { id, name } => {
            room(next.chains.len(), MAX_CHAINS, "id")?;
            let id = check::chain_id(*id).map_err(|wrong| wrong.at("id"))?;
            if next.chain(id).is_some() {
                return Err(Wrong::Duplicate.at("id"));
            }
            next.chains.push(Chain::new(id, check::name(name).map_err(|wrong| wrong.at("name"))?));
        }
        Edit::RemoveChain { chain } => {
            chain_mut(next, *chain)?;
            next.chains.retain(|known| known.id != *chain);
        }
        Edit::SetMode { chain, mode } => chain_mut(next, *chain)?.mode = *mode,
        Edit::SetDispute { chain, dispute } => chain_mut(next, *chain)?.dispute = *dispute,
        Edit::SetUnconfirmed { chain, unconfirmed } => chain_mut(next, *chain)?.unconfirmed = *unconfirmed,
        Edit::AskSites { chain, on } => chain_mut(next, *chain)?.ask_sites = *on,
        Edit::Consent { chain, host, allow } => consent(chain_mut(next, *chain)?, host, *allow)?,
        Edit::AddEndpoint { .. } => add_endpoint(next, edit)?,
        Edit::Move { chain, key, to } => {
            let chain = chain_mut(next, *chain)?;
            let from = place(chain, *key)?;
            let endpoint = chain.endpoints.remove(from);
            chain.endpoints.insert((*to).min(chain.endpoints.len()), endpoint);
        }
        Edit::RemoveEndpoint { chain, key } => {
            let chain = chain_mut(next, *chain)?;
            let place = place(chain, *key)?;
            chain.endpoints.remove(place);
        }
        _ => one_endpoint(next, edit)?,
    }
    Ok(())
}

fn consent(chain: &mut Chain, host: &str, allow: Option<bool>) -> Result<(), Problem> {
    let host = check::host(host).map_err(|wrong| wrong.at("host"))?;
    chain.sites_allowed.retain(|site| *site != host);
    chain.sites_denied.retain(|site| *site != host);
    let list = match allow {
        Some(true) => &mut chain.sites_allowed,
        Some(false) => &mut chain.sites_denied,
        None => return Ok(()),
    };
    room(list.len(), MAX_SITES, "host")?;
    list.push(host);
    Ok(())
}

fn add_endpoint(next: &mut Settings, edit: &Edit) -> Result<(), Problem> {
    let Edit::AddEndpoint { chain, url, name, enabled, private, traces, headers: typed, operator, ws, at } = edit
    else {
        return Ok(());
    };
    let chain = chain_mut(next, *chain)?;
    room(chain.endpoints.len(), MAX_ENDPOINTS, "url")?;
    let url = check::url(url.expose()).map_err(|wrong| wrong.at("url"))?;
    if chain.endpoints.iter().any(|known| known.url == url) {
        return Err(Wrong::Duplicate.at("url"));
    }
    let name = if name.trim().is_empty() { Ok(check::usual_name(&url)) } else { check::name(name) };
    let endpoint = Endpoint {
        name: name.map_err(|wrong| wrong.at("name"))?,
        ws: socket_of(ws.as_ref(), &url)?,
        url,
        enabled: *enabled,
        private: *private,
        traces: *traces,
        headers: headers(typed)?,
        operator: operator_of(operator.as_deref())?,
    };
    chain.endpoints.insert(at.unwrap_or(usize::MAX).min(chain.endpoints.len()), endpoint);
    Ok(())
}

fn one_endpoint(next: &mut Settings, edit: &Edit) -> Result<(), Problem> {
    match edit {
        Edit::Rename { chain, key, name } => {
            endpoint_mut(next, *chain, *key)?.name = check::name(name).map_err(|wrong| wrong.at("name"))?;
        }
        Edit::Enable { chain, key, enabled } => endpoint_mut(next, *chain, *key)?.enabled = *enabled,
        Edit::Private { chain, key, private } => endpoint_mut(next, *chain, *key)?.private = *private,
        Edit::Traces { chain, key, traces } => endpoint_mut(next, *chain, *key)?.traces = *traces,
        Edit::SetOperator { chain, key, operator } => {
            endpoint_mut(next, *chain, *key)?.operator = operator_of(operator.as_deref())?;
        }
        Edit::SetWs { chain, key, ws } => {
            let endpoint = endpoint_mut(next, *chain, *key)?;
            endpoint.ws = socket_of(ws.as_ref(), &endpoint.url)?;
        }
        Edit::SetHeaders { chain, key, headers: typed } => endpoint_mut(next, *chain, *key)?.headers = headers(typed)?,
        _ => {}
    }
    Ok(())
}

fn operator_of(text: Option<&str>) -> Result<Option<String>, Problem> {
    text.map(check::name).transpose().map_err(|wrong| wrong.at("operator"))
}

fn socket_of(text: Option<&Secret>, of: &EndpointUrl) -> Result<Option<SocketUrl>, Problem> {
    text.map(|text| check::ws(text.expose(), of)).transpose().map_err(|wrong| wrong.at("ws"))
}

/// Checks typed headers. Also used to check an endpoint before it is saved.
pub fn headers(typed: &[(String, Secret)]) -> Result<Vec<Header>, Problem> {
    let mut headers = Vec::new();
    for (at, (name, value)) in typed.iter().enumerate() {
        let field = |part: &str| format!("headers[{at}].{part}");
        let name = check::header_name(name).map_err(|wrong| wrong.at(&field("name")))?;
        let value = check::header_value(value.expose()).map_err(|wrong| wrong.at(&field("value")))?;
        check::put_header(&mut headers, Header { name, value }).map_err(|wrong| wrong.at(&field("name")))?;
    }
    Ok(headers)
}

fn chain_mut(next: &mut Settings, id: u64) -> Result<&mut Chain, Problem> {
    next.chains.iter_mut().find(|chain| chain.id == id).ok_or_else(|| Wrong::NoSuchChain.at("chain"))
}

fn place(chain: &Chain, key: EndpointKey) -> Result<usize, Problem> {
    let place = chain.endpoints.iter().position(|endpoint| endpoint.url.key(chain.id) == key);
    place.ok_or_else(|| Wrong::NoSuchEndpoint.at("key"))
}

fn endpoint_mut(next: &mut Settings, chain: u64, key: EndpointKey) -> Result<&mut Endpoint, Problem> {
    let chain = chain_mut(next, chain)?;
    let place = place(chain, key)?;
    chain.endpoints.get_mut(place).ok_or_else(|| Wrong::NoSuchEndpoint.at("key"))
}
