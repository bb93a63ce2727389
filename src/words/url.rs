//! Why a text is not an endpoint's URL.

use super::Lang;
use crate::endpoint::UrlProblem;

impl UrlProblem {
    /// What is wrong and how to fix it.
    #[must_use]
    pub fn explain(self, lang: Lang) -> &'static str {
        match self {
            UrlProblem::Empty => lang.pick(
                "Type the endpoint's URL, for example https://rpc.example.org.",
                "Saisissez l’URL du point d’accès, par exemple https://rpc.example.org.",
            ),
            UrlProblem::TooLong => lang.pick(
                "The URL is longer than 4096 characters; check that only the URL was pasted.",
                "L’URL dépasse 4096 caractères ; vérifiez que seule l’URL a été collée.",
            ),
            UrlProblem::Hidden => lang.pick(
                "The URL has hidden characters in it; copy it again, or type it by hand.",
                "L’URL contient des caractères invisibles ; copiez-la de nouveau ou saisissez-la à la main.",
            ),
            UrlProblem::NotHttp => lang.pick(
                "Begin the URL with https:// (or http:// for your own node); other schemes are not read.",
                "Commencez l’URL par https:// (ou http:// pour votre propre nœud) ; les autres schémas ne sont pas pris en charge.",
            ),
            UrlProblem::NoHost => lang.pick(
                "The URL has no host name; write it as https://host/path.",
                "L’URL n’a pas de nom d’hôte ; écrivez-la sous la forme https://hôte/chemin.",
            ),
            UrlProblem::BadHost => lang.pick(
                "A host name has letters from a to z, digits, dashes and dots; write other scripts as xn--….",
                "Un nom d’hôte se compose de lettres de a à z, chiffres, tirets et points ; écrivez les autres en xn--….",
            ),
            UrlProblem::Unreadable => lang.pick(
                "This cannot be read as a URL; check the host name and the port.",
                "Ceci n’est pas une URL lisible ; vérifiez le nom d’hôte et le port.",
            ),
            UrlProblem::NotSocket => lang.pick(
                "Begin the WebSocket URL with wss:// (or ws:// for your own node).",
                "Commencez l’URL WebSocket par wss:// (ou ws:// pour votre propre nœud).",
            ),
            UrlProblem::SocketLogin => lang.pick(
                "A browser sends no user name and password with a WebSocket; use a URL with the key in its path.",
                "Un navigateur n’envoie ni nom ni mot de passe avec un WebSocket ; utilisez une URL dont le chemin contient la clé.",
            ),
            UrlProblem::OtherHost => lang.pick(
                "The WebSocket URL must have the host name of the endpoint's URL; for another host add another endpoint.",
                "L’URL WebSocket doit avoir le nom d’hôte de l’URL du point d’accès ; pour un autre hôte, ajoutez un autre point d’accès.",
            ),
        }
    }
}
