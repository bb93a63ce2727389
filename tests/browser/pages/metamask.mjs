// What a page with MetaMask has: MetaMask's own inpage provider, from its npm package, over a stream to a small wallet.
// The wallet keeps the accounts and the chain, and passes everything else to its node.
import { initializeProvider } from '@metamask/providers';
import { Duplex } from 'readable-stream';

const INFO = Object.freeze({
  uuid: '350670db-19fa-4704-a166-e52e178b59d2',
  name: 'MetaMask',
  rdns: 'io.metamask',
  icon: 'data:image/svg+xml,<svg/>',
});

/** @typedef {{id: unknown, method: string, params?: any}} Request */

/** The wallet behind the stream. */
class Wallet {
  chain = '0x1';
  connected = false;
  /** @type {string[]} every method that reached it */
  log = [];
  /** Requests in progress. */
  busy = 0;

  /** @param {{url: string, account: string}} options the node, and an account that the node signs for */
  constructor({ url, account }) {
    this.url = url;
    this.account = account;
    this.stream = new Duplex({
      objectMode: true,
      read: () => undefined,
      write: (/** @type {Request} */ request, /** @type {string} */ _, /** @type {() => void} */ done) => {
        void this.serve(request);
        done();
      },
    });
  }

  /** @param {Request} request */
  async serve({ id, method, params }) {
    this.log.push(method);
    this.busy += 1;
    try {
      this.stream.push({ id, jsonrpc: '2.0', result: (await this.answer(method, params)) ?? null });
    } catch (/** @type {any} */ { code = -32603, message, data }) {
      this.stream.push({ id, jsonrpc: '2.0', error: { code, message, ...(data === undefined ? {} : { data }) } });
    }
    this.busy -= 1;
  }

  get accounts() {
    return this.connected ? [this.account] : [];
  }

  get network() {
    return { chainId: this.chain, networkVersion: String(Number(this.chain)), isConnected: true };
  }

  /** @param {string} method @param {any} params */
  notify(method, params) {
    this.stream.push({ jsonrpc: '2.0', method, params });
  }

  /** @param {string} method @param {any} params @returns {Promise<unknown>} */
  async answer(method, params) {
    switch (method) {
      case 'metamask_getProviderState':
        return { accounts: this.accounts, isUnlocked: true, ...this.network };
      case 'metamask_sendDomainMetadata':
        return true;
      case 'eth_chainId':
        return this.chain;
      case 'net_version':
        return this.network.networkVersion;
      case 'eth_accounts':
        return this.accounts;
      case 'eth_requestAccounts':
      case 'wallet_requestPermissions':
        return this.connect(method);
      case 'wallet_getPermissions':
        return this.connected ? permissions(this.account) : [];
      case 'wallet_revokePermissions':
        return this.disconnect();
      case 'wallet_switchEthereumChain':
      case 'wallet_addEthereumChain':
        return this.move(params[0].chainId);
      default:
        break;
    }
    if (method.startsWith('wallet_') || method.startsWith('metamask_')) {
      throw Object.assign(new Error(`The method "${method}" does not exist / is not available.`), { code: -32601 });
    }
    return this.forward(method, params);
  }

  /** @param {string} method */
  connect(method) {
    if (!this.connected) {
      this.connected = true;
      this.notify('metamask_accountsChanged', this.accounts);
    }
    return method === 'eth_requestAccounts' ? this.accounts : permissions(this.account);
  }

  disconnect() {
    this.connected = false;
    this.notify('metamask_accountsChanged', []);
    return null;
  }

  /** @param {string} chain */
  move(chain) {
    if (chain !== '0x1' && chain !== '0x539') {
      throw Object.assign(new Error(`Unrecognized chain ID "${chain}".`), { code: 4902, data: { chain } });
    }
    if (chain !== this.chain) {
      this.chain = chain;
      this.notify('metamask_chainChanged', this.network);
    }
    return null;
  }

  /** @param {string} method @param {any} params */
  async forward(method, params = []) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const response = await fetch(this.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { result, error } = await response.json();
    if (error) throw error;
    return result;
  }
}

/** @param {string} account */
const permissions = (account) => [
  { parentCapability: 'eth_accounts', caveats: [{ type: 'restrictReturnedAccounts', value: [account] }] },
];

Object.assign(window, {
  /** @param {{url: string, account: string}} options */
  startMetaMask(options) {
    const wallet = new Wallet(options);
    const provider = initializeProvider({
      connectionStream: wallet.stream,
      providerInfo: INFO,
      shouldSendMetadata: false,
      shouldAnnounceCaip294: false,
      logger: /** @type {any} */ ({ ...console, warn() {} }),
    });
    Object.assign(window, { metamask: { wallet, provider } });
  },
});
