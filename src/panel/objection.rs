//! Why a new endpoint cannot be added: what its silence or its reply means.

use crate::classify::Judged;
use crate::hidden;
use crate::io::SendError;
use crate::jsonrpc::{self, Reply};
use crate::protocol::{Objection, Silence};
use crate::race::Outcome;
use crate::redact::Secrets;

/// Most characters of an endpoint's text that are shown.
const WORDS: usize = 160;

/// It sent nothing. `cause` is the browser's reason, if it gave one.
pub(super) fn silent(why: SendError, cause: Option<&str>) -> Objection {
    let cause = cause.unwrap_or_default().to_ascii_uppercase();
    let says = |words: &[&str]| words.iter().any(|word| cause.contains(word));
    Objection::Silent(match why {
        SendError::Redirect => return Objection::Redirect,
        _ if says(&["CONNECTION_REFUSED"]) => Silence::ConnectionRefused,
        _ if says(&["NAME_NOT_RESOLVED", "UNKNOWN_HOST"]) => Silence::NoSuchName,
        _ if says(&["CERT", "SSL", "SEC_ERROR", "PKIX"]) => Silence::Certificate,
        _ => Silence::Unknown,
    })
}

/// It answered, but not with a chain id.
pub(super) fn said(judged: &Judged, status: u16, secrets: &Secrets) -> Objection {
    let quote = judged.reply.as_ref().and_then(|reply| words(reply, secrets));
    match (judged.outcome, quote) {
        (_, quote) if matches!(status, 401..=403) => Objection::NoAccess { quote },
        (Outcome::Refused, quote) => Objection::Refused { quote },
        (_, Some(quote)) => Objection::NotReady { quote },
        (_, None) => Objection::NotJsonRpc { status },
    }
}

/// Its text, made fit to show: one line of visible characters, without its keys.
fn words(reply: &Reply, secrets: &Secrets) -> Option<String> {
    let text = match reply {
        Reply::Error(error) if error.message.trim().is_empty() => format!("error {}", error.code),
        Reply::Error(error) => error.message.clone(),
        Reply::Result(text) => serde_json::from_str(text).map(jsonrpc::text_of).unwrap_or_default(),
    };
    let seen = hidden::without(&secrets.cut(&text));
    let line = seen.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches('.');
    let shown: String = line.chars().take(WORDS).collect();
    let more = if shown.len() < line.len() { "…" } else { "" };
    Some(format!("{shown}{more}")).filter(|words| !words.is_empty())
}
