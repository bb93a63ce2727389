//! What is wrong with settings, and which ones are in use instead.

use super::Lang;
use crate::choice::{Instead, Trouble};
use crate::protocol::PanelReply;
use crate::settings::{Kind, Problem, Wrong};

impl Problem {
    /// One sentence that says what is wrong and how to fix it. Repeats nothing that was typed.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        self.wrong.explain(lang)
    }
}

impl PanelReply {
    /// What is wrong with settings.
    pub(crate) fn of(problem: &Problem, lang: Lang) -> PanelReply {
        PanelReply::problem(&problem.field, problem.code(), &problem.message(lang))
    }
}

impl Wrong {
    /// What is wrong and how to fix it.
    #[must_use]
    pub fn explain(&self, lang: Lang) -> String {
        fixed(self).map(|(en, fr)| lang.pick(en, fr).to_owned()).unwrap_or_else(|| with_figures(self, lang))
    }
}

/// Sentences without values.
fn fixed(wrong: &Wrong) -> Option<(&'static str, &'static str)> {
    Some(match wrong {
        Wrong::Gone => ("They are no longer there.", "Ils ne sont plus là."),
        Wrong::UnknownVersion => (
            "The settings are of a version this Breakwater does not know; update Breakwater, or check that this is its file.",
            "Ces réglages sont d’une version que ce Breakwater ne connaît pas ; mettez Breakwater à jour ou vérifiez le fichier.",
        ),
        Wrong::Missing => ("This field is missing; add it.", "Ce champ manque ; ajoutez-le."),
        Wrong::UnknownField => (
            "This field is not known; remove it or correct its spelling.",
            "Ce champ est inconnu ; retirez-le ou corrigez son nom.",
        ),
        Wrong::Empty => {
            ("This must not be empty; type something.", "Ceci ne doit pas être vide ; saisissez une valeur.")
        }
        Wrong::ControlCharacters => (
            "This contains invisible control characters; type it again by hand.",
            "Ceci contient des caractères de contrôle invisibles ; saisissez-le à la main.",
        ),
        Wrong::HiddenCharacters => (
            "This contains hidden characters that can make it look like another name; type it again by hand.",
            "Ceci contient des caractères invisibles qui peuvent le faire passer pour un autre nom ; saisissez-le à la main.",
        ),
        Wrong::Duplicate => (
            "This is there already; each entry is kept once.",
            "Ceci existe déjà ; chaque entrée ne figure qu’une fois.",
        ),
        Wrong::HeaderName => (
            "This is no header name; use letters, digits and dashes, as in x-api-key.",
            "Ce n’est pas un nom d’en-tête ; utilisez lettres, chiffres et tirets, comme x-api-key.",
        ),
        Wrong::HeaderValue => (
            "A header value holds visible ASCII characters, at most 4096; check what was pasted.",
            "La valeur d’un en-tête se compose de caractères ASCII visibles, 4096 au plus ; vérifiez ce qui a été collé.",
        ),
        Wrong::HeaderForbidden => (
            "The browser sets this header itself; use another one for the key.",
            "Le navigateur fixe lui-même cet en-tête ; utilisez-en un autre pour la clé.",
        ),
        Wrong::Host => (
            "This is no host name; write it as in the address bar, without https:// and path.",
            "Ce n’est pas un nom d’hôte ; écrivez-le comme dans la barre d’adresse, sans https:// ni chemin.",
        ),
        Wrong::LabelMatch => (
            "Write an address (203.0.113.7), a range (203.0.113.0/24) or a host name.",
            "Indiquez une adresse (203.0.113.7), une plage (203.0.113.0/24) ou un nom d’hôte.",
        ),
        Wrong::Country => {
            ("Write the country as two capital letters, as in DE.", "Indiquez le pays par deux majuscules, comme DE.")
        }
        Wrong::NoSuchChain => (
            "This chain is not in the settings; add the chain first.",
            "Cette chaîne n’est pas dans les réglages ; ajoutez-la d’abord.",
        ),
        Wrong::NoSuchEndpoint => (
            "This endpoint has been removed meanwhile; nothing was changed.",
            "Ce point d’accès a été retiré entre-temps ; rien n’a changé.",
        ),
        Wrong::NoSuchLabel => (
            "This label has been removed meanwhile; nothing was changed.",
            "Cette étiquette a été retirée entre-temps ; rien n’a changé.",
        ),
        Wrong::Url(_)
        | Wrong::TooLarge { .. }
        | Wrong::NotJson { .. }
        | Wrong::WrongType { .. }
        | Wrong::OutOfRange { .. }
        | Wrong::UnknownChoice { .. }
        | Wrong::TooMany { .. }
        | Wrong::TooLong { .. } => return None,
    })
}

