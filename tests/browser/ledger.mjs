// Makes the same token transfers on every node, and knows which of their logs are on the chain.
import assert from 'node:assert/strict';
import { ACCOUNTS, TOKEN, transferData } from '../net/chain.mjs';

/** Every fee is set, so that all nodes make the same block. */
const FEES = { gas: '0x1e8480', maxFeePerGas: '0x4a817c800', maxPriorityFeePerGas: '0x3b9aca00' };

export class Ledger {
  #value = 1n;
  /** The first block that counts. */
  from = 400;
  /** Every log that a reorganisation dropped, as `block/index`. @type {string[]} */
  dropped = [];

  /** @param {Awaited<ReturnType<typeof import("../net/network.mjs").startNetwork>>} net */
  constructor(net) {
    this.net = net;
    this.anvils = net.nodes.map((node) => node.anvil);
  }

  transfer() {
    return {
      from: ACCOUNTS[0],
      to: TOKEN,
      data: transferData(/** @type {string} */ (ACCOUNTS[1]), this.#value++),
      ...FEES,
    };
  }

  /** Mines the same blocks, with one token transfer each, on every node. @param {number} count */
  async mine(count) {
    for (let i = 0; i < count; i++) {
      const tx = this.transfer();
      await Promise.all(this.anvils.map((anvil) => anvil.rpc('eth_sendTransaction', [tx])));
      await this.net.mine();
    }
  }

  /**
   * Replaces the newest blocks, in the same way on every node.
   * @param {number} depth
   * @param {any[]} pairs transaction, block
   */
  async reorg(depth, pairs) {
    const before = await this.onChain();
    await Promise.all(this.anvils.map((anvil) => anvil.rpc('anvil_reorg', [depth, pairs])));
    const now = new Set(await this.onChain());
    this.dropped.push(...before.filter((place) => !now.has(place)));
  }

  /** Number and hash of the newest block. @returns {Promise<[number, string]>} */
  async head() {
    const { number, hash } = await this.anvils[0].rpc('eth_getBlockByNumber', ['latest', false]);
    return [Number(number), hash];
  }

  /** Places of the logs that are on the chain now, from the first block that counts. @returns {Promise<string[]>} */
  async onChain() {
    const logs = await this.anvils[0].rpc('eth_getLogs', [
      { address: TOKEN, fromBlock: `0x${this.from.toString(16)}` },
    ]);
    return logs.map((/** @type {any} */ log) => `${log.blockHash}/${Number(log.logIndex)}`);
  }
}

/**
 * The logs that remain after applying all events; each log is added once and removed at most once.
 * @param {string[]} log of events
 */
export function held(log) {
  const now = new Set();
  for (const event of log) {
    const back = event.startsWith('-');
    const place = back ? event.slice(1) : event;
    assert.equal(now.has(place), back, `${event} was ${back ? 'taken back and not delivered' : 'delivered twice'}`);
    if (back) now.delete(place);
    else now.add(place);
  }
  return [...now].sort();
}
