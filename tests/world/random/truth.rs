//! Whether an answer can be true, whichever lane gave it.

use serde_json::Value;

use super::super::chain::{Chain, Said, block, is_lie, money_block};
use super::draw::Question;

/// What is known about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is true at this block, which it shows.
    At(u64),
    /// It is true, whenever it was given.
    True,
    /// It is true but incomplete, because the lane lacks the rest.
    Short,
    /// It is an empty state, as some lanes answer that lack the block.
    Hollow,
    /// It is `null`, and another lane may have more.
    Nothing,
    /// It is the lie of a lane.
    Lie,
    /// No lane can have given it.
    Wrong,
}

/// Whether this is a money question, whose answers are compared.
pub(super) fn is_money(method: &str) -> bool {
    matches!(method, "eth_getBalance" | "eth_call" | "eth_getTransactionCount")
}

fn tag(question: &Question) -> &str {
    let at = usize::from(is_money(question.method));
    question.params.get(at).and_then(Value::as_str).unwrap_or("latest")
}

/// Whether the answer depends on the newest block and shows which block that was.
pub(super) fn is_latest(question: &Question) -> bool {
    matches!(question.method, "eth_blockNumber")
        || (is_money(question.method) && matches!(tag(question), "latest" | "pending"))
}

/// The newest block that a question names by number.
pub(super) fn named(question: &Question) -> Option<u64> {
    let params = question.params.to_string();
    breakwater::named::blocks(breakwater::route::spec(question.method), &params).map(|named| named.newest)
}

/// How far below the newest block every lane has all blocks. The other blocks that are drawn are nearer than this.
pub(super) const OLD: u64 = 500;

/// Whether a question names a block that every lane has had for long.
pub(super) fn is_old(question: &Question, head: u64) -> bool {
    named(question).is_some_and(|named| named + OLD < head)
}

pub(super) fn of(question: &Question, chain: &Chain, now: u64, result: &Value) -> Verdict {
    let head = chain.head(now);
    let number = |v: &Value| v.as_str().and_then(|t| u64::from_str_radix(t.strip_prefix("0x")?, 16).ok());
    let at_most_head = |n: Option<u64>| n.filter(|n| *n <= head).map_or(Verdict::Wrong, Verdict::At);
    match question.method {
        "eth_blockNumber" | "eth_gasPrice" => at_most_head(number(result)),
        method if is_money(method) => {
            if is_lie(result) {
                return Verdict::Lie;
            }
            if matches!(result.as_str(), Some("0x" | "0x0")) {
                return Verdict::Hollow;
            }
            let Some(at) = money_block(result).filter(|at| *at <= head) else { return Verdict::Wrong };
            let named = Some(at) == block(tag(question), head) || is_latest(question);
            let said = chain.say(method, &question.params, at, None) == Said::Result(result.clone());
            let said = said || is_latest(question) && pinned(question, chain, at, result);
            if named && said { Verdict::At(at) } else { Verdict::Wrong }
        }
        "eth_getTransactionReceipt" | "eth_getBlockByHash" if result.is_null() => Verdict::Nothing,
        "eth_getBlockByNumber" if result.is_null() => Verdict::Nothing,
        "eth_getBlockByNumber" if matches!(tag(question), "latest" | "finalized") => {
            at_most_head(number(&result["number"]))
        }
        "eth_sendRawTransaction" => {
            let hash = chain.say(question.method, &question.params, head, None);
            if hash == Said::Result(result.clone()) { Verdict::True } else { Verdict::Wrong }
        }
        "eth_getLogs" => {
            let whole = chain.say(question.method, &question.params, head, None);
            let Said::Result(Value::Array(whole)) = whole else { return Verdict::Wrong };
            match result.as_array() {
                Some(said) if *said == whole => Verdict::True,
                Some(said) if whole.starts_with(said) => Verdict::Short,
                _ => Verdict::Wrong,
            }
        }
        method => {
            let said = chain.say(method, &question.params, head, None) == Said::Result(result.clone());
            if said { Verdict::True } else { Verdict::Wrong }
        }
    }
}

/// Whether this is the answer at a block asked by number, as in `compare` mode.
fn pinned(question: &Question, chain: &Chain, at: u64, result: &Value) -> bool {
    let mut params = question.params.clone();
    params[1] = Value::from(format!("0x{at:x}"));
    chain.say(question.method, &params, at, None) == Said::Result(result.clone())
}

/// Whether the chain itself answers this question with this error.
pub(super) fn is_own_error(question: &Question, chain: &Chain, now: u64, code: i64, data: Option<&str>) -> bool {
    match chain.say(question.method, &question.params, chain.head(now), None) {
        Said::Error { code: own, data: own_data, .. } => {
            own == code
                && own_data.map(|d| d.to_string()).as_deref() == data
                && (code == 3 || question.method == "eth_sendRawTransaction")
        }
        Said::Result(_) => false,
    }
}
