//! Characters that are invisible, or that change how the text around them is read.
//!
//! They can make one name look like another: U+202E reverses what follows ("moc.arufni" is shown as "infura.com"),
//! U+200B makes two names differ that look the same, and a Hangul filler is an empty-looking name.

/// Format characters (category Cf), what Unicode calls default ignorable
/// (<https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point>), separators of lines, and letters and
/// signs that are drawn as nothing. Sorted ranges of Unicode 16. A crate with whole categories would add 20 kB
/// of tables in place of these lines.
const RANGES: &[(u32, u32)] = &[
    (0xad, 0xad),       // soft hyphen
    (0x34f, 0x34f),     // combining grapheme joiner
    (0x600, 0x605),     // Arabic number signs
    (0x61c, 0x61c),     // Arabic letter mark
    (0x6dd, 0x6dd),     // Arabic end of ayah
    (0x70f, 0x70f),     // Syriac abbreviation mark
    (0x890, 0x891),     // Arabic pound and piastre marks
    (0x8e2, 0x8e2),     // Arabic disputed end of ayah
    (0x115f, 0x1160),   // Hangul fillers
    (0x17b4, 0x17b5),   // Khmer inherent vowels
    (0x180b, 0x180f),   // Mongolian selectors and vowel separator
    (0x200b, 0x200f),   // zero width, directional marks
    (0x2028, 0x202e),   // line and paragraph separators, embeddings, overrides
    (0x2060, 0x206f),   // word joiner, invisible operators, isolates
    (0x2800, 0x2800),   // a Braille pattern without a dot
    (0x3164, 0x3164),   // Hangul filler
    (0xfe00, 0xfe0f),   // variation selectors
    (0xfeff, 0xfeff),   // byte order mark
    (0xffa0, 0xffa0),   // halfwidth Hangul filler
    (0xfff0, 0xfffc),   // interlinear annotations, object replacement
    (0x110bd, 0x110bd), // Kaithi number sign
    (0x110cd, 0x110cd), // Kaithi number sign above
    (0x13430, 0x1343f), // Egyptian format controls
    (0x16fe4, 0x16fe4), // Khitan filler
    (0x1bca0, 0x1bca3), // shorthand format controls
    (0x1d159, 0x1d159), // a note head of nothing
    (0x1d173, 0x1d17a), // musical format controls
    (0xe0000, 0xe0fff), // tags, more variation selectors
];

/// The selector that asks for an emoji's colours.
const EMOJI: char = '\u{fe0f}';

fn is_hidden(c: char) -> bool {
    let code = u32::from(c);
    let at = RANGES.partition_point(|(_, last)| *last < code);
    RANGES.get(at).is_some_and(|(first, _)| *first <= code)
}

/// Whether keyboards send U+FE0F after this character.
fn takes_colours(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{2bff}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
        && !is_hidden(c)
}

/// The visible characters of a text, with the selectors that emoji need.
fn shown(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut before = None;
    text.chars().filter(move |c| {
        let colours = *c == EMOJI && before.is_some_and(takes_colours);
        before = Some(*c);
        colours || !is_hidden(*c)
    })
}

/// Whether a text contains a hidden character.
#[must_use]
pub fn is_in(text: &str) -> bool {
    !text.is_ascii() && !shown(text).eq(text.chars())
}

/// The text without its hidden characters.
#[must_use]
pub fn without(text: &str) -> String {
    shown(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_sorted_and_do_not_overlap() {
        assert!(RANGES.is_sorted_by(|a, b| a.1 < b.0) && RANGES.iter().all(|(first, last)| first <= last));
    }
}
