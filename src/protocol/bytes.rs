//! How large a message is.

use super::page::PageToCore;

impl PageToCore {
    /// Bytes of its texts.
    pub fn bytes(&self) -> usize {
        let long = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        match self {
            PageToCore::Ask { method, params, .. } => method.len() + params.len(),
            PageToCore::Rescue { body, .. } => body.len(),
            PageToCore::Met { rdns } => rdns.len(),
            PageToCore::Wallet { result, message, data, .. } => long(result) + long(message) + long(data),
            PageToCore::WalletWaits { method, .. } => method.len(),
            PageToCore::Resume { subscription, method, params, blocks, .. } => {
                let events = blocks.iter().map(|b| b.hash.len() + b.results.iter().map(String::len).sum::<usize>());
                subscription.len() + method.len() + params.len() + events.sum::<usize>()
            }
            PageToCore::Use { .. }
            | PageToCore::Wants { .. }
            | PageToCore::Floor { .. }
            | PageToCore::Abort { .. }
            | PageToCore::Locked
            | PageToCore::WalletDone { .. } => 0,
        }
    }
}
