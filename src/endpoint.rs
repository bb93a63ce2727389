//! A parsed endpoint URL whose `Debug` and `Display` never show a secret.
//!
//! RPC keys are found in paths, queries, userinfo and sometimes in host names. So the whole URL leaves this type by two
//! doors only: [`EndpointUrl::as_str`] for the settings' own text, and [`EndpointUrl::request_url`] with
//! [`EndpointUrl::authorization`] for the request itself. A [`SocketUrl`], which has no userinfo, has one door.
//!
//! Parsing follows the WHATWG URL Standard (<https://url.spec.whatwg.org/>), like `fetch`, so that the host we show,
//! label and compare is the host the request goes to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use base64::Engine as _;
use serde::{Deserialize, Serialize};
use sha3::{Digest as _, Keccak256};
use url::{Position, Url};

use crate::hidden;
use crate::redact::Secrets;

/// Longest URL accepted, in bytes, both typed and stored.
pub const MAX_URL_BYTES: usize = 4096;
/// Longest host name, and longest part of it between dots (RFC 1035, 2.3.4).
const MAX_HOST_BYTES: (usize, usize) = (253, 63);

/// An http(s) URL with a host, normalised; without fragment.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointUrl {
    full: Url,
}

/// Why a text is not an endpoint URL. The sentences never repeat the text, because it may contain a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlProblem {
    /// Nothing was typed.
    Empty,
    /// Longer than [`MAX_URL_BYTES`].
    TooLong,
    /// It contains invisible characters.
    Hidden,
    /// Another scheme, or none.
    NotHttp,
    /// No host name.
    NoHost,
    /// The host is invalid: the URL Standard accepts `*`, `!` or `;`, and browsers read some of these as patterns.
    BadHost,
    /// Not a URL.
    Unreadable,
    /// A WebSocket's URL has another scheme, or none.
    NotSocket,
    /// A WebSocket's URL has user name or password: browsers send none with a handshake.
    SocketLogin,
    /// A WebSocket's URL has another host than its endpoint, so the endpoint's ground would not apply to it.
    OtherHost,
}

impl UrlProblem {
    /// Stable word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            UrlProblem::Empty => "empty",
            UrlProblem::TooLong => "too-long",
            UrlProblem::Hidden => "hidden-characters",
            UrlProblem::NotHttp => "not-http",
            UrlProblem::NoHost => "no-host",
            UrlProblem::BadHost => "bad-host",
            UrlProblem::Unreadable => "bad-url",
            UrlProblem::NotSocket => "not-websocket",
            UrlProblem::SocketLogin => "websocket-login",
            UrlProblem::OtherHost => "other-host",
        }
    }
}

/// One endpoint as a lane of one chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LaneId {
    /// EIP-155 id.
    pub chain: u64,
    /// Its endpoint.
    pub key: EndpointKey,
}

impl EndpointUrl {
    /// Parses a typed or stored URL. Surrounding spaces and the fragment are dropped; neither is ever sent.
    pub fn parse(text: &str) -> Result<EndpointUrl, UrlProblem> {
        EndpointUrl::read(text, ["http", "https"], UrlProblem::NotHttp)
    }

