// One number per document, and the runtime port behind it.

import { Blame, NOBODY } from './blame.js';
import { DEFAULT_DEADLINE_MS, MAX_MESSAGE_BYTES } from './generated.js';
import { LET_GO, OWES, PING, SETTLES, headOf } from './message.js';
import { Pieces, textOf } from './pieces.js';
import { pageBehind } from './senders.js';

/** The state when no core can answer: as if Breakwater were not there. */
const PASS_THROUGH = JSON.stringify({
  type: 'state',
  on: false,
  chains: [],
  deadline_ms: DEFAULT_DEADLINE_MS,
  own_chain: null,
  direct: false,
  private: [],
  failed: true,
});

/**
 * @typedef {{port: any, origin: string, host: string, top: string | undefined, open: boolean,
 *   waiting: Set<number>}} Client
 *   `waiting`: requests that the core has not settled
 */

/** More than any bridge of ours sends at once. */
const MOST_TOGETHER = 1_000;
/** A delay longer than this many ms comes from a changed clock. */
const MOST_LATE_MS = 10_000;

/** @param {any} part @returns {boolean} a text, or a piece of one */
const isPart = (part) =>
  typeof part === 'string' || (typeof part?.text === 'string' && 'start' in part && 'end' in part);

/**
 * What crosses a runtime port: the time it was sent, in ms since 1970, and the parts that cross together.
 * @param {unknown} said
 * @returns {{at: number, parts: import('./pieces.js').Part[]} | null} null: more than the core takes, or invalid
 */
function read(said) {
  if (!Array.isArray(said) || said.length > MOST_TOGETHER) return null;
  const [at, ...parts] = said;
  if (!parts.every(isPart)) return null;
  const length = parts.reduce((sum, part) => sum + textOf(part).length, 0);
  return Number.isSafeInteger(at) && length <= MAX_MESSAGE_BYTES ? { at, parts } : null;
}

export class Ports {
  /** @param {import('./shell.js').Shell} shell */
  constructor(shell) {
    this.shell = shell;
    /** @type {Map<number, Client>} */
    this.clients = new Map();
    this.next = 1;
    this.blame = new Blame();
    this.pieces = new Pieces(MAX_MESSAGE_BYTES);
  }

  /** @param {any} port runtime.Port */
  accept(port) {
    const page = pageBehind(this.shell.api, port);
    if (page === null) {
      port.disconnect();
      return;
    }
    const number = this.next++;
    this.clients.set(number, { port, ...page, open: false, waiting: new Set() });
    this.blame.meet(number, page);
    if (this.blame.isOver(page)) {
      this.letGo(number);
      return;
    }
    port.onMessage.addListener((/** @type {any} */ message) => this.heard(number, message));
    port.onDisconnect.addListener(() => this.closed(number));
    this.shell.ready.then(() => this.greet(number));
  }

  /** @param {number} number */
  greet(number) {
    const client = this.clients.get(number);
    if (!client || client.open) return;
    if (this.blame.isOver(client)) {
      this.letGo(number);
      return;
    }
    if (this.shell.core === null) {
      this.post(number, PASS_THROUGH);
      return;
    }
    client.open = true;
    this.shell.callFor('open', number, client.origin, client.host, client.top);
  }

  /**
   * @param {number} number
   * @param {unknown} said the parts that cross together: each a PageToCore or the bridge's `ping`, or a piece of one
   */
  async heard(number, said) {
    const crossed = read(said);
    // Our bridge never sends this.
    if (crossed === null) {
      this.letGo(number);
      return;
    }
    const late = Date.now() - crossed.at;
    await this.shell.ready;
    if (late >= 0 && late <= MOST_LATE_MS) this.shell.call('crossed', late);
    for (const part of crossed.parts) {
      if (typeof part === 'string') this.handle(number, part);
      else this.gather(number, part);
    }
  }

  /** @param {number} number @param {import('./pieces.js').Piece} piece */
  gather(number, piece) {
    const client = this.clients.get(number);
    if (!client) return;
    const text = this.pieces.take(number, client.host, piece);
    if (text === undefined) this.letGo(number);
    else if (text !== null) this.handle(number, text);
  }

  /** @param {number} number @param {string} text */
  handle(number, text) {
    if (text === PING) {
      // Firefox ends an event page after 30 s without an extension API call, pending replies or not.
      this.shell.api.runtime.getPlatformInfo();
      return;
    }
    const client = this.clients.get(number);
    const { type, id } = headOf(text);
    if (OWES.has(type) && id !== undefined) client?.waiting.add(id);
    if (type === 'abort' && id !== undefined) client?.waiting.delete(id);
    if (this.shell.core === null || !client?.open) this.post(number, PASS_THROUGH);
    else if (this.shell.callFor('message', number, text) === false) this.letGo(number);
  }

  /** @param {number} number */
  closed(number) {
    const client = this.clients.get(number);
    this.clients.delete(number);
    this.pieces.drop(number);
    if (client?.open) this.shell.callFor('close', number);
  }

  /**
   * This document cannot be served: from now on it uses its wallet, and nobody else notices.
   * @param {number} number
   */
  letGo(number) {
    const client = this.clients.get(number);
    if (!client) return;
    this.post(number, LET_GO);
    client.port.disconnect();
    this.closed(number);
  }

  /**
   * A core has failed: the document it was working for is not served again, and every other one goes back to its
   * wallet.
   * @param {number} serving its number, NOBODY, or OURSELVES
   */
  failed(serving) {
    if (serving === NOBODY) this.blame.suspect([...this.clients.values()].filter((client) => client.waiting.size > 0));
    this.passThrough();
    this.blame.put(serving);
    this.letGo(serving);
  }

  /** A core has just started: open the documents that already exist. */
  openAll() {
    for (const number of [...this.clients.keys()]) this.greet(number);
  }

  /** No core: every document goes back to its wallet. */
  passThrough() {
    for (const [number, client] of this.clients) {
      client.open = false;
      client.waiting.clear();
      this.post(number, PASS_THROUGH);
    }
  }

  /**
   * Never throws. A port may be gone, and an answer may be too large for a port (64 MiB in Chromium). The document then
   * settles with its wallet.
   * @param {number} number
   * @param {string} text CoreToPage
   */
  post(number, text) {
    const client = this.clients.get(number);
    if (!client) return;
    const { type, id } = headOf(text);
    if (SETTLES.has(type) && id !== undefined) client.waiting.delete(id);
    try {
      client.port.postMessage(text);
    } catch {
      if (type === 'use-wallet' || type === 'no-rescue' || id === undefined) return;
      this.post(number, JSON.stringify({ type: type === 'body' ? 'no-rescue' : 'use-wallet', id }));
    }
  }
}
