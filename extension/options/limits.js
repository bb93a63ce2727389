// The deadline, the largest reply, and the chain without a wallet.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { select } from '../lib/ui-chain.js';
import { t } from '../lib/ui-i18n.js';
import { field } from './form.js';

/** @typedef {import('./state.js').Options} State */

const MIB = 1024 * 1024;

/** @param {State} state */
export function limitsView(state) {
  const { settings } = state;
  if (!settings) return nothing;
  return html`
    <h2 class="view-title">${t('secLimits')}</h2>
    ${figureForm(state, {
      form: 'deadline',
      title: t('deadline'),
      hint: t('deadlineHint'),
      unit: t('seconds'),
      at: 'ms',
      range: t('deadlineRange'),
      usual: settings.deadline_ms / 1000,
      edit: (value) => ({ op: 'deadline', ms: Math.round(value * 1000) }),
    })}
    ${figureForm(state, {
      form: 'body',
      title: t('maxBody'),
      hint: t('maxBodyHint'),
      unit: 'MiB',
      at: 'bytes',
      range: t('maxBodyRange'),
      usual: Math.round((settings.max_body_bytes / MIB) * 100) / 100,
      edit: (value) => ({ op: 'max-body', bytes: Math.round(value * MIB) }),
    })}
    <section class="card">
      <h3><label for="own-chain">${t('ownChain')}</label></h3><p class="hint">${t('ownChainHint')}</p>
      <div class="row"><div class="field">${select('own-chain', names(settings), String(settings.own_chain), (id) =>
        state.change({ op: 'own-chain', chain: Number(id) }),
      )}</div></div>
    </section>`;
}

/** @param {import('../lib/ui-types.js').FileOut} settings @returns {Record<string, string>} */
function names({ chains, own_chain: own }) {
  const known = Object.fromEntries(chains.map(({ id, name }) => [String(id), name]));
  return String(own) in known ? known : { [String(own)]: t('chainNumber', own), ...known };
}

/**
 * @param {State} state
 * @param {{form: string, title: string, hint: string, unit: string, at: string, range: string, usual: number,
 *   edit: (value: number) => object}} what
 */
const figureForm = (state, { form, title, hint, unit, at, range, usual, edit }) => html`<section class="card">
  <h3>${title}</h3><p class="hint">${hint}</p>
  <form class="row" @submit=${state.submit(
    form,
    () => edit(positive(state.draft(form).values.value ?? String(usual))),
    { 'out-of-range': range },
  )}>
    ${field(state, { form, name: 'value', label: unit, at, usual: String(usual), size: 'narrow' })}
    <button type="submit" class="primary">${t('save')}</button>
  </form>
</section>`;

/** An invalid or negative number becomes 0, and the core says what is allowed. @param {string} text */
function positive(text) {
  const value = Number(text.trim().replace(',', '.'));
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), 1e9) : 0;
}
