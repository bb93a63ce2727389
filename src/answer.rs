//! A question, and what its asker gets in the end: a lane's reply, its wallet's own answer, or a reason why there is
//! none.
//!
//! Every error of our own is a [`Refusal`]: its code and its sentence are here and nowhere else. It says how many
//! endpoints could not answer, never which ones.

use crate::jsonrpc::{Reply, RpcError};
use crate::protocol::{CoreToPage, INVALID_PARAMS, LIMIT, MAX_CHAINS, TOO_LARGE, TOO_MANY};
use crate::race::End;
use crate::route::{self, Class};

/// JSON-RPC: internal error. No lane answered.
const INTERNAL: i64 = -32603;
/// EIP-1474: resource unavailable. Compared lanes disagree, or no other lane confirms the only answer.
const UNAVAILABLE: i64 = -32002;
/// What nodes answer for a filter they do not have.
const NO_FILTER: i64 = -32000;
/// EIP-1193: the provider does not support the method.
const UNSUPPORTED: i64 = 4200;
/// EIP-1193: the provider is not connected to the chain.
const NO_CHAIN: i64 = 4901;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Question {
    pub(crate) chain: u64,
    pub(crate) method: String,
    /// JSON text, or empty.
    pub(crate) params: String,
}

impl Question {
    /// Its weight in a page's load.
    pub(crate) fn bytes(&self) -> usize {
        self.params.len()
    }
}

/// What an asker gets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// A lane's reply: a result, or an error of the chain or of the lane.
    Lane(Reply),
    /// The wallet's own answer. An asker without a wallet gets what a lane said, if any did.
    Wallet { words: Option<RpcError>, otherwise: Refusal },
    /// A refusal of ours.
    Ours(Refusal),
}

impl Answer {
    /// A result made by the core itself.
    pub(crate) fn result(text: impl Into<String>) -> Answer {
        Answer::Lane(Reply::Result(text.into()))
    }

    /// The wallet's own answer, when no lane said anything.
    pub(crate) fn wallet(otherwise: Refusal) -> Answer {
        Answer::Wallet { words: None, otherwise }
    }

    /// What a lane said, if one did.
    pub(crate) fn of_lane(self) -> Option<Reply> {
        match self {
            Answer::Lane(reply) => Some(reply),
            Answer::Wallet { .. } | Answer::Ours(_) => None,
        }
    }

    /// Whether no lane can be asked for any request of this kind.
    pub(crate) fn is_nobody(&self) -> bool {
        matches!(self, Answer::Wallet { otherwise: Refusal::NoEndpoint | Refusal::NoTraces | Refusal::NoWallet, .. })
    }

    /// The error as a page gets it for its request with this number. `wallet`: whether it can ask its wallet.
    pub(crate) fn into_page(self, id: u64, wallet: bool) -> CoreToPage {
        if wallet && matches!(self, Answer::Wallet { .. }) {
            return CoreToPage::UseWallet { id };
        }
        match self.without_wallet() {
            Reply::Result(result) => CoreToPage::Answer { id, result },
            Reply::Error(RpcError { code, message, data }) => CoreToPage::Error { id, code, message, data },
        }
    }

    /// What an asker without a wallet is told.
    fn without_wallet(self) -> Reply {
        match self {
            Answer::Lane(reply) => reply,
            Answer::Wallet { words: Some(words), .. } => Reply::Error(words),
            Answer::Wallet { words: None, otherwise } => Reply::Error(otherwise.error()),
            Answer::Ours(refusal) => Reply::Error(refusal.error()),
        }
    }
}

/// The lanes that were asked in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) endpoints: usize,
    pub(crate) wallet: bool,
}

