//! Questions: what a race of one is to be, what its replies mean, what its askers get, and what is remembered of it.
//! Knows no page and posts nothing: what dealing with one leads to is given back as [`Effect`]s, in their order.
//!
//! ```text
//!  all.rs       everything that is asked               judge.rs     what a reply means for its race
//!  means.rs     what is handed in                      named.rs     blocks that not every lane has
//!  effect.rs    what comes of it, for others to do     settle.rs    what its askers get, and the trail
//!  steps.rs     which request is dealt with next       confirm.rs   errors that two lanes gave
//!  request.rs   one request, and who wants its answer  tags.rs      tags that not every lane knows
//!  begin.rs     a request as it begins                 proof.rs     what the core's own questions must show
//!  run.rs       held, in line, raced                   receipts.rs  transactions whose answer is a receipt
//!  queue.rs     whose turn it is                       looking.rs   what is sent for one, and when
//!  plan.rs      what a race is to be                   offline.rs   reads that wait for the line
//!  attempts.rs  attempts as they begin and end         wallet_word.rs  what a page's wallet said, as a lane
//!  flying.rs    requests by number, and their wakes    leaving.rs   answers nobody wants any more
//!  memory.rs    joining, caching                       done.rs      what a request came to
//!  batching.rs  reads that share an HTTP request
//! ```

mod all;
mod attempts;
mod batching;
mod begin;
mod confirm;
mod done;
mod effect;
mod flying;
mod judge;
mod leaving;
mod looking;
mod means;
mod memory;
mod named;
mod offline;
mod plan;
mod proof;
mod queue;
mod receipts;
mod request;
mod run;
mod settle;
mod steps;
mod tags;
mod wallet_word;

pub(crate) use all::Asks;
pub(crate) use begin::{Inside, Terms, settled_by};
#[cfg(test)]
pub(crate) use done::Shown;
pub(crate) use done::{Done, Given};
pub(crate) use effect::{Effect, WalletDid};
pub(crate) use means::{Askers, Means};
pub(crate) use proof::Proof;
pub(crate) use request::Asker;

#[cfg(test)]
mod tests;
