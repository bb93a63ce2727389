//! What can be wrong with settings.

use crate::endpoint::UrlProblem;

/// One problem, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path of the field, as in `chains[0].endpoints[2].url`; empty for the text as a whole.
    pub field: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

impl Problem {
    /// Stable word, for tests and translation.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.wrong.code()
    }
}

/// What is wrong with a field, or with settings as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// The text is larger than the limit.
    TooLarge {
        /// The limit.
        bytes: usize,
    },
    /// The text is not JSON.
    NotJson {
        /// Line of the first error, from 1.
        line: usize,
        /// Column of the first error, from 1.
        column: usize,
    },
    /// The stored settings have vanished.
    Gone,
    /// Written by a version this one does not know, or by something else.
    UnknownVersion,
    /// A required field is missing.
    Missing,
    /// A field this version does not know.
    UnknownField,
    /// Wrong JSON type; expected `object`, `list`, `text`, `yes-no` or `number`.
    WrongType {
        /// The expected type.
        want: Kind,
    },
    /// A number outside its range.
    OutOfRange {
        /// Smallest allowed.
        min: u64,
        /// Largest allowed.
        max: u64,
    },
    /// Not one of the words allowed here.
    UnknownChoice {
        /// The words allowed.
        allowed: &'static str,
    },
    /// More entries than allowed.
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// A value that must not be empty is empty.
    Empty,
    /// Longer than allowed.
    TooLong {
        /// The limit, in characters.
        limit: usize,
    },
    /// A name shown to people contains control characters.
    ControlCharacters,
    /// A name shown to people contains characters that are invisible or that reorder others.
    HiddenCharacters,
    /// A duplicate.
    Duplicate,
    /// Not an endpoint URL.
    Url(UrlProblem),
    /// Not a header name (RFC 9110, 5.1).
    HeaderName,
    /// Not a header value (RFC 9110, 5.5): visible ASCII and inner spaces.
    HeaderValue,
    /// A header that the browser or Breakwater sets itself.
    HeaderForbidden,
    /// Not a host name.
    Host,
    /// Neither an address, nor a range, nor a host name.
    LabelMatch,
    /// Not an ISO 3166 code of two letters.
    Country,
    /// The chain to change is not in the settings.
    NoSuchChain,
    /// The endpoint to change is not in the settings: it was removed meanwhile.
    NoSuchEndpoint,
    /// The label to remove is not in the settings.
    NoSuchLabel,
}

/// A JSON type, in words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    List,
    /// `"…"`
    Text,
    /// `true` or `false`
    YesNo,
    /// A whole number, not negative.
    Number,
}

impl Wrong {
    /// The problem, at the field with this path.
    #[must_use]
    pub fn at(self, field: &str) -> Problem {
        Problem { field: field.to_owned(), wrong: self }
    }

    /// Stable word.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Wrong::TooLarge { .. } => "too-large",
            Wrong::NotJson { .. } => "not-json",
            Wrong::Gone => "gone",
            Wrong::UnknownVersion => "unknown-version",
            Wrong::Missing => "missing",
            Wrong::UnknownField => "unknown-field",
            Wrong::WrongType { .. } => "wrong-type",
            Wrong::OutOfRange { .. } => "out-of-range",
            Wrong::UnknownChoice { .. } => "unknown-choice",
            Wrong::TooMany { .. } => "too-many",
            Wrong::Empty => "empty",
            Wrong::TooLong { .. } => "too-long",
            Wrong::ControlCharacters => "control-characters",
            Wrong::HiddenCharacters => "hidden-characters",
            Wrong::Duplicate => "duplicate",
            Wrong::Url(problem) => problem.code(),
            Wrong::HeaderName => "bad-header-name",
            Wrong::HeaderValue => "bad-header-value",
            Wrong::HeaderForbidden => "forbidden-header",
            Wrong::Host => "bad-host",
            Wrong::LabelMatch => "bad-match",
            Wrong::Country => "bad-country",
            Wrong::NoSuchChain => "no-such-chain",
            Wrong::NoSuchEndpoint => "no-such-endpoint",
            Wrong::NoSuchLabel => "no-such-label",
        }
    }
}
