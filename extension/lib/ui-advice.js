// What the advice of a verdict does when it is pressed: it tests presets, or adds the best of those that were tested.

import { ask } from './ui-api.js';
import { lang } from './ui-i18n.js';

/** @typedef {import('./ui-panel.js').Panel} Panel */
/** @typedef {import('./ui-types.js').ChainView} Chain */
/** @typedef {import('./ui-types.js').Preset} Preset */

/**
 * Asks each preset that the advice names. Each of them sees the person's address, which is why the advice says so and
 * nothing is asked before the press. The core remembers what they answer and offers the best.
 * @param {Panel} panel @param {Chain} chain
 */
export async function testPresets(panel, { id: chain, verdict }) {
  if (panel.testing !== null) return;
  panel.testing = chain;
  panel.draw();
  const reply = await ask({ type: 'presets', chain, lang });
  /** @type {Preset[]} */
  const all = reply.type === 'presets' ? reply.presets : [];
  const named = all.filter(({ name }) => verdict.presets.includes(name));
  await Promise.all(named.map(({ url }) => ask({ type: 'probe', chain, url, lang })));
  panel.testing = null;
  await panel.refresh();
}

/** @param {Panel} panel @param {Chain} chain @param {Event} event */
export async function addBest(panel, { id: chain, verdict: { offer } }, event) {
  if (!offer) return;
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  const head = /** @type {HTMLElement | null | undefined} */ (button.closest('.chain')?.querySelector('.chain-head'));
  const { url, name, operator } = offer;
  await panel.change({ op: 'add-endpoint', chain, url, name, operator });
  await null; // drawn
  if (!button.isConnected) head?.focus();
}
