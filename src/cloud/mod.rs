//! Where an address stands: table reader, DNS and header rules, ground, verdict, drill, incident. Knows no race.

pub mod drill;
pub mod ground;
pub mod incident;
pub mod label;
pub mod presets;
pub mod verdict;
