// The subscriptions of a page's own socket, and what becomes of them when its endpoint falls silent or hangs up.
//
//   at the endpoint ── no answer to `eth_subscribe`, to a read, or to our own look ──► at the lanes, the socket open
//      │ the endpoint hangs up: `close` is held, the socket goes on as open
//   detached ── reads and subscriptions: the lanes
//      └ anything else is sent · the endpoint is back · the lanes cannot ──► the page hears `close`

import { QUIET_MS, RETRY_MS } from '../generated.js';
import { isPlain } from './judge.js';
import { parseJson } from './rpc.js';
import { Subscription } from './subscription.js';
import { SafeMap, SafeSet } from '../safe.js';

/** `"eth_subscription"` is looked for this far from either end. */
const EDGE = 200;

const HEAD = '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}';
const HEAD_CALL = { text: HEAD, batch: false, items: [{ id: 1, method: 'eth_blockNumber' }] };

/** @typedef {import('./socket-line.js').Id} Id */
/** @typedef {import('./guard.js').Place & {call: import('./rpc.js').Subscribing}} Asked */

export class Subscriptions {
  /** @param {import('./socket-line.js').Line} line */
  constructor(line) {
    this.line = line;
    this.guard = line.guard;
    /** By the id the page knows. @type {Map<string, Subscription>} */
    this.all = new SafeMap();
    /**
     * `eth_subscribe` on its way.
     * @type {Map<Id, {asked: Asked, timer: number, began: number, refused: string | null}>}
     */
    this.asked = new SafeMap();
    /** Made by the lanes while the endpoint was silent: its own late one is not wanted. @type {Set<Id>} */
    this.late = new SafeSet();
    /** @type {import('./guard.js').Place | null} */
    this.place = null;
    /** The page takes the socket for open, and it is not. */
    this.detached = false;
    this.checking = false;
    this.lastHeard = 0;
    this.timer = 0;
    /** Creations, one after the other. @type {Promise<unknown>} */
    this.queue = Promise.resolve();
  }

  /** @param {Asked} asked  sent by the page a moment ago */
  track(asked) {
    const { call, memory } = asked;
    this.place = asked;
    if (call.method === 'eth_unsubscribe') return this.unsubscribe(call);
    const { env } = this.guard;
    const timer = this.detached ? 0 : env.setTimeout(() => this.make(call.id), memory.delay(call.method));
    this.asked.set(call.id, { asked, timer, began: env.now(), refused: null });
    if (this.detached) this.make(call.id);
  }

  /** @param {import('./rpc.js').Subscribing} call */
  unsubscribe({ id, params }) {
    const name = String(params[0]);
    const sub = this.all.get(name);
    this.all.delete(name);
    if (!sub?.lane) return;
    this.guard.client.unfollow(sub.lane);
    this.line.dropLater(id);
    this.guard.env.setTimeout(() => this.line.say(JSON.stringify({ jsonrpc: '2.0', id, result: true })), 0);
  }

  /**
   * @param {MessageEvent} event  that answers an `eth_subscribe`
   * @param {Id} id
   */
  onReply(event, id) {
    const entry = /** @type {{asked: Asked, timer: number, began: number, refused: string | null}} */ (
      this.asked.get(id)
    );
    const { asked, timer, began } = entry;
    this.guard.env.clearTimeout(timer);
    if (!isPlain({ text: '', batch: false, items: [asked.call] }, 200, null, event.data)) {
      event.stopImmediatePropagation();
      entry.refused = event.data;
      return this.make(id);
    }
    this.asked.delete(id);
    asked.memory.answered(asked.call.method, this.guard.env.now() - began);
    const name = parseJson(event.data)?.result;
    if (typeof name !== 'string') return undefined;
    const sub = new Subscription(name, asked.call.params);
    this.all.set(name, sub);
    const ask = (/** @type {string} */ body) => this.line.askAlike(body);
    this.guard.observe({ ...asked, call: HEAD_CALL }, null, ask);
    void ask(HEAD).then((text) => {
      sub.base = text === null ? null : numberIn(text);
    });
    return this.listen();
  }

