//! Cuts everything out of an endpoint's text that may tell a page where the endpoint is, or one of its keys.
//!
//! ```text
//!  settings::Endpoint::secrets ─► Secrets ─► cut(message), cut_json(data)
//! ```
//!
//! A page must not learn a key, but a dApp must be able to read why its call failed. So secrets are only found when
//! they stand alone, never inside other words. There are two kinds.
//! * A *key* has at least [`MIN_BYTES`] and looks like a key. It is found in upper or lower case, and also when cut
//!   short.
//! * A *place* (host and port, address, login) is a secret whatever it looks like.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Shortest key, and shortest beginning of a key, in bytes.
pub const MIN_BYTES: usize = 8;
/// Letters in one case are a key from this length on, in bytes: no word of a URL is so long.
const LONG_BYTES: usize = 16;
/// Digits alone are a key from this length on, in bytes: shorter ones are block numbers and chain ids.
const LONG_NUMBER: usize = 16;
/// Letters alone in a path or in the value of a query are a key from this length on, in bytes: `transactions` is the
/// longest word there.
const LONG_PART: usize = 13;
/// The letters that follow each letter, a to z, in ordinary words: every pair that occurs in at least eight of some
/// seven thousand English words from programmers' texts, and the pairs in names of chains. Eight random letters pass
/// this test once in forty times, and twelve once in three hundred.
#[rustfmt::skip]
const FOLLOWS: [&str; 26] = [
    "bcdfgiklmnprstuvwxy",
    "aceijlnoprstuy",
    "acdehiklorstuy",
    "abcdegilnorsuvy",
    "abcdefghijlmnopqrstuvwxy",
    "aefilorstuy",
    "aeghilmnorsuy",
    "aeimnorstuy",
    "abcdefgklmnopqrstvxz",
    "aeosu",
    "aceinorsy",
    "acdefiklnopstuvy",
    "abeilmnopsu",
    "abcdefghijklmnoprstuvwy",
    "abcdefghiklmnoprstuvwxy",
    "acdehiloprstuy",
    "u",
    "abcdefgiklmnoprstuvwy",
    "acefhiklmnopstuwy",
    "acdefhilmnoprstuwy",
    "abcdefgilmnoprst",
    "aeio",
    "aehilnors",
    "aceimpty",
    "acegilmnopst",
    "aeikosy",
];
/// Replaces what was cut out.
const CUT: &str = "…";

/// The secrets of one endpoint. There is no `Debug`, because it holds the keys themselves.
#[derive(Default)]
pub struct Secrets {
    keys: Vec<String>,
    places: Vec<String>,
}

impl Secrets {
    /// Part of a URL or of a header: a secret if it looks like a key.
    pub fn key(&mut self, part: &str) {
        if looks_like_key(part) {
            add(&mut self.keys, part);
        }
    }

    /// A part of a path or the value of a query: the same, and also a secret if it is too long for a word.
    pub fn part(&mut self, part: &str) {
        if part.len() >= LONG_PART && part.bytes().all(|b| b.is_ascii_alphabetic()) {
            add(&mut self.keys, part);
        }
        self.key(part);
    }

    /// Credentials as they are sent: a secret whatever they look like.
    pub fn credentials(&mut self, text: &str) {
        if text.len() >= MIN_BYTES {
            add(&mut self.keys, text);
        }
    }

