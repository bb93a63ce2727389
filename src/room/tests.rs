//! Slots of a host and of the browser.

use super::*;

/// A host that works on `slots` requests at once, each for `ms` or a fifth more, under a share that always has
/// more to ask. The limit after so many answers.
fn run(host: &str, slots: usize, ms: u64, answers: u64) -> f64 {
    let (mut room, mut now, mut sends) = (Room::default(), 0, 0);
    let mut free = vec![0; slots];
    let mut out = std::collections::BTreeMap::new();
    for id in 0.. {
        while room.is_free(now, host, 1) {
            // Each request waits for the first free slot.
            free.sort_unstable();
            let ends = now.max(free[0]) + ms + id * 7 % 5 * ms / 20;
            free[0] = ends;
            sends += 1;
            room.take(now, sends, host, 1, Weight::Light);
            out.insert((ends, sends), now);
        }
        let Some(((ends, send), sent)) = out.pop_first() else { break };
        now = ends;
        room.answered(now, send, Weight::Light, now - sent);
        room.give_back(send);
        if id == answers {
            break;
        }
    }
    room.limit(host)
}

#[test]
fn six_connections_stay_about_six() {
    for answers in [50, 100, 400, 3_000] {
        let limit = run("https://h", 6, 50, answers);
        assert!((4.0..=10.0).contains(&limit), "{limit} after {answers}");
        assert_eq!(run("http://h", 6, 50, answers), FIRST, "no HTTP/2 without TLS");
    }
}

#[test]
fn a_host_that_takes_many_sends_gets_many() {
    let limit = run("https://h", 1_000, 50, 200);
    assert!(limit > 60.0, "{limit}");
}

/// A node on this machine: its limit was no number, and nothing was sent to it any more.
#[test]
fn answers_within_a_millisecond_leave_it_a_limit() {
    let (mut room, host) = (Room::default(), "http://127.0.0.1:8545");
    for round in 0..40 {
        let sends: Vec<u64> = (0..6).map(|i| round * 6 + i).collect();
        sends.iter().for_each(|send| room.take(round * 100, *send, host, 1, Weight::Light));
        for send in sends {
            let ms = if round % 2 == 0 { 0 } else { 60 };
            room.answered(round * 100 + ms, send, Weight::Light, ms);
            room.give_back(send);
        }
    }
    assert!(room.limit(host) >= LEAST && room.is_free(4_000, host, 1), "{}", room.limit(host));
}

#[test]
fn one_share_leaves_room_for_others() {
    let mut room = Room::default();
    let held = (0..100).take_while(|send| {
        let free = room.is_free(0, "h", 1);
        if free {
            room.take(0, *send, "h", 1, Weight::Light);
        }
        free
    });
    assert_eq!(held.count(), 4, "of six");
    assert!(room.is_free(0, "h", 2) && room.is_free(0, "other", 1));
    room.give_back(0);
    assert!(room.is_free(0, "h", 1));
}

/// A host that answers after this many ms.
fn used(ms: u64) -> Room {
    let mut room = Room::default();
    room.take(0, 1_000, "h", 1, Weight::Light);
    room.answered(ms, 1_000, Weight::Light, ms);
    room.give_back(1_000);
    room
}

#[test]
fn a_share_without_answers_borrows_nothing() {
    let mut room = used(20);
    (1..=4).for_each(|send| room.take(0, send, "h", 1, Weight::Light));
    assert!(room.is_free(100, "h", 1));
    assert!(!room.is_free(200, "h", 1));
    assert!(room.is_free(200, "h", 2), "others have what is left");
}

#[test]
fn a_lone_share_borrows_the_rest() {
    let mut room = used(20);
    (1..=6).for_each(|send| {
        assert!(room.is_free(0, "h", 1));
        room.take(0, send, "h", 1, Weight::Light);
    });
    assert!(!room.is_free(0, "h", 1) && room.is_free(0, "h", 2), "whoever comes gets places of their own");
    assert_eq!((1..=6).filter(|send| room.is_lent(*send)).collect::<Vec<_>>(), [5, 6]);
    (1..=6).for_each(|send| room.give_back(send));
    room.take(10, 7, "h", 2, Weight::Light);
    room.give_back(7);
    room.begun = MOST; // the browser has time
    let later = 10 + LATELY_MS;
    (11..=14).for_each(|send| room.take(later - 1, send, "h", 1, Weight::Light));
    assert!(!room.is_free(later - 1, "h", 1), "it may be back soon");
    assert!(room.is_free(later, "h", 1));
}

