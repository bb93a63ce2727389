// Export and import: the settings as a file. A file is looked at first and replaces everything or nothing.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { ask, download } from '../lib/ui-api.js';
import { lang, t } from '../lib/ui-i18n.js';
import { sentence } from '../lib/ui-panel.js';
import { notice } from '../lib/ui-parts.js';

/** @typedef {import('./state.js').Options} State */

/** The core refuses texts over 1 MiB; no need to read more than it takes to be refused. */
const ENOUGH_BYTES = 2 * 1024 * 1024;

/** @param {State} state */
export const backupView = (state) => html`
  <h2 class="view-title">${t('secBackup')}</h2>
  <section class="card">
    <h3>${t('export')}</h3><p class="hint">${t('exportHint')}</p>
    <div class="row"><button type="button" class="quiet bordered" @click=${() => save(state)}>${t('exportNow')}</button></div>
  </section>
  <section class="card">
    <h3>${t('import')}</h3><p class="hint">${t('importHint')}</p>
    <div class="row"><label class="quiet bordered file">${t('chooseFile')}<input type="file" accept=".json,application/json" @change=${(/** @type {any} */ event) => look(state, event.target)} /></label></div>
    <div aria-live="polite">${outcome(state)}</div>
  </section>`;

/** @param {State} state */
async function save(state) {
  const reply = await ask({ type: 'export' });
  if (reply.type === 'text') download('breakwater-settings.json', reply.text);
  else state.say(sentence(reply), { bad: true });
}

/** @param {State} state */
function outcome(state) {
  const { file, fileProblem } = state;
  if (fileProblem) {
    const where = fileProblem.field ? html`<code>${fileProblem.field}</code>: ` : nothing;
    return notice('bad', html`<p><strong>${t('importRefused')}</strong></p><p>${where}${sentence(fileProblem)}</p>`);
  }
  if (file === null) return nothing;
  return notice('info', html`<p><strong>${t('importFound', file.chains, file.endpoints)}</strong> ${t('importReplaces')}</p>
    <div class="row"><button type="button" class="primary" @click=${() => take(state, file.text)}>${t('importNow')}</button>
      <button type="button" class="quiet" @click=${() => { state.file = null; state.draw(); }}>${t('cancel')}</button></div>`);
}

/** What was there before can be brought back. @param {State} state @param {string} text */
async function take(state, text) {
  const before = await ask({ type: 'export' });
  const reply = await ask({ type: 'import', text, lang });
  state.file = null;
  state.fileProblem = reply.type === 'problem' ? reply : null;
  await state.refresh();
  await state.readSettings();
  if (reply.type === 'problem') return;
  state.say(t('imported'), { undo: before.type === 'text' ? () => take(state, before.text) : null });
}

/** @param {State} state @param {HTMLInputElement} input */
async function look(state, input) {
  const picked = input.files?.[0];
  input.value = '';
  if (!picked) return;
  const text = await picked.slice(0, ENOUGH_BYTES).text();
  const reply = await ask({ type: 'check-settings', text, lang });
  state.fileProblem = reply.type === 'problem' ? reply : null;
  state.file = reply.type === 'problem' ? null : counted(text);
  state.draw();
}

/** @param {string} text that the core has found good */
function counted(text) {
  const chains = JSON.parse(text).chains ?? [];
  return { text, chains: chains.length, endpoints: chains.reduce((/** @type {number} */ sum, /** @type {any} */ chain) => sum + (chain.endpoints?.length ?? 0), 0) };
}
