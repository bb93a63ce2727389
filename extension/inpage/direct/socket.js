// `WebSocket`: viem's and wagmi's `webSocket()`, ethers' and web3's socket providers.
//
// A socket that stalls stays open, and the lanes' answer to a read comes as a message; the endpoint's own late
// answer to the same id is dropped. A socket that dies with reads in flight is closed for the page as soon as those
// are answered: libraries reject everything pending on `close`, then connect anew by themselves, which a page must
// go on seeing. With subscriptions on it the lanes go on instead of the endpoint (socket-subs.js).

import { candidate, parseSubscribing } from './rpc.js';
import { Line } from './socket-line.js';
import { wrapConstructor, wrapMethod } from './wrap.js';
import { SafeWeakMap, SafeWeakSet } from '../safe.js';

/**
 * Listeners on a socket run in the order they were added, so every socket gets ours when it is made; they do
 * nothing on a socket that has never carried a JSON-RPC read.
 *
 * @param {import('./guard.js').Guard} guard
 * @returns {() => void} undo
 */
export function installSocket(guard) {
  const { scope } = guard.env;
  const prototype = scope.WebSocket?.prototype;
  if (!prototype) return () => {};
  const native = { Socket: scope.WebSocket, send: prototype.send };
  /** @type {WeakMap<EventTarget, Line>} */
  const lines = new SafeWeakMap();
  /** Sockets that have carried something else before. @type {WeakSet<WebSocket>} */
  const mixed = new SafeWeakSet();
  const lineOf = (/** @type {WebSocket} */ socket) => {
    const line = lines.get(socket) ?? new Line(guard, socket, native);
    line.opaque ||= mixed.has(socket);
    lines.set(socket, line);
    return line;
  };
  const listener = (/** @type {Event} */ event) => {
    lines.get(/** @type {EventTarget} */ (event.currentTarget))?.onEvent(event);
  };
  const track = (/** @type {WebSocket} */ socket, /** @type {unknown} */ data) => {
    const text = typeof data === 'string' ? candidate(data) : null;
    const watched = text === null ? null : guard.consider(socket.url, text);
    if (watched) return lineOf(socket).track(watched);
    const asked = text === null ? null : guard.consider(socket.url, text, parseSubscribing);
    if (asked) return lineOf(socket).subs.track(asked);
    const line = lines.get(socket);
    if (!line) mixed.add(socket);
    else if (text === null) line.opaque = true;
    else line.trackForeign(text);
    return undefined;
  };
  const undo = [
    wrapConstructor(scope, 'WebSocket', (socket) => {
      for (const type of ['message', 'error', 'close']) socket.addEventListener(type, listener, true);
    }),
    wrapMethod(prototype, 'send', (send, self, args) => {
      const line = lines.get(self);
      if (line?.subs.detached) return line.sendDetached(args[0]);
      const result = Reflect.apply(send, self, args);
      if (self.readyState === 1) track(self, args[0]);
      return result;
    }),
    wrapMethod(prototype, 'close', (close, self, args) => {
      lines.get(self)?.leave();
      return Reflect.apply(close, self, args);
    }),
  ];
  return () => undo.forEach((one) => one());
}
