//! JSON-RPC batches (<https://www.jsonrpc.org/specification#batch>): requests of one document to one lane that share an
//! HTTP request. A `fetch` costs the browser some 5 ms of processor time, so a page that asks a thousand questions at
//! once is answered sooner.
//!
//! Not every endpoint takes batches, and some take small ones only. A batch that is not answered as one says nothing
//! of its items: each is asked by itself, and the lane is not tried again for [`PAUSE_MS`].

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::endpoint::LaneId;
use crate::io::{Command, Event, HttpRequest, SendError};
use crate::jsonrpc;

/// Most requests in one. Nodes work on a batch in order, so the first waits for the last; providers that limit
/// batches limit them to ten and more, or to less than would be of use.
pub(crate) const MOST: usize = 8;
/// A document that has fewer requests waiting sends them one by one.
pub(crate) const CROWD: usize = 16;
/// Most bytes of a request that goes into one.
pub(crate) const MAX_ITEM_BYTES: usize = 4 * 1024;
/// A lane that did not answer a batch is not sent another for so long, ms.
const PAUSE_MS: u64 = 600_000;

/// What an exchange brought: status, headers and body, or nothing.
pub type Exchanged = Result<(u16, Vec<(String, String)>, Vec<u8>), SendError>;

/// Every command with what joins it, and the bodies of those that are sent together as one.
pub fn gather(commands: Vec<Command>) -> Vec<(Command, Vec<u64>)> {
    let mut all: Vec<(Command, Vec<u64>)> = Vec::with_capacity(commands.len());
    for command in commands {
        let Command::Send { send: item, http: HttpRequest { body: text, .. }, joins: Some(head), .. } = &command else {
            all.push((command, Vec::new()));
            continue;
        };
        let first = all.iter_mut().rev().find(|(c, _)| matches!(c, Command::Send { send, .. } if send == head));
        if let Some((Command::Send { http, .. }, items)) = first {
            if items.is_empty() {
                http.body.insert(0, b'[');
            } else {
                http.body.pop();
            }
            http.body.push(b',');
            http.body.extend_from_slice(text);
            http.body.push(b']');
            items.push(*item);
        }
    }
    all
}

/// What an exchange means for each send that shared it. A send on its own gets whatever the exchange brought. In a
/// batch, each send gets its own reply or [`SendError::Unbatched`].
pub fn events(sends: &[u64], got: Exchanged) -> Vec<(u64, Event)> {
    if let [send] = *sends {
        return vec![(send, event(send, got))];
    }
    let (status, headers, replies) = match got {
        Ok((status @ 200..=299, headers, body)) => (status, headers, split(&body, sends)),
        _ => (0, Vec::new(), vec![None; sends.len()]),
    };
    let each = |(send, reply): (&u64, Option<Vec<u8>>)| {
        let got = reply.map(|body| (status, headers.clone(), body)).ok_or(SendError::Unbatched);
        (*send, event(*send, got))
    };
    sends.iter().zip(replies).map(each).collect()
}

fn event(send: u64, got: Exchanged) -> Event {
    match got {
        Ok((status, headers, body)) => Event::Response { send, status, headers, body },
        Err(why) => Event::SendFailed { send, why },
    }
}

/// The reply to each of these requests, `None` where there is none. Replies come in any order.
fn split(body: &[u8], ids: &[u64]) -> Vec<Option<Vec<u8>>> {
    #[derive(Deserialize)]
    struct ReplyId<'a> {
        #[serde(borrow, default)]
        id: Option<&'a RawValue>,
    }
    let items: Vec<&RawValue> = serde_json::from_slice(body).unwrap_or_default();
    let id_of = |text: &str| jsonrpc::request_id(serde_json::from_str::<ReplyId<'_>>(text).ok()?.id?);
    let known: Vec<Option<u64>> =
        items.iter().map(|item| Some(item.get()).filter(|text| text.starts_with('{')).and_then(id_of)).collect();
    let reply = |id: &u64| items.get(known.iter().position(|other| *other == Some(*id))?);
    ids.iter().map(|id| reply(id).map(|item| item.get().as_bytes().to_vec())).collect()
}

/// Which lanes take batches, as far as that is known, and what shares an HTTP request now.
#[derive(Debug, Default)]
pub(crate) struct Batches {
    /// The send whose HTTP request it is, its lane, and how many of its requests are still wanted.
    out: Vec<(u64, LaneId, usize)>,
    /// Lanes that take them: 0; or when they are tried again, ms.
    lanes: Vec<(LaneId, u64)>,
}

impl Batches {
    /// Whether a lane may be sent one. A lane is sent one at a time until it has answered one.
    pub(crate) fn may_try(&self, now: u64, lane: LaneId) -> bool {
        match self.pause_of(lane) {
            Some(0) => true,
            Some(at) if at > now => false,
            _ => self.out.iter().all(|(_, other, _)| *other != lane),
        }
    }

    fn pause_of(&self, lane: LaneId) -> Option<u64> {
        self.lanes.iter().find(|(other, _)| *other == lane).map(|(_, at)| *at)
    }

    /// A request joins the one that was sent as `head`.
    pub(crate) fn join(&mut self, head: u64, lane: LaneId) {
        match self.out.iter_mut().find(|(other, ..)| *other == head) {
            Some((.., wanted)) => *wanted += 1,
            None => self.out.push((head, lane, 2)),
        }
    }

    /// A request of the HTTP request `head` is over. `false`: others of it are still wanted.
    pub(crate) fn leave(&mut self, head: u64) -> bool {
        let Some(at) = self.out.iter().position(|(other, ..)| *other == head) else { return true };
        let left = self.out.get_mut(at).map_or(0, |(.., wanted)| {
            *wanted -= 1;
            *wanted
        });
        if left == 0 {
            self.out.swap_remove(at);
        }
        left == 0
    }

