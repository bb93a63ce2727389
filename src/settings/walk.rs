//! A JSON value with its path, so that every problem names its field.
//!
//! Why not serde's derive with a path tracker? Its messages repeat the offending value, which may be a URL with a key
//! in it.

use serde_json::{Map, Value};

use super::problem::{Kind, Problem, Wrong};

/// One value of the file.
#[derive(Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    path: String,
}

/// The fields of one object, all of them known.
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Node { value, path: String::new() }
    }

    /// The problem, at this path.
    pub(super) fn wrong(&self, wrong: Wrong) -> Problem {
        wrong.at(&self.path)
    }

    /// Runs a check on the value read here.
    pub(super) fn check<T>(&self, checked: Result<T, Wrong>) -> Result<T, Problem> {
        checked.map_err(|wrong| self.wrong(wrong))
    }

    fn want<T>(&self, found: Option<T>, want: Kind) -> Result<T, Problem> {
        found.ok_or_else(|| self.wrong(Wrong::WrongType { want }))
    }

    /// An object that may have these fields and no others.
    pub(super) fn object(&self, known: &[&str]) -> Result<Fields<'a>, Problem> {
        let map = self.want(self.value.as_object(), Kind::Object)?;
        match map.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Wrong::UnknownField.at(&join(&self.path, name))),
            None => Ok(Fields { map, path: self.path.clone() }),
        }
    }

    /// An object whose field names are free, as nodes.
    pub(super) fn entries(&self, limit: usize) -> Result<Vec<(&'a str, Node<'a>)>, Problem> {
        let map = self.want(self.value.as_object(), Kind::Object)?;
        if map.len() > limit {
            return Err(self.wrong(Wrong::TooMany { limit }));
        }
        Ok(map.iter().map(|(name, value)| (name.as_str(), Node { value, path: join(&self.path, name) })).collect())
    }

    pub(super) fn list(&self, limit: usize) -> Result<Vec<Node<'a>>, Problem> {
        let list = self.want(self.value.as_array(), Kind::List)?;
        if list.len() > limit {
            return Err(self.wrong(Wrong::TooMany { limit }));
        }
        let node = |(at, value)| Node { value, path: format!("{}[{at}]", self.path) };
        Ok(list.iter().enumerate().map(node).collect())
    }

    pub(super) fn text(&self) -> Result<&'a str, Problem> {
        self.want(self.value.as_str(), Kind::Text)
    }

    pub(super) fn yes_no(&self) -> Result<bool, Problem> {
        self.want(self.value.as_bool(), Kind::YesNo)
    }

    /// A whole number within a range. A negative number, or one with a fraction, is out of range rather than mistyped.
    pub(super) fn number(&self, (min, max): (u64, u64)) -> Result<u64, Problem> {
        if !self.value.is_number() {
            return Err(self.wrong(Wrong::WrongType { want: Kind::Number }));
        }
        let within = self.value.as_u64().filter(|number| (min..=max).contains(number));
        within.ok_or_else(|| self.wrong(Wrong::OutOfRange { min, max }))
    }
}

impl<'a> Fields<'a> {
    /// An optional field.
    pub(super) fn get(&self, name: &str) -> Option<Node<'a>> {
        self.map.get(name).map(|value| Node { value, path: join(&self.path, name) })
    }

    /// A required field.
    pub(super) fn need(&self, name: &str) -> Result<Node<'a>, Problem> {
        self.get(name).ok_or_else(|| Wrong::Missing.at(&join(&self.path, name)))
    }
}

/// Field names appear in problems and so in messages. A text that does not look like a name is not repeated.
fn join(path: &str, name: &str) -> String {
    let plain =
        name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let name = if plain && !name.is_empty() { name } else { "…" };
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
