// Which documents get our scripts: all, except those of sites that are switched off.

import { hostPattern } from './match.js';

const IDS = ['inpage', 'bridge'];

/**
 * Makes the registered content scripts equal to the settings. Registered ones survive a browser restart,
 * so a page that opens before the worker runs is guarded too.
 * @param {any} api
 * @param {unknown[]} off host names of sites that are switched off
 */
export async function registerScripts(api, off) {
  const wanted = scripts(off);
  const present = await api.scripting.getRegisteredContentScripts({ ids: IDS });
  if (present.length === wanted.length && wanted.every((w) => present.some((/** @type {any} */ p) => same(w, p))))
    return;
  // Updated in one step: a worker that dies between removing and adding them would leave every site unguarded until
  // something wakes it.
  if (present.length === wanted.length) await api.scripting.updateContentScripts(wanted);
  else {
    if (present.length > 0)
      await api.scripting.unregisterContentScripts({ ids: present.map((/** @type {any} */ p) => p.id) });
    await api.scripting.registerContentScripts(wanted);
  }
}

/** One pattern that the browser refuses would leave every site without scripts. @param {unknown[]} off */
function scripts(off) {
  const common = {
    matches: ['<all_urls>'],
    excludeMatches: off.map(hostPattern).filter(Boolean),
    runAt: 'document_start',
    allFrames: true,
    matchOriginAsFallback: true,
    persistAcrossSessions: true,
  };
  return [
    { ...common, id: 'inpage', js: ['inpage.js'], world: 'MAIN' },
    { ...common, id: 'bridge', js: ['bridge.js'], world: 'ISOLATED' },
  ];
}

/**
 * @param {any} wanted
 * @param {any} present
 */
function same(wanted, present) {
  const key = (/** @type {any} */ s) =>
    JSON.stringify([s.id, s.matches, [...(s.excludeMatches ?? [])].sort(), s.world ?? 'ISOLATED']);
  return key(wanted) === key(present);
}
