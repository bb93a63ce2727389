// The demo network: nodes of one chain on different ground, each behind a fault proxy.
//
//   127.10.0.1  AWS us-east-1        127.20.0.1  Google europe-west3        127.30.0.1  Hetzner, Germany
//   127.40.0.1  the node behind the toy wallets (same chain, no label)
import { freePort, startAnvil } from './anvil.mjs';
import { ACCOUNTS, CONTRACTS, ODDITY, TOKEN, buildChain } from './chain.mjs';
import { later } from './latency.mjs';
import { FaultProxy } from './proxy.mjs';

/** Where each node stands. `label` is what a person would write in their own labels. */
export const PLACES = [
  { host: '127.10.0.1', name: 'Demo East', label: { match: '127.10.0.0/16', operator: 'aws', region: 'us-east-1' } },
  { host: '127.20.0.1', name: 'Demo Main', label: { match: '127.20.0.0/16', operator: 'gcp', region: 'europe-west3' } },
  { host: '127.30.0.1', name: 'Demo Rhine', label: { match: '127.30.0.0/16', operator: 'hetzner', country: 'DE' } },
];

/** The label that puts all of 127.0.0.0/8 into one region of one cloud. */
export const ALL_AWS = PLACES.map(({ label }) => ({ match: label.match, operator: 'aws', region: 'us-east-1' }));

const WALLET_HOST = '127.40.0.1';
const CHAIN_ID = 1;
/**
 * Where the lab and the tests' pages are served: the only site that may use the demo chain, which is on this machine.
 */
const LAB_HOST = '127.0.0.1';
/** How long a transaction waits for its block, so that every lane of a broadcast still finds it pending. */
const BLOCK_AFTER_MS = 60;

/**
 * @typedef {FaultProxy & {name: string, anvil: import("./anvil.mjs").Anvil}} Node
 * @typedef {{nodes?: number, ports?: number | "one", automine?: boolean,
 *   latencies?: (import("./latency.mjs").Profile | undefined)[]}} Options
 */

/** All nodes and their chain, with helpers for tests and the lab. */
class Network {
  chainId = CHAIN_ID;
  accounts = ACCOUNTS;
  contracts = { token: { address: TOKEN, ...CONTRACTS.Token }, oddity: { address: ODDITY, ...CONTRACTS.Oddity } };
  #mining = Promise.resolve();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #waiting = false;

  /** @param {Node[]} nodes @param {Node} wallet @param {boolean} automine */
  constructor(nodes, wallet, automine) {
    this.nodes = nodes;
    this.wallet = wallet;
    this.automine = automine;
    for (const proxy of [...nodes, wallet]) proxy.onTransaction = (reply) => this.#gossip(proxy, reply);
  }

  /** Mines the same new blocks on every node. @param {number} [count] */
  mine(count = 1) {
    const anvils = this.nodes.map((node) => node.anvil);
    this.#mining = this.#mining.then(async () => {
      await Promise.all(anvils.map((anvil) => anvil.rpc('anvil_mine', [`0x${count.toString(16)}`])));
    });
    return this.#mining;
  }

  /** Mines a block at this interval, until `close`. @param {number} ms */
  keepMining(ms) {
    this.#timer = setInterval(() => void this.mine().catch(() => {}), ms);
  }

  /** Removes faults and latency, and resets the counts. */
  async heal() {
    for (const node of [...this.nodes, this.wallet]) {
      await node.setFault('none');
      node.setLatency(undefined);
      node.counts.reset();
    }
  }

  /**
   * Settings v1 with the nodes as endpoints of the chain.
   * @param {Record<string, any>} [over] fields to replace
   * @param {boolean} [sockets] with their WebSockets
   */
  settings(over = {}, sockets = false) {
    const endpoint = (/** @type {Node} */ { url, ws, name }) => (sockets ? { url, ws, name } : { url, name });
    return {
      version: 1,
      own_chain: CHAIN_ID,
      chains: [
        {
          id: CHAIN_ID,
          name: 'Ethereum',
          mode: 'guard',
          sites_allowed: [LAB_HOST],
          endpoints: this.nodes.map(endpoint),
        },
      ],
      labels: PLACES.map(({ label }) => label),
      ...over,
    };
  }

  /** Passes a node's transactions to the others, as on a real network. @param {Node} from @param {string} reply */
  async #gossip(from, reply) {
    const hash = JSON.parse(reply).result;
    if (typeof hash !== 'string') return;
    const raw = await from.anvil.rpc('eth_getRawTransactionByHash', [hash]);
    const others = new Set(this.nodes.map((node) => node.anvil));
    others.delete(from.anvil);
    await Promise.all([...others].map((anvil) => anvil.rpc('eth_sendRawTransaction', [raw]).catch(() => {})));
    if (this.automine && !this.#waiting) {
      this.#waiting = true;
      void later(BLOCK_AFTER_MS)
        .then(() => {
          this.#waiting = false;
          return this.mine();
        })
        .catch(() => {});
    }
  }

  async close() {
    clearInterval(this.#timer);
    await this.#mining.catch(() => {});
    await Promise.all([...this.nodes, this.wallet].map((proxy) => proxy.close()));
    await Promise.all(this.nodes.map((node) => node.anvil.close()));
  }
}

/** @param {string} host @param {string} name @param {import("./anvil.mjs").Anvil} anvil @param {number} port */
async function endpoint(host, name, anvil, port) {
  const proxy = await new FaultProxy(host, anvil).listen(port);
  return /** @type {Node} */ (Object.assign(proxy, { name, anvil }));
}

/**
 * Starts the nodes, builds the same chain on each and puts a proxy in front of each.
 * @param {Options} [options] `ports`: this port for all addresses, or any `"one"` that is free at all of them,
 *   instead of any free port for each;
 *   `automine`: a block after each transaction (default)
 * @returns {Promise<Network>}
 */
export async function startNetwork({ nodes = 3, ports = 0, automine = true, latencies = [] } = {}) {
  const places = PLACES.slice(0, nodes);
  const port = ports === 'one' ? await freePort('::') : ports;
  const anvils = await Promise.all(places.map(({ host }) => startAnvil(host, CHAIN_ID)));
  await Promise.all(anvils.map(buildChain));
  const proxies = await Promise.all(places.map(({ host, name }, i) => endpoint(host, name, anvils[i], port)));
  proxies.forEach((proxy, i) => proxy.setLatency(latencies[i]));
  return new Network(proxies, await endpoint(WALLET_HOST, "Wallet's node", anvils[0], port), automine);
}
