//! One filter or subscription: what was delivered, and what comes next. Knows no lane.

use std::collections::{BTreeMap, VecDeque};

use super::canon::{Canon, FAR, KEPT};
use super::criteria::Criteria;
use crate::blocks::{Header, Log, removed};
use crate::io::ClientId;
use crate::protocol::{BlockEvents, KEPT_BLOCKS, KEPT_BYTES};

/// Blocks nearer than this to the newest are read one by one, by hash, because they may still be replaced and a lane
/// without the block says so.
const NEAR: u64 = 16;
/// Most blocks of one range query; halved if no lane accepts it.
const SPAN: u64 = 2_000;

/// What is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FeedKind {
    /// New blocks: `newHeads`, or only their hashes for `eth_newBlockFilter`.
    Blocks,
    Logs(Criteria),
}

/// What an item needs before it can continue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: it is at the newest block.
    Done,
    /// Older headers must be compared first.
    Wait,
    /// The logs of one block.
    Logs { number: u64, hash: String },
    /// The logs of blocks that can no longer be replaced, first and last.
    Range { from: u64, to: u64 },
}

/// A filter or subscription that waits for the block it begins after.
#[derive(Debug)]
pub(super) struct Creation {
    pub(super) client: ClientId,
    pub(super) chain: u64,
    /// When the page is told that it cannot be made, in ms.
    pub(super) due: u64,
    pub(super) id: u64,
    pub(super) wallet: bool,
    pub(super) method: String,
    pub(super) kind: FeedKind,
    pub(super) push: bool,
}

#[derive(Debug)]
pub(super) struct Feed {
    pub(super) chain: u64,
    pub(super) kind: FeedKind,
    /// A subscription gets its events pushed; a filter is polled for them.
    pub(super) push: bool,
    /// The task that reads its next logs.
    pub(super) asked: Option<u64>,
    /// Waiting `eth_getFilterChanges` calls, and until when each waits, in ms.
    pub(super) calls: Vec<(u64, u64)>,
    /// When it was made or last polled, in ms.
    pub(super) used: u64,
    /// Events not delivered yet.
    pub(super) news: Vec<BlockEvents>,
    /// Blocks delivered or in `news`, oldest first.
    seen: VecDeque<BlockEvents>,
    /// Everything up to this block is done, if `seen` has nothing newer.
    base: u64,
    span: u64,
}

impl Feed {
    /// An item that begins after the last of `seen`.
    pub(super) fn new(now: u64, chain: u64, kind: FeedKind, push: bool, seen: Vec<BlockEvents>) -> Self {
        let mut item = Feed {
            chain,
            kind,
            push,
            asked: None,
            calls: Vec::new(),
            used: now,
            news: Vec::new(),
            seen: seen.into(),
            base: 0,
            span: SPAN,
        };
        item.forget();
        item
    }

    /// The newest block that is done.
    pub(super) fn last(&self) -> u64 {
        self.seen.back().map_or(self.base, |b| b.number)
    }

    pub(super) fn next(&self) -> u64 {
        self.last() + 1
    }

    /// The oldest header it needs if the newest block is `tip`.
    pub(super) fn low(&self, tip: u64) -> u64 {
        let last = self.last().min(tip);
        match self.kind {
            FeedKind::Blocks => last.max(tip.saturating_sub(FAR)),
            FeedKind::Logs(_) if tip - last <= KEPT => last,
            FeedKind::Logs(_) => tip.saturating_sub(NEAR),
        }
    }

    /// Goes as far as it can without a lane.
    pub(super) fn advance(&mut self, canon: &Canon) -> Step {
        let (Some(tip), Some(first)) = (canon.tip().map(|t| t.number), canon.first()) else { return Step::Wait };
        loop {
            if first > self.low(tip) {
                return Step::Wait;
            }
            if self.take_back(canon) {
                continue;
            }
            let next = self.next();
            if next > tip {
                return Step::Done;
            }
            match (&self.kind, canon.at(next)) {
                (FeedKind::Blocks, Some(header)) => {
                    let result = if self.push { header.text.clone() } else { format!("\"{}\"", header.hash) };
                    self.tell(header.number, &header.hash.clone(), vec![result]);
                }
                // The gap is too long to fill. The item continues with the blocks that are there.
                (FeedKind::Blocks, None) => self.tell(first.saturating_sub(1), "", Vec::new()),
                (FeedKind::Logs(wanted), Some(header)) if !wanted.wants(next) => {
                    self.tell(next, &header.hash.clone(), Vec::new());
                }
                (FeedKind::Logs(_), Some(header)) if tip - next < NEAR => {
                    return Step::Logs { number: next, hash: header.hash.clone() };
                }
                (FeedKind::Logs(wanted), _) => {
                    let to = (tip - NEAR).min(next + self.span - 1);
                    if to < wanted.from || next > wanted.to {
                        self.tell(to, canon.at(to).map_or("", |h| &h.hash), Vec::new());
                        continue;
                    }
                    return Step::Range { from: next, to };
                }
            }
        }
    }

