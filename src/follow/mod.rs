//! Filters and subscriptions (`docs/adr/0004-filters.md`). They belong to the core, so a lane that goes dark takes no
//! state with it. This part asks no lane and posts nothing. It returns what others must do as [`Wish`]es, in order.
//!
//! ```text
//!  state.rs    everything that is followed, and what       canon.rs     the newest blocks, linked
//!              pages are told                              item.rs      one filter: delivered, next
//!  calls.rs    the eight methods, resume, limits           criteria.rs  which logs it wants
//!  look.rs     what the lanes are asked, and when          chain.rs     one chain, and the requests about it
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
