//! Joining and caching. One origin never gets what another origin asked.

use std::collections::{BTreeMap, VecDeque};

use crate::answer::Question;
use crate::jsonrpc;
use crate::route::{Lasting, Spec};

/// Most bytes of questions and answers kept, for all origins together.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Larger questions are not joined, bytes: joining stores two more copies.
const MAX_QUESTION_BYTES: usize = 64 * 1024;
/// Larger answers are not kept, bytes.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

type MemoryKey = (String, Question);

/// Requests in flight and immutable answers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    flying: BTreeMap<MemoryKey, u64>,
    kept: BTreeMap<MemoryKey, String>,
    order: VecDeque<MemoryKey>,
    bytes: usize,
}

impl Memory {
    /// The request in flight that asks the same for the same origin.
    pub(super) fn joined(&self, origin: &str, question: &Question) -> Option<u64> {
        if is_large(question) {
            return None;
        }
        self.flying.get(&(origin.to_owned(), question.clone())).copied()
    }

    pub(super) fn join(&mut self, origin: &str, question: &Question, request: u64) {
        if !is_large(question) {
            self.flying.insert((origin.to_owned(), question.clone()), request);
        }
    }

    /// A request has ended. With a shorter deadline than its own, the same may have been asked again since, and that
    /// request is still in flight: `is_out` tells.
    pub(super) fn leave(&mut self, origin: &str, question: &Question, is_out: impl Fn(&u64) -> bool) {
        if is_large(question) {
            return;
        }
        let key = (origin.to_owned(), question.clone());
        if !self.flying.get(&key).is_some_and(is_out) {
            self.flying.remove(&key);
        }
    }

    /// An immutable answer that this origin was given before.
    pub(super) fn recall(&self, origin: &str, question: &Question) -> Option<String> {
        if self.kept.is_empty() || is_large(question) {
            return None;
        }
        self.kept.get(&(origin.to_owned(), question.clone())).cloned()
    }

    /// Keeps an answer that can never change: named by its hash, or in a block at or below `finalized`.
    pub(super) fn keep(&mut self, origin: &str, question: &Question, spec: &Spec, text: &str, finalized: u64) {
        let fixed = match spec.lasting {
            Lasting::Changes => false,
            Lasting::ByHash => text != "null",
            Lasting::Mined => jsonrpc::block_of(text, "blockNumber").is_some_and(|number| number <= finalized),
        };
        if !fixed || text.len() > MAX_ANSWER_BYTES || is_large(question) {
            return;
        }
        let key = (origin.to_owned(), question.clone());
        self.bytes += size(&key, text);
        match self.kept.insert(key.clone(), text.to_owned()) {
            Some(old) => self.bytes -= size(&key, &old).min(self.bytes),
            None => self.order.push_back(key),
        }
        while self.bytes > MAX_BYTES {
            let Some(oldest) = self.order.pop_front() else { break };
            let Some(text) = self.kept.remove(&oldest) else { continue };
            self.bytes -= size(&oldest, &text).min(self.bytes);
        }
    }

    /// Called when the settings change. A removed endpoint must not answer, not even from memory.
    pub(super) fn forget(&mut self) {
        self.kept.clear();
        self.order.clear();
        self.bytes = 0;
    }
}

fn is_large(question: &Question) -> bool {
    question.bytes() > MAX_QUESTION_BYTES
}

fn size(key: &MemoryKey, text: &str) -> usize {
    key.0.len() + key.1.method.len() + key.1.params.len() + text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::spec;

    fn question(params: &str) -> Question {
        Question { chain: 1, method: "eth_getBlockByHash".into(), params: params.into() }
    }

    #[test]
    fn answers_stay_with_their_origin() {
        let mut memory = Memory::default();
        memory.keep("https://a.example", &question("[1]"), spec("eth_getBlockByHash"), "{}", 0);
        assert_eq!(memory.recall("https://a.example", &question("[1]")).as_deref(), Some("{}"));
        assert_eq!(memory.recall("https://b.example", &question("[1]")), None);
    }

    #[test]
    fn a_request_that_ends_leaves_its_successor_joined() {
        let (mut memory, asked) = (Memory::default(), question("[1]"));
        memory.join("o", &asked, 1);
        memory.join("o", &asked, 2);
        memory.leave("o", &asked, |id| *id == 2);
        assert_eq!(memory.joined("o", &asked), Some(2));
        memory.leave("o", &asked, |_| false);
        assert_eq!(memory.joined("o", &asked), None);
    }

    #[test]
    fn only_immutable_answers_are_kept() {
        let mut memory = Memory::default();
        let mut keep = |method: &str, text: &str| {
            memory.keep("o", &question(text), spec(method), text, 0x10);
            memory.recall("o", &question(text)).is_some()
        };
        assert!(!keep("eth_getBalance", "\"0x1\""));
        assert!(!keep("eth_getBlockByHash", "null"));
        assert!(!keep("eth_getTransactionReceipt", r#"{"blockNumber":"0x11"}"#));
        assert!(keep("eth_getTransactionReceipt", r#"{"blockNumber":"0x10"}"#));
    }

    #[test]
    fn memory_is_bounded() {
        let mut memory = Memory::default();
        let text = "x".repeat(MAX_ANSWER_BYTES);
        for i in 0..100 {
            memory.keep("o", &question(&i.to_string()), spec("eth_getBlockByHash"), &text, 0);
        }
        assert!(
            memory.bytes <= MAX_BYTES
                && memory.recall("o", &question("99")).is_some()
                && memory.recall("o", &question("0")).is_none()
        );
    }
}