    /// A delivered block above the newest one was dropped if the block delivered at the newest height was dropped too.
    /// Otherwise the lane that showed the newest one is only behind.
    fn is_dropped(&self, canon: &Canon, block: &BlockEvents) -> bool {
        let Some(tip) = canon.tip().filter(|tip| block.number > tip.number && !block.hash.is_empty()) else {
            return canon.differs(block.number, &block.hash);
        };
        self.seen.iter().any(|b| b.number == tip.number && canon.differs(b.number, &b.hash))
    }

    /// Removes the newest block if the chain has dropped it.
    fn take_back(&mut self, canon: &Canon) -> bool {
        let dropped = self.seen.back().is_some_and(|b| self.is_dropped(canon, b));
        dropped && self.drop_last()
    }

    fn drop_last(&mut self) -> bool {
        let Some(last) = self.seen.back() else { return false };
        let taken = BlockEvents {
            number: last.number,
            hash: last.hash.clone(),
            removed: true,
            results: match self.kind {
                FeedKind::Blocks => Vec::new(),
                FeedKind::Logs(_) => last.results.iter().rev().map(|log| removed(log)).collect(),
            },
        };
        self.base = taken.number.saturating_sub(1);
        self.seen.pop_back();
        self.news.push(taken);
        true
    }

    /// The chain has started over at `tip`. Blocks above it are removed, or all blocks if none below it is known.
    pub(super) fn restart(&mut self, known: bool, tip: u64) {
        self.asked = None;
        while self.seen.back().is_some_and(|b| !known || b.number > tip) {
            self.drop_last();
        }
        if !known || self.last() > tip {
            self.base = tip.saturating_sub(1);
        }
    }

    /// The logs of the next block have arrived.
    pub(super) fn logs_of(&mut self, header: &Header, logs: Vec<Log>) {
        self.tell(header.number, &header.hash, logs.into_iter().map(|l| l.text).collect());
    }

    /// The logs of a range have arrived. Returns `false` if they belong to another chain than the one followed.
    pub(super) fn logs_of_range(&mut self, canon: &Canon, to: u64, logs: Vec<Log>) -> bool {
        if logs.iter().any(|l| canon.differs(l.number, &l.hash)) {
            return false;
        }
        let mut blocks: BTreeMap<u64, (String, Vec<String>)> = BTreeMap::new();
        let known = canon.first().unwrap_or(to).max(self.next());
        for number in (known..=to).chain([to]) {
            blocks.entry(number).or_insert((canon.at(number).map(|h| h.hash.clone()).unwrap_or_default(), Vec::new()));
        }
        for log in logs {
            let block = blocks.entry(log.number).or_insert((log.hash, Vec::new()));
            block.1.push(log.text);
        }
        for (number, (hash, results)) in blocks {
            self.tell(number, &hash, results);
        }
        self.span = (self.span * 2).min(SPAN);
        true
    }

    /// No lane accepted the range, so the next one is smaller.
    pub(super) fn too_wide(&mut self) {
        self.span = (self.span / 2).max(1);
    }

    fn tell(&mut self, number: u64, hash: &str, results: Vec<String>) {
        let block = BlockEvents { number, hash: hash.to_owned(), removed: false, results };
        self.news.push(block.clone());
        self.seen.push_back(block);
        self.forget();
    }

    /// Limits what is kept for later removal.
    fn forget(&mut self) {
        let size = |b: &BlockEvents| b.results.iter().map(String::len).sum::<usize>();
        let mut bytes: usize = match self.kind {
            FeedKind::Logs(_) => self.seen.iter().map(size).sum(),
            FeedKind::Blocks => {
                self.seen.iter_mut().for_each(|b| b.results.clear());
                0
            }
        };
        while self.seen.len() > KEPT_BLOCKS || (bytes > KEPT_BYTES && self.seen.len() > 1) {
            let Some(oldest) = self.seen.pop_front() else { break };
            bytes -= size(&oldest).min(bytes);
        }
    }
}

/// The document it belongs to, and its id.
pub(super) type FeedKey = (ClientId, String);
