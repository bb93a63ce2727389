//! The rules of the engine, one file each. Every test starts in the state that it tests and runs in virtual time. It
//! checks what the core sends and what it tells pages. Rules with their own files elsewhere: the hedge (`race_hedge`),
//! modes (`race_modes`), comparing (`race_compare`), outcomes (`race_outcomes`), a cold chain (`race_cold`), filters
//! and subscriptions (`sticky`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

#[path = "../world/mod.rs"]
mod world;

mod batched;
mod batches;
mod broadcast;
mod budget;
mod card;
mod chain_id;
mod consent;
mod deep;
mod execution_apis;
mod fairness;
mod freshness;
mod health;
mod joining;
mod methods;
mod named;
mod nearness;
mod nothing;
mod offline;
mod own_call;
mod receipts;
mod recovery;
mod removed;
mod reset;
mod secrets;
mod tags;
mod tail;
mod trust;
mod wires;
mod word;
mod word_broadcast;
mod words;
