//! JavaScript as text.

/// Longest line of a script.
const WIDTH: usize = 120;

/// A comment above a declaration.
pub(crate) fn comment(text: &str) -> String {
    let one = format!("/** {text} */\n");
    if one.trim_end().chars().count() <= WIDTH {
        return one;
    }
    format!("/**\n{} */\n", wrapped(text))
}

/// A text as the lines of a block comment.
fn wrapped(text: &str) -> String {
    const INDENT: &str = " * ";
    let mut out = String::new();
    let mut line = INDENT.to_owned();
    for word in text.split(' ') {
        if line.chars().count() + word.chars().count() + 1 > WIDTH {
            out += line.trim_end();
            out += "\n";
            line = INDENT.to_owned();
        }
        line += word;
        line += " ";
    }
    out + line.trim_end() + "\n"
}

/// A text in single quotes.
pub(crate) fn quoted(text: &str) -> String {
    assert!(!text.contains(['\'', '\\', '\n']), "{text}: needs no escape so far");
    format!("'{text}'")
}

/// Texts of a list between brackets, in one line where it fits below a `head` of so many characters, else each in its
/// own, as the formatter of the scripts has it.
pub(crate) fn list(head: usize, texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    let one = texts.join(", ");
    if head + one.chars().count() <= WIDTH {
        return format!("[{one}]");
    }
    let lines: String = texts.iter().map(|text| format!("  {text},\n")).collect();
    format!("[\n{lines}]")
}

/// Words as one text, over as many lines as it takes; they are parted by one blank or line break.
pub(crate) fn words<'a>(head: usize, words: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::from("`");
    let mut room = WIDTH - head;
    for word in words {
        assert!(!word.contains(['`', '\\', '$']), "{word}: needs no escape so far");
        let first = text == "`";
        if !first && word.len() + 1 > room {
            text += "\n";
            room = WIDTH;
        } else if !first {
            text += " ";
            room -= 1;
        }
        text += word;
        room = room.saturating_sub(word.len());
    }
    text + "`"
}

/// An object of named values, in one line where it fits below a `head` of so many characters.
pub(crate) fn object(head: usize, fields: &[(&str, String)]) -> String {
    let texts: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let one = format!("{{ {} }}", texts.join(", "));
    if head + one.chars().count() <= WIDTH {
        return one;
    }
    let lines: String = texts.iter().map(|text| format!("  {text},\n")).collect();
    format!("{{\n{lines}}}")
}

/// A whole number as people write it in a script.
pub(crate) fn number(value: u64) -> String {
    const KIB: u64 = 1024;
    match value {
        _ if value >= KIB * KIB && value.is_multiple_of(KIB * KIB) => {
            let times = value / (KIB * KIB);
            if times == 1 { "1024 * 1024".to_owned() } else { format!("{times} * 1024 * 1024") }
        }
        _ if value >= 8 * KIB && value.is_multiple_of(KIB) => format!("{} * 1024", value / KIB),
        _ => digits(value),
    }
}

/// The same without units.
pub(crate) fn digits(value: u64) -> String {
    let digits = value.to_string();
    let first = digits.len() % 3;
    let mut groups = vec![&digits[..first]];
    groups.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    groups.retain(|group| !group.is_empty());
    groups.join("_")
}
