//! The verdict on a chain's endpoints: what is left when one thing goes dark.
//!
//! For every failure domain there is one question: *if it goes dark, which endpoints still answer?* Operators, networks
//! and regions decide the level. Country and law stand beside it, unless the person wants to be warned about them too.
//!
//! ```text
//!  level       what goes dark                                   what is left
//!  survives    any one operator, network or region              an endpoint that answered lately, at a known place
//!  cant-tell   one of them                                      only endpoints at hidden places, or not seen lately
//!  shared      one of them                                      nothing
//!  dark        (nothing has to: no endpoint answers now)
//! ```
//!
//! A chain with a single endpoint has its own level: no ground can make up for that.

mod facts;
mod level;
mod overall;
mod suggest;

pub(crate) use facts::{Facts, Line, hhi, region_group};
pub use level::{Level, Reason};
pub use overall::{Overall, overall};
pub use suggest::{Candidate, Suggestion, suggest};

use super::ground::Ground;

/// How an endpoint did when it was last asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pulse {
    /// It answered, and lately.
    Answers,
    /// It does not answer.
    Down,
    /// It was not asked lately.
    Unknown,
}

/// One endpoint, as a verdict sees it.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Display name.
    pub name: &'a str,
    /// Where it stands.
    pub ground: &'a Ground,
    /// How it did when it was last asked.
    pub pulse: Pulse,
}

/// One chain with the endpoints that may be asked.
#[derive(Debug, Clone)]
pub struct Chain<'a> {
    /// Display name.
    pub name: &'a str,
    /// Its endpoints.
    pub endpoints: Vec<Standing<'a>>,
    /// Whether none of them can be reached, and the person's own connection may be the cause.
    pub offline: bool,
    /// Whether the person wants to be warned about a shared country or law too.
    pub law: bool,
}

impl<'a> Chain<'a> {
    /// A chain whose endpoints all answer. Each has its display name and its ground.
    pub fn answering(name: &'a str, endpoints: &[(&'a str, &'a Ground)]) -> Chain<'a> {
        let standing = |&(name, ground): &(&'a str, &'a Ground)| Standing { name, ground, pulse: Pulse::Answers };
        Chain { name, endpoints: endpoints.iter().map(standing).collect(), offline: false, law: false }
    }

    /// The same chain with one endpoint more, which answers.
    pub fn with<'b>(&self, name: &'b str, ground: &'b Ground) -> Chain<'b>
    where
        'a: 'b,
    {
        let mut endpoints: Vec<Standing<'b>> = self.endpoints.clone();
        endpoints.push(Standing { name, ground, pulse: Pulse::Answers });
        Chain { name: self.name, endpoints, offline: self.offline, law: self.law }
    }

    /// The level, and why.
    pub fn level(&self) -> (Level, Reason) {
        Facts::of(self).level()
    }

    /// The level, how many are certainly left whatever goes dark, and how many more it takes for one to be.
    fn outcome(&self) -> (Level, usize, usize) {
        let facts = Facts::of(self);
        (facts.level().0, facts.surely_left(), facts.lacking())
    }
}

impl Standing<'_> {
    /// Whether it answered lately, from a place that is known.
    pub(crate) fn is_sure(&self) -> bool {
        self.pulse == Pulse::Answers && self.ground.is_certain()
    }
}
