// One socket that has carried JSON-RPC; what is rescued on it and why is told in socket.js.

import { CLOSE_HELD_MS, LEARN_TIMEOUT_MS } from '../generated.js';
import { PEEK, isPlain } from './judge.js';
import { parseJson, parseSubscribing } from './rpc.js';
import { Subscriptions } from './socket-subs.js';
import { SafeMap, SafeSet } from '../safe.js';

/** Our own requests on a page's socket carry ids from here up, which no counter or clock reaches. */
const OWN_IDS = 2 ** 52;
/** In a long message the id is looked for this far from either end. */
const EDGE = 200;

/** More answers than this are not waited for to be dropped. */
const RESCUED_KEPT = 1000;

/**
 * @typedef {string | number} Id
 *
 * @typedef {object} Pending
 * @property {import('./rpc.js').Call} call
 * @property {import('./guard.js').Watch} watch
 * @property {string | null} refused  the endpoint's message that was no answer, held back
 * @property {boolean} hopeless  no lane can answer this one
 */

export class Line {
  /**
   * @param {import('./guard.js').Guard} guard
   * @param {WebSocket} socket
   * @param {{Socket: typeof WebSocket, send: Function}} native  as the platform made them
   */
  constructor(guard, socket, native) {
    this.guard = guard;
    this.socket = socket;
    this.native = native;
    this.subs = new Subscriptions(this);
    /** Requests of the page that only the endpoint can answer. @type {Set<Id>} */
    this.foreign = new SafeSet();
    /** Something went over this socket that we do not follow: it ends when the endpoint ends it. */
    this.opaque = false;
    /** By the id of the first item. @type {Map<Id, Pending>} */
    this.pending = new SafeMap();
    /** Ids the lanes have answered and the endpoint has not, yet. @type {Set<Id>} */
    this.rescued = new SafeSet();
    /** Our own requests. @type {Map<Id, (text: string | null) => void>} */
    this.asked = new SafeMap();
    this.nextId = OWN_IDS;
    /** `error` and `close`, held. @type {Event[]} */
    this.last = [];
    this.timer = 0;
    /** True while our own events run: they are for the page, not for us. */
    this.playing = false;
  }

  /** @param {Event} event  `message`, `error` or `close` */
  onEvent(event) {
    if (this.playing) return;
    if (event instanceof MessageEvent) this.onMessage(event);
    else this.onEnd(event);
  }

  /**
   * @param {import('./guard.js').Watched} watched  a request the platform has just sent
   * @param {boolean} [lost]  or could not send, as the endpoint is gone
   */
  track(watched, lost = false) {
    const id = /** @type {Id} */ (watched.call.items[0]?.id);
    if (this.pending.has(id)) return;
    this.rescued.delete(id);
    /** @type {Pending} */
    const pending = {
      call: watched.call,
      refused: null,
      hopeless: false,
      watch: this.guard.watch(watched, {
        answer: (text) => {
          if (pending.refused === null) this.dropLater(id);
          this.pending.delete(id);
          this.say(text);
          this.settleEnd();
          void this.subs.check();
        },
        nothing: () => {
          pending.hopeless = true;
          if (pending.refused !== null) {
            this.pending.delete(id);
            this.say(pending.refused);
          }
          this.settleEnd();
        },
        ask: (body) => this.askAlike(body),
      }),
    };
    this.pending.set(id, pending);
    if (lost) pending.watch.want();
  }

  /** @param {string} text  a request of the page that is neither a read nor a subscription we follow */
  trackForeign(text) {
    const body = parseJson(text);
    for (const { id, method } of Array.isArray(body) ? body : [body ?? {}]) {
      if (method === 'eth_subscribe') this.opaque = true;
      if (id !== undefined && this.foreign.size < RESCUED_KEPT) this.foreign.add(id);
    }
  }

  /** @param {Id} id */
  dropLater(id) {
    this.rescued.add(id);
    if (this.rescued.size > RESCUED_KEPT) {
      this.rescued.delete(/** @type {Id} */ (this.rescued.values().next().value));
    }
  }

  /** @param {MessageEvent} event */
  onMessage(event) {
    const { data } = event;
    if (typeof data !== 'string' || this.subs.onEvent(event)) return;
    const id = this.idOf(data);
    if (id === undefined) return;
    const own = this.asked.get(id);
    if (own || this.rescued.delete(id)) {
      event.stopImmediatePropagation();
      if (own) own(data);
      else this.subs.onLate(data);
      return;
    }
    this.foreign.delete(id);
    if (this.subs.asked.has(id)) return this.subs.onReply(event, id);
    const pending = this.pending.get(id);
    if (pending) this.onReply(event, id, pending);
  }

  /**
   * @param {MessageEvent} event
   * @param {Id} id
   * @param {Pending} pending
   */
  onReply(event, id, pending) {
    const text = event.data.length > PEEK ? null : event.data;
    const answer = isPlain(pending.call, 200, null, text);
    if (answer) pending.watch.good(text);
    if (answer || pending.hopeless) {
      this.pending.delete(id);
      return;
    }
    event.stopImmediatePropagation();
    pending.refused = text;
    pending.watch.want(text === null ? null : { status: 200, text });
  }

