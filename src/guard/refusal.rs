//! What a page is told when it gets no answer: how many endpoints could not give one, and never which.

use super::Guard;
use super::requests::{Asker, Question};
use crate::protocol::CoreToPage;
use crate::race::End;
use crate::route::{self, Class};

/// Who was asked in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) endpoints: usize,
    pub(super) wallet: bool,
}

/// No lane that answers has the block that a request names, and another one has shown it. Whoever asks again may find
/// that one well again, or the others further.
pub(super) fn not_there(method: &str) -> String {
    format!("Breakwater: no endpoint that answers has the block that {method} names.")
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

    /// The sentence for a race that ended so.
    pub(super) fn explain(self, end: End, method: &str) -> String {
        let who = self.who();
        match end {
            End::Disputed => format!("Breakwater: {who} disagree about {method}; no answer was given."),
            End::Unconfirmed => {
                format!("Breakwater: only {who} answered {method}, and nothing confirms it; no answer was given.")
            }
            End::Failed { late: true } if self.endpoints > 0 => {
                format!("Breakwater: {who} did not answer in time ({method}).")
            }
            End::Failed { late: true } => format!("Breakwater: {who} answered in time ({method})."),
            End::Failed { late: false } if self.endpoints == 0 && !self.wallet => {
                format!("Breakwater: {who} could answer ({method}).")
            }
            _ => format!("Breakwater: {who} could not answer ({method})."),
        }
    }
}

impl Guard {
    /// Nobody here can be asked: the page's wallet is, or the page is told so.
    pub(super) fn not_ours(&mut self, asker: Asker, question: &Question) {
        match asker {
            Asker::Page { client, id, wallet: true } => self.post(client, CoreToPage::UseWallet { id }),
            Asker::Page { client, id, wallet: false } => {
                let spec = route::spec(&question.method);
                let (code, message) = match spec.class {
                    // Whether the chain has any endpoint is not told by it.
                    _ if spec.is_trace() => {
                        (4200, "Breakwater: no endpoint of this chain is set to answer debug_ and trace_ methods.")
                    }
                    Class::Read | Class::Broadcast => (4901, "Breakwater: no endpoint is chosen for this chain."),
                    // EIP-1193: 4200, the provider does not support the method.
                    _ => (4200, "Breakwater: this provider reads chains only; connect a wallet for anything else."),
                };
                self.post(client, CoreToPage::Error { id, code, message: message.into(), data: None });
            }
            Asker::Rescue { rescue, .. } => self.give_up_rescue(rescue),
            Asker::Follow { .. } => {}
        }
    }
}
