// Filters and subscriptions of this document that the core serves: their ids, and whom to tell of events.
//
// What was delivered is kept by the bridge (lib/kept.js), which hands it to the next core when one has died.

import { originals } from './originals.js';

/**
 * Who asked: a wallet, or the own provider. `tell` emits EIP-1193's `message`.
 * @typedef {{tell: (message: object) => void}} Owner
 * @typedef {{number: number, hash: string, removed?: boolean, results: string[]}} BlockEvents
 */

/** Methods that end what the core serves. */
const ENDS = new Set(['eth_uninstallFilter', 'eth_unsubscribe']);

/**
 * Whether a request makes something that lanes can offer. Pending transactions differ from node to node.
 * @param {{method: string, params: unknown}} asked
 */
export function creates({ method, params }) {
  if (method === 'eth_newFilter' || method === 'eth_newBlockFilter') return true;
  return method === 'eth_subscribe' && Array.isArray(params) && (params[0] === 'newHeads' || params[0] === 'logs');
}

/** @param {BlockEvents[]} blocks @returns {string[]} their events, as JSON text */
export function results(blocks) {
  return blocks.flatMap((block) => block.results);
}

export class Stickies {
  /** @param {import('./client.js').Client} client */
  constructor(client) {
    this.client = client;
    /** @type {Map<string, {owner: Owner, chain: number}>} */
    this.items = new Map();
  }

  /** @param {string} id @param {{owner: Owner, chain: number}} request that made it */
  add(id, { owner, chain }) {
    this.items.set(id, { owner, chain });
  }

  /**
   * @param {{params: unknown}} asked
   * @param {Owner} owner
   * @returns {number | null} the chain of the filter or subscription asked about; null when it is not ours
   */
  chainOf({ params }, owner) {
    const item = Array.isArray(params) ? this.items.get(params[0]) : undefined;
    return item && item.owner === owner ? item.chain : null;
  }

  /**
   * @param {string} method
   * @param {import('./ask.js').Request} request
   */
  ask(method, request) {
    const answer = this.client.ask(request);
    if (ENDS.has(method)) this.items.delete(originals.parse(request.params || '[]')[0]);
    return answer;
  }

  /**
   * One `eth_subscription` message per event (https://eips.ethereum.org/EIPS/eip-1193#message-1).
   * @param {{subscription: string, blocks: BlockEvents[]}} message
   */
  notify({ subscription, blocks }) {
    const item = this.items.get(subscription);
    if (!item) return;
    for (const text of results(blocks)) {
      item.owner.tell({ type: 'eth_subscription', data: { subscription, result: originals.parse(text) } });
    }
  }

  /**
   * The owner is on another chain: what it had on the old one has ended, as with a wallet's own.
   * @param {object} owner
   * @param {number} chain
   */
  moved(owner, chain) {
    for (const [id, item] of [...this.items]) {
      if (item.owner === owner && item.chain !== chain) this.drop(id, item.chain);
    }
  }

  /** @param {string} id @param {number} chain */
  drop(id, chain) {
    this.items.delete(id);
    const params = originals.stringify([id]);
    this.client.post({ type: 'ask', id: this.client.nextId++, chain, method: 'eth_unsubscribe', params, wallet: false });
  }
}
