//! Reads a table. Every byte is checked before it is used.

use super::error::TableError;
use super::form::{Label, MAGIC, MAX_TABLE_BYTES, MAX_TEXT, Parts, VERSION, crc32};

/// The rest of the bytes to read.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], TableError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(TableError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, TableError> {
        let (byte, rest) = self.rest.split_first().ok_or(TableError::Truncated)?;
        self.rest = rest;
        Ok(*byte)
    }

    /// Unsigned LEB128 of at most 128 bits, in its shortest form. Nearly all numbers are short, and 128-bit arithmetic
    /// is slow in wasm, so the first 63 bits are combined in 64-bit arithmetic.
    fn number(&mut self) -> Result<u128, TableError> {
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            if shift > 0 && byte == 0 {
                return Err(TableError::Bounds("number"));
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value.into());
            }
        }
        self.rest_of_number(value.into())
    }

    /// The part of a number beyond its first 63 bits.
    fn rest_of_number(&mut self, mut value: u128) -> Result<u128, TableError> {
        for shift in (63..128).step_by(7) {
            let byte = self.byte()?;
            let bits = u128::from(byte & 0x7f);
            if byte == 0 || (bits << shift) >> shift != bits {
                return Err(TableError::Bounds("number"));
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(TableError::Bounds("number"))
    }

    /// A count of things that take at least `least` bytes each, so that no file can claim more memory than its own size
    /// justifies.
    fn count(&mut self, least: usize) -> Result<usize, TableError> {
        let count = usize::try_from(self.number()?).map_err(|_| TableError::Truncated)?;
        if count > self.rest.len() / least { Err(TableError::Truncated) } else { Ok(count) }
    }

    fn text(&mut self) -> Result<String, TableError> {
        let length = self.count(1)?;
        if length > MAX_TEXT {
            return Err(TableError::Bounds("text"));
        }
        let bytes = self.take(length)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| TableError::Bounds("text"))
    }

    fn label(&mut self) -> Result<Label, TableError> {
        Ok(Label { operator: self.text()?, region: self.text()?, country: self.text()?, edge: self.text()? })
    }

    /// The three columns of one address family whose highest address is `top`.
    fn column(&mut self, labels: usize, top: u128) -> Result<Vec<(u128, u16)>, TableError> {
        let count = self.count(3)?;
        let zeros = self.take(count)?;
        let mut entries = Vec::with_capacity(count);
        let mut at = 0u128;
        for zeros in zeros {
            let odd = self.number()?;
            // The step is the odd number shifted up without overflow, so that every table has only one encoding.
            if odd & 1 == 0 || u32::from(*zeros) > odd.leading_zeros() {
                return Err(TableError::Bounds("step"));
            }
            let step = odd << zeros;
            at = at.checked_add(step).filter(|a| *a <= top).ok_or(TableError::Bounds("address"))?;
            entries.push((at, 0));
        }
        for (_, label) in &mut entries {
            let number = u16::try_from(self.number()?).map_err(|_| TableError::Bounds("label"))?;
            if usize::from(number) > labels {
                return Err(TableError::Bounds("label"));
            }
            *label = number;
        }
        Ok(entries)
    }
}

/// Reads the parts of a table.
pub(super) fn decode(bytes: &[u8]) -> Result<Parts, TableError> {
    if bytes.len() > MAX_TABLE_BYTES {
        return Err(TableError::TooLarge);
    }
    let mut reader = Reader { rest: bytes };
    if reader.take(MAGIC.len()).map_err(|_| TableError::Magic)? != MAGIC {
        return Err(TableError::Magic);
    }
    let version = reader.byte()?;
    if version != VERSION {
        return Err(TableError::Version(version));
    }
    let (body, sum) = bytes.split_last_chunk::<4>().ok_or(TableError::Truncated)?;
    if crc32(body) != u32::from_le_bytes(*sum) {
        return Err(TableError::Checksum);
    }
    reader.rest = body.get(MAGIC.len() + 1..).ok_or(TableError::Truncated)?;
    let date = date(reader.take(10)?)?;
    let count = reader.count(4)?;
    let labels = (0..count).map(|_| reader.label()).collect::<Result<Vec<_>, _>>()?;
    let v4 = reader.column(labels.len(), u128::from(u32::MAX))?;
    let v4 = v4.into_iter().map(|(start, label)| (start as u32, label)).collect();
    let v6 = reader.column(labels.len(), u128::MAX)?;
    if !reader.rest.is_empty() {
        return Err(TableError::Bounds("length"));
    }
    Ok(Parts { date, labels, v4, v6 })
}

/// `YYYY-MM-DD` and nothing else.
fn date(bytes: &[u8]) -> Result<String, TableError> {
    let shaped = bytes.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let text = String::from_utf8(bytes.to_vec()).map_err(|_| TableError::Bounds("date"))?;
    let within = |range: std::ops::Range<usize>, least: u32, most: u32| {
        text.get(range).and_then(|t| t.parse().ok()).is_some_and(|n: u32| (least..=most).contains(&n))
    };
    let real = shaped && within(5..7, 1, 12) && within(8..10, 1, 31);
    if real { Ok(text) } else { Err(TableError::Bounds("date")) }
}
