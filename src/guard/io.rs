//! What goes over the wire, as types.

use std::fmt;

use crate::secret::Secret;

/// Why a request brought no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// DNS, connection, TLS, CORS: `fetch` does not say.
    Network,
    /// The server sends us elsewhere, and nobody chose that place.
    Redirect,
    /// Nothing came in time.
    Late,
    /// The body passed the cap.
    TooLarge,
    /// The URL or a header is none that `fetch` takes.
    BadRequest,
}

/// One HTTP POST. `Debug` shows neither URL, headers nor body.
#[derive(Clone, PartialEq)]
pub struct HttpRequest {
    /// URL without userinfo.
    pub url: String,
    /// Header names and values, `content-type` included.
    pub headers: Vec<(String, Secret)>,
    /// JSON text, or a DNS message.
    pub body: Vec<u8>,
    /// Cap on the reply's body, bytes.
    pub max_body_bytes: u64,
    /// Whether every response header is wanted, or only `retry-after`: reading them all costs time.
    pub all_headers: bool,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpRequest({} bytes)", self.body.len())
    }
}
