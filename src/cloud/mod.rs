//! Where an address stands: table reader, DNS and header rules, ground, verdict, drill, incident. Knows no race.
//!
//! ```text
//!  address ─► table ─┐
//!  host name ─► suffix, rpc ─┤
//!  response headers ─► headers ─┼─► evidence ─► ground ─┬─► verdict   what a chain's endpoints share
//!  DNS over HTTPS ─► dns ─┤                           ├─► drill     what a pretend outage takes
//!  the person ─► label ─┘                           ├─► incident  what a real one took
//!                                                    └─► blackout  when nothing was left
//! ```
//!
//! Facts about companies are in [`operators`] and [`rpc`]; the method and its sources in `docs/GROUND.md`.

pub mod between;
pub mod blackout;
pub mod dns;
pub mod drill;
pub mod evidence;
pub mod ground;
pub mod headers;
pub mod incident;
mod kept;
pub mod label;
pub mod local;
pub mod operators;
pub mod presets;
pub mod registrable;
pub mod rpc;
pub mod suffix;
pub mod table;
pub mod verdict;

pub use table::{Atlas, Place, Special, TableError};
