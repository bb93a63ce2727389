//! What wallets have not answered, and what frames of other sites say.

use super::Lang;
use crate::pages::Unanswered;

impl Unanswered {
    /// One sentence for the site's own wallet.
    pub(crate) fn sentence(self, lang: Lang) -> String {
        let (method, time) = (self.method, time(self.ms));
        let head = lang.pick(
            format!("Your wallet has not answered {method} for {time}"),
            format!("Votre portefeuille n’a pas répondu à {method} depuis {time}"),
        );
        let tail = match self.endpoint_answers {
            Some(true) => lang.pick(
                ". Its own endpoint answers, so it is probably waiting for your confirmation: look for its window.",
                ". Son propre point d’accès répond : il attend sans doute votre confirmation ; cherchez sa fenêtre.",
            ),
            Some(false) => lang.pick(
                ", and its own endpoint looks dark: it answers no read either. Breakwater cannot send for it, but you can give it a healthy endpoint below.",
                ", et son propre point d’accès semble éteint : il ne répond pas non plus aux lectures. Breakwater ne peut pas envoyer à sa place, mais vous pouvez lui donner ci-dessous un point d’accès sain.",
            ),
            None => lang.pick(
                ": it may be waiting for your confirmation, or for its own endpoint, which Breakwater cannot reach for it. You can give it a healthy endpoint below.",
                " : il attend peut-être votre confirmation, ou son propre point d’accès, que Breakwater ne peut pas joindre à sa place. Vous pouvez lui donner ci-dessous un point d’accès sain.",
            ),
        };
        format!("{head}{tail}")
    }

    /// The end of a sentence that begins with the frame's name. It gives no advice, because the frame may lie.
    pub(crate) fn told_by_frame(self, lang: Lang) -> String {
        let (method, time) = (self.method, time(self.ms));
        lang.pick(
            format!(" says that a wallet has not answered {method} for {time}."),
            format!(" dit qu’un portefeuille n’a pas répondu à {method} depuis {time}."),
        )
    }
}

/// The end of a sentence that begins with the frame's name: a wallet in it cannot be guarded.
pub(crate) fn locked_in_frame(lang: Lang) -> &'static str {
    lang.pick(" says that a wallet in it cannot be guarded.", " dit qu’un portefeuille n’y est pas protégeable.")
}

/// A frame of another site, by its host name.
pub(crate) fn frame(host: Option<&str>, lang: Lang) -> String {
    match host {
        Some(host) => lang.pick(format!("A frame of “{host}”"), format!("Un cadre de « {host} »")),
        None => lang.pick("A frame of no known site", "Un cadre sans site connu").to_owned(),
    }
}

/// `40 s`, `3 min`: in steps, so that a screen reader does not speak every second.
fn time(ms: u64) -> String {
    match ms / 1_000 {
        seconds if seconds < 120 => format!("{} s", seconds / 10 * 10),
        seconds => format!("{} min", seconds / 60),
    }
}