    /// Whether others share the HTTP request of this send.
    pub(crate) fn is_shared(&self, head: u64) -> bool {
        self.out.iter().any(|(other, ..)| *other == head)
    }

    /// A lane has answered an item, or has not. One item without a reply counts for its whole batch, whatever comes
    /// after it.
    pub(crate) fn learn(&mut self, now: u64, lane: LaneId, answered: bool) {
        if answered && self.pause_of(lane).is_some_and(|at| at > now) {
            return;
        }
        self.lanes.retain(|(other, _)| *other != lane);
        self.lanes.push((lane, if answered { 0 } else { now + PAUSE_MS }));
    }

    /// Forgets lanes that are no longer there.
    pub(crate) fn keep(&mut self, serves: impl Fn(LaneId) -> bool) {
        self.lanes.retain(|(lane, _)| serves(*lane));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::EndpointKey;

    fn lane(chain: u64) -> LaneId {
        LaneId { chain, key: EndpointKey(1) }
    }

    #[test]
    fn replies_are_told_apart_by_their_ids() {
        let text = |body: &str, ids: &[u64]| -> Vec<Option<String>> {
            split(body.as_bytes(), ids).into_iter().map(|part| part.and_then(|p| String::from_utf8(p).ok())).collect()
        };
        let two = r#" [ {"id":2,"result":"0x2"}, {"jsonrpc":"2.0","id":"1","error":{"code":3}} ] "#;
        let part = |text: &str| Some(text.to_owned());
        assert_eq!(
            text(two, &[1, 2, 3]),
            [part(r#"{"jsonrpc":"2.0","id":"1","error":{"code":3}}"#), part(r#"{"id":2,"result":"0x2"}"#), None]
        );
        for bad in ["", "{}", r#"{"id":1,"result":1}"#, "[1,[1],null,{}]", "[", r#"[{"id":1}"#, r#"[{"id":-1}]"#] {
            assert_eq!(text(bad, &[1]), [None], "{bad}");
        }
        assert_eq!(split(b"[\"\xff\"]", &[1]), [None]);
    }

    #[test]
    fn bodies_become_one() {
        let send = |send, joins, body: &str| Command::Send {
            send,
            http: HttpRequest {
                url: String::new(),
                headers: Vec::new(),
                body: body.into(),
                max_body_bytes: 0,
                all_headers: false,
            },
            client: 1,
            joins,
        };
        let commands = vec![
            send(1, None, "{}"),
            send(2, Some(1), "[]"),
            Command::Cancel { send: 9 },
            send(3, Some(1), "1"),
            send(4, None, "4"),
        ];
        let one = |command: &Command| match command {
            Command::Send { http, .. } => String::from_utf8_lossy(&http.body).into_owned(),
            _ => "cancel".to_owned(),
        };
        let told: Vec<(String, Vec<u64>)> =
            gather(commands).iter().map(|(c, joined)| (one(c), joined.clone())).collect();
        let none = Vec::new;
        assert_eq!(told, [("[{},[],1]".into(), vec![2, 3]), ("cancel".into(), none()), ("4".into(), none())]);
    }

    #[test]
    fn a_batch_that_is_not_answered_says_nothing_of_its_items() {
        let of = |sends: &[u64], got: Exchanged| -> Vec<(u64, Option<u16>, Option<SendError>)> {
            let told = |(send, event)| match event {
                Event::Response { status, .. } => (send, Some(status), None),
                Event::SendFailed { why, .. } => (send, None, Some(why)),
                _ => (send, None, None),
            };
            events(sends, got).into_iter().map(told).collect()
        };
        let un = Some(SendError::Unbatched);
        assert_eq!(of(&[1], Err(SendError::Network)), [(1, None, Some(SendError::Network))]);
        assert_eq!(of(&[1], Ok((429, vec![], vec![]))), [(1, Some(429), None)]);
        assert_eq!(of(&[1, 2], Err(SendError::Network)), [(1, None, un), (2, None, un)]);
        assert_eq!(of(&[1, 2], Ok((429, vec![], b"[{\"id\":1}]".to_vec()))), [(1, None, un), (2, None, un)]);
        assert_eq!(of(&[1, 2], Ok((200, vec![], b"[{\"id\":2}]".to_vec()))), [(1, None, un), (2, Some(200), None)]);
    }

    #[test]
    fn an_unknown_lane_is_sent_one_batch_at_a_time() {
        let mut batches = Batches::default();
        assert!(batches.may_try(0, lane(1)));
        batches.join(7, lane(1));
        assert!(!batches.may_try(0, lane(1)) && batches.may_try(0, lane(2)));
        assert!(!batches.leave(7) && batches.is_shared(7), "two were in it");
        assert!(batches.leave(7) && !batches.is_shared(7) && batches.may_try(0, lane(1)));
        batches.join(8, lane(1));
        batches.learn(0, lane(1), true);
        assert!(batches.may_try(0, lane(1)));
    }

    #[test]
    fn a_lane_that_refused_is_left_in_peace_for_a_while() {
        let mut batches = Batches::default();
        batches.learn(1_000, lane(1), false);
        assert!(!batches.may_try(1_000 + PAUSE_MS - 1, lane(1)) && batches.may_try(1_000 + PAUSE_MS, lane(1)));
        batches.learn(1_001, lane(1), true);
        assert!(!batches.may_try(1_002, lane(1)), "another item of that batch was answered");
        batches.join(9, lane(1));
        assert!(!batches.may_try(1_000 + PAUSE_MS, lane(1)), "then one at a time");
        batches.keep(|_| false);
        assert!(!batches.leave(9) && batches.leave(9), "two were in it");
        assert!(batches.may_try(1_000, lane(1)));
    }
}
