//! The format of a table: its parts, its bounds and its checksum.

/// First bytes of every table.
pub(super) const MAGIC: &[u8; 8] = b"BWGROUND";
/// The form described above.
pub(super) const VERSION: u8 = 1;
/// Longest text of a label, in bytes. The longest real one has under 30.
pub(super) const MAX_TEXT: usize = 64;
/// Largest table file that is read, in bytes: ten times today's.
pub const MAX_TABLE_BYTES: usize = 4 * 1024 * 1024;

/// What the table says about a range of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label {
    /// Key of the operator in `data/operators.json`.
    pub operator: String,
    /// Region code as the operator publishes it, or empty.
    pub region: String,
    /// ISO 3166 country of the server, or empty.
    pub country: String,
    /// Name of the edge service that hides the origin (`CloudFront`), or empty.
    pub edge: String,
}

/// The parts of a table, in the order they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Date of the newest source, `YYYY-MM-DD`.
    pub date: String,
    /// Labels; an entry's number counts from one.
    pub labels: Vec<Label>,
    /// First address and label number of each IPv4 entry, ascending, none at 0.
    pub v4: Vec<(u32, u16)>,
    /// First address and label number of each IPv6 entry, ascending, none at 0.
    pub v6: Vec<(u128, u16)>,
}

/// CRC-32 (IEEE 802.3), a byte at a time.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    #[expect(clippy::indexing_slicing, reason = "computed by the compiler, which would refuse an index out of bounds")]
    const TABLE: [u32; 256] = {
        let mut table = [0u32; 256];
        let mut n = 0;
        while n < 256 {
            let mut crc = n as u32;
            let mut bit = 0;
            while bit < 8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
                bit += 1;
            }
            table[n] = crc;
            n += 1;
        }
        table
    };
    let step = |crc: u32, byte: &u8| (crc >> 8) ^ TABLE.get((crc as u8 ^ byte) as usize).copied().unwrap_or(0);
    !bytes.iter().fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_checksum_is_the_standard_crc() {
        // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }
}
