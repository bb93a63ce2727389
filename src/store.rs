//! What survives a worker: what is learnt of lanes, incidents and errors, for the browser session. When it is stored,
//! how it is written, and how it is read: nothing in it stops the core.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::asks::Asks;
use crate::confirmed::Saved;
use crate::endpoint::EndpointKey;
use crate::heads::Head;
use crate::health::Health;
use crate::lanes::{Kept, Lanes};
use crate::watch::{Watch, Watched};

mod fields;

use fields::StoredFields;
pub(crate) use fields::evidence;

/// What is learnt is stored this long after the first change, ms: a worker that dies loses no more.
const SAVE_MS: u64 = 1_000;

/// When what was learnt is stored next.
#[derive(Debug, Default)]
pub(crate) struct Store {
    due: Option<u64>,
}

impl Store {
    /// Something was learnt.
    pub(crate) fn soon(&mut self, now: u64) {
        self.due.get_or_insert(now + SAVE_MS);
    }

    /// Something was learnt that a worker which dies in the next second must not forget.
    pub(crate) fn at_once(&mut self, now: u64) {
        self.due = Some(now);
    }

    /// When it is stored next, ms.
    pub(crate) fn wake(&self) -> Option<u64> {
        self.due
    }

    /// Whether it is to be stored now.
    pub(crate) fn take_due(&mut self, now: u64) -> bool {
        self.due.take_if(|at| *at <= now).is_some()
    }
}

/// What a browser session keeps.
#[derive(Serialize)]
pub(crate) struct Session {
    lanes: Vec<(EndpointKey, Health, Option<Head>)>,
    drill: Option<String>,
    incidents: String,
    warned: BTreeSet<u64>,
    /// Newest block that is known for sure, by chain: pages may have been shown it. Never what one page was shown.
    floors: BTreeMap<u64, u64>,
    /// What was known of each chain when its lanes showed their heads: by that they were behind, or not.
    bests: BTreeMap<u64, Vec<Head>>,
    /// Kinds of errors that two lanes gave.
    confirmed: Saved,
}

impl Session {
    /// What the parts keep.
    pub(crate) fn of(now: u64, lanes: &Lanes, watch: &Watch, asks: &Asks) -> Session {
        let Kept { lanes, floors, bests } = lanes.keep(now);
        let Watched { drill, incidents, warned } = watch.keep();
        Session { lanes, drill, incidents, warned, bests, floors, confirmed: asks.confirmed.save() }
    }

    /// Every field that can be read, and whether all could.
    pub(crate) fn read(text: &str) -> Option<(Session, bool)> {
        let mut fields = StoredFields::read(text)?;
        let session = Session {
            lanes: fields.each("lanes"),
            drill: fields.one("drill"),
            incidents: fields.one("incidents"),
            warned: fields.one("warned"),
            floors: fields.one("floors"),
            bests: fields.one("bests"),
            confirmed: fields.one("confirmed"),
        };
        Some((session, fields.is_whole()))
    }

    /// What each part takes back.
    pub(crate) fn parts(self) -> (Kept, Watched, Saved) {
        let Session { lanes, drill, incidents, warned, floors, bests, confirmed } = self;
        (Kept { lanes, floors, bests }, Watched { drill, incidents, warned }, confirmed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_learnt_is_stored_a_second_after_the_first_of_it() {
        let mut store = Store::default();
        store.soon(10);
        store.soon(900);
        assert_eq!((store.wake(), store.take_due(1_009)), (Some(1_010), false));
        assert!(store.take_due(1_010) && !store.take_due(2_000));
        store.soon(2_000);
        store.at_once(2_001);
        assert!(store.take_due(2_001));
    }

    #[test]
    fn a_piece_of_evidence_that_cannot_be_read_takes_no_other_along() {
        let (known, whole) = evidence(r#"{"no key":[],"x":7}"#, 1);
        assert!(known.is_empty() && !whole);
        assert_eq!(evidence("{}", 1), (BTreeMap::new(), true));
    }

    #[test]
    fn a_field_that_cannot_be_read_takes_no_other_along() {
        let (session, whole) =
            Session::read(r#"{"warned":[1],"drill":7,"lanes":[3]}"#).unwrap_or_else(|| unreachable!());
        assert_eq!((session.warned, session.drill, session.lanes.len(), whole), (BTreeSet::from([1]), None, 0, false));
        assert!(Session::read("[").is_none());
    }
}
