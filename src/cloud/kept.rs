//! What is kept of incidents and blackouts, and what of a stored one is accepted.

use crate::hidden;

/// Most of them that are kept.
pub(super) const MAX_KEPT: usize = 50;
/// One that comes back within this time is the same one, in ms.
pub(super) const SAME_MS: u64 = 10 * 60 * 1000;
/// Most endpoints accepted from storage.
pub(super) const MAX_COUNTED: usize = 20_000;
/// Longest text accepted from storage: a name, or a few places.
const MAX_TEXT_CHARS: usize = 400;

/// Whether a stored text can be shown.
pub(super) fn is_short(text: &str) -> bool {
    text.chars().count() <= MAX_TEXT_CHARS && !text.contains(char::is_control) && !hidden::is_in(text)
}
