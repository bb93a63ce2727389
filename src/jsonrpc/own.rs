//! Splits the answer of a page's own endpoint to the page's own call, item by item.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use super::{Malformed, PageCall, Reply, ReplyEnvelope, envelope, is_readable, refused_in_array};

/// The reply to each item of a call, in the call's order.
pub fn own_replies(call: &PageCall, said: &str) -> Vec<Result<Reply, Malformed>> {
    let all = |reply: Result<Reply, Malformed>| call.items.iter().map(|_| reply.clone()).collect();
    if !is_readable(said) {
        return all(Err(Malformed::TooDeep));
    }
    if !said.trim_start().starts_with('[') {
        return call.items.iter().map(|item| one(said, item.id.as_deref())).collect();
    }
    // A single refusal in an array counts for the whole call.
    if let Some(refused) = refused_in_array(said) {
        return all(Ok(refused));
    }
    let Some(replies) = serde_json::from_str::<Vec<&RawValue>>(said).ok().filter(|_| call.batch) else {
        return all(Err(Malformed::NotJson));
    };
    let by_id: BTreeMap<&str, &str> =
        replies.iter().filter_map(|raw| Some((name(id_of(raw.get())?), raw.get()))).collect();
    // An id that was not asked for: a server that mixes up ids may have mixed up the answers.
    let asked: BTreeSet<&str> = call.items.iter().filter_map(|item| item.id.as_deref()).map(name).collect();
    if by_id.keys().any(|id| *id != "null" && !asked.contains(id)) {
        return all(Err(Malformed::WrongId));
    }
    let of = |item: &super::PageRequest| {
        let id = item.id.as_deref();
        by_id.get(name(id?)).map(|text| one(text, id))
    };
    call.items.iter().map(|item| of(item).unwrap_or(Err(Malformed::NotAReply))).collect()
}

fn one(text: &str, id: Option<&RawValue>) -> Result<Reply, Malformed> {
    if !text.trim_start().starts_with('{') {
        return Err(Malformed::NotJson);
    }
    envelope(text, |raw| id.zip(raw).is_some_and(|(own, raw)| name(own) == name(raw)))
}

fn id_of(text: &str) -> Option<&RawValue> {
    serde_json::from_str::<ReplyEnvelope<'_>>(text).ok()?.id
}

/// Some servers send a number back as a text.
fn name(id: &RawValue) -> &str {
    id.get().trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(ids: &[&str], said: &str) -> Vec<Result<Reply, Malformed>> {
        let item = |id: &&str| format!(r#"{{"id":{id},"method":"eth_call"}}"#);
        let items: Vec<String> = ids.iter().map(item).collect();
        let body = if let [one] = &items[..] { one.clone() } else { format!("[{}]", items.join(",")) };
        own_replies(&super::super::split(&body).expect("a call"), said)
    }

    #[test]
    fn each_item_gets_its_own_response() {
        let result = |text: &str| Ok(Reply::Result(text.into()));
        assert_eq!(read(&["7"], r#"{"id":"7","result":1}"#), [result("1")]);
        assert_eq!(read(&["\"a\""], r#"{"id":"a","result":1}"#), [result("1")]);
        assert_eq!(read(&["7"], r#"{"id":8,"result":1}"#), [Err(Malformed::WrongId)]);
        assert_eq!(read(&["7"], r#"[{"id":7,"result":1}]"#), [Err(Malformed::NotJson)]);
        let two = r#"[{"id":3,"result":3},{"id":1,"result":1}]"#;
        assert_eq!(read(&["1", "2", "3"], two), [result("1"), Err(Malformed::NotAReply), result("3")]);
        let mixed = r#"[{"id":2,"result":1},{"id":3,"result":2}]"#;
        assert_eq!(read(&["1", "2"], mixed), [Err(Malformed::WrongId), Err(Malformed::WrongId)]);
        assert_eq!(read(&["1", "2"], "[1,null]"), [Err(Malformed::NotAReply), Err(Malformed::NotAReply)]);
        assert_eq!(read(&["1", "2"], "{"), [Err(Malformed::NotJson), Err(Malformed::NotJson)]);
        assert_eq!(read(&["1"], &"[".repeat(600)), [Err(Malformed::TooDeep)]);
    }

    #[test]
    fn one_refusal_counts_for_the_whole_call() {
        let error = r#"{"id":null,"error":{"code":-32005,"message":"no"}}"#;
        for said in [error.to_owned(), format!("[{error}]")] {
            let read = read(&["1", "2"], &said);
            assert!(read.iter().all(|r| matches!(r, Ok(Reply::Error(e)) if e.code == -32005)), "{read:?}");
        }
    }
}
