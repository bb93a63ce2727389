// Shows what a settings file would change: the core compares, the person decides.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { MAX_SETTINGS_BYTES } from '../lib/generated.js';
import { ask } from '../lib/ui-api.js';
import { counted, figure, lang, t } from '../lib/ui-i18n.js';
import { sentence } from '../lib/ui-panel.js';
import { notice } from '../lib/ui-parts.js';
import { column } from './form.js';

/** @typedef {import('./state.js').Options} State */
/** @typedef {import('../lib/ui-types.js').Section} Section */
/** @typedef {import('../lib/ui-types.js').ChangeLine} Change */

/** Most lines shown unfolded; more are folded by section. */
const UNFOLDED = 40;
/** How each kind of change is drawn. */
const SIGNS = { added: '+', removed: '−', changed: '≠' };

/** @param {State} state @param {HTMLInputElement} input */
export async function look(state, input) {
  const picked = input.files?.[0];
  input.value = '';
  if (!picked) return;
  // No more than it takes to be refused.
  const text = await picked.slice(0, MAX_SETTINGS_BYTES + 1).text();
  const reply = await ask({ type: 'import-preview', text, lang });
  const good = reply.type === 'changes';
  state.fileProblem = good ? null : reply;
  state.file = good ? { text, sections: reply.sections } : null;
  state.draw();
}

/** @param {State} state */
export function outcome(state) {
  const { file, fileProblem } = state;
  if (fileProblem) {
    const where = fileProblem.field ? html`<code>${fileProblem.field}</code>: ` : nothing;
    return notice('bad', html`<p><strong>${t('importRefused')}</strong></p><p>${where}${sentence(fileProblem)}</p>`);
  }
  if (file === null) return nothing;
  if (file.sections.length === 0)
    return notice('info', html`<p><strong>${t('importSame')}</strong></p><div class="row">${cancel(state)}</div>`);
  const lines = file.sections.reduce((sum, section) => sum + section.lines.length, 0);
  return html`<div class="preview" role="region" aria-label=${t('importChanges')}>
    <p><strong>${counted(lines, t('importChange'), t('importChangesAll', figure(lines)))}</strong>
      ${t('importCheck')}</p>
    ${file.sections.map((section) => sectionView(section, lines <= UNFOLDED))}
    <div class="row"><button type="button" class="primary" @click=${() => take(state, file.text)}
      >${t('importNow')}</button>${cancel(state)}</div>
  </div>`;
}

/** @param {State} state */
const cancel = (state) =>
  html`<button type="button" class="quiet" @click=${() => {
    state.file = null;
    state.draw();
  }}>${t('cancel')}</button>`;

/** @param {Section} section @param {boolean} open */
const sectionView = ({ title, lines }, open) => html`<details class="changes" ?open=${open}>
  <summary><bdi>${title}</bdi> <span class="hint">${tally(lines)}</span></summary>
  <table class="table">
    <thead class="sr"><tr>
      ${[t('importKind'), t('importWhat'), t('importBefore'), t('importAfter')].map(column)}</tr></thead>
    <tbody>${lines.map(lineView)}</tbody>
  </table>
</details>`;

/** A stranger's text is isolated, so that it cannot reorder the words around it. @param {Change} change */
const lineView = ({ sign, what, before, after }) => html`<tr class="change-${sign}">
  <td><span aria-hidden="true">${SIGNS[sign]}</span><span class="sr">${word(sign)}</span></td>
  <td><bdi>${what}</bdi></td>
  <td>${before ? html`<bdi>${before}</bdi>` : '–'}</td>
  <td>${after ? html`<bdi>${after}</bdi>` : '–'}</td>
</tr>`;

/** @param {Change['sign']} sign */
const word = (sign) => ({ added: t('importAdded'), removed: t('importRemoved'), changed: t('importChanged') })[sign];

/** "2 added, 1 removed". @param {Change[]} lines */
function tally(lines) {
  const kinds = /** @type {Change['sign'][]} */ (['added', 'removed', 'changed']);
  const counts = kinds.map((sign) => [sign, lines.filter((line) => line.sign === sign).length]);
  return counts
    .filter(([, count]) => count)
    .map(([sign, count]) => `${figure(/** @type {number} */ (count))} ${word(/** @type {Change['sign']} */ (sign))}`)
    .join(', ');
}

/** The settings before can be restored. @param {State} state @param {string} text */
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