    fn read(text: &str, schemes: [&str; 2], other: UrlProblem) -> Result<EndpointUrl, UrlProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlProblem::Empty);
        }
        if text.len() > MAX_URL_BYTES {
            return Err(UrlProblem::TooLong);
        }
        if hidden::is_in(text) {
            return Err(UrlProblem::Hidden);
        }
        match is_plain_host(text) {
            Some((scheme, false)) if schemes.contains(&scheme.as_str()) => return Err(UrlProblem::BadHost),
            Some((_, false)) => return Err(other),
            _ => {}
        }
        let mut full = Url::parse(text).map_err(|error| match error {
            url::ParseError::EmptyHost => UrlProblem::NoHost,
            url::ParseError::RelativeUrlWithoutBase => other,
            _ => UrlProblem::Unreadable,
        })?;
        if !schemes.contains(&full.scheme()) {
            return Err(other);
        }
        let host = full.host_str().filter(|host| !host.is_empty()).ok_or(UrlProblem::NoHost)?;
        let host = host_name(host).ok_or(UrlProblem::BadHost)?.to_owned();
        full.set_host(Some(&host)).map_err(|_| UrlProblem::BadHost)?;
        full.set_fragment(None);
        // Other letters become three characters for each byte, and the stored text must be accepted again.
        if full.as_str().len() > MAX_URL_BYTES { Err(UrlProblem::TooLong) } else { Ok(EndpointUrl { full }) }
    }

    /// Host name in lower case and punycode, or an address (v6 in brackets).
    #[must_use]
    pub fn host(&self) -> &str {
        self.full.host_str().unwrap_or_default()
    }

    /// Scheme, host and port: where a browser connects to.
    #[must_use]
    pub fn authority(&self) -> String {
        format!("{}://{}", self.full.scheme(), &self.full[Position::BeforeHost..Position::AfterPort])
    }

    /// The host in a form that may be shown: labels that may be keys are `…`.
    #[must_use]
    pub fn shown_host(&self) -> String {
        redacted_host(self.host())
    }

    /// Host and port in a form that may be shown, with the scheme if the connection is not encrypted.
    #[must_use]
    pub fn shown_place(&self) -> String {
        let scheme = if self.full.scheme() == "https" { "" } else { "http://" };
        let port = self.full.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}{}{port}", self.shown_host())
    }

    /// The URL for the request: everything except the userinfo, which `fetch` refuses in a URL.
    #[must_use]
    pub fn request_url(&self) -> String {
        let mut bare = self.full.clone();
        // Both setters fail only for URLs without a host, which parsing has ruled out.
        let _ = bare.set_username("");
        let _ = bare.set_password(None);
        bare.into()
    }

    /// Value of the `Authorization` header for credentials in the userinfo (RFC 7617), if there are any.
    #[must_use]
    pub fn authorization(&self) -> Option<String> {
        let (user, password) = (self.full.username(), self.full.password());
        if user.is_empty() && password.is_none() {
            return None;
        }
        let mut pair: Vec<u8> = percent_encoding::percent_decode_str(user).collect();
        pair.push(b':');
        pair.extend(percent_encoding::percent_decode_str(password.unwrap_or_default()));
        Some(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair)))
    }

    /// The whole URL with its secrets. Only for the settings' own text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.full.as_str()
    }

    /// Scheme, host and port; everything that may be a secret is `…`.
    #[must_use]
    pub fn redacted(&self) -> String {
        let scheme = self.full.scheme();
        let user = if self.authorization().is_some() { "…@" } else { "" };
        let host = redacted_host(self.host());
        let port = self.full.port().map(|port| format!(":{port}")).unwrap_or_default();
        let path = redacted_path(self.full.path());
        let query = if self.full.query().is_some() { "?…" } else { "" };
        format!("{scheme}://{user}{host}{port}{path}{query}")
    }

    /// Its secrets: host and port, login, and every part that looks like a key.
    pub fn secrets(&self, into: &mut Secrets) {
        self.tell_place(into);
        let (user, password) = (decoded(self.full.username()), decoded(self.full.password().unwrap_or_default()));
        if let Some(authorization) = self.authorization() {
            into.credentials(&format!("{user}:{password}"));
            into.credentials(authorization.trim_start_matches("Basic "));
        }
        let path = self.full.path();
        // A single segment may be a word; several in a row do not occur in a sentence.
        if path.matches('/').count() > 1 && redacted_path(path) != path {
            into.credentials(path.trim_end_matches('/'));
        }
        let query =
            self.full.query().unwrap_or_default().split('&').map(|pair| pair.split_once('=').unwrap_or(("", pair)));
        let (names, values): (Vec<&str>, Vec<&str>) = query.unzip();
        for part in path.split('/').chain(values) {
            into.part(part);
            into.part(&decoded(part));
        }
        for part in names.into_iter().chain(self.host().split('.')) {
            into.key(part);
            into.key(&decoded(part));
        }
        into.key(&user);
        into.key(&password);
    }

    fn tell_place(&self, into: &mut Secrets) {
        let host = self.host();
        if let Some(port) = self.full.port_or_known_default() {
            into.place(&format!("{host}:{port}"));
        }
        // A name without a dot may be a word.
        if host.contains(['.', ':']) {
            into.place(host);
            if host.parse::<IpAddr>().is_err() {
                into.names_above(host);
            }
            into.place(host.trim_matches(['[', ']']));
        }
    }

    /// The key of this endpoint in messages and storage, on one chain.
    #[must_use]
    pub fn key(&self, chain: u64) -> EndpointKey {
        let digest = Keccak256::digest(format!("{chain}\n{}", self.as_str()));
        EndpointKey(digest.iter().take(8).fold(0, |key, byte| key << 8 | u64::from(*byte)))
    }
}

