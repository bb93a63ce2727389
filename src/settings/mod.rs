//! What the person chose: chains, endpoints, sites, labels. Parsed whole or refused whole.
//!
//! ```text
//!  storage.local "settings" ──► Settings::parse_stored ┐             ┌─► Settings::to_text ─► export, storage
//!  an imported file ──────────► Settings::parse ───────┴─► Settings ─┤
//!                               (v1; later v2 …)                     └─► Settings::apply(Edit) ─► Settings
//! ```
//!
//! The format of each version is frozen: [`v1`] never changes, and a later version adds a module and a total migration.
//! `docs/SETTINGS.md` explains the format, `docs/settings.schema.json` is its schema, and
//! `tests/js/settings_schema.test.mjs` compares both with this parser.

mod check;
mod edit;
mod model;
mod problem;
mod resolver;
mod stored;
mod v1;
mod walk;

pub use edit::{Edit, headers};
pub use model::{
    BODY_BYTES, Chain, DEADLINE_MS, DEFAULT_DEADLINE_MS, Dispute, Endpoint, Header, MAX_ALL_ENDPOINTS, MAX_CHAINS,
    MAX_ENDPOINTS, MAX_HEADERS, MAX_LABELS, MAX_SITES, MAX_TEXT_BYTES, Mode, Settings, Unconfirmed,
};
pub use problem::{Kind, Problem, Wrong};
pub use resolver::Resolver;
pub use stored::Stored;

impl Settings {
    /// Reads the text of a settings file or of the stored object. Total: every text gives settings, or the first
    /// problem in it with the path of the field.
    pub fn parse(text: &str) -> Result<Settings, Problem> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(Wrong::TooLarge { bytes: MAX_TEXT_BYTES }.at(""));
        }
        v1::read(&json(text)?)?.fits()
    }

    /// These settings, unless their text would be too large to be read again. Defaults are written out, and a file
    /// without spaces grows to three times its size.
    fn fits(self) -> Result<Settings, Problem> {
        if self.to_text().len() > MAX_TEXT_BYTES {
            return Err(Wrong::TooLarge { bytes: MAX_TEXT_BYTES }.at(""));
        }
        Ok(self)
    }

    /// The settings as export writes them and storage keeps them: version 1, indented, always in this order.
    #[must_use]
    pub fn to_text(&self) -> String {
        v1::write(self)
    }

    /// The settings after one change, or why the change is refused. The field of the problem is the edit's own.
    pub fn apply(&self, edit: &Edit) -> Result<Settings, Problem> {
        edit::apply(self, edit)
    }
}

fn json(text: &str) -> Result<serde_json::Value, Problem> {
    let place = |error: serde_json::Error| Wrong::NotJson { line: error.line(), column: error.column() };
    serde_json::from_str(text).map_err(|error| place(error).at(""))
}