#[test]
fn a_late_borrowed_slot_is_reclaimed_once() {
    let mut room = used(20);
    (1..=6).for_each(|send| room.take(0, send, "h", 1, Weight::Light));
    assert_eq!((room.wake(), room.call_back(10_000)), (None, vec![]), "nobody else wants it");
    room.take(0, 7, "h", 2, Weight::Light);
    let late = room.wake().expect("two places are lent");
    assert_eq!(late, ((20.0 + SLACK_MS) * LATE) as u64);
    assert_eq!((room.call_back(late - 1), room.call_back(late)), (vec![], vec![5, 6]));
    assert_eq!((room.wake(), room.call_back(late)), (None, vec![]));
}

#[test]
fn a_host_that_refuses_gets_fewer_sends() {
    let mut room = Room::default();
    room.take(0, 1, "h", 1, Weight::Light);
    (0..10).for_each(|_| room.refused(0, 1));
    assert_eq!(room.limit("h"), LEAST);
}

/// Two hosts under a share that always has more to ask. How many are out after a while in which the hosts named
/// take so many quiet times, and pages' messages so many ms to be heard.
fn crowded(times: [u64; 2], late_ms: u64) -> usize {
    let (mut room, mut sends) = (Room::default(), 0);
    let hosts = ["http://a", "http://b", "http://c", "http://d"];
    for round in 0..40 {
        let now = round * 200;
        let mut out = Vec::new();
        for host in hosts.into_iter().cycle().take(40) {
            if room.is_free(now, host, 1) {
                sends += 1;
                room.take(now, sends, host, 1, Weight::Light);
                out.push((sends, host));
            }
        }
        if round == 39 {
            return out.len();
        }
        for (send, host) in out {
            let slow = if round < 10 { 1 } else { times[usize::from(host == "http://d")] };
            room.heard(now, if round < 10 { 1 } else { late_ms });
            room.answered(now + 20 * slow, send, Weight::Light, 20 * slow);
            room.give_back(send);
        }
    }
    0
}

#[test]
fn a_crowded_browser_sends_less() {
    assert_eq!(crowded([1, 1], 10), 24);
    let left = crowded([3, 3], 10);
    assert!((6..=12).contains(&left), "the hosts take longer together, so it is the browser: {left}");
    assert_eq!(crowded([1, 3], 10), 24, "one takes longer: that is its own");
    let left = crowded([1, 1], 200);
    assert!((6..=12).contains(&left), "pages are heard late, so it is the browser: {left}");
}

/// Slots of the browser that a share gets on hosts of its own.
fn slots(room: &mut Room, now: u64, share: u32) -> usize {
    let ids = u64::from(share) * 1_000..;
    let held = ids.take_while(|id| {
        let host = format!("https://{share}.{}", id % 8);
        let free = room.is_free(now, &host, share);
        if free {
            room.take(now, *id, &host, share, Weight::Light);
        }
        free
    });
    held.count()
}

#[test]
fn shares_begin_with_few_slots_when_one_joins() {
    let mut room = Room::default();
    room.take(0, 1, "https://h", 1, Weight::Light);
    assert_eq!(slots(&mut room, 0, 2), FIRST_OF_SHARE as usize, "the newcomer");
    assert_eq!(slots(&mut room, 0, 1), FIRST_OF_SHARE as usize - 1, "and who was there");
    let waits = room.is_free(COSTS_MS - 1, "https://other", 2);
    assert!(!waits && room.is_free(COSTS_MS, "https://other", 2), "silent endpoints hold nobody up");
    // Answers in time show that the browser has time for more …
    for id in 10_000..=10_000 + 2 * u64::from(SURE) {
        room.take(id, id, "https://h", 1, Weight::Light);
        room.answered(id + 20, id, Weight::Light, 20);
        room.give_back(id);
    }
    assert_eq!(slots(&mut room, 20_000, 2), 4, "with three silent ones, all of its share");
    // … until a third share joins.
    assert_eq!(slots(&mut room, 20_000, 3), FIRST_OF_SHARE as usize);
}

#[test]
fn own_sends_of_the_core_make_nobody_wait() {
    let mut room = Room::default();
    (1..=4).for_each(|send| room.take(0, send, "https://h", 1, Weight::Light));
    (5..=9).for_each(|send| room.take(0, send, "https://h", 0, Weight::Light));
    assert!(room.is_free(0, "https://h", 1), "it is alone");
    room.take(0, 10, "https://h", 2, Weight::Light);
    (11..=13).for_each(|send| room.take(0, send, "https://h", 0, Weight::Light));
    (1..=10).for_each(|send| room.give_back(send));
    assert!(!room.is_alone(100, 1), "another page has just sent");
}