impl Tally {
    fn who(self) -> String {
        let endpoints = match self.endpoints {
            0 => "no endpoint".to_owned(),
            1 => "1 endpoint".to_owned(),
            many => format!("{many} endpoints"),
        };
        match (self.endpoints, self.wallet) {
            (_, false) => endpoints,
            (0, true) => "the wallet".to_owned(),
            (_, true) => format!("{endpoints} and the wallet"),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No lane answered. `late`: not before the deadline.
    AllFailed { asked: Tally, late: bool, method: String },
    /// The lanes that answer lack the block that the request names, although another lane has shown it. A later request
    /// may find that lane healthy again, or the others caught up.
    NoBlock { method: String },
    /// No lane had a free slot in time.
    NoRoom { method: String },
    /// Compared lanes disagree.
    Disputed { asked: Tally, method: String },
    /// No other lane confirms the only one that answered.
    Unconfirmed { asked: Tally, method: String },
    /// The chain has no endpoint that may be asked.
    NoEndpoint,
    /// None of its endpoints answers `debug_` and `trace_` reads. This does not reveal whether it has any endpoints.
    NoTraces,
    /// Not a read, and there is no wallet.
    NoWallet,
    /// The transaction may go to private endpoints only, and none of them serves the chain.
    NoPrivate,
    /// The person took the chain from the site while its transaction was in flight.
    Withdrawn,
    /// The parameters are invalid.
    BadParams,
    /// The request is too long or nested too deep.
    TooLarge,
    /// The origin asks for more than its share.
    TooMany,
    /// The document asks for too many chains.
    TooManyChains,
    /// The document, or its origin, has too many filters and subscriptions.
    TooManyFilters,
    /// The filter's parameters contradict each other or are invalid.
    BadFilter(&'static str),
    /// There is no such filter.
    NoFilter,
}

impl Refusal {
    /// The refusal for a race that ended without an answer.
    pub(crate) fn of(end: End, asked: Tally, method: &str) -> Refusal {
        let method = method.to_owned();
        match end {
            End::Disputed => Refusal::Disputed { asked, method },
            End::Unconfirmed => Refusal::Unconfirmed { asked, method },
            End::Failed { late } => Refusal::AllFailed { asked, late, method },
            End::Lane { .. } => Refusal::AllFailed { asked, late: false, method },
        }
    }

    /// Nobody here can be asked for this method.
    pub(crate) fn nobody(method: &str) -> Refusal {
        let spec = route::spec(method);
        match spec.class {
            _ if spec.is_trace() => Refusal::NoTraces,
            Class::Read | Class::Broadcast => Refusal::NoEndpoint,
            _ => Refusal::NoWallet,
        }
    }

    /// The core could not get what it needs from the lanes.
    pub(crate) fn unanswered(method: &str) -> Refusal {
        Refusal::of(End::Failed { late: false }, Tally { endpoints: 0, wallet: false }, method)
    }

    /// JSON-RPC error code.
    pub(crate) fn code(&self) -> i64 {
        match self {
            Refusal::AllFailed { .. }
            | Refusal::NoBlock { .. }
            | Refusal::NoRoom { .. }
            | Refusal::NoPrivate
            | Refusal::Withdrawn => INTERNAL,
            Refusal::Disputed { .. } | Refusal::Unconfirmed { .. } => UNAVAILABLE,
            Refusal::NoEndpoint => NO_CHAIN,
            Refusal::NoTraces | Refusal::NoWallet => UNSUPPORTED,
            Refusal::BadParams | Refusal::TooLarge | Refusal::BadFilter(_) => INVALID_PARAMS,
            Refusal::TooMany | Refusal::TooManyChains | Refusal::TooManyFilters => LIMIT,
            Refusal::NoFilter => NO_FILTER,
        }
    }

    /// One sentence for the page's developer.
    pub(crate) fn sentence(&self) -> String {
        let sentence = match self {
            // A node's own wording, which the page may compare.
            Refusal::NoFilter => return "filter not found".to_owned(),
            Refusal::AllFailed { asked, late: true, method } if asked.endpoints > 0 => {
                format!("{} did not answer in time ({method}).", asked.who())
            }
            Refusal::AllFailed { asked, late: true, method } => format!("{} answered in time ({method}).", asked.who()),
            Refusal::AllFailed { asked: Tally { endpoints: 0, wallet: false }, late: false, method } => {
                format!("no endpoint could answer ({method}).")
            }
            Refusal::AllFailed { asked, late: false, method } => {
                format!("{} could not answer ({method}).", asked.who())
            }
            Refusal::NoBlock { method } => format!("no endpoint that answers has the block that {method} names."),
            Refusal::NoRoom { method } => format!("no endpoint had room in time ({method})."),
            Refusal::Disputed { asked, method } => {
                format!("{} disagree about {method}; no answer was given.", asked.who())
            }
            Refusal::Unconfirmed { asked, method } => {
                format!("only {} answered {method}, and nothing confirms it; no answer was given.", asked.who())
            }
            Refusal::NoEndpoint => "no endpoint is chosen for this chain.".to_owned(),
            Refusal::NoTraces => "no endpoint of this chain is set to answer debug_ and trace_ methods.".to_owned(),
            Refusal::NoWallet => "this provider reads chains only; connect a wallet for anything else.".to_owned(),
            Refusal::NoPrivate => "no private endpoint serves this chain; the transaction was not sent.".to_owned(),
            Refusal::Withdrawn => {
                "this chain is no longer open to this site; the transaction may have been sent.".to_owned()
            }
            Refusal::BadParams => "params is neither an array nor an object.".to_owned(),
            // The bridge says these, too.
            Refusal::TooLarge => return TOO_LARGE.to_owned(),
            Refusal::TooMany => return TOO_MANY.to_owned(),
            Refusal::TooManyChains => format!("too many chains on this page (it may ask for {MAX_CHAINS})."),
            Refusal::TooManyFilters => "too many filters and subscriptions on this page.".to_owned(),
            Refusal::BadFilter(why) => format!("{why}."),
        };
        format!("Breakwater: {sentence}")
    }

    /// The error as a page gets it.
    pub(crate) fn error(&self) -> RpcError {
        RpcError { code: self.code(), message: self.sentence(), data: None }
    }

    /// The error as a page gets it for its request with this number.
    pub(crate) fn to_page(&self, id: u64) -> CoreToPage {
        CoreToPage::Error { id, code: self.code(), message: self.sentence(), data: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(endpoints: usize, wallet: bool, late: bool) -> String {
        let asked = Tally { endpoints, wallet };
        Refusal::of(End::Failed { late }, asked, "eth_call").sentence()
    }

    #[test]
    fn a_refusal_says_how_many_lanes_never_which() {
        assert_eq!(failed(0, false, false), "Breakwater: no endpoint could answer (eth_call).");
        assert_eq!(failed(1, false, false), "Breakwater: 1 endpoint could not answer (eth_call).");
        assert_eq!(failed(2, true, false), "Breakwater: 2 endpoints and the wallet could not answer (eth_call).");
        assert_eq!(failed(0, false, true), "Breakwater: no endpoint answered in time (eth_call).");
        assert_eq!(failed(3, false, true), "Breakwater: 3 endpoints did not answer in time (eth_call).");
    }

    #[test]
    fn without_a_wallet_a_lanes_own_error_comes_first() {
        let words = RpcError { code: -32005, message: "query returned more than 10000 results".into(), data: None };
        let with = Answer::Wallet { words: Some(words.clone()), otherwise: Refusal::NoEndpoint };
        assert_eq!(with.without_wallet(), Reply::Error(words));
        assert_eq!(Answer::wallet(Refusal::NoEndpoint).without_wallet(), Reply::Error(Refusal::NoEndpoint.error()));
    }

    #[test]
    fn disputes_are_not_failures() {
        let asked = Tally { endpoints: 2, wallet: false };
        let (disputed, failed) = (End::Disputed, End::Failed { late: false });
        assert_eq!(Refusal::of(disputed, asked, "eth_call").code(), UNAVAILABLE);
        assert_eq!(Refusal::of(failed, asked, "eth_call").code(), INTERNAL);
    }
}