/// Sentences that name a limit or a position.
fn with_figures(wrong: &Wrong, lang: Lang) -> String {
    match wrong {
        Wrong::Url(problem) => problem.explain(lang).to_owned(),
        Wrong::TooLarge { bytes } => lang.pick(
            format!("Stored, this would be larger than {} kB; take some endpoints, sites or labels out.", bytes / 1024),
            format!(
                "Une fois enregistré, ceci dépasserait {} ko ; retirez des points d’accès, des sites ou des étiquettes.",
                bytes / 1024
            ),
        ),
        Wrong::NotJson { line, column } => lang.pick(
            format!("This is not JSON: look at line {line}, column {column}."),
            format!("Ce n’est pas du JSON : voyez la ligne {line}, colonne {column}."),
        ),
        Wrong::WrongType { want } => {
            let want = kind(*want, lang);
            lang.pick(format!("{want} is wanted here."), format!("Il faut ici {want}."))
        }
        Wrong::OutOfRange { min, max } => lang.pick(
            format!("Choose a whole number from {min} to {max}."),
            format!("Choisissez un nombre entier de {min} à {max}."),
        ),
        Wrong::UnknownChoice { allowed } => {
            lang.pick(format!("Choose one of: {allowed}."), format!("Choisissez parmi : {allowed}."))
        }
        Wrong::TooMany { limit } => lang.pick(
            format!("At most {limit} entries fit here; remove some first."),
            format!("Il y a place pour {limit} entrées au plus ; retirez-en d’abord."),
        ),
        Wrong::TooLong { limit } => lang.pick(
            format!("At most {limit} characters fit here; shorten it."),
            format!("{limit} caractères au plus ; raccourcissez."),
        ),
        other => other.code().to_owned(),
    }
}

fn kind(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Object => lang.pick("An object {…}", "un objet {…}"),
        Kind::List => lang.pick("A list […]", "une liste […]"),
        Kind::Text => lang.pick("Text in quotes", "un texte entre guillemets"),
        Kind::YesNo => lang.pick("true or false", "true ou false"),
        Kind::Number => lang.pick("A whole number, not negative,", "un nombre entier non négatif"),
    }
}

impl Trouble {
    /// One or two sentences. The page has no field to show the problem at, so the text names it.
    pub(crate) fn sentence(&self, lang: Lang) -> String {
        let instead = match self.instead {
            Instead::Mended => lang.pick(
                "The stored settings held hidden characters, or hosts that are none: those were taken out. The original is kept.",
                "Les réglages enregistrés contenaient des caractères invisibles ou des hôtes qui n’en sont pas : ils ont été retirés. L’original est conservé.",
            ),
            Instead::Good => lang.pick("The last good ones are in use.", "Les derniers réglages valables servent."),
            Instead::Defaults => lang.pick(
                "No endpoint is in use: requests go to your wallet alone.",
                "Aucun point d’accès ne sert : les requêtes vont au seul portefeuille.",
            ),
        };
        let Some(problem) = &self.problem else { return instead.to_owned() };
        let place = if problem.field.is_empty() { String::new() } else { format!(" ({})", problem.field) };
        let message = problem.message(lang);
        lang.pick(
            format!("The stored settings cannot be used{place}: {message} {instead}"),
            format!("Les réglages enregistrés sont inutilisables{place} : {message} {instead}"),
        )
    }
}
