// A core and an endpoint for the tests of direct reads.

import { installDirect } from '../../../extension/inpage/direct/index.js';
import { Clock } from './clock.mjs';

/** The core as the page script sees it. */
export class Core {
  /** @type {{on: boolean, direct: boolean, chains: Set<number>, deadlineMs: number, down: boolean} | null} */
  state = { on: true, direct: true, chains: new Set([1, 8453]), deadlineMs: 10_000, down: false };
  /** @type {[number, string][]} */
  asked = [];
  aborted = 0;
  woken = 0;
  /** @type {((body: string | null) => void)[]} */
  waiting = [];

  wake() {
    this.woken += 1;
  }

  /** @type {number[]} */
  wanted = [];

  /** @param {number} chain */
  wants(chain) {
    this.wanted.push(chain);
  }

  /** @returns {Promise<void>} */
  ready() {
    return Promise.resolve();
  }

  /** The answers of the endpoints. @type {({status: number, text: string} | null)[]} */
  said = [];

  /** @param {number} chain @param {string} body @param {{status: number, text: string} | null} said */
  rescue(chain, body, said) {
    this.asked.push([chain, body]);
    this.said.push(said);
    const promise = new Promise((/** @type {(body: string | null) => void} */ resolve) => {
      this.waiting.push(resolve);
    });
    return {
      body: promise,
      abort: () => {
        this.aborted += 1;
      },
    };
  }

  /**
   * Subscriptions that the lanes continue, by the core's id.
   * @type {Map<string, import('../../../extension/inpage/sticky.js').Following>}
   */
  followed = new Map();

  /** @param {import('../../../extension/inpage/sticky.js').Following} wanted */
  follow(wanted) {
    this.followed.set(wanted.subscription, wanted);
  }

  /** @param {string} subscription */
  unfollow(subscription) {
    this.followed.delete(subscription);
  }

  /** @param {string | null} [body] */
  answerAll(body = '{"jsonrpc":"2.0","id":1,"result":"lane"}') {
    for (const resolve of this.waiting.splice(0)) resolve(body);
  }
}

/** @param {string} method */
export const request = (method) => `{"jsonrpc":"2.0","id":1,"method":"${method}","params":[]}`;

/** @param {string} body */
export const post = (body) => ({ method: 'POST', body });

/** @param {string} body @param {string} [chain] */
export const answer = (body, chain = '0x1') => {
  const { id, method } = JSON.parse(body);
  return JSON.stringify({ jsonrpc: '2.0', id, result: method === 'eth_chainId' ? chain : '0x0e' });
};

/** @param {string} text */
export const json = (text) => new Response(text, { headers: { 'content-type': 'application/json' } });

/** Guards a page's own calls. @param {Core} client @param {Clock} clock @param {any} scope */
export const install = (client, clock, scope) =>
  installDirect({
    client,
    originals: {
      scope,
      now: clock.now,
      setTimeout: clock.setTimeout,
      clearTimeout: clock.clearTimeout,
      base: () => 'https://dapp.example/',
    },
  });

/** A page whose `fetch` is guarded. @param {(url: string, init: any) => Promise<Response>} endpoint */
export function page(endpoint) {
  const clock = new Clock();
  const client = new Core();
  /** @type {any[][]} */
  const sent = [];
  const scope = /** @type {any} */ ({
    fetch: (/** @type {string} */ url, /** @type {any} */ init) => {
      sent.push([url, init]);
      return endpoint(url, init);
    },
  });
  const native = scope.fetch;
  const destroy = install(client, clock, scope);
  return { clock, client, sent, scope, native, destroy, fetch: (/** @type {any[]} */ ...args) => scope.fetch(...args) };
}

/** An endpoint that answers until it goes dark. */
export function endpoint() {
  const state = { dark: false, chain: '0x1' };
  /** @param {string} _url @param {any} init @returns {Promise<Response>} */
  const serve = (_url, init) => {
    if (!state.dark) return Promise.resolve(json(answer(init.body, state.chain)));
    return new Promise((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal.reason));
    });
  };
  return { state, serve };
}
