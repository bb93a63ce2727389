// `XMLHttpRequest`: axios, older libraries and polyfilled `fetch` read this way.
//
//   watching ── good answer ──────────────► the platform's own events, untouched
//      │ a status or type that may be no answer: hold the events until the body tells
//   holding ─── body is an answer ────────► the held events, in their order
//      │ no answer, or no connection: ask the lanes (a stall asks them while watching)
//      ├ lanes answer ──► ours: the page sees one ordinary success           (xhr-view.js)
//      ├ no lane can ───► the held events, in their order
//      └ the page's own abort or timeout ──► what the platform does then

import { candidate } from './rpc.js';
import { XhrCall } from './xhr-call.js';
import { wrapConstructor, wrapMethod } from './wrap.js';
import { SafeWeakMap, SafeWeakSet } from '../safe.js';

const EVENTS = ['readystatechange', 'progress', 'load', 'error', 'abort', 'timeout', 'loadend'];

/**
 * Listeners on these objects run in the order they were added (in Chromium even capturing ones), and an event
 * can only be held back from the page by the first: so every object gets ours when it is made.
 * `upload` gets none, as a listener there makes the browser ask the server for leave first; a page that
 * touches `upload` keeps that request to itself.
 *
 * @param {import('./guard.js').Guard} guard
 * @returns {() => void} undo
 */
export function installXhr(guard) {
  const platform = capture(guard.env.scope.XMLHttpRequest);
  if (!platform) return () => {};
  /** @type {WeakMap<XMLHttpRequest, string>} addresses of asynchronous POSTs; synchronous ones cannot be helped */
  const addresses = new SafeWeakMap();
  /** @type {WeakSet<XMLHttpRequest>} */
  const uploads = new SafeWeakSet();
  /** @type {WeakMap<EventTarget, XhrCall>} */
  const calls = new SafeWeakMap();
  const listener = (/** @type {Event} */ event) => {
    calls.get(/** @type {EventTarget} */ (event.currentTarget))?.onEvent(event);
  };
  const { prototype } = platform;
  const undo = [
    wrapConstructor(guard.env.scope, 'XMLHttpRequest', (xhr) => {
      for (const type of EVENTS) xhr.addEventListener(type, listener, true);
    }),
    wrapMethod(
      prototype,
      'upload',
      (native, self, args) => {
        uploads.add(self);
        return Reflect.apply(native, self, args);
      },
      'get',
    ),
    wrapMethod(prototype, 'open', (native, self, args) => {
      const result = Reflect.apply(native, self, args);
      calls.get(self)?.forget();
      calls.delete(self);
      const [method, url, async = true] = args;
      if (async && isPost(method)) addresses.set(self, String(url));
      else addresses.delete(self);
      return result;
    }),
    wrapMethod(prototype, 'send', (native, self, args) => {
      const address = addresses.get(self);
      const text = address === undefined || !args[0] || uploads.has(self) ? null : candidate(args[0]);
      const watched = text === null ? null : guard.consider(String(address), text);
      if (!watched) return Reflect.apply(native, self, args);
      addresses.delete(self);
      const call = new XhrCall(guard, watched, self, platform);
      calls.set(self, call);
      return call.send(() => Reflect.apply(native, self, args));
    }),
    wrapMethod(prototype, 'abort', (native, self, args) => {
      calls.get(self)?.abort();
      calls.delete(self);
      return Reflect.apply(native, self, args);
    }),
  ];
  return () => undo.forEach((one) => one());
}

/** @param {unknown} method */
function isPost(method) {
  return typeof method === 'string' && method.toUpperCase() === 'POST';
}

/**
 * @typedef {object} Platform  the XMLHttpRequest of the platform, before anyone wrapped it
 * @property {typeof XMLHttpRequest} Xhr
 * @property {XMLHttpRequest} prototype
 * @property {Function} open
 * @property {Function} send
 * @property {Function} abort
 *
 * @param {typeof XMLHttpRequest | undefined} Xhr
 * @returns {Platform | null}
 */
function capture(Xhr) {
  if (!Xhr) return null;
  const { prototype } = Xhr;
  return { Xhr, prototype, open: prototype.open, send: prototype.send, abort: prototype.abort };
}
