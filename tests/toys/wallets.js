// @ts-nocheck: they imitate wallets, whose types vary; to tests they are `any`
// Toy wallets: each has the shape of a real one that broke somebody's wrapper. They have canned answers and a log of
// what reached them. Reads get either a canned text that names the wallet or the answer of a real node behind a URL.
//
// They run in a page (as text, by `script.mjs`) and in Node.

export const ACCOUNT = '0x00000000000000000000000000000000000000a1';
export const HASH = `0x${'ab'.repeat(32)}`;

/** The part of an EventEmitter that wallets have. */
export class Emitter {
  constructor() {
    Object.defineProperty(this, 'events', { value: new Map() });
  }

  on(name, listener) {
    this.events.set(name, [...(this.events.get(name) ?? []), listener]);
    return this;
  }

  once(name, listener) {
    const once = (...args) => {
      this.removeListener(name, once);
      Reflect.apply(listener, this, args);
    };
    once.listener = listener;
    return this.on(name, once);
  }

  removeListener(name, listener) {
    const list = [...(this.events.get(name) ?? [])];
    const at = list.findIndex((l) => l === listener || l.listener === listener);
    if (at >= 0) list.splice(at, 1);
    this.events.set(name, list);
    return this;
  }

  listeners(name) {
    return (this.events.get(name) ?? []).map((l) => l.listener ?? l);
  }

  listenerCount(name) {
    return this.listeners(name).length;
  }

  emit(name, ...args) {
    for (const listener of this.events.get(name) ?? []) Reflect.apply(listener, this, args);
  }
}

/**
 * What a wallet answers. `wallet.chain` is its chain, `wallet.calls` its log.
 * @param {any} wallet
 * @param {{method: string, params?: any}} request
 */
export async function reply(wallet, { method, params }) {
  switch (method) {
    case 'eth_chainId':
      return wallet.chain;
    case 'net_version':
      return String(Number(wallet.chain));
    case 'eth_accounts':
    case 'eth_requestAccounts':
      return [wallet.account ?? ACCOUNT];
    case 'personal_sign':
      return '0x51';
    case 'eth_sendTransaction':
      return wallet.account ? forward(wallet.url, method, params) : HASH;
    case 'wallet_switchEthereumChain':
      wallet.chain = params[0].chainId;
      wallet.emit('chainChanged', wallet.chain);
      return null;
    case 'wallet_addEthereumChain': {
      if (wallet.refuses) throw Object.assign(new Error('User rejected the request.'), { code: 4001 });
      wallet.added = params[0];
      return null;
    }
    default:
      if (wallet.hangs) return new Promise(() => {});
      return wallet.url ? forward(wallet.url, method, params) : `${wallet.name}:${method}`;
  }
}

async function forward(url, method, params = []) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { result, error } = await response.json();
  if (error) throw Object.assign(new Error(error.message), { code: error.code, data: error.data });
  return result;
}

/** The plain one: everything public and writable. */
export const PlainWallet = /** @type {any} */ (
  class PlainWallet extends Emitter {
    constructor(options = {}) {
      super();
      Object.assign(this, { name: 'plain', chain: '0x1', calls: [], ...options });
    }

    request(args) {
      this.calls.push(args);
      return reply(this, args);
    }

    enable() {
      return this.request({ method: 'eth_requestAccounts' });
    }

    send(method, second) {
      if (typeof second === 'function') return this.sendAsync(method, second);
      if (typeof method === 'string') {
        return this.request({ method, params: second }).then((result) => ({ id: 1, jsonrpc: '2.0', result }));
      }
      this.calls.push(method);
      return { id: method.id, jsonrpc: '2.0', result: [ACCOUNT] }; // the synchronous `send` of old dApps
    }

    sendAsync(payload, callback) {
      const one = (item) =>
        this.request(item).then(
          (result) => ({ id: item.id, jsonrpc: '2.0', result }),
          ({ code, message, data }) => ({ id: item.id, jsonrpc: '2.0', error: { code, message, data } }),
        );
      if (Array.isArray(payload)) Promise.all(payload.map(one)).then((list) => callback(null, list));
      else one(payload).then((response) => callback(response.error ?? null, response));
    }
  }
);

