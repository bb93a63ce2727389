/// The kind of a lane's error: one number for its code and one for the shape of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ErrorKind {
    /// Identifies the code, or the text if there is no code.
    pub code: u32,
    /// Identifies the text without its numbers, addresses and hashes; 0 if the text is vague.
    pub shape: u32,
}

impl ErrorKind {
    /// Two errors are of one kind if they have the same code or the same text.
    pub fn same(self, other: ErrorKind) -> bool {
        self.code == other.code || self.shape == other.shape
    }

    /// Whether its text is vague: a broken lane gives the same text to every question.
    pub fn is_vague(self) -> bool {
        self.shape == 0
    }

    /// The kind as one number, for [`super::Race::ended`].
    pub fn digest(self) -> u64 {
        u64::from(self.code) << 32 | u64::from(self.shape)
    }

    /// The kind from that number.
    pub(super) fn of(digest: u64) -> ErrorKind {
        ErrorKind { code: (digest >> 32) as u32, shape: digest as u32 }
    }
}
