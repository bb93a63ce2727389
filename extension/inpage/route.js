// Where a request goes: to the wallet in the same tick, or to the core.

import { lanePromise } from './ask.js';
import { originals } from './originals.js';
import { creates } from './sticky.js';
import { watchSend } from './waiting.js';
import { MAX_METHOD_BYTES, MAX_PARAMS_BYTES, WALLETS_OWN } from './generated.js';
import { kindOf } from './kind.js';

/**
 * If a wallet that has never said its chain takes longer than this many ms, what it shows will do. wagmi waits for 100.
 */
const LATE_MS = 50;
/** A chain question that takes longer than this many ms may be lost. */
const LOST_MS = 250;
/** Wallet methods after which the wallet may be on another chain. */
const MOVES = /^(wallet_|eth_requestAccounts$)/;

/**
 * `provider.request`, guarded. Returns the wallet's own return value whenever the wallet answers.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @param {unknown[]} args as the page passed them
 */
export function route(wallet, client, args) {
  if (wallet.inside) return wallet.call(...args);
  const asked = parse(args[0]);
  if (asked === null) return wallet.call(...args);
  client.current = wallet;
  client.wake();
  if (WALLETS_OWN.has(asked.method)) return wallet.call(...args);
  switch (classOf(asked.method)) {
    case 'read':
      return guarded(wallet, client, asked, args, 'read');
    case 'broadcast':
      return guarded(wallet, client, asked, args, 'broadcast');
    case 'sticky':
      return sticky(wallet, client, asked, args);
    case 'local':
      return local(wallet, asked.method, args);
    default:
      return untouched(wallet, asked.method, args);
  }
}

/** @param {string} method @returns {import('./generated.js').RouteClass} */
export function classOf(method) {
  return /** @type {any} */ (kindOf(method)[0]);
}

/**
 * @param {any} request
 * @returns {{method: string, params: unknown} | null} null: not a request we understand
 */
export function parse(request) {
  try {
    if (typeof request !== 'object' || request === null) return null;
    const { method, params } = request;
    return typeof method === 'string' && method.length <= MAX_METHOD_BYTES ? { method, params } : null;
  } catch {
    return null; // a getter that throws: leave it to the wallet
  }
}

/**
 * JSON text of `params`, empty for none; null if they are cyclic, too large, or neither array nor object.
 * @param {unknown} params
 * @returns {string | null}
 */
export function paramsText(params) {
  if (params === undefined || params === null) return '';
  if (typeof params !== 'object') return null;
  try {
    const text = originals.stringify(params);
    return typeof text === 'string' && fits(text) ? text : null;
  } catch {
    return null;
  }
}

/** @param {string} text */
function fits(text) {
  if (text.length * 3 <= MAX_PARAMS_BYTES) return true; // UTF-8 takes at most three bytes for a UTF-16 unit
  return text.length <= MAX_PARAMS_BYTES && new TextEncoder().encode(text).length <= MAX_PARAMS_BYTES;
}

/**
 * @param {import('./wallet.js').Wallet} wallet
 * @param {string} method
 * @param {unknown[]} args
 */
function untouched(wallet, method, args) {
  const answer = wallet.call(...args);
  watchSend(wallet, method, answer);
  if (MOVES.test(method))
    Promise.resolve(answer).then(
      () => wallet.forget(),
      () => {},
    );
  return answer;
}

/**
 * `eth_chainId`, `net_version`: the wallet's own answers, kept until it changes chain.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {string} method
 * @param {unknown[]} args
 */
function local(wallet, method, args) {
  if (wallet.client.state?.on === false) return wallet.call(...args);
  if (wallet.knownChain() !== null && wallet.answers.has(method)) return Promise.resolve(wallet.answers.get(method));
  if (method === 'eth_chainId') return chainId(wallet, args);
  const answer = wallet.call(...args);
  const { epoch } = wallet;
  Promise.resolve(answer).then(
    (value) => {
      if (epoch === wallet.epoch && wallet.chain !== null && value !== undefined) wallet.answers.set(method, value);
    },
    () => {},
  );
  return answer;
}