    /// The value of a header: each of its words, and its decoded base64.
    pub fn header(&mut self, value: &str) {
        self.key(value);
        for word in value.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"')) {
            self.key(word);
            word.split('=').for_each(|part| self.key(part));
        }
        let basic = value.trim().get(..6).filter(|scheme| scheme.eq_ignore_ascii_case("basic "));
        let pair = basic.and_then(|_| STANDARD.decode(value.trim().get(6..)?.trim()).ok());
        if let Some(pair) = pair.and_then(|pair| String::from_utf8(pair).ok()) {
            self.credentials(value.trim().get(6..).unwrap_or_default().trim());
            self.credentials(&pair);
            pair.split(':').for_each(|part| self.key(part));
        }
    }

    /// Where the endpoint is: cut out wherever it stands alone.
    pub fn place(&mut self, text: &str) {
        if !text.is_empty() {
            add(&mut self.places, text);
        }
    }

    /// The names above a host. They include the one its operator has registered, and none of them is a word.
    pub fn names_above(&mut self, host: &str) {
        let above = std::iter::successors(Some(host), |name| name.split_once('.').map(|(_, rest)| rest));
        above.skip(1).filter(|name| name.contains('.')).for_each(|name| self.place(name));
    }

    /// The text without the secrets.
    #[must_use]
    pub fn cut<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let low = text.to_ascii_lowercase();
        let mut kept = String::new();
        let (mut from, mut at) = (0, 0);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            match self.starts_at(&low, at) {
                0 => at += first,
                len => {
                    let before = text.get(from..at).unwrap_or_default();
                    kept.push_str(before);
                    // A URL holds several in a row.
                    if !(before.is_empty() && kept.ends_with(CUT)) {
                        kept.push_str(CUT);
                    }
                    at += len;
                    from = at;
                }
            }
        }
        if from == 0 && kept.is_empty() {
            return Cow::Borrowed(text);
        }
        kept.push_str(text.get(from..).unwrap_or_default());
        Cow::Owned(kept)
    }

    /// JSON text without the secrets in its strings; the rest stays as it is, byte for byte.
    #[must_use]
    pub fn cut_json(&self, text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('"') {
            let (before, string) = rest.split_at(open);
            let (literal, after) = string.split_at(literal_len(string));
            kept.push_str(before);
            match serde_json::from_str::<String>(literal) {
                Ok(plain) => match self.cut(&plain) {
                    Cow::Borrowed(_) => kept.push_str(literal),
                    Cow::Owned(cut) => kept.push_str(&serde_json::Value::from(cut).to_string()),
                },
                Err(_) => kept.push_str(&self.cut(literal)),
            }
            rest = after;
        }
        kept.push_str(rest);
        kept
    }

    /// Length of the longest secret that begins here, in bytes, or 0. `low` is in lower case.
    fn starts_at(&self, low: &str, at: usize) -> usize {
        let (before, rest) = (low.get(..at).unwrap_or_default(), low.get(at..).unwrap_or_default());
        if ends_in_word(before) && begins_with_word(rest) {
            return 0;
        }
        let places = self.places.iter().filter(|p| rest.starts_with(p.as_str())).map(|p| p.len());
        let keys = self.keys.iter().map(|key| {
            let same = key.bytes().zip(rest.bytes()).take_while(|(a, b)| a == b).count();
            let word = rest.get(..same).unwrap_or_default();
            // The beginning of a key is cut out only if it is not a word.
            if same == key.len() || same >= MIN_BYTES && !is_plain(word) { same } else { 0 }
        });
        let ends = |len: &usize| {
            let (found, after) = rest.split_at_checked(*len).unwrap_or_default();
            *len > 0 && !(ends_in_word(found) && begins_with_word(after)) && !is_hex_data(found)
        };
        places.chain(keys).filter(ends).max().unwrap_or(0)
    }
}

fn add(list: &mut Vec<String>, text: &str) {
    let low = text.to_ascii_lowercase();
    if !list.contains(&low) {
        list.push(low);
    }
}

/// Length of the string literal at the start of a text, with its quotes, in bytes.
fn literal_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            _ => escaped = byte == b'\\' && !escaped,
        }
    }
    text.len()
}

fn ends_in_word(text: &str) -> bool {
    text.chars().next_back().is_some_and(char::is_alphanumeric)
}

fn begins_with_word(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_alphanumeric)
}

/// An address, a hash, a contract's data: never a secret.
fn is_hex_data(word: &str) -> bool {
    word.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a part of a URL or of a header looks like a key.
fn looks_like_key(part: &str) -> bool {
    part.len() >= MIN_BYTES && !is_plain(part) && !is_hex_data(&part.to_ascii_lowercase())
}

/// Whether a text is made of words and small numbers: `mainnet`, `arbitrum-one`, `application/json`, `v1.0`.
fn is_plain(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).all(is_word)
}

fn is_word(part: &str) -> bool {
    let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = part.len() - letters.len();
    if letters.is_empty() {
        return digits < LONG_NUMBER;
    }
    // `v10`, `mainnet1`: a small number after a word.
    let numbered = part.len() <= 3 || digits <= 1 && !letters.bytes().any(|b| b.is_ascii_digit());
    numbered && part.len() < LONG_BYTES && is_one_case(letters) && is_pronounceable(&letters.to_ascii_lowercase())
}

