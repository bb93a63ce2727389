// The options page: everything the popup leaves out, and the endpoints on a wide page.

import { html, nothing, render } from '../lib/vendor/lit-html.js';
import { api, permitted, requestPermission } from '../lib/ui-api.js';
import { chainList } from '../lib/ui-chain.js';
import { drillBanner, drillView, runningIncidents } from '../lib/ui-drill.js';
import { lang, t } from '../lib/ui-i18n.js';
import { sentence } from '../lib/ui-panel.js';
import { mark, notice, permission, toastView } from '../lib/ui-parts.js';
import { trailView } from '../lib/ui-trail.js';
import { addChainView } from './chains.js';
import { backupView } from './backup.js';
import { dataView } from './data.js';
import { groundView } from './ground.js';
import { limitsView } from './limits.js';
import { sitesView } from './sites.js';
import { Options } from './state.js';

/** @typedef {import('./state.js').Options} State */

/** Sections by their place in the address. @returns {{id: string, name: string, view: (state: State) => unknown}[]} */
const sections = () => [
  { id: 'endpoints', name: t('secEndpoints'), view: endpoints },
  { id: 'drill', name: t('tabDrill'), view: drillView },
  { id: 'trail', name: t('tabTrail'), view: trailView },
  { id: 'sites', name: t('secSites'), view: sitesView },
  { id: 'ground', name: t('secGround'), view: groundView },
  { id: 'limits', name: t('secLimits'), view: limitsView },
  { id: 'data', name: t('secData'), view: dataView },
  { id: 'backup', name: t('secBackup'), view: backupView },
];

/** @param {State} state */
const section = (state) => sections().find(({ id }) => id === state.section);

/** @param {State} state */
const endpoints = (state) => html`
  <h2 class="view-title">${t('secEndpoints')}</h2><p class="lead">${t('endpointsLead')}</p>
  ${chainList(state)}
  ${addChainView(state)}`;

/** @param {State} state */
const page = (state) => html`
  <div class="frame">
    <nav aria-label=${t('options')}>
      <p class="brand">${mark()}<span>Breakwater</span></p>
      <ul>${sections().map(
        ({ id, name }) =>
          html`<li><a href=${`#${id}`} aria-current=${id === state.section ? 'page' : nothing}>${name}</a></li>`,
      )}</ul>
    </nav>
    <main id="main" tabindex="-1">
      ${troubles(state)}
      ${drillBanner(state)}
      ${runningIncidents(state)}
      <section class="section">${state.snapshot === null ? nothing : section(state)?.view(state)}</section>
    </main>
  </div>
  ${toastView(state)}`;

/** @param {State} state */
const troubles = (state) => html`
  ${state.silent ? notice('bad', sentence(state.silent)) : nothing}
  ${state.permitted ? nothing : permission(() => allow(state))}
  ${state.snapshot?.settings_problem ? notice('bad', state.snapshot.settings_problem) : nothing}`;

/** @param {State} state */
async function allow(state) {
  state.permitted = await requestPermission().catch(() => false);
  state.draw();
}

/** @param {State} state */
function follow(state) {
  const asked = location.hash.slice(1);
  state.section = sections().some(({ id }) => id === asked) ? asked : 'endpoints';
  state.view = state.section === 'trail' ? 'trail' : 'chains';
  document.title = `${section(state)?.name} – Breakwater`;
  state.refresh();
}

const app = /** @type {HTMLElement} */ (document.getElementById('app'));
document.documentElement.lang = lang;
const state = new Options((/** @type {State} */ now) => render(page(now), app));
state.permitted = await permitted();
for (const event of [api.permissions.onAdded, api.permissions.onRemoved]) {
  event.addListener(async () => {
    state.permitted = await permitted();
    state.draw();
  });
}
api.storage.onChanged.addListener(
  (/** @type {any} */ changes, /** @type {string} */ area) =>
    area === 'local' && changes.settings && state.readSettings(),
);
addEventListener('hashchange', () => follow(state));
follow(state);
state.readSettings();
state.start();