/**
 * The wallet has not said its chain yet, or may be on another one now. A question in flight is joined. If that one may
 * be lost, the page's own question is asked too, so that nothing depends on the first.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {unknown[]} args
 */
function chainId(wallet, args) {
  const {
    client: { timers },
    out,
  } = wallet;
  const own = () => {
    const answer = wallet.call(...args);
    wallet.hearing(answer);
    return answer;
  };
  const answer = out === null ? own() : null;
  if (out === null && (wallet.epoch > 0 || !(answer instanceof Promise))) return answer;
  return new Promise((resolve, reject) => {
    /** @type {(() => void)[]} */
    const stops = [];
    const after = (/** @type {number} */ ms, /** @type {() => void} */ then) => {
      const timer = timers.setTimeout(then, ms);
      stops.push(() => timers.clearTimeout(timer));
    };
    const settled = (/** @type {(value: any) => void} */ settle) => (/** @type {unknown} */ value) => {
      for (const stop of stops) stop();
      settle(value);
    };
    const hear = (/** @type {unknown} */ said) => Promise.resolve(said).then(settled(resolve), settled(reject));
    after(LATE_MS, () => {
      const { shown } = wallet;
      if (shown !== null) resolve(shown);
    });
    if (out === null) {
      hear(answer);
      return;
    }
    let asked = false;
    const ask = () => {
      if (!asked) hear(lanePromise(own));
      asked = true;
    };
    after(Math.max(0, out.at + LOST_MS - timers.now()), ask);
    out.said.then(settled(resolve), ask);
  });
}

/**
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @param {{method: string, params: unknown}} asked
 * @param {unknown[]} args
 * @param {'read' | 'broadcast' | 'sticky'} kind
 */
function guarded(wallet, client, asked, args, kind) {
  const { state } = client;
  if (client.gone || client.full || (state !== null && !state.on)) return wallet.call(...args);
  const outside = (/** @type {number | null} */ chain) => {
    client.wants(chain);
    return wallet.call(...args);
  };
  if (state !== null && state.chains.size === 0) return outside(wallet.chain);
  const params = paramsText(asked.params);
  if (params === null) return wallet.call(...args);
  const lane = () => wallet.call(snapshot(args[0], params));
  const ask = (/** @type {number} */ chain) =>
    client.ask({ chain, method: asked.method, params, kind, owner: wallet, lane });
  const chain = wallet.knownChain();
  if (state !== null && chain !== null) {
    if (!client.guards(chain)) return outside(chain);
    return kind === 'read' ? wallet.unlessMoved(chain, ask(chain), lane) : ask(chain);
  }
  return later(wallet, client).then((known) => {
    if (known !== null && client.guards(known)) return ask(known);
    client.wants(known);
    return lane();
  });
}

/**
 * Filters and subscriptions: the core makes them; those it has not made are the wallet's.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @param {{method: string, params: unknown}} asked
 * @param {unknown[]} args
 */
function sticky(wallet, client, asked, args) {
  if (creates(asked)) return wallet.canTell ? guarded(wallet, client, asked, args, 'sticky') : wallet.call(...args);
  const item = client.stickies.item(asked, wallet);
  const params = item === null ? null : paramsText(asked.params);
  if (item === null || params === null) return wallet.call(...args);
  return client.stickies.ask(item, asked.method, params);
}

/**
 * The first reads of a document: the core's state and the wallet's chain are not known yet.
 * @param {import('./wallet.js').Wallet} wallet
 * @param {import('./client.js').Client} client
 * @returns {Promise<number | null>}
 */
async function later(wallet, client) {
  const [chain] = await Promise.all([wallet.learnChain(), client.ready()]);
  return wallet.chain ?? chain;
}

/**
 * A copy of the request, because the page may reuse its array before the wallet is asked.
 * @param {any} request
 * @param {string} params
 */
function snapshot(request, params) {
  return params === '' ? { ...request } : { ...request, params: originals.parse(params) };
}
