// The bridge's core: one document's messages over a runtime port that dies whenever the worker sleeps.
//
// States: no port (nothing waits: stay so, a sleeping worker costs nothing) · connected · retrying (something
// waits: connect again and send it again; reads are idempotent, a broadcast is by its hash) · down (what has a
// wallet goes there, what has none is tried on with until the page gives it up) · gone (the extension was removed
// or updated: for good).

import { Kept } from './kept.js';

/** Connections in a row without one message from the core before the page falls back to its wallet. */
const MAX_TRIES = 3;
/** Pause before each try, in ms. */
const PAUSES = [0, 100, 400];
/** Pause before each try once the page is down, in ms. */
const DOWN_PAUSE_MS = 1_000;
/** A message at least this often keeps the worker alive while the page waits, in ms (limit 30 s). */
const PING_MS = 10_000;
/** Chains outside the core's state that are told again to the next core. */
const MAX_WANTS = 32;
/** Messages after which the core owes an answer. */
const OWES = new Set(['ask', 'rescue']);
/** What an opened port has been told already, or need not be told. */
const OPENS = new Set(['use', 'hello', 'resume', 'wallet-waits']);
/** Messages that settle an id. `ask-wallet` does not: the core goes on. */
const SETTLES = new Set(['answer', 'error', 'body', 'no-rescue', 'use-wallet', 'created', 'changes']);

export class Relay {
  /**
   * @param {{page: MessagePort, connect: () => any, alive: () => boolean,
   *   timers?: {setTimeout: Function, clearTimeout: Function}}} parts
   */
  constructor({ page, connect, alive, timers = globalThis }) {
    Object.assign(this, { page, connect, alive });
    this.page = page;
    this.connect = connect;
    this.alive = alive;
    this.timers = timers;
    /** @type {any} runtime.Port */
    this.port = null;
    this.gone = false;
    this.tries = 0;
    /** @type {any} */
    this.pinging = null;
    /** @type {Map<number, any>} unanswered messages by the document's id */
    this.waiting = new Map();
    /** @type {any} the last `use`: a restarted core has to hear it again */
    this.use = null;
    this.kept = new Kept();
    /** @type {Map<number, any>} calls the wallet has not answered: told to whoever asks, which is no reason to wake a core */
    this.waits = new Map();
    /** @type {Map<number, any>} chains the page read outside the core's state: told like `waits` */
    this.wants = new Map();
    /** Whether the core has said that it is on. */
    this.on = true;
    /** @type {((message: any) => void) | null} */
    this.onPage = null;
    page.onmessage = (event) => this.fromPage(event.data);
  }

  /** @param {any} message PageToCore, or inpage's own `hello` and `given` */
  fromPage(message) {
    if (this.gone || typeof message !== 'object' || message === null) return;
    const { type, id } = message;
    if (type === 'given') {
      this.onPage?.(message);
      return;
    }
    if (OWES.has(type)) this.waiting.set(id, message);
    if (type === 'ask') this.kept.fromPage(message);
    if (type === 'resume') this.kept.goesOn(message);
    if (type === 'abort') this.waiting.delete(id);
    if (type === 'use') this.use = message;
    if (type === 'wallet-waits') this.waits.set(id, message);
    if (type === 'wants') {
      if (this.wants.size < MAX_WANTS) this.wants.set(message.chain, message);
      if (this.port === null) return; // no reason to wake a core: a panel does
    }
    if (type === 'wallet-done' && this.waits.delete(id) && this.port === null) return;
    if (this.port === null) {
      // An open sends everything that waits; what remains needs its own send.
      if (this.open() && !OWES.has(type) && !OPENS.has(type)) this.send(message);
    } else if (type !== 'hello') this.send(message);
    this.ping();
  }

  /** @returns {boolean} whether there is a port now */
  open() {
    if (!this.alive()) return this.end();
    try {
      this.port = this.connect();
    } catch {
      return this.end(); // "Extension context invalidated"
    }
    const { port } = this;
    port.onMessage.addListener((/** @type {any} */ message) => this.fromCore(message));
    port.onDisconnect.addListener(() => this.lost(port));
    this.resume();
    for (const message of this.waiting.values()) this.send(message);
    return true;
  }

  /** Another core: what it has to know of the last one's work. */
  resume() {
    if (this.use) this.send(this.use);
    for (const message of [...this.kept.resumes(), ...this.waits.values(), ...this.wants.values()]) this.send(message);
  }

  /** A panel of ours was opened: a core that has slept does not know what this document waits for and wants. */
  look() {
    if (this.port === null && !this.gone && this.waits.size + this.wants.size > 0) this.open();
  }

  /** Something is owed to the page: answers, or events. */
  get owed() {
    return this.waiting.size > 0 || this.kept.pushes;
  }

  /** @param {any} message */
  send(message) {
    const { port } = this;
    if (port === null) return;
    try {
      port.postMessage(message);
    } catch {
      // Not sendable (a hostile page), or the port has just died and says so by onDisconnect.
      this.refuse(message);
    }
  }

  /**
   * The core will never see this message: let the page do without.
   * @param {any} message
   */
  refuse(message) {
    if (!this.waiting.delete(message?.id)) return;
    this.page.postMessage({ type: message.type === 'rescue' ? 'no-rescue' : 'use-wallet', id: message.id });
  }

  /** @param {any} message CoreToPage */
  fromCore(message) {
    this.tries = 0;
    if (SETTLES.has(message?.type)) this.waiting.delete(message.id);
    this.kept.fromCore(message);
    if (message.type === 'state') {
      // A core that trapped has gone off; the spare one, on the same port, comes on.
      if (message.on && !this.on) this.resume();
      this.on = message.on === true;
    }
    // A floor is kept here for the next core; the page has no use for it.
    if (message?.type !== 'floor') this.page.postMessage(message);
    this.ping();
  }

  /** @param {any} port the one that died */
  lost(port) {
    if (port !== this.port) return;
    this.port = null;
    if (!this.alive()) this.end();
    else if (this.owed) this.retry();
  }

  retry() {
    if (this.tries === MAX_TRIES) this.fall();
    if (this.tries >= MAX_TRIES && this.waiting.size === 0) {
      this.tries = 0;
      return;
    }
    this.timers.setTimeout(() => {
      if (this.port === null && !this.gone && this.owed) this.open();
    }, PAUSES[this.tries++] ?? DOWN_PAUSE_MS);
  }

  /** The page does without: all that can be answered elsewhere is not waited for. */
  fall() {
    for (const [id, { wallet }] of [...this.waiting]) if (wallet !== false) this.waiting.delete(id);
    this.page.postMessage({ type: 'down' });
  }

  /** Pings only while something is owed. */
  ping() {
    if (this.pinging !== null || !this.owed) return;
    this.pinging = this.timers.setTimeout(() => {
      this.pinging = null;
      if (!this.owed) return;
      this.send({ type: 'ping' });
      this.ping();
    }, PING_MS);
  }

  /** @returns {false} */
  end() {
    this.gone = true;
    this.port = null;
    this.waiting.clear();
    this.page.postMessage({ type: 'gone' });
    return false;
  }
}
