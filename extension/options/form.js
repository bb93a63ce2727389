// Parts of the options page's forms.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { t } from '../lib/ui-i18n.js';
import { complaint, icon } from '../lib/ui-parts.js';

/**
 * A text field. Its value is in the state, its problem is shown under it.
 * @param {import('./state.js').Options} state
 * @param {{form: string, name: string, label: string, at: string, placeholder?: string, type?: string, usual?: string,
 *   hint?: string, size?: string}} what
 *   `at` is the field of the problem that belongs here; `usual` the value shown before anything is typed
 */
export function field(state, { form, name, label, at, placeholder = '', type = 'text', usual = '', hint, size = '' }) {
  const draft = state.draft(form);
  const id = `${form}-${name}`;
  const mine = draft.problem?.field === at ? draft.problem : null;
  return html`<div class="field ${size}">
    <label for=${id}>${label}</label>
    <input id=${id} type=${type} autocomplete="off" autocapitalize="off" spellcheck="false" placeholder=${placeholder}
      aria-invalid=${mine !== null} aria-describedby=${`${id}-problem`} .value=${draft.values[name] ?? usual}
      @input=${(/** @type {any} */ event) => {
        draft.values[name] = event.target.value;
        draft.problem = null;
        state.draw();
      }} />
    ${hint ? html`<p class="hint">${hint}</p>` : nothing}
    ${complaint(id, mine)}
  </div>`;
}

/** @param {string} what @param {() => unknown} remove */
export const remover = (what, remove) =>
  html`<button type="button" class="quiet danger square" aria-label=${t('removeNamed', what)} @click=${remove}
    >${icon('bin')}</button>`;

/** @param {string} accept @param {(input: HTMLInputElement) => unknown} read */
export const picker = (accept, read) => html`<label class="quiet bordered file"
  >${t('chooseFile')}<input type="file" accept=${accept}
    @change=${(/** @type {any} */ event) => read(event.target)} /></label>`;

/** A column's head. @param {unknown} word */
export const column = (word) => html`<th scope="col">${word}</th>`;
