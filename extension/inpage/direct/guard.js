// One call of the page and the lanes behind it, whichever way the page sends it.
//
//   page's call ──► its own endpoint                              (always, first, by the platform itself)
//        │ good answer ─────────────────────► stop(): nothing was asked, nothing changed
//        │ fails, or stalls past the delay ─► want(): chain known? ── no ──► nothing(): its own result stands
//        │                                        └─ yes ─► lanes ─► answer(text) | nothing()
//        └ page aborts ─────────────────────► stop(): the lanes are told

import { chainNamed, localReply, parseCall } from './rpc.js';
import { Memories } from './memory.js';
import { SafeWeakMap } from '../safe.js';
import { deadlineOf, isSlow } from '../slow.js';
import { DEFAULT_DEADLINE_MS } from '../../lib/generated.js';
import { LEARN_AFTER_MS, LEARN_AGAIN_MS, STALL_SLOW_MS } from '../generated.js';

/** How an endpoint is asked for its chain. @type {import('./rpc.js').Call} */
export const CHAIN_CALL = {
  text: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}',
  batch: false,
  items: [{ id: 1, method: 'eth_chainId' }],
};
/** A call that has failed or stalls. */
const NOT_SAID = { said: null, asked: () => {} };

/**
 * @typedef {object} Client  the way to the core, as `../client.js` offers it
 * @property {{on: boolean, direct: boolean, chains: Set<number>, deadlineMs: number, down: boolean} | null} state null:
 *   not known yet
 * @property {() => void} wake  this page reads chains
 * @property {(chain: number) => void} wants  this page reads a chain that is not in the state
 * @property {() => Promise<void>} ready  settles when the state is known, or when it is time to do without
 * @property {(chain: number, body: string, said: import('./judge.js').Said | null,
 *   ms?: number) => {body: Promise<string | null>, abort: () => void}} rescue
 * @property {(wanted: import('../sticky.js').Following) => void} follow  a subscription that the lanes go on with
 * @property {(subscription: string) => void} unfollow
 *
 * @typedef {object} Place
 * @property {import('./memory.js').UrlMemory} memory
 * @property {URL} url
 *
 * @typedef {Place & {call: import('./rpc.js').Call}} Watched  a call that may be rescued
 *
 * @typedef {object} Hooks
 * @property {(text: string) => void} answer  a lane answered, in the page's own envelope
 * @property {() => void} nothing  no lane can: the page's own result stands, whatever it is
 * @property {(body: string) => Promise<string | null>} ask  one more request the way the page sent its own
 *
 * @typedef {object} Watch
 * @property {(said?: import('./judge.js').Said | null) => void} want  the page's own call has failed, or has come to
 *   what may be no answer
 * @property {(text: string | null) => void} good  the page's own call answered; null if too long to read
 * @property {() => void} stop  the page gave up
 */

export class Guard {
  /**
   * @param {Client} client
   * @param {import('./env.js').Env} env
   */
  constructor(client, env) {
    this.client = client;
    this.env = env;
    this.memories = new Memories();
    /** @type {WeakMap<import('./memory.js').UrlMemory, number>} when a chain may be asked again */
    this.learnAgain = new SafeWeakMap();
  }

  /**
   * Whether this body to this address may be rescued at all; null leaves the call to the platform alone.
   *
   * @template [T=import('./rpc.js').Call]
   * @param {string} address  absolute or relative
   * @param {string} text
   * @param {(text: string) => T | null} [parse]  what may be rescued
   * @returns {Place & {call: T} | null}
   */
  consider(address, text, parse = /** @type {any} */ (parseCall)) {
    const { state } = this.client;
    if (state && !state.down && !(state.on && state.direct && state.chains.size > 0)) return null;
    const url = parseUrl(address, this.env.base());
    if (!url || !/^(https?|wss?):$/.test(url.protocol)) return null;
    const call = parse(text);
    if (!call) return null;
    const memory = this.memories.of(url);
    if (memory.barred) return null;
    if (!state?.on) this.client.wake();
    return state?.down ? null : { call, memory, url };
  }

