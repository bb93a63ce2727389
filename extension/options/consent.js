// Which site may use which private chain: the person's choice in the popup, and how to take it back.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { select } from '../lib/ui-chain.js';
import { t } from '../lib/ui-i18n.js';
import { icon } from '../lib/ui-parts.js';
import { field } from './form.js';

/** @typedef {import('./state.js').Options} State */
/** @typedef {{chain: number, name: string, host: string, allowed: boolean}} Word */

const FORM = 'consent';

/** @param {State} state */
export function consentView(state) {
  const words = given(state);
  return html`<section class="card">
    <h3>${t('privateChains')}</h3><p class="hint">${t('privateChainsHint')}</p>
    ${
      words.length === 0
        ? html`<p class="none">${t('noneListed')}</p>`
        : html`<ul class="rows">${words.map((word) => row(state, word))}</ul>`
    }
    ${allowForm(state)}
  </section>`;
}

/** @param {State} state @returns {Word[]} */
function given({ settings }) {
  return (settings?.chains ?? []).flatMap(({ id: chain, name, sites_allowed: yes = [], sites_denied: no = [] }) => [
    ...yes.map((host) => ({ chain, name, host, allowed: true })),
    ...no.map((host) => ({ chain, name, host, allowed: false })),
  ]);
}

/** @param {State} state @param {Word} word */
const row = (state, { chain, name, host, allowed }) => html`<li>
  <span>${host}: <bdi>${name}</bdi>, ${allowed ? t('consentYes') : t('consentNo')}</span>
  <button type="button" class="quiet" aria-label=${t('consentForgetFor', host, name)}
    @click=${() => state.change({ op: 'consent', chain, host, allow: null })}>${t('consentForget')}</button>
</li>`;

/** A site that cannot ask, because it reads without a wallet, is allowed by hand. @param {State} state */
function allowForm(state) {
  const chains = (state.snapshot?.chains ?? []).filter(({ consent }) => consent);
  const names = Object.fromEntries(chains.map(({ id, name }) => [String(id), name]));
  const [first] = Object.keys(names);
  if (first === undefined) return nothing;
  const { values } = state.draft(FORM);
  const chosen = values.chain ?? first;
  const choose = (/** @type {string} */ chain) => {
    state.draft(FORM).values.chain = chain;
    state.draw();
  };
  const edit = () => ({ op: 'consent', chain: Number(chosen), host: (values.host ?? '').trim(), allow: true });
  return html`<form class="row" @submit=${state.submit(FORM, edit)}>
    <div class="field"><label for="consent-chain">${t('privateChainLabel')}</label>
      ${select('consent-chain', names, chosen, choose)}</div>
    ${field(state, { form: FORM, name: 'host', label: t('hostName'), at: 'host', placeholder: 'app.example.org' })}
    <button type="submit" class="quiet bordered">${icon('plus')}${t('askAllow')}</button>
  </form>`;
}
