//! Why a new endpoint cannot be added.

/// Why a new endpoint cannot be added. Quotes are the endpoint's own words, made fit to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Objection {
    /// It serves another chain.
    WrongChain { served: u64, wanted: u64 },
    /// It redirects to another address.
    Redirect,
    /// It sent nothing.
    Silent(Silence),
    /// It asks for a key.
    NoAccess { quote: Option<String> },
    /// It refuses, or says that there are too many requests.
    Refused { quote: Option<String> },
    /// It says something else than its chain.
    NotReady { quote: String },
    /// It answers with this HTTP status, but not with JSON-RPC.
    NotJsonRpc { status: u16 },
}

/// Why an endpoint sent nothing, as far as the browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Silence {
    /// The server refuses the connection.
    ConnectionRefused,
    /// There is no server of this name.
    NoSuchName,
    /// The browser does not accept its certificate.
    Certificate,
    /// It does not say.
    Unknown,
}

impl Objection {
    /// Stable word.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Objection::WrongChain { .. } => "wrong-chain",
            Objection::Redirect => "redirect",
            Objection::Silent(_) => "no-answer",
            Objection::NoAccess { .. } => "no-access",
            Objection::Refused { .. } => "refused",
            Objection::NotReady { .. } => "not-ready",
            Objection::NotJsonRpc { .. } => "not-json-rpc",
        }
    }
}
