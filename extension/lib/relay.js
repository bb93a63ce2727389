// The bridge's core: one document's messages over a runtime port that dies whenever the worker sleeps.
//
// States: no port (nothing waits, and a sleeping worker costs nothing) · connected · retrying (something waits: connect
// and send it again; reads are idempotent, and a broadcast is known by its hash) · down (requests with a wallet go
// there, others are tried until the page gives them up) · gone for good (the extension was removed or updated, or no
// longer serves this document).
//
// Messages are JSON texts, passed on unchanged. Of the core's messages, only what is needed here is read.

import { Intake } from './intake.js';
import { Kept } from './kept.js';
import { ANSWERED, LET_GO, LIMIT, OPENS, OWES, PING, READ, SETTLES, asksTooMuch, headOf } from './message.js';
import { Pace, clock } from './pace.js';
import { Reports } from './reports.js';

/** Connections in a row without one message from the core before the page falls back to its wallet. */
const MAX_TRIES = 3;
/** Pause before each try, in ms. */
const PAUSES = [0, 100, 400];
/** Pause before each try once the page is down, in ms. */
const DOWN_PAUSE_MS = 1_000;
/** Keeps the worker alive while the page waits, in ms (limit 30 s). */
const PING_MS = 10_000;

/** One unanswered message. @typedef {{text: string, bytes: number, message: any, owed: true, sent: boolean}} Waiting */

export class Relay {
  /**
   * @param {{page: {post: (text: string) => void, hear: (heard: (data: unknown) => void) => void},
   *   connect: () => any, alive: () => boolean, framed: boolean, timers?: import('./pace.js').Timers}} parts
   */
  constructor({ page, connect, alive, framed, timers = clock }) {
    this.page = page;
    this.connect = connect;
    this.alive = alive;
    this.timers = timers;
    this.framed = framed;
    this.pace = new Pace((parts) => this.post(parts), timers, framed);
    /** @type {any} runtime.Port */
    this.port = null;
    this.gone = false;
    this.tries = 0;
    /** @type {any} */
    this.pinging = null;
    /** @type {Map<number, Waiting>} unanswered messages by the document's id */
    this.waiting = new Map();
    this.intake = new Intake(timers.now, this.waiting);
    /** @type {string | null} the last `use`, which a restarted core must hear again */
    this.use = null;
    this.kept = new Kept();
    this.reports = new Reports();
    /** Whether the core has said that it is on. */
    this.on = true;
    /** Whether the core has failed and the document waits for the next one. */
    this.failed = false;
    this.known = false; // whether there has been a port
    /** @type {((message: any) => void) | null} */
    this.onPage = null;
    page.hear((data) => this.fromPage(data));
  }

  /** @param {unknown} data a PageToCore as text, or inpage's own `hello` and `given` */
  fromPage(data) {
    if (this.gone) return;
    const taken = this.intake.take(data);
    if (taken === null) return;
    if (taken.refusal) this.refuse(taken.message, taken.refusal);
    else this.take(taken);
  }

  /** @param {import('./intake.js').Taken} taken */
  take({ message, text, bytes }) {
    const { type, id } = message;
    if (type === 'given') {
      this.onPage?.(message);
      return;
    }
    if (OWES.has(type)) this.owe(text, bytes, message);
    if (type === 'ask') this.kept.fromPage(message);
    if (type === 'resume') this.kept.goesOn(message);
    if (type === 'abort') {
      const unsent = this.waiting.get(id)?.sent === false;
      this.settled(id);
      if (unsent) return; // the worker has not heard of it
    }
    if (type === 'use') this.use = text;
    if (this.reports.take(message, text) && this.port === null) return;
    if (this.port === null) {
      // Opening a port sends everything that waits.
      if (this.open() && !OWES.has(type) && !OPENS.has(type)) this.send(text);
    } else if (type !== 'hello') this.send(text, OWES.has(type) ? this.waiting.get(id) : undefined);
    this.ping();
  }

  /** @param {string} text @param {number} bytes @param {any} message */
  owe(text, bytes, { type, id, wallet, method }) {
    this.settled(id);
    this.waiting.set(id, { text, bytes, message: { type, id, wallet, method }, owed: true, sent: false });
    this.intake.unanswered += bytes;
  }

  /** @param {number | undefined} id @param {boolean} [refused] @returns {boolean} whether it was waited for */
  settled(id, refused = false) {
    const waiting = this.waiting.get(/** @type {number} */ (id));
    if (!waiting) return false;
    this.intake.unanswered -= waiting.bytes;
    this.waiting.delete(/** @type {number} */ (id));
    this.pace.settled(waiting, refused);
    return true;
  }

