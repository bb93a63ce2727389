// A recording stand-in for the part of the extension API that the background uses.

const OWN = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop/';

/** An event of the extension API. */
class Hook {
  /** @type {Function[]} */
  listeners = [];
  /** @type {any[]} */
  filters = [];
  addListener = (/** @type {Function} */ listener, /** @type {any} */ filter) => {
    this.listeners.push(listener);
    this.filters.push(filter);
  };
  removeListener = (/** @type {Function} */ listener) => {
    const at = this.listeners.indexOf(listener);
    if (at < 0) return;
    this.listeners.splice(at, 1);
    this.filters.splice(at, 1);
  };
  /** @param {...any} args */
  fire(...args) {
    return this.listeners.map((listener) => listener(...args));
  }
}

/** @param {Record<string, any>} data */
function area(data) {
  return {
    data,
    get: async (/** @type {any} */ keys) =>
      Object.fromEntries(
        [keys]
          .flat()
          .filter((k) => k in data)
          .map((k) => [k, data[k]]),
      ),
    set: async (/** @type {any} */ values) => void Object.assign(data, values),
    remove: async (/** @type {string} */ key) => void delete data[key],
  };
}

/** @param {{local?: object, session?: object, all?: boolean}} [start] */
export function fakeBrowser({ local = {}, session = {}, all = true } = {}) {
  const done = /** @type {any[]} */ ([]);
  const note =
    (/** @type {string} */ name) =>
    async (/** @type {any[]} */ ...args) =>
      void done.push([name, ...args]);
  let scripts = /** @type {any[]} */ ([]);
  const scripting = {
    getRegisteredContentScripts: async () => scripts,
    registerContentScripts: async (/** @type {any[]} */ list) => {
      done.push(['register', list]);
      scripts = [...scripts, ...list];
    },
    updateContentScripts: async (/** @type {any[]} */ list) => {
      done.push(['update', list]);
      scripts = scripts.map((s) => ({ ...s, ...list.find(({ id }) => id === s.id) }));
    },
    unregisterContentScripts: async (/** @type {any} */ { ids }) => {
      done.push(['unregister', ids]);
      scripts = scripts.filter((s) => !ids.includes(s.id));
    },
  };
  return /** @type {any} */ ({
    done,
    scripts: () => scripts,
    runtime: {
      id: 'abcdefghijklmnopabcdefghijklmnop',
      getURL: (/** @type {string} */ path) => OWN + path,
      onConnect: new Hook(),
      onMessage: new Hook(),
      onInstalled: new Hook(),
      onStartup: new Hook(),
      getPlatformInfo: note('alive'),
    },
    storage: {
      local: { ...area({ ...local }), setAccessLevel: note('access') },
      session: area({ ...session }),
      onChanged: new Hook(),
    },
    tabs: { query: async () => [{ id: 4 }, {}], sendMessage: note('told') },
    permissions: { contains: async () => all, onAdded: new Hook(), onRemoved: new Hook() },
    webRequest: { onResponseStarted: new Hook(), onErrorOccurred: new Hook() },
    declarativeNetRequest: { updateSessionRules: note('rules') },
    action: { setBadgeText: note('badge'), setBadgeBackgroundColor: note('colour'), setTitle: note('title') },
    notifications: { create: note('notify') },
    alarms: { create: note('alarm'), clear: note('no alarm'), onAlarm: new Hook() },
    i18n: { getMessage: (/** @type {string} */ key) => (key === 'language' ? 'fr' : key) },
    scripting,
  });
}

/** A page's port, as the background gets it. @param {any} [sender] */
export function fakePort(sender) {
  const said = /** @type {any[]} */ ([]);
  return {
    name: 'page',
    said,
    closed: false,
    sender: sender ?? {
      id: 'abcdefghijklmnopabcdefghijklmnop',
      origin: 'https://app.example.org',
      url: 'https://app.example.org/swap?x=1',
      tab: { url: 'https://example.org/' },
    },
    onMessage: new Hook(),
    onDisconnect: new Hook(),
    postMessage(/** @type {any} */ message) {
      said.push(message);
    },
    disconnect() {
      this.closed = true;
    },
  };
}