  /**
   * Which of the ids we wait for a message answers.
   *
   * @param {string} data
   * @returns {Id | undefined}
   */
  idOf(data) {
    const waiting = [this.pending, this.rescued, this.asked, this.subs.asked, this.foreign].filter(
      (each) => each.size > 0,
    );
    if (waiting.length === 0) return undefined;
    const known = (/** @type {Id} */ id) => waiting.some((each) => each.has(id));
    if (data.length <= PEEK) {
      const reply = parseJson(data);
      const items = Array.isArray(reply) ? reply : [reply];
      return items.map((item) => item?.id).find(known) ?? (items.some(isWithoutId) ? this.only() : undefined);
    }
    const edges = data.slice(0, EDGE) + data.slice(-EDGE);
    const ids = [...edges.matchAll(/"id"\s*:\s*(\d+|"[^"\\]*")/g)];
    return ids.map((match) => parseJson(match[1] ?? '')).find(known);
  }

  /** The one call that the endpoint has not answered, or undefined when there are more. @returns {Id | undefined} */
  only() {
    /** @type {Id | undefined} */
    let one;
    let count = 0;
    const out = (/** @type {any} */ call, /** @type {Id} */ id) => {
      if (typeof call?.refused === 'string') return; // said, and held back
      one = id;
      count += 1;
    };
    for (const calls of [this.pending, this.rescued, this.asked, this.subs.asked, this.foreign]) calls.forEach(out);
    return count === 1 ? one : undefined;
  }

  /** @param {Event} event  `error` or `close` */
  onEnd(event) {
    const waiting = [...this.pending.values()].filter((pending) => !pending.hopeless);
    const goesOn = !this.opaque && this.foreign.size === 0 && this.subs.detach();
    if (waiting.length + this.last.length === 0 && !goesOn) return;
    event.stopImmediatePropagation();
    this.last.push(event);
    if (!goesOn) this.timer ||= this.guard.env.setTimeout(() => this.end(), CLOSE_HELD_MS);
    for (const { watch } of waiting) watch.want();
  }

  settleEnd() {
    const hopeless = [...this.pending.values()].filter((pending) => pending.hopeless).length;
    if (this.last.length > 0 && (this.subs.detached ? hopeless > 0 : hopeless === this.pending.size)) this.end();
  }

  /** Every read is answered or past help: now the page hears that its socket is gone. */
  end() {
    const last = this.last;
    this.last = [];
    this.forget();
    for (const event of last) {
      this.fire(
        event instanceof CloseEvent
          ? new CloseEvent('close', { wasClean: event.wasClean, code: event.code, reason: event.reason })
          : new Event(event.type),
      );
    }
  }

  /** What the page sends to an endpoint that is gone: whatever only that can answer ends it. @param {unknown} data */
  sendDetached(data) {
    const { guard, socket } = this;
    const text = typeof data === 'string' ? data : '';
    const watched = guard.consider(socket.url, text);
    const asked = watched ? null : guard.consider(socket.url, text, parseSubscribing);
    if (watched) this.track(watched, true);
    else if (asked) this.subs.track(asked);
    else guard.env.setTimeout(() => this.end(), 0);
  }

  /** The page closes the socket. What was held it hears now. */
  leave() {
    if (this.last.length > 0) this.guard.env.setTimeout(() => this.end(), 0);
    this.forget();
  }

  /** The page is done with the socket, or it is gone: nothing more will be rescued on it. */
  forget() {
    this.guard.env.clearTimeout(this.timer);
    this.timer = 0;
    this.subs.forget();
    for (const { watch } of this.pending.values()) watch.stop();
    this.pending.clear();
  }

  /** @param {string} data  a message to the page */
  say(data) {
    this.fire(new MessageEvent('message', { data, origin: new URL(this.socket.url).origin }));
  }

  /** Whether the endpoint takes connections again. @param {() => void} then */
  knock(then) {
    const { url, protocol } = this.socket;
    const probe = new this.native.Socket(url, protocol ? [protocol] : []);
    probe.onopen = () => {
      probe.close();
      then();
    };
  }

  /** @param {Event} event */
  fire(event) {
    this.playing = true;
    this.socket.dispatchEvent(event);
    this.playing = false;
  }

  /**
   * One request of our own between the page's, answered to us alone.
   *
   * @param {string} body
   * @returns {Promise<string | null>}
   */
  askAlike(body) {
    if (this.socket.readyState !== 1 || this.subs.detached) return Promise.resolve(null);
    const request = parseJson(body);
    const id = this.nextId++;
    return new Promise((resolve) => {
      const done = (/** @type {string | null} */ text) => {
        this.guard.env.clearTimeout(timer);
        this.asked.delete(id);
        resolve(text && JSON.stringify({ ...parseJson(text), id: request.id }));
      };
      const timer = this.guard.env.setTimeout(() => done(null), LEARN_TIMEOUT_MS);
      this.asked.set(id, done);
      Reflect.apply(this.native.send, this.socket, [JSON.stringify({ ...request, id })]);
    });
  }
}

/**
 * An error whose id is null: JSON-RPC 2.0 has it so where the request's could not be read.
 *
 * @param {any} item
 */
function isWithoutId(item) {
  return item?.id === null && typeof item.error === 'object' && item.error !== null;
}
