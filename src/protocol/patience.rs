//! How long the page script and the bridge wait for whom, and how much they hand on at once. They decide this without
//! the core: it is what they do while the core is not there, or so that less reaches it. The numbers stand here with
//! all others, and `tools/generate/` carries them over.

/// The page's own call stalls after so many times its usual answer, …
pub const STALL_FACTOR: u64 = 3;
/// … not sooner than this, ms, …
pub const STALL_MIN_MS: u64 = 400;
/// … and at the latest after this, ms.
pub const STALL_MAX_MS: u64 = 2_500;
/// The same before enough answers have been seen, ms.
pub const STALL_UNKNOWN_MS: u64 = 1_500;
/// So many answers are enough.
pub const STALL_SAMPLES: usize = 3;
/// So many answers are remembered.
pub const STALL_SAMPLES_KEPT: usize = 15;
/// A URL that has just stalled gets half the time on the next call, and so on down to this, ms.
pub const STALL_AGAIN_MS: u64 = 50;
/// The same for a method that takes seconds wherever it is asked, ms.
pub const STALL_SLOW_MS: u64 = 20_000;
/// The page is left alone this long after a URL's first answer before its chain is asked, ms: most pages ask themselves.
pub const LEARN_AFTER_MS: u64 = 1_000;
/// An endpoint that hangs cannot be asked for its chain either: no longer is waited for that, ms.
pub const LEARN_TIMEOUT_MS: u64 = 2_000;
/// A chain that could not be learnt is not asked again sooner than this, ms.
pub const LEARN_AGAIN_MS: u64 = 30_000;
/// A socket's `close` is held back for the answers of the lanes no longer than this, ms.
pub const CLOSE_HELD_MS: u64 = 3_000;
/// A socket with subscriptions that says nothing for this long is asked whether it is there, ms.
pub const QUIET_MS: u64 = 30_000;
/// While its endpoint is away, a page's socket tries it this often, ms.
pub const RETRY_MS: u64 = 30_000;
/// Percentage of the deadline after which a silent core is not waited for alone: the wallet can still be in time.
pub const WALLET_AHEAD_PERCENT: u64 = 60;
/// The core keeps the deadline itself and says why nothing came; the page steps in this much later, ms.
pub const DEADLINE_GRACE_MS: u64 = 250;
/// How long the first reads wait for the worker to wake and say which chains it guards, ms.
pub const STATE_WAIT_MS: u64 = 2_000;
/// While the core is off or down, a page that reads knocks at the worker's door this often at most, ms.
pub const KNOCK_MS: u64 = 5_000;
/// So many requests of a document may be out at most by the answers that came; half of them go at once …
pub const CREDIT_MOST: usize = 64;
/// … and so many of a frame, because a page can have any number of frames …
pub const CREDIT_FRAME_MOST: usize = 16;
/// … and without any answer, so many more go in a second: calls that never end hold up no others …
pub const CREDIT_PER_S: u64 = 50;
/// … or so many, when as many are out already as there may be by answers.
pub const CREDIT_FULL_PER_S: u64 = 5;
/// What cannot wait (an abort, a transaction, the word of a wallet) may take so many in advance.
pub const CREDIT_DEBT: usize = 256;
