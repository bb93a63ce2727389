//! Block tags that a lane lacks.

use crate::named::Tag;

/// How long a lane is skipped for a tag that it lacks and another lane has, in ms.
const LACKS_MS: u64 = 600_000;

/// Until when a lane is skipped, by tag, in ms.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lacking([u64; Tag::ALL.len()]);

impl Lacking {
    /// Whether the lane lacked this tag lately while another lane had it.
    pub(super) fn has(self, now: u64, tag: Option<Tag>) -> bool {
        tag.and_then(|tag| self.0.get(tag as usize)).is_some_and(|until| *until > now)
    }

    /// The lane lacks this tag, and another lane has it.
    pub(super) fn note(&mut self, now: u64, tag: Tag) {
        self.0.get_mut(tag as usize).into_iter().for_each(|until| *until = now + LACKS_MS);
    }
}
