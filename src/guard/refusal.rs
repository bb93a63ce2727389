//! Requests that nobody here can be asked.

use super::Guard;
use crate::answer::{Answer, Question, Refusal};
use crate::asks::Asker;
use crate::route::{self, Class};

impl Guard {
    /// Nobody here can be asked: the page's wallet is, or the page is told so.
    pub(super) fn not_ours(&mut self, asker: Asker, question: &Question) {
        let spec = route::spec(&question.method);
        let refusal = match spec.class {
            _ if spec.is_trace() => Refusal::NoTraces,
            Class::Read | Class::Broadcast => Refusal::NoEndpoint,
            _ => Refusal::NoWallet,
        };
        self.give(asker, Answer::wallet(refusal));
    }
}
