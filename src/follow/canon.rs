//! The newest blocks of one chain, linked by their parents' hashes. Knows no lane and no page.
//!
//! ```text
//!   trunk   … ─ 95 ─ 96 ─ 97 ─ 98          the chain as pages were told
//!   branch            └─ 97'─ 98'─ 99'     a lane's newer block, followed back until it joins the trunk
//! ```

use std::collections::{BTreeMap, VecDeque};

use crate::blocks::Header;

/// Blocks kept below the newest one. Deeper ones count as final.
pub(super) const KEPT: u64 = 128;
/// Longest gap of `newHeads` that is filled, in blocks.
pub(super) const FAR: u64 = 1_024;
/// Headers asked for at once when many are missing.
const AHEAD: u64 = 16;
/// If fewer headers than this are missing, they are read one by one, by hash.
const FEW: u64 = 4;
/// A header that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Want {
    pub(super) number: u64,
    /// The wanted block's hash; `None` for whichever block a lane has at that number.
    pub(super) hash: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Canon {
    trunk: VecDeque<Header>,
    /// Newest first.
    branch: Vec<Header>,
    /// Headers that arrived before the one above them.
    pool: BTreeMap<u64, Header>,
    /// The oldest block that must still be compared.
    low: u64,
}

impl Canon {
    pub(super) fn tip(&self) -> Option<&Header> {
        self.trunk.back()
    }

    pub(super) fn first(&self) -> Option<u64> {
        self.trunk.front().map(|h| h.number)
    }

    pub(super) fn at(&self, number: u64) -> Option<&Header> {
        let index = number.checked_sub(self.first()?)?;
        self.trunk.get(usize::try_from(index).ok()?)
    }

    /// Whether the trunk has another block at this height. It may have none there, and then nothing shows that the
    /// block was replaced.
    pub(super) fn differs(&self, number: u64, hash: &str) -> bool {
        !hash.is_empty() && self.at(number).is_some_and(|here| here.hash != hash)
    }

    /// The newest block that was offered, whether or not it has joined the trunk.
    pub(super) fn newest(&self) -> Option<&Header> {
        self.branch.first().or(self.tip())
    }

    /// Takes a lane's newest block. If it is on the trunk, the lane is behind and nothing changes.
    pub(super) fn offer(&mut self, header: Header) {
        if self.at(header.number).is_some_and(|here| here.hash == header.hash) {
            return;
        }
        // The new block may lead back through the branch that was being followed.
        self.pool.extend(self.branch.drain(..).map(|h| (h.number, h)));
        // The block is too far ahead to follow back to the trunk. A new trunk begins, and reaches down as far as it
        // must.
        let far = self.tip().is_some_and(|tip| header.number > tip.number + KEPT);
        if far || self.trunk.is_empty() {
            self.trunk = VecDeque::from([header]);
            self.pool.clear();
        } else {
            self.branch.push(header);
        }
        self.link();
    }

    /// The chain ends at this block. Returns whether the trunk has blocks below it to continue from.
    pub(super) fn cut(&mut self, header: &Header) -> bool {
        let known = self.first().is_some_and(|first| first < header.number || self.at(header.number) == Some(header));
        self.trunk.retain(|h| known && h.number <= header.number);
        self.branch.clear();
        self.pool.clear();
        known
    }

    /// Takes a header that was asked for. Returns `false` if it is another one.
    pub(super) fn found(&mut self, want: &Want, header: Header) -> bool {
        if header.number != want.number || want.hash.as_ref().is_some_and(|hash| *hash != header.hash) {
            return false;
        }
        self.pool.insert(header.number, header);
        self.link();
        true
    }

    /// A header could not be read. The branch is offered again with the next newest block.
    pub(super) fn give_up(&mut self) {
        self.branch.clear();
    }

    /// The oldest block that must be compared with what a page was told.
    pub(super) fn reach(&mut self, low: u64) {
        self.low = low;
        self.link();
    }

    /// Whether the trunk is complete: no branch is open, and it reaches down to where it must.
    pub(super) fn is_whole(&self) -> bool {
        self.branch.is_empty() && self.first().is_some_and(|first| first <= self.low)
    }

    /// The missing headers, nearest first.
    pub(super) fn wants(&self) -> Vec<Want> {
        let (edge, floor) = match (self.branch.last(), self.trunk.front(), self.tip()) {
            (Some(edge), _, Some(tip)) => (edge, tip.number + 1),
            (None, Some(front), _) if front.number > self.low => (front, self.low),
            _ => return Vec::new(),
        };
        let Some(below) = edge.number.checked_sub(1) else { return Vec::new() };
        let mut wants = vec![Want { number: below, hash: Some(edge.parent.clone()) }];
        if below > floor + FEW {
            let numbers = (floor.max(below.saturating_sub(AHEAD))..below).rev();
            wants.extend(numbers.filter(|n| !self.pool.contains_key(n)).map(|number| Want { number, hash: None }));
        }
        wants
    }

