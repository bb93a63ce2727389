//! Popup and options: what they show, read from every part; endpoints that are checked before they are saved, and why
//! one cannot be added.

mod candidates;
mod card;
mod objection;
mod view;

pub(crate) use candidates::{Candidates, Checked, Proposal};
pub(crate) use view::View;
