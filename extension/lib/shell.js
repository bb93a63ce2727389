// Holds the core: loads it, feeds it, executes its commands, survives it, and starts it again. No other policy is here.

import { NOBODY, OURSELVES } from './blame.js';
import { Changes } from './changes.js';
import { Host } from './host.js';
import { Life } from './life.js';
import { Ports } from './ports.js';
import { asSettings, readStored, startFrom } from './stored.js';
import { Watch } from './watch.js';

/** Longest pause before a failed core is started again, in ms: 1 s at first, then twice as long each time. */
const LONGEST_PAUSE_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
/** A core that lived this long counts as sound: after it, the pauses start over. */
const SOUND_MS = 60_000;

/** The reply to a panel when there is no core. @param {any} api */
const noCore = (api) => ({
  type: 'problem',
  field: '',
  code: 'core-failed',
  message: api.i18n.getMessage('coreFailed'),
});

export class Shell {
  /**
   * @param {any} api the browser's extension API
   * @param {import('./life.js').MakeGlue} makeGlue one glue for each life of the core
   * @param {{setTimeout: Function}} [timers] a test brings its own
   */
  constructor(
    api,
    makeGlue,
    timers = { setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms) },
  ) {
    this.api = api;
    this.makeGlue = makeGlue;
    this.timers = timers;
    /** @type {any} the running core, or null */
    this.core = null;
    /** @type {Uint8Array | null} the address table of the package */
    this.shipped = null;
    /** Failures since the last core that was sound. */
    this.failures = 0;
    /** @type {number} whom the core is working for: a document's number, or nobody */
    this.serving = NOBODY;
    this.ports = new Ports(this);
    this.watch = new Watch(api, this);
    this.host = new Host(api, this);
    this.changes = new Changes(this);
    this.life = this.newLife();
    /** Settles when the core runs, or has failed to start. Never rejects. */
    this.ready = this.boot();
  }

  newLife() {
    return new Life(
      this.makeGlue,
      (life, error) => this.failed(life, error),
      (url) => this.watch.asks(url),
    );
  }

  async boot() {
    const { life } = this;
    try {
      await this.start(life);
    } catch (error) {
      life.fail(error);
    }
  }

  /** @param {Life} life */
  async start(life) {
    const { api } = this;
    const [, stored, table] = await Promise.all([
      life.glue.init(),
      readStored(api),
      // Without the table everything works except the names of clouds.
      fetch(api.runtime.getURL('data/cloud.bin'))
        .then((r) => r.arrayBuffer())
        .catch(() => null),
    ]);
    const core = new life.glue.Core(this.host);
    startFrom(core, stored, api.i18n.getMessage('language'));
    this.shipped = table && new Uint8Array(table);
    if (this.shipped) core.table(this.shipped);
    if (stored.table !== undefined) core.own_table(stored.table);
    core.permission(await api.permissions.contains({ origins: ['<all_urls>'] }));
    this.watch.endpoints(stored.settings, asSettings(stored.settings_good));
    if (life.over) return; // it failed in a timer meanwhile
    this.core = core;
    this.ports.openAll();
  }

  /**
   * Every document goes back to its wallet, and the next core starts after a pause.
   * @param {Life} life
   * @param {unknown} error
   */
  failed(life, error) {
    console.error('The core failed', error);
    this.core = null;
    this.ports.failed(this.serving);
    this.serving = NOBODY;
    if (performance.now() - life.began >= SOUND_MS) this.failures = 0;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.failures++, LONGEST_PAUSE_MS);
    this.timers.setTimeout(() => {
      this.life = this.newLife();
      this.ready = this.boot();
    }, pause);
  }

  /**
   * Calls the core. An exception from it is a trap: from then on its memory cannot be trusted.
   * @param {string} method
   * @param {...any} args
   */
  call(method, ...args) {
    return this.callAs(OURSELVES, method, ...args);
  }

  /**
   * The same on behalf of a document, which is not served again if its message makes the core fail.
   * @param {string} method
   * @param {number} number the document's
   * @param {...any} args
   */
  callFor(method, number, ...args) {
    return this.callAs(number, method, number, ...args);
  }

  /**
   * @param {number} whom
   * @param {string} method
   * @param {...any} args
   */
  callAs(whom, method, ...args) {
    const { core, life } = this;
    if (core === null) return undefined;
    this.serving = whom;
    try {
      return core[method](...args);
    } catch (error) {
      life.fail(error);
      return undefined;
    } finally {
      this.serving = NOBODY;
    }
  }

  /**
   * @param {any} message PanelToCore
   * @returns {Promise<object>} PanelReply
   */
  async panel(message) {
    await this.ready;
    return Changes.is(message) ? this.changes.make(message) : this.answer(message);
  }

  /**
   * @param {any} message PanelToCore
   * @returns {Promise<object>} PanelReply
   */
  async answer(message) {
    if (message?.type === 'probe') this.watch.also(message.url);
    const { core, life } = this;
    if (core === null) return noCore(this.api);
    const reply = await Promise.race([this.call('panel', JSON.stringify(message)), life.end]);
    if (typeof reply !== 'string') return noCore(this.api);
    // The core drops the table that was loaded by hand; we provide the shipped one.
    if (message?.type === 'shipped-table' && this.shipped) this.call('table', this.shipped);
    // "Done" means stored, because a worker may end right after it.
    await this.host.last;
    return JSON.parse(reply);
  }
}
