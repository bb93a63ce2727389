//! The languages.

/// A language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Lang {
    /// The code under which the data keeps texts in this language.
    pub(super) fn code(self) -> &'static str {
        self.pick("en", "fr")
    }

    /// Parses a browser's BCP 47 tag (`fr`, `fr-CA`, `en-GB`). Everything that is not French is English.
    #[must_use]
    pub fn from_tag(tag: &str) -> Lang {
        match tag.get(..2) {
            Some(two) if two.eq_ignore_ascii_case("fr") => Lang::Fr,
            _ => Lang::En,
        }
    }

    /// The sentence in this language. A third language is a third argument: the compiler then lists what to translate.
    pub(super) fn pick<T>(self, en: T, fr: T) -> T {
        match self {
            Lang::En => en,
            Lang::Fr => fr,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn french_tags_give_french_and_all_others_english() {
        for (tag, lang) in
            [("fr", Lang::Fr), ("FR-ca", Lang::Fr), ("en", Lang::En), ("de", Lang::En), ("", Lang::En), ("é", Lang::En)]
        {
            assert_eq!(Lang::from_tag(tag), lang, "{tag}");
        }
    }
}
