// The background: a service worker in Chromium, an event page in Firefox, the same module in both.
//
// Browsers deliver the event that woke the worker only to listeners added while this file first runs. So `listen` adds
// them all here, before anything is awaited.

import { makeGlue } from './wasm/breakwater.js';
import { Shell } from './lib/shell.js';
import { listen } from './lib/listeners.js';

const api = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;

listen(api, new Shell(api, makeGlue));
