// Every listener of the background, added synchronously. Each waits for the core by itself.

import { fromOwnPage } from './senders.js';
import { registerScripts } from './scripts.js';
import { hideOrigin } from './origin.js';
import { sitesOff } from './stored.js';

/**
 * @param {any} api the browser's extension API
 * @param {import('./shell.js').Shell} shell
 */
export function listen(api, shell) {
  api.runtime.onConnect.addListener((/** @type {any} */ port) => shell.ports.accept(port));
  api.runtime.onMessage.addListener(
    (/** @type {any} */ message, /** @type {any} */ sender, /** @type {Function} */ reply) => {
      if (!fromOwnPage(api, sender)) return false;
      shell.panel(message).then((answer) => reply(answer));
      return true; // the reply comes later
    },
  );
  api.storage.onChanged.addListener((/** @type {any} */ changes, /** @type {string} */ area) => {
    if (area === 'local' && 'settings' in changes) settingsChanged(shell, changes.settings.newValue);
  });
  const permission = () => permissionChanged(api, shell);
  api.permissions.onAdded.addListener(permission);
  api.permissions.onRemoved.addListener(permission);
  api.runtime.onInstalled.addListener(() => prepare(api, shell));
  api.runtime.onStartup.addListener(() => prepare(api, shell));
  api.alarms.onAlarm.addListener(() => {}); // waking up is enough: the core checks its clock
  self.addEventListener('online', () => whenReady(shell, 'connectivity'));
  self.addEventListener('offline', () => whenReady(shell, 'connectivity'));
  hideOrigin(api);
  // Content scripts could read storage.local, where the endpoints are. Chromium can forbid it.
  api.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' })?.catch?.(() => {});
}

/**
 * The event that woke the worker also reaches a core that was started from the new settings. Equal settings change
 * nothing.
 * @param {import('./shell.js').Shell} shell
 * @param {any} settings
 */
async function settingsChanged(shell, settings) {
  shell.watch.endpoints(settings);
  await whenReady(shell, 'settings_changed', settings);
  await tellDocuments(shell.api);
}

/** A document whose port has closed would go on with its old state. @param {any} api */
async function tellDocuments(api) {
  const tabs = await api.tabs.query({});
  for (const { id } of tabs) {
    // Most tabs have no bridge.
    if (id !== undefined) Promise.resolve(api.tabs.sendMessage(id, { type: 'settings-changed' })).catch(() => {});
  }
}

/**
 * @param {any} api
 * @param {import('./shell.js').Shell} shell
 */
async function permissionChanged(api, shell) {
  const all = await api.permissions.contains({ origins: ['<all_urls>'] });
  if (all) await prepare(api, shell);
  await whenReady(shell, 'permission', all);
  await tellDocuments(api);
}

/**
 * Registered scripts survive browser restarts, but not updates: register them again.
 * @param {any} api
 * @param {import('./shell.js').Shell} shell
 */
async function prepare(api, shell) {
  const off = await sitesOff(api);
  await shell.host.queue(() => registerScripts(api, off));
}

/**
 * @param {import('./shell.js').Shell} shell
 * @param {string} method
 * @param {...any} args
 */
async function whenReady(shell, method, ...args) {
  await shell.ready;
  shell.call(method, ...args);
}
