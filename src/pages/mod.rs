//! Documents with a port to the core: their state, their limits, and the blocks they have been shown.
//!
//! ```text
//!  all.rs      every document: opened, heard, closed      hear.rs     what a message wants, within its limits
//!  page.rs     one document                               floors.rs   the blocks it has been shown
//!  consent.rs  which chains it may know about             waiting.rs, wait.rs  what its wallet is waiting for
//!  way.rs      who answers it, and what it is told
//! ```

mod all;
mod consent;
mod floors;
mod hear;
mod page;
mod wait;
mod waiting;
mod way;

#[cfg(test)]
mod tests;

pub(crate) use all::Pages;
pub(crate) use consent::{host_of, needs_consent};
pub(crate) use floors::ShownBy;
pub(crate) use hear::PageRequest;
pub(crate) use page::Page;
pub(crate) use wait::Unanswered;
pub(crate) use waiting::{TRY, waits};
pub(crate) use way::{Told, Way};