  /** @param {string} data  the endpoint's late answer to what the lanes have made */
  onLate(data) {
    const id = parseJson(data)?.id;
    const name = parseJson(data)?.result;
    if (this.late.delete(id) && typeof name === 'string')
      void this.line.askAlike(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_unsubscribe', params: [name] }));
  }

  /** @param {MessageEvent} event @returns {boolean} whether it was an event of a subscription */
  onEvent(event) {
    this.lastHeard = this.guard.env.now();
    const { data } = event;
    if (this.all.size === 0 || !(data.slice(0, EDGE) + data.slice(-EDGE)).includes('"eth_subscription"')) return false;
    const { subscription, result } = parseJson(data)?.params ?? {};
    const sub = this.all.get(subscription);
    if (sub?.lane)
      event.stopImmediatePropagation(); // the lanes tell it
    else sub?.heard(result);
    return true;
  }

  /** A line that has said nothing for a while may be dead without having hung up. */
  listen() {
    const { env } = this.guard;
    if (this.timer || this.detached) return;
    this.lastHeard = env.now();
    const look = () => {
      this.timer = 0;
      if (![...this.all.values()].some((sub) => !sub.lane)) return;
      const left = QUIET_MS - (env.now() - this.lastHeard);
      if (left <= 0) void this.check();
      this.timer = env.setTimeout(look, left > 0 ? left : QUIET_MS);
    };
    this.timer = env.setTimeout(look, QUIET_MS);
  }

  /** Whether the endpoint says anything at all; if not, the lanes go on. */
  async check() {
    if (this.checking || this.detached || this.all.size === 0) return;
    this.checking = true;
    if ((await this.line.askAlike(HEAD)) === null) await this.move();
    this.checking = false;
  }

  /** @returns {Promise<boolean>} whether the lanes serve what the endpoint did */
  async move() {
    const head = await this.head();
    if (head === null) return false;
    for (const sub of this.all.values()) if (!sub.lane) this.follow(sub, head);
    return true;
  }

  /** @returns {Promise<number | null>} the lanes' newest block, when there are lanes of this chain */
  async head() {
    const { place } = this;
    if (!place) return null;
    const ask = (/** @type {string} */ body) => this.line.askAlike(body);
    const text = await this.guard.ask(
      { ...place, call: HEAD_CALL },
      { ask, answer() {}, nothing() {} },
      new AbortController().signal,
    );
    return text === null ? null : numberIn(text);
  }

  /** @param {Subscription} sub @param {number} head */
  follow(sub, head) {
    sub.lane = this.freshId();
    this.guard.client.follow({
      chain: this.place?.memory.chain ?? 0,
      subscription: sub.lane,
      params: JSON.stringify(sub.params),
      blocks: sub.begin(head),
      heard: (blocks) => sub.take(blocks).forEach((text) => this.tell(sub.id, text)),
      lost: () => {
        sub.lane = null;
        if (this.detached) this.line.end();
      },
    });
  }

  /** @returns {string} as nodes name their subscriptions */
  freshId() {
    const bytes = this.guard.env.scope.crypto.getRandomValues(new Uint8Array(16));
    return `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  }

  /** @param {string} id @param {string} result  JSON text */
  tell(id, result) {
    this.line.say(
      '{"jsonrpc":"2.0","method":"eth_subscription",' +
        `"params":{"subscription":${JSON.stringify(id)},"result":${result}}}`,
    );
  }

  /** The endpoint does not answer an `eth_subscribe`: the lanes make it. @param {Id} id */
  make(id) {
    this.queue = this.queue.then(() => this.makeNow(id)).catch(() => {});
  }

  /** @param {Id} id */
  async makeNow(id) {
    const head = await this.head();
    const entry = this.asked.get(id);
    if (!entry) return; // it was answered meanwhile, or the page is gone
    const { asked, refused } = entry;
    if (head === null && refused === null && !this.detached) return; // the page goes on waiting, as it would
    this.asked.delete(id);
    if (head === null) return refused === null ? this.line.end() : this.line.say(refused);
    if (refused === null) {
      this.line.dropLater(id);
      this.late.add(id);
    }
    asked.memory.struck();
    const sub = new Subscription(this.freshId(), asked.call.params);
    this.all.set(sub.id, sub);
    this.line.say(JSON.stringify({ jsonrpc: '2.0', id, result: sub.id }));
    this.follow(sub, head);
  }

  /** The endpoint has hung up. @returns {boolean} whether the socket is to go on without it */
  detach() {
    if (this.detached) return true;
    if (this.all.size === 0) return false;
    this.detached = true;
    for (const id of this.asked.keys()) this.make(id);
    Object.defineProperty(this.line.socket, 'readyState', { get: () => 1, configurable: true });
    void this.move().then((moved) => {
      if (!moved) this.line.end();
      else this.watch();
    });
    return true;
  }

  /** Until the endpoint is back, or the lanes are gone too. */
  watch() {
    const { env } = this.guard;
    this.timer = env.setTimeout(() => {
      if (!this.detached) return;
      this.line.knock(() => this.line.end());
      void this.head().then((head) => {
        if (head === null) this.line.end();
        else this.watch();
      });
    }, RETRY_MS);
  }

  /** The page is done with the socket, or hears of its end. */
  forget() {
    const { env, client } = this.guard;
    env.clearTimeout(this.timer);
    for (const { timer } of this.asked.values()) env.clearTimeout(timer);
    for (const { lane } of this.all.values()) if (lane) client.unfollow(lane);
    this.all.clear();
    this.asked.clear();
    if (this.detached) Reflect.deleteProperty(this.line.socket, 'readyState');
    this.detached = false;
  }
}

/** @param {string} text  a reply @returns {number | null} */
function numberIn(text) {
  const number = Number(parseJson(text)?.result ?? NaN);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}
