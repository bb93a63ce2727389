// The extension API for our pages: messages to the core, permissions, the active tab.

/** @typedef {import('./ui-types.js').Problem} Problem */

/** Firefox has `browser`, Chromium `chrome`; both give promises. */
export const api = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;

/** What the core's endpoints and the content scripts need. */
const EVERYWHERE = { origins: ['<all_urls>'] };

/**
 * Asks the core. Never rejects: no answer is a problem like any other.
 * @param {import('./ui-types.js').PanelToCore} message
 * @returns {Promise<any>} PanelReply
 */
export async function ask(message) {
  try {
    return (await api.runtime.sendMessage(message)) ?? silent();
  } catch {
    return silent();
  }
}

/** @returns {Problem} */
const silent = () => ({ type: 'problem', field: '', code: 'no-background', message: '' });

/** @returns {Promise<boolean>} */
export const permitted = () => api.permissions.contains(EVERYWHERE);

/** Must run inside a click. @returns {Promise<boolean>} */
export const requestPermission = () => api.permissions.request(EVERYWHERE);

/**
 * The page the popup is about: the active tab's, or the one named in the popup's own address if it is open as a
 * tab.
 * @returns {Promise<{host: string | null, tab: number | null}>}
 */
export async function activePage() {
  const asked = new URLSearchParams(location.search);
  if (asked.has('host')) return { host: asked.get('host'), tab: Number(asked.get('tab')) || null };
  const [tab] = await api.tabs.query({ active: true, currentWindow: true });
  return { host: hostOf(tab?.url), tab: tab?.id ?? null };
}

/**
 * Sends to every document of a tab with our bridge; there may be none.
 * @param {number | null} tab
 * @param {object} message
 */
export function tellTab(tab, message) {
  if (tab !== null) Promise.resolve(api.tabs.sendMessage(tab, message)).catch(() => {});
}

/** @param {string | undefined} url */
function hostOf(url) {
  try {
    const { protocol, hostname } = new URL(String(url));
    return /^https?:$/.test(protocol) ? hostname : null;
  } catch {
    return null;
  }
}

/**
 * The settings in full, for export, undo and the options page.
 * @returns {Promise<import('./ui-types.js').FileOut | null>}
 */
export async function readSettings() {
  const reply = await ask({ type: 'export' });
  return reply.type === 'text' ? JSON.parse(reply.text) : null;
}

/**
 * Gives the person a file.
 * @param {string} name
 * @param {string} text
 */
export function download(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
