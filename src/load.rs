//! How much the pages of one origin may ask: how often, how much at once, and how many rescues. A page that asks for
//! more is refused, and no other page notices.
//!
//! A *share* is an origin. All frames of a tab that are not of the tab's own site are one share together, so a page
//! gains nothing by embedding twelve frames with twelve host names.

use std::collections::BTreeMap;

use crate::protocol::{MAX_BYTES, MAX_DOCUMENT_BYTES, MAX_IN_FLIGHT};

/// Messages an origin may send at once …
pub const MESSAGES: u64 = 4_000;
/// … and per second in the long run. A dApp's busiest start is under 500 reads, and a busy one makes under 100 a
/// second.
pub const MESSAGES_PER_S: u64 = 500;
/// This many bytes count as one message more.
const MESSAGE_BYTES: usize = 16 * 1024;
/// Own reads that an origin may have rescued at once. A page reads about 100 when it loads, and a person whose page
/// looks broken reloads it, up to five times in a row …
const RESCUES: u64 = 500;
/// … and per second in the long run. An open page makes some tens of reads a minute, and this allows 120. That covers
/// an outage of its endpoint, and limits what an endpoint that fails on purpose can cost the person.
const RESCUES_PER_S: u64 = 2;
/// Requests all documents of an origin may have waiting at once.
const WAITING: usize = 2 * MAX_IN_FLIGHT;
/// Origins that are remembered without an open document.
const REMEMBERED: usize = 256;

/// A token bucket, in thousandths.
#[derive(Debug, Clone, Copy)]
struct TokenBucket {
    left: u64,
    at: u64,
}

impl TokenBucket {
    fn full(now: u64, size: u64) -> TokenBucket {
        TokenBucket { left: size * 1_000, at: now }
    }

    fn spend(&mut self, now: u64, (size, per_s): (u64, u64), cost: u64) -> bool {
        self.left = (self.left + now.saturating_sub(self.at) * per_s).min(size * 1_000);
        self.at = self.at.max(now);
        let enough = self.left >= cost * 1_000;
        if enough {
            self.left -= cost * 1_000;
        }
        enough
    }
}

#[derive(Debug, Clone)]
struct Share {
    documents: usize,
    waiting: usize,
    bytes: usize,
    messages: TokenBucket,
    rescues: TokenBucket,
}

/// What one document has waiting.
#[derive(Debug, Clone, Copy, Default)]
pub struct Document {
    /// Its share.
    pub share: u32,
    /// Requests.
    pub waiting: usize,
    /// Bytes of their parameters.
    pub bytes: usize,
}

/// All shares.
#[derive(Debug, Default)]
pub struct Load {
    names: BTreeMap<String, u32>,
    shares: BTreeMap<u32, Share>,
    next: u32,
    bytes: usize,
}

impl Load {
    /// The share of an origin in a tab of this host.
    pub fn share(&mut self, now: u64, origin: &str, host: &str) -> u32 {
        let own = origin.split_once("://").is_some_and(|(_, rest)| {
            rest.strip_prefix(host).is_some_and(|port| port.is_empty() || port.starts_with(':'))
        });
        let name = if own { origin.to_owned() } else { format!("in {host}") };
        if let Some(share) = self.names.get(&name) {
            return *share;
        }
        self.forget(now);
        self.next += 1;
        let share = Share {
            documents: 0,
            waiting: 0,
            bytes: 0,
            messages: TokenBucket::full(now, MESSAGES),
            rescues: TokenBucket::full(now, RESCUES),
        };
        self.names.insert(name, self.next);
        self.shares.insert(self.next, share);
        self.next
    }

    /// A document has opened.
    pub fn open(&mut self, now: u64, origin: &str, host: &str) -> Document {
        let share = self.share(now, origin, host);
        self.shares.get_mut(&share).into_iter().for_each(|s| s.documents += 1);
        Document { share, ..Document::default() }
    }

    /// It has closed, and its waiting requests have been removed before. Its share stays for a while, so that reloading
    /// the page gains nothing.
    pub fn close(&mut self, document: Document) {
        if let Some(share) = self.shares.get_mut(&document.share) {
            share.documents = share.documents.saturating_sub(1);
        }
    }

    /// Whether a message of this many bytes may be accepted.
    pub fn message(&mut self, now: u64, share: u32, bytes: usize) -> bool {
        let cost = 1 + (bytes / MESSAGE_BYTES) as u64;
        self.spend(share, |s| s.messages.spend(now, (MESSAGES, MESSAGES_PER_S), cost))
    }

    /// Counts further items of a message that counted as one.
    pub fn items(&mut self, now: u64, share: u32, items: usize) -> bool {
        self.spend(share, |s| s.messages.spend(now, (MESSAGES, MESSAGES_PER_S), items as u64))
    }

    /// Whether a page's own call with this many items may be rescued.
    pub fn rescue(&mut self, now: u64, share: u32, items: usize) -> bool {
        self.spend(share, |s| s.rescues.spend(now, (RESCUES, RESCUES_PER_S), items as u64))
    }

    fn spend(&mut self, share: u32, spend: impl FnOnce(&mut Share) -> bool) -> bool {
        self.shares.get_mut(&share).is_some_and(spend)
    }

    /// Whether this many more requests, with this many bytes in all, may wait. One origin never has more bytes than are
    /// left for others (Choudhury and Hahne, 1998), so that no origin can take everything.
    pub fn has_room(&self, document: Document, requests: usize, bytes: usize) -> bool {
        let Some(share) = self.shares.get(&document.share) else { return false };
        document.waiting + requests <= MAX_IN_FLIGHT
            && share.waiting + requests <= WAITING
            && document.bytes + bytes <= MAX_DOCUMENT_BYTES
            && share.bytes + bytes <= MAX_BYTES.saturating_sub(self.bytes + bytes)
    }

