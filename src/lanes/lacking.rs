//! Tags that a lane has nothing for.

use crate::named::Tag;

/// How long a lane is passed over for a tag that it has nothing for and another lane has, ms.
const LACKS_MS: u64 = 600_000;

/// Until when a lane is passed over, by tag, ms.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lacking([u64; Tag::ALL.len()]);

impl Lacking {
    /// Whether the lane had nothing for this tag lately, and another lane had.
    pub(super) fn has(self, now: u64, tag: Option<Tag>) -> bool {
        tag.and_then(|tag| self.0.get(tag as usize)).is_some_and(|until| *until > now)
    }

    /// It has nothing for this tag, and another lane has.
    pub(super) fn note(&mut self, now: u64, tag: Tag) {
        self.0.get_mut(tag as usize).into_iter().for_each(|until| *until = now + LACKS_MS);
    }
}
