//! What the core says to the person, in every language. The parts below give facts; this room puts them into sentences,
//! with all languages side by side.
//!
//! ```text
//!  race.rs      why a race ended so               settings.rs, url.rs  what is wrong with what was typed
//!  ground.rs    where an endpoint stands          objection.rs         why an endpoint cannot be added
//!  domain.rs    names of failure domains          compare/             what an import would change
//!  verdict.rs   what a chain's endpoints share    dot.rs               how an endpoint is doing
//!  overall.rs   the same for all chains           waiting.rs           what wallets have not answered
//!  change.rs    what one more would change        table.rs             the address table
//!  drill.rs     a drill, in figures               presets.rs           endpoints to choose from
//!  incident.rs  what failed, and who served, if any watch.rs            the badge and notifications
//! ```
//!
//! A third language is one more [`Lang`], one more text beside each pair, one more column in `data/countries.tsv` and one
//! more text of each note in `data/presets.json`. Other modules know no language: `guard` and `panel` only hand on which
//! one is wanted. Errors for a page's developer are in English alone and stand with their codes, in `answer`.

mod change;
mod compare;
mod domain;
mod dot;
mod drill;
mod ground;
mod incident;
mod lang;
mod objection;
mod overall;
mod presets;
mod race;
mod settings;
mod table;
mod url;
mod verdict;
mod waiting;
mod watch;

pub use change::change;
pub use domain::country_name;
pub(crate) use ground::kept_place;
pub use lang::Lang;
pub use overall::judge_all;
pub(crate) use table::old_data;
pub use verdict::judge;
pub(crate) use waiting::{frame, locked_in_frame};
pub(crate) use watch::show;
