// `WebSocket`: viem's and wagmi's `webSocket()`, ethers' and web3's socket providers.
//
// Only reads in flight are rescued. A socket that stalls stays open, and the lanes' answer comes as a message;
// the endpoint's own late answer to the same id is dropped. A socket that dies with reads in flight is closed
// for the page as soon as those are answered: libraries reject everything pending on `close` and then connect
// and subscribe anew by themselves, which a page must go on seeing. Subscriptions belong to the endpoint.

import { candidate } from './rpc.js';
import { Line } from './socket-line.js';
import { wrapConstructor, wrapMethod } from './wrap.js';

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
  const nativeSend = prototype.send;
  /** @type {WeakMap<EventTarget, Line>} */
  const lines = new WeakMap();
  const listener = (/** @type {Event} */ event) => {
    lines.get(/** @type {EventTarget} */ (event.currentTarget))?.onEvent(event);
  };
  const undo = [
    wrapConstructor(scope, 'WebSocket', (socket) => {
      for (const type of ['message', 'error', 'close']) socket.addEventListener(type, listener, true);
    }),
    wrapMethod(prototype, 'send', (native, self, args) => {
      const result = Reflect.apply(native, self, args);
      const text = typeof args[0] === 'string' ? candidate(args[0]) : null;
      const watched = text === null || self.readyState !== 1 ? null : guard.consider(self.url, text);
      if (watched) {
        const line = lines.get(self) ?? new Line(guard, self, nativeSend);
        lines.set(self, line);
        line.track(watched);
      }
      return result;
    }),
    wrapMethod(prototype, 'close', (native, self, args) => {
      lines.get(self)?.forget();
      return Reflect.apply(native, self, args);
    }),
  ];
  return () => undo.forEach((one) => one());
}
