// Sites where Breakwater is off or does not rescue own calls, and sites that may use a private chain.

import { html } from '../lib/vendor/lit-html.js';
import { t } from '../lib/ui-i18n.js';
import { icon } from '../lib/ui-parts.js';
import { consentView } from './consent.js';
import { field } from './form.js';

/** @typedef {import('./state.js').Options} State */

/** @param {State} state */
export const sitesView = (state) => html`
  <h2 class="view-title">${t('secSites')}</h2><p class="lead">${t('sitesLead')}</p>
  ${list(state, 'site', t('sitesOff'), t('sitesOffHint'), state.settings?.sites_off ?? [])}
  ${list(state, 'direct', t('directOff'), t('directOffHint'), state.settings?.direct_off ?? [])}
  ${consentView(state)}`;

/**
 * @param {State} state @param {'site' | 'direct'} op @param {string} title @param {string} hint @param {string[]} hosts
 */
const list = (state, op, title, hint, hosts) => html`<section class="card">
  <h3>${title}</h3><p class="hint">${hint}</p>
  ${
    hosts.length === 0
      ? html`<p class="none">${t('noneListed')}</p>`
      : html`<ul class="rows">${hosts.map((host) => siteRow(host, () => state.change({ op, host, on: true })))}</ul>`
  }
  <form class="row"
    @submit=${state.submit(op, () => ({ op, host: (state.draft(op).values.host ?? '').trim(), on: false }))}>
    ${field(state, { form: op, name: 'host', label: t('hostName'), at: 'host', placeholder: 'app.example.org' })}
    <button type="submit" class="quiet bordered">${icon('plus')}${t('addNow')}</button>
  </form>
</section>`;

/** @param {string} host @param {() => unknown} switchOn */
const siteRow = (host, switchOn) => html`<li><span>${host}</span>
  <button type="button" class="quiet" aria-label=${t('switchOnFor', host)} @click=${switchOn}>${t('switchOn')}</button>
</li>`;
