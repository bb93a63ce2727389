// Holds the core: loads it, feeds it, does what it says, and survives it. No policy here.

import { Host } from './host.js';
import { Ports } from './ports.js';
import { asSettings, readStored, startFrom } from './stored.js';
import { Watch } from './watch.js';

/**
 * A way to get a fresh core: the wasm-bindgen glue of one module.
 * @typedef {{init: () => Promise<unknown>, Core: new (host: object) => any}} Glue
 */

/** What a panel is told when there is no core to answer it. @param {any} api */
const noCore = (api) => ({ type: 'problem', field: '', code: 'core-failed', message: api.i18n.getMessage('coreFailed') });

export class Shell {
  /**
   * @param {any} api the browser's extension API
   * @param {Glue[]} glues one per life the core has
   */
  constructor(api, glues) {
    this.api = api;
    this.glues = glues;
    /** @type {any} the running core, or null */
    this.core = null;
    /** @type {Uint8Array | null} the address table of the package */
    this.shipped = null;
    /** How many cores have been started. */
    this.lives = 0;
    this.ports = new Ports(this);
    this.watch = new Watch(api, this);
    this.host = new Host(api, this);
    /** Settles when the core runs, or when it is clear that it never will. Never rejects. */
    this.ready = this.boot();
  }

  /** Starts the next core, until one runs or none is left. */
  async boot() {
    while (this.core === null && this.lives < this.glues.length) {
      const glue = this.glues[this.lives++];
      try {
        await this.start(/** @type {Glue} */ (glue));
      } catch (error) {
        console.error('The core could not start', error);
        this.core = null;
      }
    }
    if (this.core === null) this.ports.passThrough();
  }

  /** @param {Glue} glue */
  async start(glue) {
    const { api } = this;
    const [, stored, table] = await Promise.all([
      glue.init(),
      readStored(api),
      // Without the table everything works but the names of clouds.
      fetch(api.runtime.getURL('data/cloud.bin')).then((r) => r.arrayBuffer()).catch(() => null),
    ]);
    const core = new glue.Core(this.host);
    startFrom(core, stored, navigator.onLine !== false, language(api));
    this.shipped = table && new Uint8Array(table);
    if (this.shipped) core.table(this.shipped);
    if (stored.table !== undefined) core.own_table(stored.table);
    core.permission(await api.permissions.contains({ origins: ['<all_urls>'] }));
    this.watch.endpoints(stored.settings, asSettings(stored.settings_good));
    this.core = core;
    this.ports.openAll();
  }

  /**
   * Calls the core. A throw out of it is a trap: from then on its memory cannot be trusted.
   * @param {string} method
   * @param {...any} args
   */
  call(method, ...args) {
    if (this.core === null) return undefined;
    const core = this.core;
    try {
      return core[method](...args);
    } catch (error) {
      this.trapped(core, error);
      return undefined;
    }
  }

  /**
   * Every document goes back to its wallet; then the spare core takes over.
   * @param {any} core the core that failed
   * @param {unknown} error
   */
  trapped(core, error) {
    if (core !== this.core || core === null) return;
    console.error('The core trapped', error);
    this.core = null;
    this.ports.passThrough();
    this.ready = this.boot();
  }

  /**
   * @param {any} message PanelToCore
   * @returns {Promise<object>} PanelReply
   */
  async panel(message) {
    await this.ready;
    if (message?.type === 'probe') this.watch.also(message.url);
    const core = this.core;
    if (core === null) return noCore(this.api);
    try {
      const reply = await core.panel(message);
      // The core drops the table that was loaded by hand; the shipped one is ours to give.
      if (message?.type === 'shipped-table' && this.shipped) core.table(this.shipped);
      return reply;
    } catch (error) {
      this.trapped(core, error);
      return noCore(this.api);
    }
  }
}

/** @param {any} api */
function language(api) {
  return String(api.i18n.getUILanguage()).toLowerCase().startsWith('fr') ? 'fr' : 'en';
}
