//! What is known about each endpoint of each chain: health, heads, chain-id checks and ground. Decides which endpoint
//! is asked first.
//!
//! ```text
//!  parts.rs     every chain with its lanes           learn.rs    what attempts teach, and which may begin
//!  change.rs    changes that are passed on           connectivity.rs, lost.rs  losses while the person is offline
//!  lane.rs      one endpoint of one chain            rank.rs     the order in which lanes are tried
//!  chain.rs     one chain and its lanes              upkeep.rs   checks, polls and probes of lanes
//!  belief.rs    which blocks are believed            shown.rs    which lanes have a block
//!  reset.rs     local chains that start over         lacking.rs  tags that a lane lacks
//!  dot.rs       how an endpoint is doing, in a word  pulse.rs    whether any answers, as verdicts count it
//! ```

mod belief;
mod chain;
mod change;
mod connectivity;
mod dot;
mod lacking;
mod lane;
mod learn;
mod lost;
mod parts;
mod pulse;
mod rank;
mod reset;
mod shown;
mod upkeep;

#[cfg(test)]
mod tests;

pub(crate) use chain::Chain;
pub(crate) use change::Change;
pub(crate) use connectivity::Responded;
pub(crate) use dot::Dot;
pub(crate) use lane::Lane;
pub(crate) use learn::{Admit, Lesson};
pub(crate) use parts::{Kept, Lanes};
pub(crate) use pulse::{Plight, Terms};
pub(crate) use rank::{Free, LaneRef, LastLane, OPERATION_READS, Wanted};
pub(crate) use upkeep::method;
