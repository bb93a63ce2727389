//! Why a new endpoint cannot be added. It quotes the endpoint where it can.

use super::Lang;
use crate::protocol::{Objection, PanelReply, Silence};

impl PanelReply {
    /// A new endpoint cannot be added.
    pub(crate) fn objection(why: &Objection, lang: Lang) -> PanelReply {
        PanelReply::problem("url", why.code(), &why.explain(lang))
    }
}

impl Objection {
    fn explain(&self, lang: Lang) -> String {
        match self {
            Objection::WrongChain { served, wanted } => lang.pick(
                format!("This endpoint serves chain {served}, not chain {wanted}. Add it there, or check the URL."),
                format!(
                    "Ce point d’accès sert la chaîne {served}, pas la chaîne {wanted}. Ajoutez-le là-bas, ou vérifiez l’URL."
                ),
            ),
            Objection::Redirect => lang.pick(
                "This address redirects to another one, and redirects are not followed: nobody chose where they lead. Use the URL it leads to.",
                "Cette adresse redirige vers une autre, et les redirections ne sont pas suivies : personne n’a choisi où elles mènent. Utilisez l’URL d’arrivée.",
            ).to_owned(),
            Objection::Silent(why) => why.explain(lang).to_owned(),
            Objection::NoAccess { quote } => {
                let says = quote.as_ref().map(|quote| quoted(quote, lang));
                let says = says.map(|says| lang.pick(format!(": {says}"), format!(" : {says}"))).unwrap_or_default();
                lang.pick(
                    format!("The endpoint asks for a key{says}. Put it in the URL or in a request header."),
                    format!("Le point d’accès demande une clé{says}. Mettez-la dans l’URL ou dans un en-tête."),
                )
            }
            Objection::Refused { quote: Some(quote) } => {
                let words = quoted(quote, lang);
                lang.pick(
                    format!("The endpoint refuses: {words}. If it asks for a key, put one in the URL or in a request header; if it asks for a pause, wait a minute."),
                    format!("Le point d’accès refuse : {words}. S’il demande une clé, mettez-la dans l’URL ou dans un en-tête ; s’il demande une pause, attendez une minute."),
                )
            }
            Objection::Refused { quote: None } => lang.pick(
                "The endpoint says \"too many requests\". Wait a minute, or use an endpoint with a key of your own.",
                "Le point d’accès répond « trop de requêtes ». Attendez une minute, ou utilisez un point d’accès avec votre propre clé.",
            ).to_owned(),
            Objection::NotReady { quote } => {
                let words = quoted(quote, lang);
                lang.pick(
                    format!("The endpoint does not say which chain it serves, but: {words}. Add it once it does, or add it now: it is asked again when it is used."),
                    format!("Le point d’accès ne dit pas quelle chaîne il sert, mais : {words}. Ajoutez-le quand il le dira, ou dès maintenant : il sera interrogé de nouveau à l’usage."),
                )
            }
            Objection::NotJsonRpc { status } => lang.pick(
                format!("This address answers (HTTP {status}), but not with JSON-RPC. Use the RPC URL, not the website's."),
                format!("Cette adresse répond (HTTP {status}), mais pas en JSON-RPC. Utilisez l’URL RPC, pas celle du site."),
            ),
        }
    }
}

impl Silence {
    fn explain(self, lang: Lang) -> &'static str {
        match self {
            Silence::ConnectionRefused => lang.pick(
                "The server refuses the connection. Check the port, and whether the node runs.",
                "Le serveur refuse la connexion. Vérifiez le port, et que le nœud fonctionne.",
            ),
            Silence::NoSuchName => lang.pick(
                "There is no server of this name. Check the URL.",
                "Il n’y a aucun serveur de ce nom. Vérifiez l’URL.",
            ),
            Silence::Certificate => lang.pick(
                "The browser does not accept the server's certificate. Check the URL.",
                "Le navigateur n’accepte pas le certificat du serveur. Vérifiez l’URL.",
            ),
            Silence::Unknown => lang.pick(
                "Nothing answers at this address. Check the URL and whether the server is up.",
                "Rien ne répond à cette adresse. Vérifiez l’URL et que le serveur fonctionne.",
            ),
        }
    }
}

fn quoted(words: &str, lang: Lang) -> String {
    lang.pick(format!("“{words}”"), format!("« {words} »"))
}
