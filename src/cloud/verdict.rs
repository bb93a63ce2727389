//! What Breakwater says of a chain's endpoints: diverse, or what they share.

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// No endpoint is enabled: the chain passes through to the wallet.
    None,
    /// Not enough is known yet.
    Unknown,
    /// No single domain takes more than leaves two.
    Diverse,
    /// One endpoint would be left.
    Caution,
    /// None would be left.
    Warning,
}

/// The verdict of one chain, ready to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChainVerdict {
    /// How bad it is.
    pub level: Level,
    /// One sentence.
    pub sentence: String,
    /// The smallest change that clears it, when there is one.
    pub advice: Option<String>,
    /// Every failure domain: what is left when it goes dark.
    pub domains: Vec<DomainLine>,
    /// Herfindahl-Hirschman index over network groups, 0 to 10,000.
    pub hhi: Option<u32>,
}

/// What one domain's failure would leave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DomainLine {
    /// The domain.
    pub domain: super::ground::Domain,
    /// Its display name.
    pub name: String,
    /// Endpoints on it.
    pub on: usize,
    /// Endpoints left without it.
    pub left: usize,
}