    /// A request waits.
    pub fn begin(&mut self, document: &mut Document, bytes: usize) {
        document.waiting += 1;
        document.bytes += bytes;
        self.bytes += bytes;
        if let Some(share) = self.shares.get_mut(&document.share) {
            share.waiting += 1;
            share.bytes += bytes;
        }
    }

    /// It no longer waits.
    pub fn end(&mut self, document: &mut Document, bytes: usize) {
        document.waiting = document.waiting.saturating_sub(1);
        document.bytes = document.bytes.saturating_sub(bytes);
        self.bytes = self.bytes.saturating_sub(bytes);
        if let Some(share) = self.shares.get_mut(&document.share) {
            share.waiting = share.waiting.saturating_sub(1);
            share.bytes = share.bytes.saturating_sub(bytes);
        }
    }

    /// Shares without a document, the longest silent ones first.
    fn forget(&mut self, now: u64) {
        let mut idle: Vec<(u64, u32)> =
            self.shares.iter().filter(|(_, s)| s.documents == 0).map(|(key, s)| (s.messages.at, *key)).collect();
        if idle.len() < REMEMBERED {
            return;
        }
        idle.sort_unstable();
        let gone: Vec<u32> = idle.iter().take(REMEMBERED / 2).filter(|(at, _)| *at < now).map(|(_, k)| *k).collect();
        self.shares.retain(|key, _| !gone.contains(key));
        self.names.retain(|_, key| !gone.contains(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: (&str, &str) = ("https://good.example", "good.example");

    fn open(load: &mut Load, (origin, host): (&str, &str)) -> Document {
        load.open(0, origin, host)
    }

    #[test]
    fn frames_of_other_sites_in_a_tab_are_one_share() {
        let mut load = Load::default();
        let top = open(&mut load, GOOD).share;
        let names = ["https://a.evil.example", "https://b.evil.example", "null", "http://good.example.evil.example"];
        let frames: Vec<u32> = names.iter().map(|name| open(&mut load, (name, GOOD.1)).share).collect();
        assert!(frames.iter().all(|share| *share == frames[0] && *share != top), "{frames:?}");
        assert_ne!(open(&mut load, ("null", "other.example")).share, frames[0]);
        assert_eq!(open(&mut load, ("https://good.example", GOOD.1)).share, top);
        assert_ne!(open(&mut load, ("https://good.example:8443", GOOD.1)).share, top, "another origin");
    }

    #[test]
    fn messages_are_limited_and_the_limit_survives_a_reload() {
        let mut load = Load::default();
        let page = open(&mut load, GOOD);
        let taken = (0..10_000).filter(|_| load.message(0, page.share, 100)).count();
        assert_eq!(taken as u64, MESSAGES);
        load.close(page);
        let page = open(&mut load, GOOD);
        assert!(!load.message(1, page.share, 100));
        assert_eq!((0..9_000).filter(|_| load.message(1_000, page.share, 0)).count() as u64, MESSAGES_PER_S);
    }

    #[test]
    fn large_messages_count_for_more() {
        let mut load = Load::default();
        let page = open(&mut load, GOOD);
        let taken = (0..1_000).filter(|_| load.message(0, page.share, 3_900_000)).count();
        assert!((10..=20).contains(&taken), "{taken}");
    }

    #[test]
    fn a_document_has_16_mib_and_an_origin_leaves_room() {
        const MIB: usize = 1024 * 1024;
        let mut load = Load::default();
        let fill = |load: &mut Load, page: &mut Document| {
            while load.has_room(*page, 1, MIB) {
                load.begin(page, MIB);
            }
            page.bytes / MIB
        };
        let mut frames: Vec<Document> = (0..12).map(|_| open(&mut load, GOOD)).collect();
        let taken: Vec<usize> = frames.iter_mut().map(|frame| fill(&mut load, frame)).collect();
        assert_eq!(taken.iter().take(3).collect::<Vec<_>>(), [&16, &16, &0], "{taken:?}");
        let mut other = open(&mut load, ("https://other.example", "other.example"));
        assert_eq!(fill(&mut load, &mut other), 16);
        let mut third = open(&mut load, ("https://third.example", "third.example"));
        assert!(fill(&mut load, &mut third) >= 4);
        load.end(&mut frames[0], MIB);
        assert!(load.has_room(third, 1, MIB / 2));
    }

    #[test]
    fn documents_of_an_origin_share_one_limit() {
        let mut load = Load::default();
        let mut frames: Vec<Document> = (0..12).map(|_| open(&mut load, GOOD)).collect();
        for frame in &mut frames {
            while load.has_room(*frame, 1, 0) {
                load.begin(frame, 0);
            }
        }
        assert_eq!(frames.iter().map(|f| f.waiting).sum::<usize>(), WAITING);
        assert!(!load.has_room(Document { waiting: 0, ..frames[0] }, 1, 0));
    }

    #[test]
    fn the_rescue_budget_refills() {
        let mut load = Load::default();
        let page = open(&mut load, GOOD);
        assert_eq!((0..2_000).filter(|_| load.rescue(0, page.share, 1)).count() as u64, RESCUES);
        assert!(!load.rescue(400, page.share, 1) && load.rescue(500, page.share, 1));
        assert!(!load.rescue(60_000, page.share, 121) && load.rescue(60_000, page.share, 119));
    }

    #[test]
    fn idle_shares_are_forgotten() {
        let mut load = Load::default();
        for i in 0..5_000 {
            let host = format!("d{i}.example");
            let page = load.open(i, &format!("https://{host}"), &host);
            load.close(page);
        }
        assert!(load.shares.len() <= 2 * REMEMBERED && load.names.len() == load.shares.len());
    }
}