    fn link(&mut self) {
        while let Some(last) = self.branch.last() {
            let joins = last.number.checked_sub(1).and_then(|n| self.at(n)).is_some_and(|h| h.hash == last.parent);
            let under = self.first().is_none_or(|first| last.number <= first);
            if joins || under {
                let number = last.number;
                self.trunk.retain(|h| h.number < number && joins);
                self.trunk.extend(self.branch.drain(..).rev());
                self.pool.clear();
                break;
            }
            match self.pooled(last.number, &last.parent.clone()) {
                Some(parent) => self.branch.push(parent),
                None => break,
            }
        }
        while let Some(front) = self.trunk.front().filter(|f| self.branch.is_empty() && f.number > self.low) {
            match self.pooled(front.number, &front.parent.clone()) {
                Some(parent) => self.trunk.push_front(parent),
                None => break,
            }
        }
    }

    fn pooled(&mut self, number: u64, parent: &str) -> Option<Header> {
        self.pool.remove(&number.checked_sub(1)?).filter(|h| h.hash == parent)
    }

    /// Forgets blocks that need not be compared any more.
    pub(super) fn trim(&mut self) {
        let Some(tip) = self.tip().map(|t| t.number) else { return };
        let keep = self.low.min((tip + 1).saturating_sub(KEPT));
        while self.first().is_some_and(|first| first < keep) {
            self.trunk.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(fork: u8, number: u64) -> String {
        format!("0x{fork:02x}{number:062x}")
    }

    fn header(fork: u8, parent: u8, number: u64) -> Header {
        Header { number, hash: hash(fork, number), parent: hash(parent, number - 1), text: String::new() }
    }

    fn trunk(canon: &Canon) -> Vec<&str> {
        canon.trunk.iter().map(|h| h.hash.as_str()).collect()
    }

    #[test]
    fn a_reorganisation_is_followed_back_by_hash() {
        let mut canon = Canon::default();
        canon.offer(header(0, 0, 10));
        (11..=13).for_each(|n| canon.offer(header(0, 0, n)));
        canon.reach(10);
        canon.offer(header(1, 1, 13));
        for number in [12, 11] {
            let want = Want { number, hash: Some(hash(1, number)) };
            assert_eq!(canon.wants(), std::slice::from_ref(&want));
            assert!(!canon.is_whole() && !canon.found(&want, header(2, 2, number)), "another block");
            assert!(canon.found(&want, header(1, if number == 11 { 0 } else { 1 }, number)));
        }
        assert_eq!(trunk(&canon), [hash(0, 10), hash(1, 11), hash(1, 12), hash(1, 13)]);
        assert!(canon.differs(12, &hash(0, 12)) && !canon.differs(10, &hash(0, 10)) && !canon.differs(9, "0x"));
    }

    #[test]
    fn a_shorter_chain_counts_but_a_lagging_lane_does_not() {
        let mut canon = Canon::default();
        (10..=13).for_each(|n| canon.offer(header(0, 0, n)));
        canon.offer(header(0, 0, 12));
        assert_eq!(canon.tip().map(|t| t.number), Some(13));
        canon.offer(header(1, 0, 12));
        assert_eq!(canon.tip().map(|t| t.hash.clone()), Some(hash(1, 12)));
    }

    #[test]
    fn many_missing_headers_are_asked_for_at_once() {
        let mut canon = Canon::default();
        canon.offer(header(0, 0, 10));
        canon.reach(10);
        canon.offer(header(0, 0, 110));
        let mut rounds = 0;
        while !canon.is_whole() {
            rounds += 1;
            for want in canon.wants() {
                canon.found(&want, header(0, 0, want.number));
            }
        }
        assert_eq!((canon.trunk.len(), rounds), (101, 6));
        canon.reach(100);
        canon.trim();
        assert_eq!(canon.first(), Some(10));
        canon.offer(header(0, 0, 5_000));
        assert_eq!((canon.trunk.len(), canon.is_whole()), (1, false), "blocks that must be compared are fetched again");
    }

    #[test]
    fn a_wrong_guess_by_number_is_asked_for_by_hash() {
        let mut canon = Canon::default();
        canon.offer(header(0, 0, 10));
        canon.offer(header(0, 0, 20));
        assert!(canon.found(&Want { number: 18, hash: None }, header(7, 7, 18)));
        canon.found(&Want { number: 19, hash: Some(hash(0, 19)) }, header(0, 0, 19));
        assert_eq!(canon.wants().first(), Some(&Want { number: 18, hash: Some(hash(0, 18)) }));
    }
}
