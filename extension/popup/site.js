// What Breakwater does for the site in the active tab, and the switches for it.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { t } from '../lib/ui-i18n.js';
import { toggle } from '../lib/ui-parts.js';
import { asksView } from './asks.js';

/** @typedef {import('../lib/ui-panel.js').Panel} Panel */
/** @typedef {import('../lib/ui-types.js').Shield | 'locked'} State */

/** Colours: green only while its reads are protected. @type {Partial<Record<State, string>>} */
const COLOURS = { protected: 'on', dark: 'dark', idle: 'idle', 'wallet-only': 'idle', off: 'off' };

/**
 * A background that does not answer protects nothing, whatever it said last. What a drill takes is gone while it runs.
 * @param {Panel} panel
 * @returns {State}
 */
function stateOf({ snapshot, permitted, silent }) {
  const site = snapshot?.site;
  const drill = snapshot?.drill;
  if (!site?.on) return 'off';
  if (!permitted || silent) return 'no-permission';
  if (site.locked) return 'locked';
  return drill?.running && drill.lost.some((id) => site.chains.includes(id)) ? 'dark' : site.shield;
}

/** @param {Panel} panel */
export function siteView(panel) {
  const { host, snapshot } = panel;
  if (host === null)
    return html`<section class="site site-none">
      <p class="site-host">${t('noSite')}</p><p class="site-state">${t('noSiteHint')}</p></section>`;
  if (!snapshot?.site)
    return html`<section class="site"><p class="site-host">${host}</p><p class="site-state">&nbsp;</p></section>`;
  const { site } = snapshot;
  const state = stateOf(panel);
  return html`<section class="site site-${COLOURS[state] ?? 'blocked'}">
    ${toggle({
      id: 'site-on',
      label: html`<span class="site-host" title=${host}>${host}</span>`,
      hint: html`<span class="site-state">${stateWords(state)}</span>`,
      on: site.on,
      flip: (on) => panel.change({ op: 'site', host, on }),
    })}
    ${site.on ? details(panel, host, site) : nothing}
  </section>`;
}

/** @param {Panel} panel @param {string} host @param {import('../lib/ui-types.js').SiteView} site */
const details = (panel, host, site) => html`
  ${site.waits?.map((sentence) => html`<p class="site-waits" role="status">${sentence}</p>`)}
  ${site.wallets?.map((claim) => html`<p class="site-wallet">${claim}</p>`)}
  ${site.frames?.map((sentence) => html`<p class="site-frame">${sentence}</p>`)}
  ${asksView(panel, site)}
  ${toggle({
    id: 'site-direct',
    label: t('direct'),
    hint: t('directHint'),
    on: site.direct,
    flip: (on) => panel.change({ op: 'direct', host, on }),
  })}`;

/** @param {State} state */
const stateWords = (state) =>
  ({
    idle: t('siteQuiet'),
    protected: t('siteOn'),
    'wallet-only': t('sitePassThrough'),
    'not-seen': t('siteNotSeen'),
    offline: t('siteOffline'),
    dark: t('siteDark'),
    'no-permission': t('siteNotProtected'),
    off: t('siteOff'),
    locked: t('siteLocked'),
  })[state];
