// A page with a wallet. The test plays the core.

import './platform.mjs';
import { Clock, settle } from './clock.mjs';
import { Client } from '../../../extension/inpage/client.js';
import { Registry } from '../../../extension/inpage/registry.js';

export const ON = {
  type: 'state',
  on: true,
  chains: [1, 137],
  deadline_ms: 10_000,
  own_chain: 1,
  direct: true,
  private: [],
};

/**
 * @param {any} [target] the wallet's provider
 * @param {object | null} [state] the first state; null: the worker still sleeps
 * @param {{clock?: Clock, alive?: () => boolean}} [parts] `alive`: whether the bridge is still there
 */
export function page(target, state = ON, { clock = new Clock(), alive } = {}) {
  /** @type {any[]} the document's messages to the core */
  const sent = [];
  const client = new Client({ post: (message) => sent.push(message), alive, timers: clock });
  const registry = new Registry(client);
  const provider = target === undefined ? undefined : registry.wrap(target);
  if (state) client.receive(state);
  const asks = () => sent.filter((m) => m.type === 'ask');
  const answer = (/** @type {any} */ value, ask = asks().at(-1)) =>
    client.receive({ type: 'answer', id: ask.id, result: JSON.stringify(value) });
  return { clock, sent, client, registry, provider, asks, answer };
}

/**
 * As `page`, with the wallet's chain already known.
 * @param {any} target
 * @param {object} [state]
 * @param {{clock?: Clock, alive?: () => boolean}} [parts]
 */
export async function knownPage(target, state = ON, parts = {}) {
  const p = page(target, state, parts);
  await p.provider.request({ method: 'eth_chainId' });
  await settle();
  if (target.calls) target.calls.length = 0;
  return p;
}

/** The state of a promise now. @param {Promise<any>} promise */
export async function now(promise) {
  /** @type {any} */
  let state = { pending: true };
  promise.then(
    (value) => {
      state = { value };
    },
    (error) => {
      state = { error };
    },
  );
  await settle();
  return state;
}