  /**
   * Start watching a call that is about to be sent. Exactly one of `answer` and `nothing` follows a
   * `want` or a stall, unless `good` or `stop` comes first.
   *
   * @param {Watched} watched
   * @param {Hooks} hooks
   * @returns {Watch}
   */
  watch(watched, hooks) {
    const { call, memory } = watched;
    const { env } = this;
    const kind = call.batch ? 'batch' : (call.items[0]?.method ?? '');
    const began = env.now();
    const stopper = new AbortController();
    /** @type {AbortController | null} */
    let asking = null;
    let told = false;
    const want = (/** @type {import('./judge.js').Said | null} */ said = null) => {
      // Asked when it stalled, and now it has said something: the core is to know what.
      if (stopper.signal.aborted || (asking && (told || !said))) return;
      env.clearTimeout(timer);
      const before = asking;
      const mine = new AbortController();
      asking = mine;
      told = said !== null;
      this.ask(watched, hooks, mine.signal, { said, asked: () => before?.abort() })
        .then((text) => {
          if (stopper.signal.aborted || asking !== mine) return;
          if (text === null) return hooks.nothing();
          memory.struck();
          hooks.answer(text);
        })
        .catch(() => hooks.nothing()); // a page may have broken its own `Response`: it gets its own failure
    };
    const slow = call.items.some(({ method }) => isSlow(method));
    const timer = env.setTimeout(() => want(), slow ? STALL_SLOW_MS : memory.delay(kind));
    const stop = () => {
      env.clearTimeout(timer);
      stopper.abort();
      asking?.abort();
    };
    const good = (/** @type {string | null} */ text) => {
      stop();
      memory.answered(kind, env.now() - began);
      this.observe(watched, text, hooks.ask);
    };
    return { want, good, stop };
  }

  /**
   * Never rejects, and settles within the call's deadline.
   *
   * @param {Watched} watched
   * @param {Hooks} hooks
   * @param {AbortSignal} signal
   * @param {{said: import('./judge.js').Said | null, asked: () => void}} [about]  `asked` is called when the core knows
   * @returns {Promise<string | null>}
   */
  ask({ call, memory }, hooks, signal, { said, asked } = NOT_SAID) {
    const { client, env } = this;
    /** @type {() => void} */
    let abort = () => {};
    const usual = client.state?.deadlineMs ?? DEFAULT_DEADLINE_MS;
    const deadline = Math.max(...call.items.map(({ method }) => deadlineOf(method, usual)));
    const lanes = async () => {
      await client.ready();
      const chain = await this.learn(memory, hooks.ask);
      if (chain === null || signal.aborted || !client.state?.direct) return null;
      if (!client.state.chains.has(chain)) {
        client.wants(chain);
        return null;
      }
      const local = localReply(call, chain);
      if (local !== null) return local;
      const rescue = client.rescue(chain, call.text, said, deadline);
      asked();
      abort = rescue.abort;
      return rescue.body;
    };
    return new Promise((resolve) => {
      const give = () => {
        abort();
        resolve(null);
      };
      const timer = env.setTimeout(give, deadline);
      signal.addEventListener('abort', give);
      lanes()
        .catch(() => null)
        .then((text) => {
          env.clearTimeout(timer);
          signal.removeEventListener('abort', give);
          asked();
          resolve(text);
        });
    });
  }

  /**
   * Learn what a good answer of the page's own endpoint shows.
   *
   * @param {Watched} watched
   * @param {string | null} text
   * @param {Hooks['ask']} ask
   */
  observe({ call, memory }, text, ask) {
    const chain = text === null ? null : chainNamed(call, text);
    if (chain !== null) memory.learn(chain);
    if (memory.chain === null && !memory.learning) {
      this.env.setTimeout(() => void this.learn(memory, ask), LEARN_AFTER_MS);
    }
  }

  /**
   * Ask the page's own endpoint for its chain, the way the page asks it. Once per URL and document, so that
   * the chain is known before the endpoint goes dark; never guessed.
   *
   * @param {import('./memory.js').UrlMemory} memory
   * @param {Hooks['ask']} ask
   * @returns {Promise<number | null>}
   */
  learn(memory, ask) {
    if (memory.chain !== null) return Promise.resolve(memory.chain);
    if (memory.learning) return memory.learning;
    const { env } = this;
    if (env.now() < (this.learnAgain.get(memory) ?? -Infinity)) return Promise.resolve(null);
    this.learnAgain.set(memory, env.now() + LEARN_AGAIN_MS);
    memory.learning = ask(CHAIN_CALL.text)
      .then(
        (text) => {
          const chain = text === null ? null : chainNamed(CHAIN_CALL, text);
          if (chain !== null) memory.learn(chain);
          return memory.chain;
        },
        () => null,
      )
      .finally(() => {
        memory.learning = null;
      });
    return memory.learning;
  }
}

/** @param {string} address @param {string} base @returns {URL | null} */
function parseUrl(address, base) {
  try {
    const url = new URL(address, base);
    url.hash = '';
    return url;
  } catch {
    return null;
  }
}
