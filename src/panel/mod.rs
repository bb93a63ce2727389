//! Popup and options: endpoints that are looked at before they are saved, and why one cannot be added.

mod candidates;
mod objection;

pub(crate) use candidates::{Candidates, Checked};