/** MetaMask's shape: private fields; `request` and friends bound, events on the prototype; a deprecation getter. */
export const PrivateWallet = /** @type {any} */ (
  class PrivateWallet extends Emitter {
    #calls = [];
    #state = { accounts: [ACCOUNT], isUnlocked: true };

    constructor(options = {}) {
      super();
      Object.assign(this, { name: 'private', chain: '0x1', isMetaMask: true, ...options });
      this.request = this.request.bind(this);
      this._metamask = { isUnlocked: async () => this.#state.isUnlocked };
    }

    get calls() {
      return this.#calls;
    }

    get selectedAddress() {
      return this.#state.accounts[0];
    }

    async request(args) {
      this.#calls.push(args);
      return reply(this, args);
    }

    on(name, listener) {
      if (!this.#state) throw new TypeError('wrong this');
      return super.on(name, listener);
    }

    isConnected() {
      return this.#state.isUnlocked;
    }
  }
);

/** One that really sends, from an account whose key its node holds, and gets events by its node's own socket. */
export const LiveWallet = /** @type {any} */ (
  class LiveWallet extends PlainWallet {
    constructor(options) {
      super({ name: 'live', ...options });
      let id = 0;
      const waiting = new Map();
      const socket = new WebSocket(this.line);
      const open = new Promise((resolve) => {
        socket.addEventListener('open', resolve);
      });
      socket.addEventListener('message', ({ data }) => {
        const { id: answered, result, params } = JSON.parse(data);
        if (params) this.emit('message', { type: 'eth_subscription', data: params });
        else waiting.get(answered)(result);
      });
      this.bySocket = async (method, params) => {
        await open;
        socket.send(JSON.stringify({ jsonrpc: '2.0', id: (id += 1), method, params }));
        return new Promise((resolve) => {
          waiting.set(id, resolve);
        });
      };
    }

    request({ method, params }) {
      if (/^eth_(un)?subscribe$/.test(method)) return this.bySocket(method, params);
      return super.request({ method, params });
    }
  }
);

/** Brave's shape: members cannot be written or configured. */
export function solidWallet(options = {}) {
  const wallet = new PlainWallet({ name: 'solid', isBraveWallet: true, ...options });
  for (const name of ['request', 'on', 'removeListener', 'enable', 'send', 'sendAsync', 'isBraveWallet']) {
    const value = typeof wallet[name] === 'function' ? wallet[name].bind(wallet) : wallet[name];
    Object.defineProperty(wallet, name, { value, writable: false, configurable: false, enumerable: true });
  }
  return wallet;
}

/** Answers, but late. */
export const SlowWallet = /** @type {any} */ (
  class SlowWallet extends PlainWallet {
    async request(args) {
      this.calls.push(args);
      await new Promise((resolve) => {
        setTimeout(resolve, this.delay ?? 500);
      });
      return reply(this, args);
    }
  }
);

/** Knows its chain and accounts, and never answers a read. */
export const HangingWallet = /** @type {any} */ (
  class HangingWallet extends PlainWallet {
    request(args) {
      this.calls.push(args);
      return /^(eth_getB|eth_c(?!hainId)|eth_b)/.test(args.method) ? new Promise(() => {}) : reply(this, args);
    }
  }
);

/** Knows no events. */
export const MuteWallet = /** @type {any} */ (
  class MuteWallet {
    constructor(options = {}) {
      Object.assign(this, { name: 'mute', chain: '0x1', calls: [], emit() {}, ...options });
    }

    request(args) {
      this.calls.push(args);
      return reply(this, args);
    }
  }
);

/** Several wallets under one object, as Coinbase did. */
export function manyWallets(...wallets) {
  const first = wallets[0];
  first.providers = wallets;
  return first;
}