/// The ws(s) URL of an endpoint that also has an http(s) one, on the same host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketUrl(EndpointUrl);

impl SocketUrl {
    /// Parses a typed or stored URL; `of` is the endpoint's own. Port and path may differ.
    pub fn parse(text: &str, of: &EndpointUrl) -> Result<SocketUrl, UrlProblem> {
        let url = EndpointUrl::read(text, ["ws", "wss"], UrlProblem::NotSocket)?;
        match () {
            () if url.authorization().is_some() => Err(UrlProblem::SocketLogin),
            () if url.host() != of.host() => Err(UrlProblem::OtherHost),
            () => Ok(SocketUrl(url)),
        }
    }

    /// The whole URL with its secrets. Only for the settings' own text and for the handshake.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// See [`EndpointUrl::redacted`].
    #[must_use]
    pub fn redacted(&self) -> String {
        self.0.redacted()
    }

    /// See [`EndpointUrl::secrets`].
    pub fn secrets(&self, into: &mut Secrets) {
        self.0.secrets(into);
    }
}

/// The scheme as typed, and whether the host after it is ASCII without escapes. Other hosts are refused, because the
/// package does not contain the parser's tables for other scripts (see Cargo.toml).
fn is_plain_host(text: &str) -> Option<(String, bool)> {
    // The URL Standard removes these anywhere.
    let text: String = text.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let (scheme, rest) = text.split_once(':')?;
    let slash = ['/', '\\'];
    let rest = rest.trim_start_matches(slash);
    let authority = rest.split(|c| slash.contains(&c) || matches!(c, '?' | '#')).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    Some((scheme.trim().to_ascii_lowercase(), host.is_ascii() && !host.contains('%')))
}

/// The canonical host of a parsed URL, or `None` if it is neither a name nor an address. A final dot, which means "from
/// the root", is dropped.
fn host_name(host: &str) -> Option<&str> {
    if host.starts_with('[') && host.ends_with(']') {
        return Some(host);
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    let (longest, longest_part) = MAX_HOST_BYTES;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let part = |part: &str| !part.is_empty() && part.len() <= longest_part && part.bytes().all(plain);
    (host.len() <= longest && host.split('.').all(part)).then_some(host)
}

fn decoded(part: &str) -> String {
    percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// A long host label with digits may be a key, because some operators put keys there. The last two labels are a
/// registered name, which is not a key and which the person must see.
fn redacted_host(host: &str) -> String {
    if host.starts_with('[') {
        return host.to_owned();
    }
    let labels: Vec<&str> = host.split('.').collect();
    let registered = labels.len().saturating_sub(2);
    let label = |(at, label)| if at < registered && looks_random(label) { "…" } else { label };
    labels.iter().enumerate().map(|(at, text)| label((at, *text))).collect::<Vec<_>>().join(".")
}

fn looks_random(label: &str) -> bool {
    label.len() >= 16 && label.bytes().any(|byte| byte.is_ascii_digit())
}

/// Words that stay readable in a path. Anything else may be a key.
const PLAIN: &[&str] = &["rpc", "eth", "http", "v1", "v2", "v3", "mainnet", "ext", "bc", "C", "api", "public", "ws"];

fn redacted_path(path: &str) -> String {
    path.split('/').map(redacted_segment).collect::<Vec<_>>().join("/")
}

fn redacted_segment(segment: &str) -> &str {
    if segment.is_empty() || PLAIN.contains(&segment) { segment } else { "…" }
}

impl FromStr for EndpointUrl {
    type Err = UrlProblem;

    fn from_str(text: &str) -> Result<Self, UrlProblem> {
        EndpointUrl::parse(text)
    }
}

impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndpointUrl({})", self.redacted())
    }
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

/// First 8 bytes of keccak256(`"{chain}\n{url}"`), shown as 16 hex digits. Does not reveal the URL.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EndpointKey(pub u64);

impl fmt::Display for EndpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for EndpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<EndpointKey> for String {
    fn from(key: EndpointKey) -> String {
        key.to_string()
    }
}

impl TryFrom<String> for EndpointKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for EndpointKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let key = if hex { u64::from_str_radix(text, 16).ok() } else { None };
        key.map(EndpointKey).ok_or("an endpoint key is 16 hex digits")
    }
}
