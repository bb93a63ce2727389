// One filter or subscription that the core serves. The wallet takes it over when the core no longer can (the extension
// is updated, the site is switched off, the chain has no endpoint left). The page keeps its id.

import { originals } from './originals.js';
import { STICKY_ENDS } from '../lib/generated.js';

export class Item {
  /**
   * @param {string} id
   * @param {import('./ask.js').Request} request that made it
   * @param {number} from the block it begins after
   */
  constructor(id, { chain, method, params, owner }, from) {
    this.id = id;
    this.chain = chain;
    this.method = method;
    this.params = params;
    this.owner = owner;
    /** The newest block that was delivered. */
    this.last = from;
    /** @type {string[]} events that arrived when nobody waited for them, as JSON text */
    this.news = [];
    /** @type {Promise<unknown> | null} its id at the wallet, once the wallet serves it */
    this.atWallet = null;
  }

  /** @param {import('./sticky.js').BlockEvents[]} blocks @returns {string[]} their events, as JSON text */
  take(blocks) {
    for (const { number, removed } of blocks) this.last = removed ? number - 1 : number;
    return blocks.flatMap((block) => block.results);
  }

  /**
   * EIP-1193's message (https://eips.ethereum.org/EIPS/eip-1193#message-1), and the older JSON-RPC notification that
   * some pages still use.
   * @param {unknown} result
   */
  tell(result) {
    const data = { subscription: this.id, result };
    this.owner.tell('message', { type: 'eth_subscription', data });
    this.owner.tell('data', { jsonrpc: '2.0', method: 'eth_subscription', params: data });
  }

  /** The core is lost. A subscription, unlike a filter, must move to the wallet at once. */
  fall() {
    if (this.method === 'eth_subscribe' && this.owner.call) this.make().catch(() => {});
  }

  /** @returns {Promise<unknown>} */
  make() {
    this.atWallet ??= this.makeAtWallet();
    return this.atWallet;
  }

  async makeAtWallet() {
    const { owner } = this;
    const id = await owner.call?.({ method: this.method, params: originals.parse(this.params || '[]') });
    owner.hear?.((/** @type {any} */ message) => {
      if (message?.type === 'eth_subscription' && message.data?.subscription === id) this.tell(message.data.result);
    });
    return id;
  }

  /**
   * @param {string} method one that takes an id
   * @returns {Promise<unknown>}
   */
  async askWallet(method) {
    if (this.atWallet === null && STICKY_ENDS.has(method)) return true; // the wallet never had it
    const first = this.atWallet === null && method === 'eth_getFilterChanges';
    const missed = first ? await this.missed() : [];
    const id = await this.make();
    const result = await this.owner.call?.({ method, params: [id] });
    if (!Array.isArray(result)) return result;
    return [...this.news.splice(0).map((text) => originals.parse(text)), ...missed, ...result];
  }

  /** @returns {Promise<unknown[]>} logs since the last block, from before the wallet's own filter was there */
  async missed() {
    if (this.method !== 'eth_newFilter') return [];
    const { blockHash: _, toBlock: __, ...filter } = originals.parse(this.params)[0] ?? {};
    try {
      const fromBlock = `0x${(this.last + 1).toString(16)}`;
      const logs = await this.owner.call?.({ method: 'eth_getLogs', params: [{ ...filter, fromBlock }] });
      return Array.isArray(logs) ? logs : [];
    } catch {
      return [];
    }
  }
}
