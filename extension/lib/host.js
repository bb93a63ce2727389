// What the core can do in the browser. Every method is fire-and-forget and never throws.

import { registerScripts } from './scripts.js';

/** The only alarm: the end of a drill. */
const ALARM = 'drill';

export class Host {
  /**
   * @param {any} api
   * @param {import('./shell.js').Shell} shell
   */
  constructor(api, shell) {
    this.api = api;
    this.shell = shell;
    this.last = Promise.resolve();
    /** @type {Map<string, Promise<unknown>>} the last write of each key: why it failed, or undefined */
    this.written = new Map();
    for (const name of [
      'post',
      'store',
      'badge',
      'notify',
      'unnotify',
      'alarm',
      'lookUp',
      'sites',
      'online',
      'serves',
    ]) {
      const self = /** @type {any} */ (this);
      self[name] = self[name].bind(this); // the core may keep a method without its object
    }
  }

  /**
   * The core now handles the reply to a read of this document; 0: no longer. A core that fails meanwhile cannot
   * be asked.
   * @param {number} client
   */
  serves(client) {
    this.shell.serving = client;
  }

  /**
   * @param {number} client
   * @param {string} text CoreToPage
   */
  post(client, text) {
    this.shell.ports.post(client, text);
  }

  /**
   * Writes in the order in which the core asked.
   * @param {'local'|'session'} area
   * @param {string} key
   * @param {any} value undefined or null removes the key
   */
  store(area, key, value) {
    const store = area === 'session' ? this.api.storage.session : this.api.storage.local;
    const write = () => (value === undefined || value === null ? store.remove(key) : store.set({ [key]: value }));
    this.written.set(key, this.queue(write));
  }

  /**
   * @param {string} text
   * @param {string} color
   * @param {string} title
   */
  badge(text, color, title) {
    const { action } = this.api;
    this.quiet(() => action.setBadgeText({ text }));
    if (color) this.quiet(() => action.setBadgeBackgroundColor({ color }));
    this.quiet(() => action.setTitle({ title }));
  }

  /**
   * @param {string} id the same id replaces the notification
   * @param {string} message
   */
  notify(id, message) {
    const { notifications, runtime, i18n } = this.api;
    this.quiet(() =>
      notifications.create(id, {
        type: 'basic',
        iconUrl: runtime.getURL('icons/icon-128.png'),
        title: i18n.getMessage('extName'),
        message,
      }),
    );
  }

  /** Clears a notification. @param {string} id */
  unnotify(id) {
    this.quiet(() => this.api.notifications.clear(id));
  }

  /**
   * Wakes a worker that sleeps then. It shows what its stored state says.
   * @param {number | undefined} at ms since the Unix epoch; undefined cancels the alarm
   */
  alarm(at) {
    const { alarms } = this.api;
    this.quiet(() => (at === undefined ? alarms.clear(ALARM) : alarms.create(ALARM, { when: at })));
  }

  /**
   * All addresses of a name, if the browser gives them to extensions, as Firefox does.
   * @param {string} host
   */
  lookUp(host) {
    const { dns } = this.api;
    if (!dns) return;
    this.quiet(async () => {
      const { addresses } = await dns.resolve(host);
      this.shell.call('looked_up', host, addresses);
    });
  }

  /** @param {string[]} off host names of sites that are switched off */
  sites(off) {
    this.queue(() => registerScripts(this.api, off));
  }

  /** @param {string} url an endpoint that is asked now */
  asks(url) {
    this.shell.watch.asks(url);
  }

  /** Whether the browser says that it is online; true also if it does not know. */
  online() {
    return navigator.onLine !== false;
  }

  /**
   * One after the other. A failure is logged on the console and blocks nothing.
   * @param {() => any} work
   * @returns {Promise<unknown>} why it failed, or undefined
   */
  queue(work) {
    const done = this.last.then(work).then(
      () => undefined,
      (/** @type {unknown} */ error) => {
        console.warn('Breakwater:', error);
        return error ?? 'unknown';
      },
    );
    this.last = done.then(() => {});
    return done;
  }

  /** @param {() => any} work */
  quiet(work) {
    try {
      Promise.resolve(work()).catch(() => {});
    } catch {
      // the tab or window is gone
    }
  }
}
