// Export and import: the settings as a file. A file is previewed, then replaces everything or nothing.

import { html } from '../lib/vendor/lit-html.js';
import { ask, download } from '../lib/ui-api.js';
import { t } from '../lib/ui-i18n.js';
import { sentence } from '../lib/ui-panel.js';
import { picker } from './form.js';
import { look, outcome } from './import.js';

/** @typedef {import('./state.js').Options} State */

/** @param {State} state */
export const backupView = (state) => html`
  <h2 class="view-title">${t('secBackup')}</h2>
  <section class="card">
    <h3>${t('export')}</h3><p class="hint">${t('exportHint')}</p>
    <div class="row">
      <button type="button" class="quiet bordered" @click=${() => save(state)}>${t('exportNow')}</button></div>
  </section>
  <section class="card">
    <h3>${t('import')}</h3><p class="hint">${t('importHint')}</p>
    <div class="row">${picker('.json,application/json', (input) => look(state, input))}</div>
    <div aria-live="polite">${outcome(state)}</div>
  </section>`;

/** @param {State} state */
async function save(state) {
  const reply = await ask({ type: 'export' });
  if (reply.type === 'text') download('breakwater-settings.json', reply.text);
  else state.say(sentence(reply), { bad: true });
}
