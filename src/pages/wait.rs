//! One call that a wallet has not answered.

use crate::lang::Lang;

/// One call that the wallet has not answered.
#[derive(Debug)]
pub(crate) struct Wait {
    pub(super) id: u64,
    pub(super) chain: Option<u64>,
    pub(super) method: &'static str,
    pub(super) since: u64,
    pub(super) endpoint: Tried,
}

/// What is known about the wallet's own endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    /// Asked at this time.
    Out(u64),
    Answers,
    Fails,
    /// Its answer says nothing about its endpoint.
    Open,
}

impl Wait {
    /// The end of a sentence that begins with the frame's name. It gives no advice, because the frame may lie.
    pub(crate) fn told_by_frame(&self, now: u64, lang: Lang) -> String {
        let (method, time) = (self.method, time(now.saturating_sub(self.since)));
        lang.pick(
            format!(" says that a wallet has not answered {method} for {time}."),
            format!(" dit qu’un portefeuille n’a pas répondu à {method} depuis {time}."),
        )
    }
}

/// `40 s`, `3 min`: in steps, so that a screen reader does not speak every second.
pub(super) fn time(ms: u64) -> String {
    match ms / 1_000 {
        seconds if seconds < 120 => format!("{} s", seconds / 10 * 10),
        seconds => format!("{} min", seconds / 60),
    }
}
