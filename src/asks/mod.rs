//! Questions: what a race of one is to be, what its replies mean, what its askers get, and what is remembered of it.
//! Knows no page and posts nothing: what a request came to is given back as [`Done`].
//!
//! ```text
//!  all.rs       everything that is asked               judge.rs     what a reply means for its race
//!  request.rs   one request, and who wants its answer  named.rs     blocks that not every lane has
//!  begin.rs     a request as it begins                 settle.rs    what its askers get, and the trail
//!  done.rs      what a request came to                 confirm.rs   errors that two lanes gave
//!  flying.rs    requests by number, and their wakes    tags.rs      tags that not every lane knows
//!  plan.rs      what a race is to be                   proof.rs     what the core's own questions must show
//!  memory.rs    joining, caching                       receipts.rs  transactions whose answer is a receipt
//! ```

mod all;
mod begin;
mod confirm;
mod done;
mod flying;
mod judge;
mod memory;
mod named;
mod plan;
mod proof;
pub(crate) mod receipts;
mod request;
mod settle;
mod tags;

pub(crate) use all::Asks;
pub(crate) use begin::{Inside, Terms, deadline, settled_by};
pub(crate) use done::{Done, Given};
pub(crate) use judge::{shown_block, was_overtaken, without_secrets};
pub(crate) use named::must_show;
pub(crate) use plan::{is_cold, need, pin, takes_part};
pub(crate) use proof::Proof;
pub(crate) use request::{Asker, Request, Slot};
pub(crate) use settle::is_own;

#[cfg(test)]
mod tests;
