//! Why a table was refused.

/// Why a table was refused. No part of a refused table is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableError {
    /// The file is larger than [`super::MAX_TABLE_BYTES`].
    TooLarge,
    /// It does not begin like a table.
    Magic,
    /// Its version is not supported.
    Version(u8),
    /// The checksum at its end does not match: the file is damaged.
    Checksum,
    /// It is too short.
    Truncated,
    /// A value in it is out of bounds; the text says which.
    Bounds(&'static str),
}

impl std::error::Error for TableError {}
