//! The messages between our own pages (popup, options) and the core.

use serde::{Deserialize, Serialize};

use super::changes::Section;
use super::ground::{GroundView, Preset};
use super::view::Snapshot;
use crate::cloud::drill::Target;
use crate::secret::Secret;
use crate::settings::Edit;

/// A message from popup or options to the core, by `runtime.sendMessage`. Every one gets a `PanelReply`.
#[derive(Debug, Clone, Deserialize, Serialize, PartialEq)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum PanelToCore {
    /// Everything a page of ours shows. `host` is the host name of the site in the active tab.
    Snapshot {
        /// Host name of the active tab's site, if it has one.
        host: Option<String>,
        /// `en` or `fr`: the language of the sentences.
        lang: String,
    },
    /// The last 200 races, newest first.
    Trail {
        /// `en` or `fr`: the language of the reasons.
        #[serde(default)]
        lang: String,
    },
    /// One change to the settings; the core validates, the shell stores.
    Edit {
        /// The change.
        edit: Edit,
        /// `en` or `fr`: the language of a problem's sentence.
        #[serde(default)]
        lang: String,
    },
    /// Say what a settings file would change, without storing it.
    ImportPreview {
        /// JSON text.
        text: Secret,
        /// `en` or `fr`: the language of the changes, or of a problem's sentence.
        #[serde(default)]
        lang: String,
    },
    /// Parse a settings file and store it whole, or refuse it whole.
    Import {
        /// JSON text.
        text: Secret,
        /// `en` or `fr`: the language of a problem's sentence.
        #[serde(default)]
        lang: String,
    },
    /// The settings as export writes them.
    Export,
    /// Ask an endpoint for its chain and find out where it stands, before it is saved.
    Probe {
        /// EIP-155 id it should serve.
        chain: u64,
        /// URL as typed.
        url: Secret,
        /// Extra request headers, as `[name, value]` pairs.
        #[serde(default)]
        headers: Vec<(String, Secret)>,
        /// `en` or `fr`.
        lang: String,
    },
    /// Start a pretend outage.
    DrillStart {
        /// What goes dark.
        target: Target,
    },
    /// End the pretend outage now.
    DrillStop,
    /// The presets offered for a chain.
    Presets {
        /// EIP-155 id.
        chain: u64,
        /// `en` or `fr`: the language of the notes.
        #[serde(default)]
        lang: String,
    },
    /// Check an address table that the person chose and use it from now on, or refuse it whole.
    LoadTable {
        /// The file's bytes in base64.
        base64: String,
        /// `en` or `fr`: the language of a problem's sentence.
        #[serde(default)]
        lang: String,
    },
    /// Go back to the address table that came with this version.
    ShippedTable,
}

/// Answers to `PanelToCore`.
#[derive(Debug, Clone, Serialize, PartialEq)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum PanelReply {
    /// Answer to `Snapshot`.
    Snapshot(Box<Snapshot>),
    /// Answer to `Trail`.
    Trail {
        /// Newest first.
        races: Vec<crate::trail::Record>,
    },
    /// The change is valid and stored.
    Done,
    /// Answer to `Export`: the settings as JSON text.
    Text {
        /// JSON text.
        text: Secret,
    },
    /// Answer to `ImportPreview`: what importing the file would change. No path, no key.
    Changes {
        /// Grouped by chain, with a section for changes outside chains.
        sections: Vec<Section>,
    },
    /// Answer to `Probe`.
    Probed {
        /// EIP-155 id the endpoint answered with.
        chain: u64,
        /// Round trip in ms.
        ms: u64,
        /// Where it stands.
        ground: GroundView,
        /// Level of the chain's verdict now.
        level_before: crate::cloud::verdict::Level,
        /// Level it would have with this endpoint.
        level_after: crate::cloud::verdict::Level,
        /// What adding it would do to the verdict: one sentence.
        change: String,
    },
    /// Answer to `Presets`.
    Presets {
        /// The presets; first those of companies that run none of the chain's endpoints.
        presets: Vec<Preset>,
    },
    /// Something is wrong with what was asked.
    Problem {
        /// Which field, as a path (`chains[0].endpoints[2].url`), or empty.
        field: String,
        /// A stable word for tests and translation (`duplicate`, `wrong-chain`, …).
        code: String,
        /// One sentence that says what is wrong and how to fix it. Never a whole URL.
        message: String,
    },
}

impl PanelReply {
    /// Something is wrong with what was asked.
    pub(crate) fn problem(field: &str, code: &str, message: &str) -> PanelReply {
        PanelReply::Problem { field: field.to_owned(), code: code.to_owned(), message: message.to_owned() }
    }
}
