// A bridge's relay. The test plays the page and the worker.

import { fakePort } from './browser.mjs';
import { Clock } from './clock.mjs';
import { Relay } from '../../../extension/lib/relay.js';

/** A port whose texts the test reads and writes as objects. */
function textPort() {
  const port = /** @type {any} */ (fakePort());
  const { fire } = port.onMessage;
  port.onMessage.fire = (/** @type {any} */ message) => fire.call(port.onMessage, JSON.stringify(message));
  port.crossed = [];
  port.pieces = [];
  port.postMessage = (/** @type {[number, ...import('../../../extension/lib/pieces.js').Part[]]} */ [at, ...parts]) => {
    port.at = at;
    port.crossed.push(parts.length);
    for (const part of parts) {
      if (typeof part !== 'string') {
        if (part.start) port.pieces = [];
        port.pieces.push(part.text);
        if (!part.end) continue;
      }
      port.said.push(JSON.parse(typeof part === 'string' ? part : port.pieces.join('')));
    }
  };
  return port;
}

/** @param {boolean} [framed] */
export function relay(framed = false) {
  const clock = new Clock();
  const toPage = /** @type {any[]} */ ([]);
  const ports = /** @type {any[]} */ ([]);
  /** @type {(data: unknown) => void} */
  let hear = () => {};
  const page = {
    post: (/** @type {string} */ text) => toPage.push(JSON.parse(text)),
    hear: (/** @type {(data: unknown) => void} */ heard) => {
      hear = heard;
    },
  };
  const state = { alive: true, fails: false };
  const connect = () => {
    if (state.fails) throw new Error('Extension context invalidated.');
    ports.push(textPort());
    return ports.at(-1);
  };
  const r = new Relay({ page, connect, alive: () => state.alive, framed, timers: clock });
  const say = (/** @type {any} */ message) => hear(JSON.stringify(message));
  return {
    clock,
    toPage,
    ports,
    state,
    say,
    hear: (/** @type {unknown} */ data) => hear(data),
    relay: r,
    die: () => ports.at(-1).onDisconnect.fire(ports.at(-1)),
  };
}

export const ask = (/** @type {number} */ id) => ({
  type: 'ask',
  id,
  wallet: true,
  chain: 1,
  method: 'eth_call',
  params: '[]',
});
