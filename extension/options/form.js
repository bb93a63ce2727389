// A text field of a form on the options page. Its value is in the state, its problem is shown under it.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { complaint } from '../lib/ui-parts.js';

/**
 * @param {import('./state.js').Options} state
 * @param {{form: string, name: string, label: string, at: string, placeholder?: string, type?: string, usual?: string, hint?: string, size?: string}} what
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
