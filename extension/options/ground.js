// Where things stand: the person's labels, and the resolver.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { t } from '../lib/ui-i18n.js';
import { icon, notice } from '../lib/ui-parts.js';
import { field } from './form.js';

/** @typedef {import('./state.js').Options} State */

/** @param {State} state */
export const groundView = (state) => html`
  <h2 class="view-title">${t('secGround')}</h2><p class="lead">${t('groundLead')}</p>
  ${labels(state)}
  ${resolver(state)}`;

/** @param {State} state */
function labels(state) {
  const known = state.settings?.labels ?? [];
  return html`<section class="card">
    <h3>${t('labels')}</h3><p class="hint">${t('labelsHint')}</p>
    ${
      known.length === 0
        ? html`<p class="none">${t('noneListed')}</p>`
        : html`<table class="table">
      <thead><tr><th scope="col">${t('labelMatch')}</th><th scope="col">${t('labelOperator')}</th><th scope="col">${t('kindRegion')}</th><th scope="col">${t('kindCountry')}</th><th><span class="sr">${t('remove')}</span></th></tr></thead>
      <tbody>${known.map(
        (
          label,
        ) => html`<tr><td><code>${label.match}</code></td><td>${label.operator}</td><td>${label.region ?? '–'}</td><td>${label.country ?? '–'}</td>
        <td class="num"><button type="button" class="quiet danger square" aria-label=${t('removeNamed', label.match)} @click=${() => remove(state, label)}>${icon('bin')}</button></td></tr>`,
      )}</tbody>
    </table>`
    }
    <form class="row" @submit=${(/** @type {Event} */ event) => add(state, event)}>
      ${field(state, { form: 'label', name: 'match', label: t('labelMatch'), at: 'label.match', placeholder: '192.168.0.0/16' })}
      ${field(state, { form: 'label', name: 'operator', label: t('labelOperator'), at: 'label.operator', placeholder: 'hetzner' })}
      ${field(state, { form: 'label', name: 'region', label: t('kindRegion'), at: 'label.region', size: 'narrow' })}
      ${field(state, { form: 'label', name: 'country', label: t('kindCountry'), at: 'label.country', placeholder: 'DE', size: 'tiny' })}
      <button type="submit" class="quiet bordered">${icon('plus')}${t('addNow')}</button>
    </form>
  </section>`;
}

/** @param {State} state @param {Event} event */
function add(state, event) {
  const { match = '', operator = '', region = '', country = '' } = state.draft('label').values;
  const label = {
    match: match.trim(),
    operator: operator.trim(),
    ...(region.trim() && { region: region.trim() }),
    ...(country.trim() && { country: country.trim().toUpperCase() }),
  };
  return state.submit('label', event, { op: 'add-label', label });
}

/** @param {State} state @param {import('../lib/ui-types.js').OwnLabel} label */
async function remove(state, label) {
  if (await state.change({ op: 'remove-label', match: label.match })) return;
  state.say(t('removed', label.match), { undo: () => state.change({ op: 'add-label', label }) });
}

/** Word of the settings file, name, seat. */
const RESOLVERS = /** @type {const} */ ([
  ['quad9', 'Quad9', 'CH'],
  ['mullvad', 'Mullvad', 'SE'],
  ['adguard', 'AdGuard', 'CY'],
  ['cloudflare', 'Cloudflare', 'US'],
  ['google', 'Google', 'US'],
]);

/** @param {State} state */
function resolver(state) {
  const now = state.settings?.resolver ?? null;
  const typing = state.drafts.has('resolver');
  const own = typing || (now !== null && now.includes('://'));
  return html`<section class="card">
    <h3>${t('resolver')}</h3><p class="hint">${t('resolverHint')}</p>
    ${notice('caution', t('resolverPrivacy'))}
    <fieldset class="radios"><legend class="sr">${t('resolver')}</legend>
      ${radio(t('resolverOff'), !own && now === null, () => choose(state, null))}
      ${RESOLVERS.map(([word, name, seat]) => radio(html`${name} <span class="hint">${seat}</span>`, !own && now === word, () => choose(state, word)))}
      ${radio(t('resolverOwn'), own, () => {
        state.draft('resolver');
        state.draw();
      })}
    </fieldset>
    ${
      own
        ? html`<form class="row" @submit=${(/** @type {Event} */ event) => state.submit('resolver', event, { op: 'resolver', resolver: state.draft('resolver').values.url ?? now ?? '' })}>
      ${field(state, { form: 'resolver', name: 'url', label: t('resolverUrl'), at: 'resolver', placeholder: 'https://dns.example.org/dns-query', usual: now?.includes('://') ? now : '' })}
      <button type="submit" class="primary">${t('save')}</button></form>`
        : nothing
    }
  </section>`;
}

/** @param {unknown} label @param {boolean} chosen @param {() => unknown} choose */
const radio = (label, chosen, choose) =>
  html`<label class="radio"><input type="radio" name="resolver" .checked=${chosen} @change=${choose} /><span>${label}</span></label>`;

/** @param {State} state @param {string | null} word */
function choose(state, word) {
  state.drafts.delete('resolver');
  return state.change({ op: 'resolver', resolver: word });
}
