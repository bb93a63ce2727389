//! Filters and subscriptions (`docs/adr/0004-filters.md`): the core's own, so that no lane holds state and
//! none can take it along when it goes dark. Asks nobody and posts nothing: what is to be done is given back as
//! [`Wish`]es, in their order.
//!
//! ```text
//!  state.rs    everything that is followed, and what       canon.rs     the newest blocks, linked
//!              goes to the pages                           item.rs      one filter: delivered, next
//!  calls.rs    the eight methods, resume, limits           criteria.rs  which logs it wants
//!  look.rs     what is asked of the lanes, and when        chain.rs     one chain, and what is asked about it
//!  socket.rs   sockets that are open                       push.rs      new blocks by WebSocket
//!  wish.rs     what goes in and comes out
//! ```

mod calls;
mod canon;
mod chain;
mod criteria;
mod item;
mod look;
mod push;
mod socket;
mod state;
mod wish;

pub(crate) use state::Follower;
pub(crate) use wish::{Around, Wish};

#[cfg(test)]
mod tests;
