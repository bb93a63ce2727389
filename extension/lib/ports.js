// One number per document, and the runtime port behind it.

import { pageBehind } from './senders.js';

/** What a document is told when no core can answer it: as if Breakwater were not there. */
const PASS_THROUGH = Object.freeze({
  type: 'state', on: false, chains: [], deadline_ms: 10_000, own_chain: null, direct: false, private: [],
});

/** @typedef {{port: any, origin: string, host: string, top: string | undefined, open: boolean}} Client */

export class Ports {
  /** @param {import('./shell.js').Shell} shell */
  constructor(shell) {
    this.shell = shell;
    /** @type {Map<number, Client>} */
    this.clients = new Map();
    this.next = 1;
  }

  /** @param {any} port runtime.Port */
  accept(port) {
    const page = pageBehind(this.shell.api, port);
    if (page === null) {
      port.disconnect();
      return;
    }
    const number = this.next++;
    this.clients.set(number, { port, ...page, open: false });
    port.onMessage.addListener((/** @type {any} */ message) => this.heard(number, message));
    port.onDisconnect.addListener(() => this.closed(number));
    this.shell.ready.then(() => this.greet(number));
  }

  /** @param {number} number */
  greet(number) {
    const client = this.clients.get(number);
    if (!client || client.open) return;
    if (this.shell.core === null) {
      this.post(number, PASS_THROUGH);
      return;
    }
    client.open = true;
    this.shell.call('open', number, client.origin, client.host, client.top);
  }

  /**
   * @param {number} number
   * @param {any} message PageToCore, or the bridge's `ping`
   */
  async heard(number, message) {
    if (message?.type === 'ping') {
      // Firefox ends an event page after 30 s without an extension API call, pending replies or not.
      this.shell.api.runtime.getPlatformInfo();
      return;
    }
    await this.shell.ready;
    if (this.shell.core !== null && this.clients.get(number)?.open) this.shell.call('message', number, message);
    else if (this.clients.has(number)) this.post(number, PASS_THROUGH);
  }

  /** @param {number} number */
  closed(number) {
    const client = this.clients.get(number);
    this.clients.delete(number);
    if (client?.open) this.shell.call('close', number);
  }

  /** A core has just started: introduce the documents that are there already. */
  openAll() {
    for (const number of this.clients.keys()) this.greet(number);
  }

  /** No core: every document goes back to its wallet. */
  passThrough() {
    for (const [number, client] of this.clients) {
      client.open = false;
      this.post(number, PASS_THROUGH);
    }
  }

  /**
   * Never throws: a port may be gone, and an answer may be larger than a port can carry (64 MiB in
   * Chromium). Then the document settles with its wallet.
   * @param {number} number
   * @param {any} message CoreToPage
   */
  post(number, message) {
    const client = this.clients.get(number);
    if (!client) return;
    try {
      client.port.postMessage(message);
    } catch {
      if (message?.type === 'use-wallet' || message?.id === undefined) return;
      this.post(number, { type: message.type === 'body' ? 'no-rescue' : 'use-wallet', id: message.id });
    }
  }
}
