// The address table: its date, its sources, and a newer one by hand.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { ask } from '../lib/ui-api.js';
import { lang, longDate, t } from '../lib/ui-i18n.js';
import { sentence } from '../lib/ui-panel.js';
import { notice } from '../lib/ui-parts.js';
import { picker } from './form.js';

/** @typedef {import('./state.js').Options} State */

/** Larger files are refused before they are read. */
const MAX_TABLE_BYTES = 8 * 1024 * 1024;

/** @param {State} state */
export const dataView = (state) => html`
  <h2 class="view-title">${t('secData')}</h2><p class="lead">${t('dataLead')}</p>
  <section class="card">
    <h3>${t('dataDate')}</h3>
    <p class="big">${longDate(state.snapshot?.data_date ?? '')}</p>
    ${state.snapshot?.data_old ? notice('caution', state.snapshot.data_old) : nothing}
    <p>${t('ipData')} <a href="https://www.routeviews.org/" target="_blank" rel="noreferrer">RouteViews</a>,
      <a href="https://www.nro.net/" target="_blank" rel="noreferrer">NRO</a>,
      <a href="https://db-ip.com/" target="_blank" rel="noreferrer">DB-IP</a>
      (<a href="https://creativecommons.org/licenses/by/4.0/" target="_blank" rel="noreferrer">CC BY 4.0</a>) –
      <a href="https://db-ip.com/" target="_blank" rel="noreferrer">${t('geolocation')}</a></p>
  </section>
  <section class="card">
    <h3>${t('loadTable')}</h3><p class="hint">${t('loadTableHint')}</p>
    <div class="row">
      ${picker('.bin', (input) => load(state, input))}
      <button type="button" class="quiet" @click=${() => tell(state, { type: 'shipped-table' }, t('tableShipped'))}
        >${t('shippedTable')}</button>
    </div>
  </section>`;

/** @param {State} state @param {HTMLInputElement} input */
async function load(state, input) {
  const file = input.files?.[0];
  input.value = '';
  if (!file) return;
  if (file.size > MAX_TABLE_BYTES) {
    state.say(t('tableTooLarge'), { bad: true });
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  await tell(state, { type: 'load-table', base64: base64(bytes), lang }, t('tableLoaded'));
}

/** @param {State} state @param {import('../lib/ui-types.js').PanelToCore} message @param {string} done */
async function tell(state, message, done) {
  const reply = await ask(message);
  const bad = reply.type === 'problem';
  await state.refresh();
  state.say(bad ? sentence(reply) : done, { bad });
}

/** In steps: spreading a whole table would overflow the stack. @param {Uint8Array} bytes */
function base64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
