//! Resolvers for DNS over HTTPS (RFC 8484) that a person can choose.

use crate::endpoint::{EndpointUrl, UrlProblem};

/// A resolver. None is ever chosen by default: it learns which endpoints a person has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolver {
    /// Quad9, a Swiss foundation.
    Quad9,
    /// Mullvad, Sweden.
    Mullvad,
    /// AdGuard, Cyprus.
    Adguard,
    /// Cloudflare, United States.
    Cloudflare,
    /// Google, United States.
    Google,
    /// Another one, by its URL.
    Own(EndpointUrl),
}

/// The words of the settings file and the addresses they stand for, as the operators publish them:
/// quad9.net, mullvad.net/help/dns-over-https-and-dns-over-tls, adguard-dns.io, developers.cloudflare.com/1.1.1.1,
/// developers.google.com/speed/public-dns.
const KNOWN: [(Resolver, &str, &str); 5] = [
    (Resolver::Quad9, "quad9", "https://dns.quad9.net/dns-query"),
    (Resolver::Mullvad, "mullvad", "https://dns.mullvad.net/dns-query"),
    (Resolver::Adguard, "adguard", "https://dns.adguard-dns.com/dns-query"),
    (Resolver::Cloudflare, "cloudflare", "https://cloudflare-dns.com/dns-query"),
    (Resolver::Google, "google", "https://dns.google/dns-query"),
];

impl Resolver {
    /// Parses a word, or the URL of another resolver.
    pub fn parse(text: &str) -> Result<Resolver, UrlProblem> {
        match KNOWN.iter().find(|(_, word, _)| *word == text.trim()) {
            Some((resolver, _, _)) => Ok(resolver.clone()),
            None => EndpointUrl::parse(text).map(Resolver::Own),
        }
    }

    /// The text in the settings file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Resolver::Own(url) => url.as_str(),
            known => KNOWN.iter().find(|(resolver, _, _)| resolver == known).map_or("", |(_, word, _)| word),
        }
    }

    /// The text that may be shown: its word, or the host of its URL.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Resolver::Own(url) => url.shown_place(),
            known => known.as_str().to_owned(),
        }
    }

    /// Where queries are sent.
    #[must_use]
    pub fn request_url(&self) -> String {
        match self {
            Resolver::Own(url) => url.request_url(),
            known => KNOWN.iter().find(|(resolver, _, _)| resolver == known).map_or("", |(_, _, url)| url).to_owned(),
        }
    }
}
