//! Errors that speak of the block which a tag stands for, and not of what was executed there.

use crate::jsonrpc::RpcError;
use crate::named::Tag;

/// JSON-RPC "invalid params": what an old node says of a tag that it does not know.
const INVALID_PARAMS: i64 = -32602;
/// An error with one of these speaks of the block.
const OF_BLOCKS: [&str; 8] = ["block", "tag", "hex string", "header", "number", "state", "histor", "genesis"];

/// Whether an error speaks of the block that a tag stands for.
pub(crate) fn is_of_tag(error: &RpcError, tag: Tag) -> bool {
    let text = error.message.to_lowercase();
    error.code == INVALID_PARAMS || text.contains(tag.word()) || OF_BLOCKS.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revert_does_not_speak_of_the_block() {
        let error = |code, message: &str| RpcError { code, message: message.into(), data: None };
        assert!(is_of_tag(&error(-32000, "finalized block not found"), Tag::Finalized));
        assert!(is_of_tag(&error(-32602, "what is this"), Tag::Safe));
        assert!(!is_of_tag(&error(3, "execution reverted"), Tag::Safe));
    }
}
