//! Questions: how each is raced, what the replies mean, what its askers get, and what is remembered. Knows no pages
//! and posts nothing. It returns what others must do as [`Effect`]s, in order.
//!
//! ```text
//!  all.rs       all the state                          judge.rs     what a reply means for its race
//!  means.rs     what the caller lends                  named.rs     blocks that some lanes lack
//!  effect.rs    what others must do                    settle.rs    what the askers get, and the trail
//!  steps.rs     which request is handled next          confirm.rs   errors that two lanes gave
//!  request.rs   one request, and who wants its answer  tags.rs      tags that some lanes lack
//!  begin.rs     a new request                          proof.rs     checks on answers to the core's own reads
//!  run.rs       held, queued, raced                    receipts.rs  transactions answered by a receipt
//!  queue.rs     whose turn it is                       looking.rs   sends and polls for such a receipt
//!  plan.rs      lanes and needs of a race              offline.rs   reads that wait for the connection
//!  attempts.rs  start and end of attempts              wallet_word.rs  what a page's wallet answered as a lane
//!  flying.rs    requests by number, and their wakes    leaving.rs   askers that gave up
//!  memory.rs    joining, caching                       done.rs      the result of a request
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
