// The background: a service worker in Chromium, an event page in Firefox, the same module in both.
//
// Browsers deliver the event that woke the worker to listeners that were added while this file ran for
// the first time. So `listen` adds them all here, before anything is awaited.
//
// A wasm instance that has trapped cannot be used again, and the glue keeps one instance per module. The
// second import is the same file as another module: the spare, for one rebuild.

import initFirst, { Core as FirstCore } from './wasm/breakwater.js';
// @ts-ignore the query makes it a module of its own; the types are the same
import initSpare, { Core as SpareCore } from './wasm/breakwater.js?spare';
import { Shell } from './lib/shell.js';
import { listen } from './lib/listeners.js';

const api = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;

listen(api, new Shell(api, [
  { init: initFirst, Core: FirstCore },
  { init: initSpare, Core: SpareCore },
]));
