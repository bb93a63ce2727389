//! What the person chose. Frozen versions and total migrations; parsed whole or left untouched.

use serde::{Deserialize, Serialize};

/// How a chain's reads are answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The best lane first, a second on different ground after a delay.
    #[default]
    Guard,
    /// All lanes at once.
    Race,
    /// The wallet first, lanes when it fails or stalls.
    Rescue,
    /// Two lanes on different ground must agree.
    Compare,
    /// The chain passes through to the wallet.
    Off,
}

/// One change to the settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Edit {
    /// Switch a site on or off.
    Site {
        /// Host name.
        host: String,
        /// Whether Breakwater works there.
        on: bool,
    },
}
