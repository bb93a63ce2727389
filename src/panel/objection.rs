//! Why a new endpoint cannot be added, for the person. It quotes the endpoint where it can.

use crate::classify::Judged;
use crate::hidden;
use crate::io::SendError;
use crate::jsonrpc::{self, Reply};
use crate::lang::Lang;
use crate::protocol::PanelReply;
use crate::race::Outcome;
use crate::redact::Secrets;

/// Most characters of an endpoint's text that are shown.
const WORDS: usize = 160;

/// It serves another chain.
pub(super) fn wrong_chain(served: u64, wanted: u64, lang: Lang) -> PanelReply {
    let message = lang.pick(
        format!("This endpoint serves chain {served}, not chain {wanted}. Add it there, or check the URL."),
        format!(
            "Ce point d’accès sert la chaîne {served}, pas la chaîne {wanted}. Ajoutez-le là-bas, ou vérifiez l’URL."
        ),
    );
    PanelReply::problem("url", "wrong-chain", &message)
}

/// It sent nothing. `cause` is the browser's reason, if it gave one.
pub(super) fn silent(why: SendError, cause: Option<&str>, lang: Lang) -> PanelReply {
    let cause = cause.unwrap_or_default().to_ascii_uppercase();
    let says = |words: &[&str]| words.iter().any(|word| cause.contains(word));
    let (code, message) = match why {
        SendError::Redirect => ("redirect", lang.pick(
            "This address redirects to another one, and redirects are not followed: nobody chose where they lead. Use the URL it leads to.",
            "Cette adresse redirige vers une autre, et les redirections ne sont pas suivies : personne n’a choisi où elles mènent. Utilisez l’URL d’arrivée.",
        )),
        _ if says(&["CONNECTION_REFUSED"]) => ("no-answer", lang.pick(
            "The server refuses the connection. Check the port, and whether the node runs.",
            "Le serveur refuse la connexion. Vérifiez le port, et que le nœud fonctionne.",
        )),
        _ if says(&["NAME_NOT_RESOLVED", "UNKNOWN_HOST"]) => ("no-answer", lang.pick(
            "There is no server of this name. Check the URL.",
            "Il n’y a aucun serveur de ce nom. Vérifiez l’URL.",
        )),
        _ if says(&["CERT", "SSL", "SEC_ERROR", "PKIX"]) => ("no-answer", lang.pick(
            "The browser does not accept the server's certificate. Check the URL.",
            "Le navigateur n’accepte pas le certificat du serveur. Vérifiez l’URL.",
        )),
        _ => ("no-answer", lang.pick(
            "Nothing answers at this address. Check the URL and whether the server is up.",
            "Rien ne répond à cette adresse. Vérifiez l’URL et que le serveur fonctionne.",
        )),
    };
    PanelReply::problem("url", code, message)
}

/// It answered, but not with a chain id.
pub(super) fn said(judged: &Judged, status: u16, secrets: &Secrets, lang: Lang) -> PanelReply {
    let words = judged.reply.as_ref().and_then(|reply| words(reply, secrets)).map(|words| quoted(&words, lang));
    match (judged.outcome, words) {
        (_, words) if matches!(status, 401..=403) => {
            let says = words.map(|words| lang.pick(format!(": {words}"), format!(" : {words}"))).unwrap_or_default();
            PanelReply::problem("url", "no-access", &lang.pick(
                format!("The endpoint asks for a key{says}. Put it in the URL or in a request header."),
                format!("Le point d’accès demande une clé{says}. Mettez-la dans l’URL ou dans un en-tête."),
            ))
        }
        (Outcome::Refused, Some(words)) => PanelReply::problem("url", "refused", &lang.pick(
            format!("The endpoint refuses: {words}. If it asks for a key, put one in the URL or in a request header; if it asks for a pause, wait a minute."),
            format!("Le point d’accès refuse : {words}. S’il demande une clé, mettez-la dans l’URL ou dans un en-tête ; s’il demande une pause, attendez une minute."),
        )),
        (Outcome::Refused, None) => PanelReply::problem("url", "refused", lang.pick(
            "The endpoint says \"too many requests\". Wait a minute, or use an endpoint with a key of your own.",
            "Le point d’accès répond « trop de requêtes ». Attendez une minute, ou utilisez un point d’accès avec votre propre clé.",
        )),
        (_, Some(words)) => PanelReply::problem("url", "not-ready", &lang.pick(
            format!("The endpoint does not say which chain it serves, but: {words}. Add it once it does, or add it now: it is asked again when it is used."),
            format!("Le point d’accès ne dit pas quelle chaîne il sert, mais : {words}. Ajoutez-le quand il le dira, ou dès maintenant : il sera interrogé de nouveau à l’usage."),
        )),
        (_, None) => PanelReply::problem("url", "not-json-rpc", &lang.pick(
            format!("This address answers (HTTP {status}), but not with JSON-RPC. Use the RPC URL, not the website's."),
            format!("Cette adresse répond (HTTP {status}), mais pas en JSON-RPC. Utilisez l’URL RPC, pas celle du site."),
        )),
    }
}

fn quoted(words: &str, lang: Lang) -> String {
    lang.pick(format!("“{words}”"), format!("« {words} »"))
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