/// `word`, `Word` or `WORD`, or two of them as in `chainId`.
fn is_one_case(part: &str) -> bool {
    let upper = part.chars().filter(|c| c.is_uppercase()).count();
    let rises = part.chars().zip(part.chars().skip(1)).filter(|(a, b)| a.is_lowercase() && b.is_uppercase()).count();
    upper == part.chars().count() || upper <= 2 && rises <= 1
}

/// Whether letters follow each other as in words. Short texts and other scripts pass.
fn is_pronounceable(part: &str) -> bool {
    let follows = |first: u8, next: u8| {
        let all = FOLLOWS.get(usize::from(first.wrapping_sub(b'a')));
        all.is_some_and(|all| all.as_bytes().contains(&next))
    };
    let mut pairs = part.bytes().zip(part.bytes().skip(1));
    part.len() < MIN_BYTES || !part.is_ascii() || pairs.all(|(first, next)| follows(first, next))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::endpoint::EndpointUrl;

    /// Of an endpoint with this URL, this header's value and this address.
    fn secrets(url: &str, header: &str, ip: &str) -> Secrets {
        let mut secrets = Secrets::default();
        EndpointUrl::parse(url).unwrap().secrets(&mut secrets);
        secrets.header(header);
        secrets.place(ip);
        secrets
    }

    const URL: &str = "https://node7.home.lan:8545/v2/s3cr3tk3y42?apikey=Zx9Qw7Er5&network=ethereum";
    const BEARER: &str = "Bearer eyJhbGciOi.J9x-k_4";

    #[test]
    fn secrets_are_cut_and_the_rest_stays() {
        for (url, header, text, told) in [
            (URL, "", "no eth_call at https://node7.home.lan:8545/v2/s3cr3tk3y42", "no eth_call at https://…"),
            (URL, "", "node7.home.lan is down, ask Node7.Home.Lan:8545", "… is down, ask …"),
            (URL, "", "key s3cr3tk3y42 is over its limit", "key … is over its limit"),
            (URL, "", "key S3CR3TK3Y42, apikey=zx9qw7er5.", "key …, apikey=…."),
            (URL, "", "key s3cr3tk3... is unknown", "key …... is unknown"),
            (URL, "", "reached 10.1.2.3:8545", "reached …:8545"),
            (URL, BEARER, "token eyJhbGciOi.J9x-k_4 has expired", "token … has expired"),
            (URL, BEARER, "sent 'Bearer eyJhbGciOi.J9x-k_4'", "sent '…'"),
            (URL, BEARER, "token eyJhbGciO, cut short", "token …, cut short"),
            (URL, "Basic dXNlcjE6cGE1NXdvcmQ=", "user1:pa55word may not", "… may not"),
            (URL, "Basic dXNlcjE6cGE1NXdvcmQ=", "pa55word is wrong", "… is wrong"),
            ("https://me:pw@n.example/", "", "Basic bWU6cHc= is no login", "Basic … is no login"),
            ("https://me:pa55word@n.example/", "", "Basic bWU6cGE1NXdvcmQ is no login", "Basic … is no login"),
            ("https://me:pa55word@n.example/", "", "me:pa55word and pa55word", "… and …"),
            ("https://me:p%40ss%2Dw0rd@n.example/", "", "bad password p@ss-w0rd", "bad password …"),
            ("https://n.example/v3/dkwmenra", "", "key dkwmenra is unknown", "key … is unknown"),
            ("https://n.example/v3/wopnekasidul", "", "no project wopnekasidul", "no project …"),
            (
                "https://n.example/?key=supersecretkey",
                "",
                "supersecretkey has no credits left",
                "… has no credits left",
            ),
            ("https://n.example/v3/SUPERSECRETKEY", "", "supersecretkey has no credits left", "… has no credits left"),
            ("https://mainnet.infura.io/v3/x", "", "see infura.io/plans, status.infura.io", "see …/plans, status.…"),
            ("https://a.b.rpc.example.co.uk", "", "ask rpc.example.co.uk or example.co.uk", "ask … or …"),
            ("https://mainnet.infura.io", "", "mainnet.infura.io and Infura.IO:443", "… and …:443"),
            ("https://n.example/qzxwvkpl", "", "POST /qzxwvkpl", "POST /…"),
            ("https://n.example/QzXwVkPl", "", "POST /QzXwVkPl", "POST /…"),
            ("https://n.example/abcdefghijklmnopqrst", "", "app abcdefghijklmnopqrst", "app …"),
            (
                "https://n.example/550e8400-e29b-41d4-a716-446655440000",
                "",
                "550e8400-e29b-41d4-a716-446655440000?",
                "…?",
            ),
            (
                "https://n.example/550e8400-e29b-41d4-a716-446655440000",
                "",
                "project 550e8400-e29b not found",
                "project … not found",
            ),
            ("http://eth:8545", "", "dial tcp eth:8545: refused", "dial tcp …: refused"),
            ("http://[fd00::7]:8545", "", "dial fd00::7, [fd00::7]:8545", "dial …, …"),
            ("https://n.example", "", "connect to https://n.example:443/", "connect to https://…/"),
        ] {
            assert_eq!(secrets(url, header, "10.1.2.3").cut(text), told, "{url} {header}");
        }
    }

    #[test]
    fn words_and_hex_data_pass_whole() {
        let revert = "0x08c379a0s3cr3tk3y42";
        for (url, header, text) in [
            ("https://me:password@n.example/", "", "TimelockController: operation is not ready, told to me"),
            ("https://admin:operation@n.example/", "", "TimelockController: operation cannot be scheduled by admin"),
            ("http://eth:8545", "", "ETH transfer failed: eth, Eth and 8545"),
            ("http://ethereum:8545/mainnet", "", "ethereum mainnet"),
            ("https://n.example/arbitrum-one/v1", "application/json", "Arbitrum-One speaks application/json"),
            ("https://n.example/11155111", "", "unknown chain 11155111"),
            ("https://n.example/deadbeef01deadbeef", "", "reverted with 0xdeadbeef01deadbeef"),
            ("https://n.example/0xdeadbeef01deadbeef", "", "reverted with 0xdeadbeef01deadbeef"),
            ("https://n.example/ethereum1234", "", "no ethereum here"),
            ("https://mainnet.infura.io/v3/x", "", "xinfura.io and infura.iox on mainnet, says infura"),
            ("http://10.1.7.3:8545", "", "version 7.3, block 1.7.3"),
            ("https://n.example/operation/transactions", "", "operation without transactions"),
            ("https://n.example/moonbeam/blockchain/hyperliquid/worldchain", "", "hyperliquid, moonbeam, worldchain"),
            ("https://n.example/avalanche/optimism/holesky/production", "", "avalanche production, no optimism"),
            (URL, "", revert),
            (URL, "", "xs3cr3tk3y42x s3cr3t apikey network v2"),
            (URL, "", "10.1.2.30 and 110.1.2.3"),
            (URL, "", "…"),
            (URL, "", ""),
        ] {
            assert!(
                matches!(secrets(url, header, "10.1.2.3").cut(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
    }

    #[test]
    fn data_stays_json_with_its_numbers_unchanged() {
        let secrets = secrets("https://n.example/1234567890123456789", BEARER, "10.1.2.3");
        for (data, told) in [
            (r#""0x1234567890123456789""#, r#""0x1234567890123456789""#),
            (r#"{"a": 1234567890123456789, "b":1e400 }"#, r#"{"a": 1234567890123456789, "b":1e400 }"#),
            (r#"["at 10.1.2.3", "\u0031234567890123456789", "\"x\\"]"#, r#"["at …", "…", "\"x\\"]"#),
            (r#"{"10.1.2.3": null}"#, r#"{"…": null}"#),
            (r#""cut off at 10.1.2.3"#, r#""cut off at …"#),
        ] {
            assert_eq!(secrets.cut_json(data), told);
        }
    }

    proptest! {
        #[test]
        fn a_key_never_passes_and_nothing_else_is_lost(
            key in "[a-z]{3}[0-9]{3}[A-Z]{3}[a-z0-9]{0,30}", before in "[ -/:-@]{0,9}", after in "[ -/:-@]{0,9}"
        ) {
            let secrets = secrets(&format!("https://n.example/v2/{key}"), "", "");
            for said in [key.clone(), key.to_lowercase(), key.get(..8).unwrap_or_default().to_owned()] {
                let told = secrets.cut(&format!("{before}{said}{after}")).into_owned();
                prop_assert!(!told.to_lowercase().contains(&said.to_lowercase()), "{}", told);
                prop_assert!(told.ends_with(&after) && told.contains('…'));
            }
        }

        #[test]
        fn any_text_is_cut_without_a_panic(text in any::<String>(), key in any::<String>()) {
            let mut secrets = secrets(URL, &key, &key);
            secrets.key(&text);
            let _ = secrets.cut_json(&text);
            prop_assert!(secrets.cut(&text).len() <= text.len() * 3 + 3);
        }
    }
}
