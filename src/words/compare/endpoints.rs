//! Endpoints of one chain, compared.

use super::Words;
use crate::protocol::ChangeLine;
use crate::settings::Endpoint;

/// An endpoint as it is now, and as it would be.
type Pair<'a> = (Option<&'a Endpoint>, Option<&'a Endpoint>);

/// Pairs endpoints by URL, then the remaining ones by host: a path or a key has changed there.
fn pairs<'a>(now: &'a [Endpoint], then: &'a [Endpoint]) -> Vec<Pair<'a>> {
    let mut left: Vec<&Endpoint> = now.iter().collect();
    let mut take = |wanted: &dyn Fn(&Endpoint) -> bool| {
        let at = left.iter().position(|one| wanted(one))?;
        Some(left.remove(at))
    };
    let mut pairs: Vec<Pair<'a>> = then.iter().map(|new| (take(&|old| old.url == new.url), Some(new))).collect();
    for (old, new) in &mut pairs {
        if let (None, Some(new)) = (&old, new) {
            *old = take(&|old| old.url.host() == new.url.host());
        }
    }
    pairs.extend(left.into_iter().map(|old| (Some(old), None)));
    pairs
}

impl Words {
    pub(super) fn endpoints(&self, now: &[Endpoint], then: &[Endpoint]) -> Vec<ChangeLine> {
        let mut lines = Vec::new();
        for pair in pairs(now, then) {
            match pair {
                (Some(old), Some(new)) => lines.extend(self.endpoint(old, new)),
                (old, new) => {
                    let Some(one) = old.or(new) else { continue };
                    let whole = |endpoint: &Endpoint| self.whole(endpoint);
                    lines.extend(ChangeLine::of(one.url.shown_place(), old.map(whole), new.map(whole)));
                }
            }
        }
        let order = self.say("Order of the endpoints", "Ordre des points d’accès");
        lines.extend(self.order(order, now.iter().map(|e| e.url.as_str()), then.iter().map(|e| e.url.as_str())));
        lines
    }

    /// The differences between two endpoints that count as the same.
    fn endpoint(&self, old: &Endpoint, new: &Endpoint) -> Vec<ChangeLine> {
        let place = new.url.shown_place();
        let line = |what: &str, of: &dyn Fn(&Endpoint) -> String| {
            ChangeLine::of(format!("{place}: {what}"), Some(of(old)), Some(of(new)))
        };
        // A possible key is not repeated: the change is all that is shown.
        let other = |what: &str, differs: bool| {
            let words = (self.say("as it is", "tel quel"), self.say("another", "un autre"));
            differs.then(|| ChangeLine::of(format!("{place}: {what}"), Some(words.0), Some(words.1))).flatten()
        };
        let names = |e: &Endpoint| self.headers(e).unwrap_or_else(|| self.say("none", "aucun"));
        let url = old.url != new.url && old.url.shown_place() == new.url.shown_place();
        let values = old.headers != new.headers && names(old) == names(new);
        let socket = old.ws.is_some() && new.ws.is_some() && old.ws != new.ws;
        [
            line(self.lang.pick("address", "adresse"), &|e| e.url.shown_place()),
            other(self.lang.pick("path, key or login", "chemin, clé ou identifiants"), url),
            line(self.lang.pick("name", "nom"), &|e| e.name.clone()),
            line(self.lang.pick("asked", "interrogé"), &|e| self.yes_no(e.enabled)),
            line(self.lang.pick("private", "privé"), &|e| self.yes_no(e.private)),
            line(self.lang.pick("debug and trace methods", "méthodes debug et trace"), &|e| self.yes_no(e.traces)),
            line(self.lang.pick("headers", "en-têtes"), &names),
            other(self.lang.pick("header values", "valeurs d’en-tête"), values),
            line(self.lang.pick("run by", "exploité par"), &|e| e.operator.clone().unwrap_or_else(|| "–".to_owned())),
            line("WebSocket", &|e| self.yes_no(e.ws.is_some())),
            other("WebSocket", socket),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn yes_no(&self, yes: bool) -> String {
        if yes { self.say("yes", "oui") } else { self.say("no", "non") }
    }

    /// Names of the extra headers.
    fn headers(&self, endpoint: &Endpoint) -> Option<String> {
        let names: Vec<&str> = endpoint.headers.iter().map(|header| header.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// The description of an endpoint that is added or removed.
    fn whole(&self, endpoint: &Endpoint) -> String {
        let headers = self
            .headers(endpoint)
            .map(|names| self.lang.pick(format!("headers: {names}"), format!("en-têtes : {names}")));
        let operator =
            endpoint.operator.as_ref().map(|o| self.lang.pick(format!("run by {o}"), format!("exploité par {o}")));
        let parts = [
            Some(endpoint.name.clone()),
            (!endpoint.enabled).then(|| self.say("not asked", "non interrogé")),
            endpoint.private.then(|| self.say("private", "privé")),
            endpoint.traces.then(|| self.say("debug and trace methods", "méthodes debug et trace")),
            headers,
            operator,
            endpoint.ws.as_ref().map(|_| "WebSocket".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}
