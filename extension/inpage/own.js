// Our own provider: read-only, for pages without a wallet. It has no accounts and signs nothing.

import { Emitter } from './emitter.js';
import { CODES, rpcError } from './errors.js';
import { classOf, parse, paramsText } from './route.js';
import { chainNumber } from './wallet.js';

const NO_ACCOUNTS = 'Breakwater only reads: it has no accounts. Connect a wallet to sign.';
/** Methods that ask for an account or a signature under other names than `eth_sign…`. */
const UNAUTHORIZED = /^(eth_requestAccounts|wallet_requestPermissions|eth_sign.*|eth_sendTransaction|personal_.*)$/;

export class OwnProvider extends Emitter {
  #client;
  /** @type {number | null} the page's choice; null: the person's */
  #chosen = null;

  /** @param {import('./client.js').Client} client */
  constructor(client) {
    super();
    this.#client = client;
    // dApps pass these on without their object.
    this.request = this.request.bind(this);
    this.send = this.send.bind(this);
    this.sendAsync = this.sendAsync.bind(this);
    /** @type {number | null} */
    let before = null;
    client.onState(() => {
      const now = this.#chain();
      if (before !== null && now !== null && now !== before) this.emit('chainChanged', hex(now));
      if (now !== null) before = now;
    });
  }

  get chainId() {
    const chain = this.#chain();
    return chain === null ? null : hex(chain);
  }

  get selectedAddress() {
    return null;
  }

  isConnected() {
    return this.#chain() !== null;
  }

  /** @param {string} name @param {object} event for the page's listeners */
  tell(name, event) {
    this.emit(name, event);
  }

  /** @returns {number | null} null: switched off, or no chain to serve */
  #chain() {
    const { state } = this.#client;
    // While the worker cannot be reached, nobody else can be asked: requests wait for it until their deadline.
    if (state === null || !(state.on || state.down)) return null;
    if (this.#chosen !== null && state.chains.has(this.#chosen)) return this.#chosen;
    return state.ownChain !== null && state.chains.has(state.ownChain) ? state.ownChain : null;
  }

  /** @param {unknown} args @returns {Promise<unknown>} */
  async request(args) {
    const asked = parse(args);
    if (asked === null) throw rpcError(CODES.INVALID_REQUEST, 'Expected an object with a method, which is a string.');
    const { method } = asked;
    const params = paramsText(asked.params);
    if (params === null)
      throw rpcError(CODES.INVALID_PARAMS, 'The params must be an array or an object, as JSON of 4 MB at most.');
    await this.#client.ready();
    const chain = this.#chain();
    if (chain === null)
      throw rpcError(CODES.DISCONNECTED, 'Breakwater is switched off here, or has no endpoint for a chain.');
    const kind = classOf(method);
    if (kind === 'read' || kind === 'broadcast') {
      return this.#client.ask({ chain, method, params, kind, owner: this, lane: null });
    }
    if (kind === 'sticky') {
      const item = this.#client.stickies.item(asked, this);
      if (item !== null) return this.#client.stickies.ask(item, method, params);
      return this.#client.ask({ chain, method, params, kind, owner: this, lane: null });
    }
    return this.#local(method, chain, asked.params);
  }

  /** @param {string} method @param {number} chain @param {any} params */
  #local(method, chain, params) {
    switch (method) {
      case 'eth_chainId':
        return hex(chain);
      case 'net_version':
        return String(chain);
      case 'eth_accounts':
      case 'wallet_getPermissions':
        return [];
      case 'wallet_switchEthereumChain':
        return this.#switch(chain, params?.[0]?.chainId);
      default:
        break;
    }
    if (UNAUTHORIZED.test(method)) throw rpcError(CODES.UNAUTHORIZED, NO_ACCOUNTS);
    throw rpcError(CODES.UNSUPPORTED, `Breakwater only reads: it does not support ${method}.`);
  }

  /** @param {number} from @param {unknown} wanted */
  #switch(from, wanted) {
    const chain = chainNumber(wanted);
    if (chain === null)
      throw rpcError(CODES.INVALID_PARAMS, 'Expected params [{ chainId }], with chainId as hex text.');
    if (!this.#client.state?.chains.has(chain)) {
      throw rpcError(CODES.UNKNOWN_CHAIN, `Breakwater has no endpoint for chain ${chain}. Add one in its settings.`);
    }
    this.#chosen = chain;
    if (chain !== from) {
      this.#client.moved(this, chain);
      this.emit('chainChanged', hex(chain));
    }
    return null;
  }

  enable() {
    return this.request({ method: 'eth_requestAccounts' });
  }

  /** @param {any} payload @param {any} [second] params or a callback */
  send(payload, second) {
    if (typeof payload === 'string') return this.request({ method: payload, params: second });
    if (typeof second === 'function') return this.sendAsync(payload, second);
    return this.request(payload);
  }

  /** @param {any} payload one request or an array @param {(error: any, response?: any) => void} callback */
  sendAsync(payload, callback) {
    const respond = (/** @type {any} */ item) =>
      this.request(item).then(
        (result) => ({ id: item?.id, jsonrpc: '2.0', result }),
        ({ code, message, data }) => ({ id: item?.id, jsonrpc: '2.0', error: { code, message, data } }),
      );
    if (Array.isArray(payload)) Promise.all(payload.map(respond)).then((responses) => callback(null, responses));
    else respond(payload).then((/** @type {any} */ response) => callback(response.error ?? null, response));
  }
}

/** @param {number} chain */
function hex(chain) {
  return `0x${chain.toString(16)}`;
}
