// Filters and subscriptions of this document that the core serves: their ids, and who gets their events.
//
// The bridge keeps what was delivered (lib/kept.js), and passes it to the next core when one has died.

import { originals } from './originals.js';
import { SafeMap } from './safe.js';
import { Item } from './sticky-item.js';
import { STICKY_ENDS } from '../lib/generated.js';

/**
 * The asker: a wallet, or our own provider. `tell` emits an event; a wallet can also be called and heard.
 * @typedef {{tell: (name: string, event: object) => void, call?: (...args: unknown[]) => unknown,
 *   hear?: (listener: (message: any) => void) => void}} Owner
 * @typedef {{number: number, hash: string, removed?: boolean, results: string[]}} BlockEvents
 * An own-socket subscription that the lanes take over after the last of `blocks`. `lost`: they no longer can.
 * @typedef {{chain: number, subscription: string, params: string, blocks: BlockEvents[],
 *   heard: (blocks: BlockEvents[]) => void,
 *   lost: () => void}} Following
 */

/**
 * Whether lanes can serve what the request creates. Pending transactions differ from node to node.
 * @param {{method: string, params: unknown}} asked
 */
export function creates({ method, params }) {
  if (method === 'eth_newFilter' || method === 'eth_newBlockFilter') return true;
  return method === 'eth_subscribe' && Array.isArray(params) && (params[0] === 'newHeads' || params[0] === 'logs');
}

export class Stickies {
  /** @param {import('./client.js').Client} client */
  constructor(client) {
    this.client = client;
    /** @type {Map<string, Item>} */
    this.items = new SafeMap();
    /** @type {Map<string, Following>} */
    this.followed = new SafeMap();
  }

  /** @param {Following} wanted */
  follow(wanted) {
    const { chain, subscription, params, blocks } = wanted;
    this.followed.set(subscription, wanted);
    this.client.look();
    this.client.post({ type: 'resume', chain, subscription, method: 'eth_subscribe', params, blocks });
  }

  /** Nobody needs it any more. @param {string} subscription */
  end(subscription) {
    const wanted = this.followed.get(subscription);
    if (!this.followed.delete(subscription) || !wanted) return;
    this.unask(subscription, wanted.chain);
  }

  /**
   * @param {{subscription: string, block: BlockEvents}} created
   * @param {import('./ask.js').Request} request that made it
   */
  add({ subscription, block }, request) {
    this.items.set(subscription, new Item(subscription, request, block.number));
    this.client.look();
  }

  /** Whether events arrive without being polled. */
  get pushes() {
    let pushes = this.followed.size > 0;
    this.items.forEach((item) => {
      pushes ||= item.method === 'eth_subscribe' && item.atWallet === null;
    });
    return pushes;
  }

  /**
   * @param {{subscription: string, blocks: BlockEvents[]}} message of type `changes`
   * @returns {string} what the page gets, as JSON text, including events that were too late the last time
   */
  changes({ subscription, blocks }) {
    const item = this.items.get(subscription);
    return `[${[...(item?.news.splice(0) ?? []), ...(item?.take(blocks) ?? [])].join()}]`;
  }

  /** @param {{subscription: string, blocks: BlockEvents[]}} message `changes` that nobody waits for any more */
  late({ subscription, blocks }) {
    const item = this.items.get(subscription);
    item?.news.push(...item.take(blocks));
  }

  /** @param {import('./client.js').State} state what the core no longer serves goes to the wallet */
  stateIs(state) {
    this.items.forEach((item) => {
      if (item.atWallet === null && !(state.on && state.chains.has(item.chain))) item.fall();
    });
    this.followed.forEach(({ chain, lost }, id) => {
      if (state.on && state.chains.has(chain)) return;
      this.followed.delete(id);
      lost();
    });
  }

  /**
   * @param {{params: unknown}} asked
   * @param {Owner} owner
   * @returns {Item | null} the filter or subscription in the request; null if it is not ours
   */
  item({ params }, owner) {
    const item = Array.isArray(params) ? this.items.get(params[0]) : undefined;
    return item && item.owner === owner ? item : null;
  }

  /**
   * @param {Item} item
   * @param {string} method
   * @param {string} params JSON text
   * @returns {Promise<unknown>}
   */
  ask(item, method, params) {
    const { chain, owner } = item;
    if (STICKY_ENDS.has(method)) this.items.delete(item.id);
    if (owner.call && (item.atWallet !== null || !this.client.guards(chain))) return item.askWallet(method);
    // If the core has lost it, the wallet takes it over, unless it has ended meanwhile.
    const lane = owner.call
      ? () => (this.items.has(item.id) ? item.askWallet(method) : owner.call?.({ method, params: [item.id] }))
      : null;
    return this.client.ask({ chain, method, params, kind: 'sticky', owner, lane });
  }

  /** @param {{subscription: string, blocks: BlockEvents[]}} message events, in order */
  notify({ subscription, blocks }) {
    const item = this.items.get(subscription);
    const followed = this.followed.get(subscription);
    if (followed) followed.heard(blocks);
    else if (item && item.atWallet === null) for (const text of item.take(blocks)) item.tell(originals.parse(text));
    else this.unask(subscription, item?.chain ?? this.client.using ?? 0);
  }

  /**
   * The owner is on another chain: its subscriptions to the old one have ended, as a wallet's own would.
   * @param {object} owner
   * @param {number} chain
   */
  moved(owner, chain) {
    this.items.forEach((item, id) => {
      if (item.owner !== owner || item.chain === chain) return;
      this.items.delete(id);
      if (item.atWallet === null) this.unask(id, item.chain);
    });
  }

  /** The core must stop serving what nobody needs. @param {string} id @param {number} chain */
  unask(id, chain) {
    const params = originals.stringify([id]);
    this.client.post({
      type: 'ask',
      id: this.client.nextId++,
      wallet: false,
      chain,
      method: 'eth_unsubscribe',
      params,
    });
  }
}
