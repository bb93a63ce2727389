// A site, or a frame in it, asks for a chain on the person's own machine or network. They answer yes or no once.

import { html } from '../lib/vendor/lit-html.js';
import { t } from '../lib/ui-i18n.js';
import { isolated } from '../lib/ui-said.js';

/** @typedef {import('../lib/ui-panel.js').Panel} Panel */
/** @typedef {import('../lib/ui-types.js').AskView} Ask */

/** @param {Panel} panel @param {import('../lib/ui-types.js').SiteView} site */
export const asksView = (panel, site) =>
  (site.asks ?? []).map(
    (ask) => html`
  <div class="site-ask" role="group" aria-label=${question(ask)}>
    <p role="status"><strong>${question(ask)}</strong></p>
    <p class="hint">${t('askHint')}</p>
    <div class="site-ask-buttons">
      <button type="button" class="quiet bordered" @click=${() => decide(panel, ask, true)}>${t('askAllow')}</button>
      <button type="button" class="quiet bordered" @click=${() => decide(panel, ask, false)}>${t('askDeny')}</button>
    </div>
  </div>`,
  );

/** @param {Ask} ask */
const question = ({ name, host, frame }) =>
  frame ? t('askFrame', isolated(name), host) : t('askSite', isolated(name));

/** @param {Panel} panel @param {Ask} ask @param {boolean} allow */
async function decide(panel, { chain, name, host }, allow) {
  if (await panel.change({ op: 'consent', chain, host, allow })) return;
  const undo = () => panel.change({ op: 'consent', chain, host, allow: null });
  panel.say(allow ? t('askAllowed', host, isolated(name)) : t('askDenied', host, isolated(name)), { undo });
}
