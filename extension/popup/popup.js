// The popup: this site, its chains, drills and the trail.

import { html, nothing, render } from '../lib/vendor/lit-html.js';
import { activePage, api, permitted, requestPermission, tellTab } from '../lib/ui-api.js';
import { chainList } from '../lib/ui-chain.js';
import { drillBanner, drillView, runningIncidents } from '../lib/ui-drill.js';
import { lang, longDate, t } from '../lib/ui-i18n.js';
import { Panel, sentence } from '../lib/ui-panel.js';
import { icon, mark, notice, permission, toastView } from '../lib/ui-parts.js';
import { trailView } from '../lib/ui-trail.js';
import { siteView } from './site.js';

/** @typedef {import('../lib/ui-panel.js').Panel} PanelType */

/** @param {PanelType} panel */
const page = (panel) => html`
  ${head(panel)}
  <main>
    ${siteView(panel)}
    ${troubles(panel)}
    ${drillBanner(panel)}
    ${runningIncidents(panel)}
    ${tabs(panel)}
    <div id="view" role="tabpanel" aria-labelledby=${`tab-${panel.view}`}>${view(panel)}</div>
  </main>
  ${foot(panel)}
  ${toastView(panel)}`;

/** @param {PanelType} panel */
const head = (panel) => html`<header class="top">
  ${mark()}<h1>Breakwater</h1>
  ${square('tab', t('openAsTab'), () => openAsTab(panel))}
  ${square('gear', t('options'), () => api.runtime.openOptionsPage())}
</header>`;

/** @param {Parameters<typeof icon>[0]} shape @param {string} words @param {() => void} click */
const square = (shape, words, click) =>
  html`<button type="button" class="quiet square" aria-label=${words} title=${words} @click=${click}
    >${icon(shape)}</button>`;

/** The popup closes when it loses the focus; as a tab it stays beside the page. @param {PanelType} panel */
function openAsTab({ host, tab }) {
  const about = host === null ? '' : `?${new URLSearchParams({ host, ...(tab === null ? {} : { tab: String(tab) }) })}`;
  api.tabs.create({ url: api.runtime.getURL(`popup/popup.html${about}`) });
}

/** @param {PanelType} panel */
function troubles(panel) {
  const { silent, snapshot, permitted: allowed } = panel;
  return html`
    ${silent ? notice('bad', sentence(silent)) : nothing}
    ${allowed ? nothing : permission(() => allow(panel))}
    ${snapshot?.settings_problem ? notice('bad', snapshot.settings_problem) : nothing}`;
}

/** @param {PanelType} panel */
async function allow(panel) {
  panel.permitted = await requestPermission().catch(() => false);
  panel.draw();
}

/** @param {PanelType} panel */
function tabs(panel) {
  const words = { chains: t('tabChains'), drill: t('tabDrill'), trail: t('tabTrail') };
  const names = /** @type {(keyof typeof words)[]} */ (Object.keys(words));
  const tab = (/** @type {keyof typeof words} */ name, shown = panel.view === name) => html`<button type="button"
    role="tab" id=${`tab-${name}`} aria-controls="view" aria-selected=${shown} tabindex=${shown ? 0 : -1}
    @click=${() => panel.show(name)}>${words[name]}</button>`;
  return html`<div class="tabs" role="tablist"
    @keydown=${(/** @type {KeyboardEvent} */ event) => arrow(panel, names, event)}>
    ${names.map((name) => tab(name))}
  </div>`;
}

/**
 * Arrow keys move between tabs (WAI-ARIA tabs pattern).
 * @param {PanelType} panel
 * @param {PanelType['view'][]} names
 * @param {KeyboardEvent} event
 */
function arrow(panel, names, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  const next = /** @type {PanelType['view']} */ (
    names[(names.indexOf(panel.view) + step + names.length) % names.length]
  );
  panel.show(next);
  setTimeout(() => document.getElementById(`tab-${next}`)?.focus());
}

/** @param {PanelType} panel */
function view(panel) {
  if (panel.snapshot === null) return html`<div class="waiting" aria-busy="true"><i></i><i></i><i></i></div>`;
  if (panel.view === 'drill') return drillView(panel);
  return panel.view === 'trail' ? trailView(panel) : chainList(panel);
}

/** The credit the data's licence asks for stands where results are shown. @param {PanelType} panel */
const foot = ({ snapshot }) => html`<footer class="credit">
  ${snapshot?.data_old ? html`<p class="old">${snapshot.data_old}</p>` : nothing}
  <p>${t('ipData')} <a href="https://www.routeviews.org/" target="_blank" rel="noreferrer">RouteViews</a>,
    <a href="https://www.nro.net/" target="_blank" rel="noreferrer">NRO</a>,
    <a href="https://db-ip.com/" target="_blank" rel="noreferrer">DB-IP</a> (CC BY 4.0) –
    <a href="https://db-ip.com/" target="_blank" rel="noreferrer">${t('geolocation')}</a>
    ${snapshot?.data_date ? html`· ${longDate(snapshot.data_date)}` : nothing}</p>
</footer>`;

const app = /** @type {HTMLElement} */ (document.getElementById('app'));
document.documentElement.lang = lang;
const panel = new Panel((/** @type {PanelType} */ now) => render(page(now), app), await activePage());
panel.permitted = await permitted();
for (const event of [api.permissions.onAdded, api.permissions.onRemoved]) {
  event.addListener(async () => {
    panel.permitted = await permitted();
    panel.draw();
  });
}
panel.draw();
tellTab(panel.tab, { type: 'panel-opened' });
panel.start();