  /** @returns {boolean} whether there is a port now */
  open() {
    if (!this.alive()) return this.end();
    try {
      this.port = this.connect();
    } catch {
      return this.end(); // "Extension context invalidated"
    }
    this.known = true;
    const { port } = this;
    port.onMessage.addListener((/** @type {any} */ text) => this.fromCore(text));
    port.onDisconnect.addListener(() => this.lost(port));
    this.resume();
    for (const waiting of [...this.waiting.values()]) this.send(waiting.text, waiting);
    return true;
  }

  /** Another core must know about the last one's work. */
  resume() {
    if (this.use !== null) this.send(this.use);
    const resumes = this.kept.resumes().map((message) => JSON.stringify(message));
    for (const text of [...resumes, ...this.reports.texts]) this.send(text);
  }

  /** A panel was opened: a core that has slept knows nothing about this document. */
  look() {
    if (this.reports.texts.length > 0) this.again();
  }

  /** The settings have changed: this document's state may be outdated. */
  changed() {
    if (this.known) this.again();
  }

  again() {
    if (this.port === null && !this.gone) this.open();
  }

  /** Whether the page waits for something: answers, events, or the next core. */
  get owed() {
    return this.waiting.size > 0 || this.kept.pushes || this.failed;
  }

  /** @param {string} text @param {Waiting} [waiting] when the page waits for an answer */
  send(text, waiting) {
    this.pace.hand(waiting ?? { text, owed: false });
  }

  /** @param {import('./pieces.js').Part[]} parts */
  post(parts) {
    const { port } = this;
    if (port === null) return;
    try {
      // The time tells the worker how late it arrives.
      port.postMessage([Date.now(), ...parts]);
    } catch {
      // The port has just died, and onDisconnect will follow; or the extension is gone.
      if (!this.alive()) this.end();
      for (const part of parts) {
        const { id } = typeof part === 'string' ? headOf(part) : part;
        const waiting = this.waiting.get(/** @type {number} */ (id));
        const whole = typeof part !== 'string' || waiting?.text === part;
        if (waiting && whole && this.settled(id)) this.without(waiting.message);
      }
    }
  }

  /** @param {object} message CoreToPage, or `down` and `gone` */
  tell(message) {
    this.page.post(JSON.stringify(message));
  }

  /**
   * Refuses a message: the core never sees it, and the page is told why.
   * @param {any} message
   * @param {import('./intake.js').Refusal} refusal
   */
  refuse(message, { code, message: reason }) {
    const { type, id, wallet } = message;
    if (type === 'wallet' && this.settled(id)) this.send(JSON.stringify({ type: 'abort', id }));
    if (type === 'rescue' || type === 'wallet' || (wallet === true && code !== LIMIT)) this.without(message);
    else if (ANSWERED.has(type)) this.tell({ type: 'error', id, code, message: reason, data: null });
  }

  /** A refused request goes to the wallet, or keeps the answer of the page's own endpoint. @param {any} message */
  without({ type, id }) {
    this.tell({ type: type === 'rescue' ? 'no-rescue' : 'use-wallet', id });
  }

  /** @param {unknown} text a CoreToPage, or the worker's own last message */
  fromCore(text) {
    if (typeof text !== 'string' || this.gone) return;
    if (text === LET_GO) {
      this.end();
      return;
    }
    this.tries = 0;
    const { type, id } = headOf(text);
    if (SETTLES.has(type)) this.settled(id, asksTooMuch(text));
    const message = READ.has(type) ? JSON.parse(text) : { type, id };
    this.kept.fromCore(message);
    if (type === 'state') this.stateIs(message);
    // A floor is kept here for the next core; the page does not need it.
    if (type !== 'floor') this.page.post(text);
    this.ping();
  }

  /** @param {any} state */
  stateIs(state) {
    const on = state.on === true;
    this.failed = state.failed === true;
    // A core that failed said `off`; the next one, on the same port, says `on`. The page has gone on without the first,
    // so its requests must not be sent again.
    if (on && !this.on) this.resume();
    if (!on) this.forget();
    this.on = on;
  }

  forget() {
    this.pace.clear();
    this.waiting.clear();
    this.intake.unanswered = 0;
  }

  /** @param {any} port the one that died */
  lost(port) {
    if (port !== this.port) return;
    this.port = null;
    this.pace.clear();
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

  /** The page goes on without us: requests that can be answered elsewhere no longer wait. */
  fall() {
    for (const [id, { message }] of [...this.waiting]) if (message.wallet !== false) this.settled(id);
    this.tell({ type: 'down' });
  }

  /** Pings only while the page waits for something. */
  ping() {
    if (this.pinging !== null || !this.owed) return;
    this.pinging = this.timers.setTimeout(() => {
      this.pinging = null;
      if (!this.owed) return;
      this.send(PING);
      this.ping();
    }, PING_MS);
  }

  /** @returns {false} */
  end() {
    if (this.gone) return false;
    this.gone = true;
    const { port } = this;
    this.port = null;
    this.forget();
    this.tell({ type: 'gone' });
    try {
      port?.disconnect();
    } catch {
      /* it went with the extension */
    }
    return false;
  }
}
