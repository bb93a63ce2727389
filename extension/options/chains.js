// Adding a chain: some are offered by name, any other goes by its id.

import { html } from '../lib/vendor/lit-html.js';
import { CHAINS } from '../lib/generated-chains.js';
import { t } from '../lib/ui-i18n.js';
import { icon } from '../lib/ui-parts.js';
import { field } from './form.js';

/** @typedef {import('./state.js').Options} State */

/** @param {State} state */
export function addChainView(state) {
  const have = new Set(state.snapshot?.chains.map(({ id }) => id));
  const missing = CHAINS.filter(({ id }) => !have.has(id));
  return html`<section class="card">
    <h3>${t('addChain')}</h3>
    <div class="choices">${missing.map(({ id, name }) =>
      choice(name, () => state.change({ op: 'add-chain', id, name })),
    )}</div>
    <form class="row" @submit=${state.submit('chain', () => added(state))}>
      ${field(state, { form: 'chain', name: 'id', label: t('chainId'), at: 'id', placeholder: '1', size: 'narrow' })}
      ${field(state, { form: 'chain', name: 'name', label: t('chainName'), at: 'name' })}
      <button type="submit" class="primary">${t('addNow')}</button>
    </form>
  </section>`;
}

/** @param {string} name @param {() => unknown} add */
const choice = (name, add) => html`<button type="button" class="choice" @click=${add}>${icon('plus')}${name}</button>`;

/** @param {State} state */
function added(state) {
  const { id = '', name = '' } = state.draft('chain').values;
  const number = /^\d{1,16}$/.test(id.trim()) ? Number(id) : 0; // the core says what is wrong with 0
  return { op: 'add-chain', id: number, name: name || t('chainNumber', number) };
}
