//! Every message between contexts, one enum per direction. `docs/PROTOCOL.md` explains them.
//!
//! ```text
//!  inpage.js ──PageToCore──► bridge.js ──► background.js ──► core        (runtime port named "page")
//!  inpage.js ◄──CoreToPage── bridge.js ◄── background.js ◄── core
//!  popup, options ──PanelToCore──► background.js ──► core ──PanelReply──► (runtime.sendMessage)
//! ```
//!
//! A message crosses every hop as one JSON text: an object tagged by `type`, in kebab-case; fields are in snake_case.
//! Requests and results are JSON *text* inside it, so that numbers beyond 2^53 and odd spacing survive every hop.
//! Everything that comes from a page is parsed into these types or refused: the page is hostile.

mod bytes;
mod changes;
mod ground;
mod objection;
mod page;
mod panel;
pub mod patience;
mod site;
mod view;

pub use changes::{ChangeLine, Section, Sign};
pub use ground::{
    ChainLoss, ChainVerdict, DomainLine, DrillView, GroundView, IncidentView, OfferView, OverallVerdict, Preset,
    TestView,
};
pub(crate) use objection::{Objection, Silence};
pub use page::{
    BlockEvents, CoreToPage, INVALID_PARAMS, KEPT_BLOCKS, KEPT_BYTES, LIMIT, MAX_BYTES, MAX_CHAINS, MAX_DOCUMENT_BYTES,
    MAX_IN_FLIGHT, MAX_MESSAGE_BYTES, MAX_MESSAGE_DEPTH, MAX_MESSAGE_VALUES, MAX_METHOD_BYTES, MAX_PARAMS_BYTES,
    MAX_STICKY, MAX_STICKY_ORIGIN, OwnReply, PageToCore, TOO_LARGE, TOO_MANY, WALLET_PATIENCE_MS,
};
pub use panel::{PanelReply, PanelToCore};
pub use site::{AskView, Shield, SiteView};
pub use view::{ChainView, EndpointView, Snapshot};
