//! What a page was told, and whether it matches the chain.

use std::collections::BTreeSet;

use breakwater::guard::Event;
use breakwater::protocol::{BlockEvents, CoreToPage, PageToCore};
use serde_json::{Value, json};

use crate::simulator::script::PAGE;
use crate::world::{Block, World};

/// The record of one page: what it was told about one filter or subscription.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) params: Value,
    pub(crate) blocks: Vec<BlockEvents>,
    /// Every event in order, for block filters and `newHeads`.
    pub(crate) results: Vec<String>,
    /// The logs that the page holds now, by block and index, and how many were removed again.
    pub(crate) held: BTreeSet<(String, String)>,
    pub(crate) taken_back: usize,
}

impl Ledger {
    pub(crate) fn create(world: &mut World, method: &str, params: Value) -> Self {
        let CoreToPage::Created { subscription, block, .. } = world.call(method, params.clone()) else {
            panic!("not created")
        };
        Ledger {
            id: subscription,
            method: method.into(),
            params,
            blocks: vec![block],
            results: vec![],
            held: BTreeSet::new(),
            taken_back: 0,
        }
    }

    /// Records what a subscription was told.
    pub(crate) fn listen(&mut self, world: &mut World) {
        let (own, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut world.told)
            .into_iter()
            .partition(|(_, m)| matches!(m, CoreToPage::Notify { subscription, .. } if *subscription == self.id));
        world.told = rest;
        for (_, message) in own {
            let CoreToPage::Notify { blocks, .. } = message else { continue };
            self.note(blocks);
        }
    }

    /// Asks for a filter's changes. Returns `false` if the core answered with an error.
    pub(crate) fn changes(&mut self, world: &mut World) -> bool {
        let id = self.id.clone();
        match world.call("eth_getFilterChanges", json!([id])) {
            CoreToPage::Changes { blocks, .. } => self.note(blocks),
            CoreToPage::Error { .. } => return false,
            other => panic!("{other:?}"),
        }
        true
    }

    fn note(&mut self, blocks: Vec<BlockEvents>) {
        for block in blocks {
            for text in &block.results {
                self.results.push(text.clone());
                let Ok(Value::Object(log)) = serde_json::from_str(text) else { continue };
                let (Some(Value::String(hash)), Some(Value::String(index))) =
                    (log.get("blockHash"), log.get("logIndex"))
                else {
                    continue;
                };
                assert_eq!(log["removed"], json!(block.removed));
                let place = (hash.clone(), index.clone());
                if block.removed {
                    self.taken_back += 1;
                    assert!(self.held.remove(&place), "removed without having been delivered: {place:?}");
                } else {
                    assert!(self.held.insert(place.clone()), "delivered twice: {place:?}");
                }
            }
            if block.removed {
                assert_eq!(self.blocks.pop().map(|b| b.hash), Some(block.hash));
            } else {
                self.blocks.push(block);
            }
        }
    }

    /// Reports everything to a new core, as the page does.
    pub(crate) fn resume(&self, world: &mut World) {
        let last = self.blocks.len().saturating_sub(128);
        world.handle(Event::Message {
            client: PAGE,
            message: PageToCore::Resume {
                chain: 1,
                subscription: self.id.clone(),
                method: self.method.clone(),
                params: self.params.to_string(),
                blocks: self.blocks[last..].to_vec(),
            },
        });
    }

    /// The page holds exactly the logs that the chain has had since block `after`.
    pub(crate) fn agrees(&self, chain: &[Block], after: u64) {
        let logs = |b: &Block| (0..b.logs).map(|i| (b.hash.clone(), format!("0x{i:x}"))).collect::<Vec<_>>();
        let wanted: BTreeSet<_> = chain.iter().filter(|b| b.number > after).flat_map(logs).collect();
        assert_eq!(self.held, wanted);
    }
}
