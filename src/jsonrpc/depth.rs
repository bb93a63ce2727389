//! Measures how deeply a JSON text is nested, in one pass that builds no value and does not recurse.

/// Deepest nesting of parameters and results. Call traces have some 60 levels; no method of ours comes near the limit.
pub const MAX_JSON_DEPTH: usize = 512;

/// Whether `text` is nested no deeper than [`MAX_JSON_DEPTH`].
pub fn is_shallow(text: &str) -> bool {
    // Every level needs a byte to open it.
    text.len() <= MAX_JSON_DEPTH || is_flat(text, MAX_JSON_DEPTH, usize::MAX)
}

/// Whether `text` has at most `depth` levels and about `values` values, outside its strings.
pub fn is_flat(text: &str, depth: usize, values: usize) -> bool {
    let (mut level, mut count) = (0_usize, 0_usize);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'[' | b'{' => {
                level += 1;
                count += 1;
            }
            b']' | b'}' => level = level.saturating_sub(1),
            b',' => count += 1,
            _ => {}
        }
        if level > depth || count > values {
            return false;
        }
    }
    true
}

/// Moves past the closing quote.
fn skip_string(bytes: &mut std::str::Bytes<'_>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_count_outside_strings_only() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(is_shallow(&nested(MAX_JSON_DEPTH)) && !is_shallow(&nested(MAX_JSON_DEPTH + 1)));
        assert!(is_shallow(&format!("\"{}\"", nested(5_000))));
        assert!(is_shallow(&format!("\"\\\"{}\"", nested(5_000))), "an escaped quote ends no string");
        assert!(!is_shallow(&format!("\"\\\\\"{}", nested(5_000))), "an escaped backslash escapes no quote");
        assert!(is_shallow(&"[],".repeat(5_000)), "siblings are no levels");
        assert!(!is_shallow(&"{\"a\":".repeat(5_000_000)));
    }

    #[test]
    fn values_are_counted() {
        assert!(is_flat(&"{},".repeat(10), 2, 20) && !is_flat(&"{},".repeat(11), 2, 20));
        assert!(is_flat("\",,,,,,,,\"", 1, 1));
    }
}
