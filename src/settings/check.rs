//! The rules for single values, the same for a file and for an edit.

use std::net::IpAddr;

use super::problem::Wrong;
use super::{Header, MAX_HEADERS};
use crate::cloud::label::OwnLabel;
use crate::endpoint::{EndpointUrl, SocketUrl};
use crate::hidden;
use crate::secret::Secret;

/// EIP-155 ids that survive a JavaScript number.
pub(super) const CHAIN_IDS: (u64, u64) = (1, (1 << 53) - 1);
const MAX_NAME_CHARS: usize = 80;
const MAX_HEADER_NAME_BYTES: usize = 100;
const MAX_HEADER_VALUE_BYTES: usize = 4096;

/// Request headers a page's `fetch` may not set (<https://fetch.spec.whatwg.org/#forbidden-request-header>),
/// and the one that Breakwater sets.
const FORBIDDEN: &[&str] = &[
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "access-control-request-private-network",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "cookie2",
    "date",
    "dnt",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

pub(super) fn chain_id(id: u64) -> Result<u64, Wrong> {
    let (min, max) = CHAIN_IDS;
    if (min..=max).contains(&id) { Ok(id) } else { Err(Wrong::OutOfRange { min, max }) }
}

pub(super) fn within(number: u64, (min, max): (u64, u64)) -> Result<u64, Wrong> {
    if (min..=max).contains(&number) { Ok(number) } else { Err(Wrong::OutOfRange { min, max }) }
}

/// A name shown to people: trimmed, not empty, at most 80 characters, all of which can be seen.
pub(super) fn name(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Wrong::Empty);
    }
    if text.chars().count() > MAX_NAME_CHARS {
        return Err(Wrong::TooLong { limit: MAX_NAME_CHARS });
    }
    if text.chars().any(char::is_control) {
        return Err(Wrong::ControlCharacters);
    }
    if hidden::is_in(text) {
        return Err(Wrong::HiddenCharacters);
    }
    Ok(text.to_owned())
}

/// The default name of an endpoint: its host, cut to the length of a name.
pub(super) fn usual_name(url: &EndpointUrl) -> String {
    url.shown_host().chars().take(MAX_NAME_CHARS).collect()
}

pub(super) fn url(text: &str) -> Result<EndpointUrl, Wrong> {
    EndpointUrl::parse(text).map_err(Wrong::Url)
}

/// The WebSocket URL of the endpoint with this URL.
pub(super) fn ws(text: &str, of: &EndpointUrl) -> Result<SocketUrl, Wrong> {
    SocketUrl::parse(text, of).map_err(Wrong::Url)
}

/// The host name of a site as the browser writes it: lower case, punycode, v6 in brackets, without a final dot.
pub(super) fn host(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    let url = EndpointUrl::parse(&format!("http://{text}/")).map_err(|_| Wrong::Host)?;
    let (host, typed) = (url.host(), text.strip_suffix('.').unwrap_or(text));
    // A text that the URL parser reads as more than a host (a port, a path, another notation) is not a host name.
    if host.eq_ignore_ascii_case(typed) { Ok(host.to_owned()) } else { Err(Wrong::Host) }
}

/// Name of an extra header, in lower case.
pub(super) fn header_name(text: &str) -> Result<String, Wrong> {
    // RFC 9110, 5.6.2: token = 1*tchar, tchar = "!" / "#" / "$" / … / DIGIT / ALPHA
    let tchar = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if text.is_empty() || text.len() > MAX_HEADER_NAME_BYTES || !text.bytes().all(tchar) {
        return Err(Wrong::HeaderName);
    }
    let name = text.to_ascii_lowercase();
    if FORBIDDEN.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("sec-") {
        return Err(Wrong::HeaderForbidden);
    }
    Ok(name)
}

pub(super) fn header_value(text: &str) -> Result<Secret, Wrong> {
    // RFC 9110, 5.5: field-vchar, with SP and HTAB between. No obs-text: fetch could not send it as typed.
    let text = text.trim();
    let vchar = |byte: u8| matches!(byte, b'\t' | 0x20..=0x7e);
    if text.is_empty() || text.len() > MAX_HEADER_VALUE_BYTES || !text.bytes().all(vchar) {
        return Err(Wrong::HeaderValue);
    }
    Ok(Secret::from(text))
}

/// Puts a header into its sorted place, each name once.
pub(super) fn put_header(headers: &mut Vec<Header>, header: Header) -> Result<(), Wrong> {
    if headers.len() >= MAX_HEADERS {
        return Err(Wrong::TooMany { limit: MAX_HEADERS });
    }
    match headers.binary_search_by(|known| known.name.cmp(&header.name)) {
        Ok(_) => Err(Wrong::Duplicate),
        Err(place) => {
            headers.insert(place, header);
            Ok(())
        }
    }
}

/// A label of the person's, or the field that is wrong.
pub(super) fn label(label: &OwnLabel) -> Result<OwnLabel, (&'static str, Wrong)> {
    let region = label.region.as_deref().map(name).transpose().map_err(|wrong| ("region", wrong))?;
    let country = label.country.as_deref().map(country).transpose().map_err(|wrong| ("country", wrong))?;
    Ok(OwnLabel {
        pattern: pattern(&label.pattern).map_err(|wrong| ("match", wrong))?,
        operator: name(&label.operator).map_err(|wrong| ("operator", wrong))?,
        region,
        country,
    })
}

fn country(text: &str) -> Result<String, Wrong> {
    let two = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if two { Ok(text.to_owned()) } else { Err(Wrong::Country) }
}

pub(super) fn pattern(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    match (address.parse::<IpAddr>(), prefix) {
        (Ok(_), None) => Ok(text.to_owned()),
        (Ok(address), Some(prefix)) => {
            let longest = if address.is_ipv4() { 32 } else { 128 };
            let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
            let length = prefix.parse::<u8>().ok().filter(|length| digits && *length <= longest);
            length.map(|_| text.to_owned()).ok_or(Wrong::LabelMatch)
        }
        // A host name in a label needs letters, or a mistyped address would pass for a name.
        (Err(_), None) if text.bytes().any(|byte| byte.is_ascii_alphabetic()) => {
            host(text).map_err(|_| Wrong::LabelMatch)
        }
        (Err(_), _) => Err(Wrong::LabelMatch),
    }
}
