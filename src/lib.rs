//! The core of Breakwater: a dApp's reads raced over endpoints on different ground.
//!
//! **In scope**: routing of JSON-RPC methods, the race, endpoint health, freshness, the hedging budget,
//! settings, and where an address stands (cloud, region, company, jurisdiction).
//!
//! **Out of scope**: sockets, clocks, timers, randomness, storage, the DOM. The core is sans-IO: events and
//! time go in, commands come out. `src/web/` (compiled only for wasm) executes the commands in a browser.
//!
//! Read [`guard`] first: it is the façade. Then [`race`], one request over its lanes.

#![cfg_attr(not(target_family = "wasm"), forbid(unsafe_code))]

mod answer;
mod asks;
pub mod batch;
mod blocks;
pub mod budget;
pub mod chains;
mod choice;
pub mod classify;
pub mod cloud;
pub mod confirmed;
pub mod connectivity;
pub mod endpoint;
pub mod fair;
mod follow;
pub mod guard;
pub mod heads;
pub mod health;
pub mod hidden;
pub mod inner_error;
pub mod io;
pub mod jsonrpc;
mod lanes;
pub mod load;
pub mod named;
mod pages;
mod panel;
pub mod protocol;
pub mod race;
pub mod redact;
mod rescue;
pub mod room;
pub mod route;
pub mod secret;
pub mod settings;
pub mod shape;
pub mod sketch;
mod store;
pub mod trail;
pub mod wallet_error;
mod watch;
#[cfg(target_family = "wasm")]
pub mod web;
mod wire;
pub mod words;
