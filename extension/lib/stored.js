// Stored values as they are, of any type and content. Nothing here trusts them; the core judges them.

const LOCAL_KEYS = ['settings', 'settings_good', 'observed', 'table'];
const SESSION_KEYS = ['health'];

/**
 * @typedef {{settings?: unknown, settings_good?: unknown, observed?: unknown, table?: unknown,
 *   health?: unknown}} Stored
 */

/**
 * Reads everything the core starts from. An unreadable key affects no other.
 * @param {any} api
 * @returns {Promise<Stored>}
 */
export async function readStored(api) {
  const [local, session] = await Promise.all([
    read(api.storage.local, LOCAL_KEYS),
    read(api.storage.session, SESSION_KEYS),
  ]);
  return { ...local, ...session };
}

/**
 * Gives a core the stored values, before anything else.
 * @param {any} core
 * @param {Stored} stored
 * @param {string} lang
 */
export function startFrom(core, { settings, settings_good: good, health, observed }, lang) {
  core.start(settings, good, health, observed, lang);
}

/**
 * Sites that are switched off, while there is no core to ask.
 * @param {any} api
 * @returns {Promise<unknown[]>}
 */
export async function sitesOff(api) {
  const { settings, settings_good: good } = await read(api.storage.local, ['settings', 'settings_good']);
  const lists = [settings, asSettings(good)].map((/** @type {any} */ some) => some?.sites_off);
  return lists.find(Array.isArray) ?? [];
}

/** The last good settings, which are stored as text. @param {unknown} text @returns {unknown} */
export function asSettings(text) {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

/**
 * @param {any} area @param {string[]} keys
 * @returns {Promise<Record<string, unknown>>}
 */
async function read(area, keys) {
  try {
    return await area.get(keys);
  } catch {
    const each = await Promise.all(keys.map((key) => one(area, key)));
    return Object.assign({}, ...each);
  }
}

/** Unreadable settings are not the same as none. @param {any} area @param {string} key */
async function one(area, key) {
  try {
    return await area.get(key);
  } catch (error) {
    console.warn('Breakwater: storage cannot read', key, error);
    return key === 'settings' ? { settings: null } : {};
  }
}
