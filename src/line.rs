//! Whether the person's own line is down. The browser says so, but late, or not at all behind a router that is still
//! there. So it is judged by what is lost as well: when every endpoint of a chain fails with a network error and
//! nobody has answered since the first of them did, it is the line. One endpoint's failure while another answers is
//! its own.

use std::collections::BTreeMap;

/// How long a lost connection speaks for the line, ms.
const SPEAKS_MS: u64 = 10_000;
/// A lost connection is held against nobody for so long, ms: others may be lost as well, or answer.
const GRACE_MS: u64 = 1_000;
/// A line that comes back does so for one place sooner than for another, ms: what is lost meanwhile is nobody's.
const SETTLES_MS: u64 = 1_000;
/// Pause between two tries of a line that is down, ms.
const AGAIN_MS: u64 = 1_000;

/// The line, by what is seen of it. `B` is whom to blame for a lost connection.
#[derive(Debug, Clone)]
pub struct Line<B> {
    online: bool,
    /// When it was last known to have come back for everybody, ms.
    since: u64,
    /// Places that were lost since anybody answered, and when last, ms.
    lost: BTreeMap<String, u64>,
    /// Blame that waits for what becomes of the others, and since when.
    blame: Vec<(u64, B)>,
    try_at: u64,
}

impl<B> Default for Line<B> {
    fn default() -> Self {
        Line { online: true, since: 0, lost: BTreeMap::new(), blame: Vec::new(), try_at: 0 }
    }
}

impl<B> Line<B> {
    /// Whether the browser says that there is a line.
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// The browser's word. `true`: the line has come back.
    pub fn says(&mut self, now: u64, online: bool) -> bool {
        let back = online && !self.online;
        self.online = online;
        if back {
            self.back(now);
        }
        back
    }

    /// Something was answered: whoever was lost since has that from elsewhere. `None`: nothing was lost. The blame
    /// that is returned is due, unless the line was down.
    pub fn answered(&mut self, now: u64, was_down: bool) -> Vec<B> {
        if was_down {
            self.back(now);
        }
        self.lost.clear();
        std::mem::take(&mut self.blame).into_iter().map(|(_, whom)| whom).collect()
    }

    fn back(&mut self, now: u64) {
        self.since = now + SETTLES_MS;
        self.lost.clear();
        self.blame.clear();
    }

    /// A connection was lost, which was made then. Nobody is to blame for what was out while the line was down; it
    /// shows all the same that it is.
    pub fn lost(&mut self, now: u64, sent: u64, place: &str, whom: B) {
        self.lost.retain(|_, at| *at + SPEAKS_MS > now);
        self.lost.insert(place.to_owned(), now);
        if self.may_blame(sent) {
            self.blame.push((now, whom));
        }
    }

    /// Whether it is down for whoever can be reached at these places only. One place alone tells nothing, and without
    /// a place there is nothing to wait for.
    pub fn is_down<'a>(&self, now: u64, places: impl Iterator<Item = &'a str>) -> bool {
        let lost = |place: &str| self.lost.get(place).is_some_and(|at| *at + SPEAKS_MS > now);
        let mut places = places.peekable();
        places.peek().is_some() && (!self.online || self.lost.len() > 1 && places.all(lost))
    }

    /// Whether a failure of what was sent then may be anybody's.
    pub fn may_blame(&self, sent: u64) -> bool {
        self.online && sent >= self.since
    }

    /// Whether what waits for the line is to be tried now.
    pub fn may_try(&mut self, now: u64) -> bool {
        let due = now >= self.try_at;
        if due {
            self.try_at = now + AGAIN_MS;
        }
        due
    }

    /// When it is to be tried next, ms.
    pub fn try_at(&self) -> u64 {
        self.try_at
    }

    /// Blame whose time of grace is over; for nothing when the line is down.
    pub fn due(&mut self, now: u64) -> Vec<B> {
        let (due, rest) = std::mem::take(&mut self.blame).into_iter().partition(|(at, _)| *at + GRACE_MS <= now);
        self.blame = rest;
        let due: Vec<(u64, B)> = due;
        due.into_iter().map(|(_, whom)| whom).collect()
    }

    /// When the next blame is due, ms.
    pub fn wake(&self) -> Option<u64> {
        self.blame.iter().map(|(at, _)| at + GRACE_MS).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 2] = ["a", "b"];

    fn down(line: &Line<u8>, now: u64) -> bool {
        line.is_down(now, ALL.into_iter())
    }

    #[test]
    fn it_is_down_when_every_place_is_lost_at_once() {
        let mut line = Line::default();
        line.lost(0, 0, "a", 1);
        assert!(!down(&line, 0), "one alone is its own");
        line.lost(30, 30, "b", 2);
        assert!(down(&line, 30) && !line.is_down(30, ["a", "b", "c"].into_iter()));
        assert!(!down(&line, 30 + SPEAKS_MS), "long ago says nothing");
    }

    #[test]
    fn an_answer_from_anywhere_shows_that_it_is_there() {
        let mut line = Line::default();
        line.lost(0, 0, "a", 1);
        assert_eq!(line.answered(10, false), [1], "so it was that one's own");
        line.lost(20, 20, "b", 2);
        assert!(!down(&line, 20));
    }

    #[test]
    fn nobody_is_blamed_for_what_was_out_while_it_was_down() {
        let mut line = Line::default();
        line.lost(0, 0, "a", 1);
        line.lost(0, 0, "b", 2);
        assert_eq!(line.answered(5_000, true), Vec::<u8>::new());
        assert!(!line.may_blame(4_999) && line.may_blame(5_000 + SETTLES_MS) && !down(&line, 5_000));
        assert!(!line.says(6_000, false) && !line.may_blame(6_000) && down(&line, 6_000));
        assert!(line.says(7_000, true) && !line.may_blame(6_500) && !down(&line, 7_000));
    }

    #[test]
    fn what_is_lost_while_it_comes_back_shows_that_it_is_gone_and_blames_nobody() {
        let mut line = Line::default();
        assert!(!line.says(0, false) && line.says(10, true));
        line.lost(20, 15, "a", 1);
        line.lost(20, 15, "b", 2);
        assert!(down(&line, 20) && line.wake().is_none());
    }

    #[test]
    fn blame_waits_for_a_second() {
        let mut line = Line::default();
        line.lost(0, 0, "a", 1);
        assert_eq!(line.wake(), Some(GRACE_MS));
        assert_eq!((line.due(GRACE_MS - 1), line.due(GRACE_MS)), (vec![], vec![1]));
        assert_eq!(line.wake(), None);
    }
}
