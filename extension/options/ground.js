// Where things stand: the person's labels, and the resolver.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { t } from '../lib/ui-i18n.js';
import { icon, notice } from '../lib/ui-parts.js';
import { column, field, remover } from './form.js';

/** @typedef {import('./state.js').Options} State */
/** @typedef {import('../lib/ui-types.js').OwnLabel} Label */

/** @param {State} state */
export const groundView = (state) => html`
  <h2 class="view-title">${t('secGround')}</h2><p class="lead">${t('groundLead')}</p>
  ${labels(state)}
  ${resolver(state)}`;

/** @param {State} state */
function labels(state) {
  const known = state.settings?.labels ?? [];
  const words = {
    match: t('labelMatch'),
    operator: t('labelOperator'),
    region: t('kindRegion'),
    country: t('kindCountry'),
  };
  const typed = (/** @type {keyof typeof words} */ name, placeholder = '', size = '') =>
    field(state, { form: 'label', name, label: words[name], at: `label.${name}`, placeholder, size });
  const table = html`<table class="table">
    <thead><tr>${Object.values(words).map(column)}<th><span class="sr">${t('remove')}</span></th></tr></thead>
    <tbody>${known.map((label) => labelRow(state, label))}</tbody>
  </table>`;
  return html`<section class="card">
    <h3>${t('labels')}</h3><p class="hint">${t('labelsHint')}</p>
    ${known.length === 0 ? html`<p class="none">${t('noneListed')}</p>` : table}
    <form class="row" @submit=${state.submit('label', () => added(state))}>
      ${typed('match', '192.168.0.0/16')}${typed('operator', 'hetzner')}
      ${typed('region', '', 'narrow')}${typed('country', 'DE', 'tiny')}
      <button type="submit" class="quiet bordered">${icon('plus')}${t('addNow')}</button>
    </form>
  </section>`;
}

/** @param {State} state @param {Label} label */
const labelRow = (state, label) => html`<tr>
  <td><code>${label.match}</code></td><td>${label.operator}</td>
  <td>${label.region ?? '–'}</td><td>${label.country ?? '–'}</td>
  <td class="num">${remover(label.match, () => remove(state, label))}</td>
</tr>`;

/** @param {State} state */
function added(state) {
  const { match = '', operator = '', region = '', country = '' } = state.draft('label').values;
  const label = {
    match: match.trim(),
    operator: operator.trim(),
    ...(region.trim() && { region: region.trim() }),
    ...(country.trim() && { country: country.trim().toUpperCase() }),
  };
  return { op: 'add-label', label };
}

/** @param {State} state @param {Label} label */
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
  const url = now?.includes('://') ? now : '';
  const own = typing || url !== '';
  return html`<section class="card">
    <h3>${t('resolver')}</h3><p class="hint">${t('resolverHint')}</p>
    ${notice('caution', t('resolverPrivacy'))}
    <fieldset class="radios"><legend class="sr">${t('resolver')}</legend>
      ${radio(t('resolverOff'), !own && now === null, () => choose(state, null))}
      ${RESOLVERS.map(([word, name, seat]) =>
        radio(html`${name} <span class="hint">${seat}</span>`, !own && now === word, () => choose(state, word)),
      )}
      ${radio(t('resolverOwn'), own, () => {
        state.draft('resolver');
        state.draw();
      })}
    </fieldset>
    ${own ? ownResolver(state, url, now) : nothing}
  </section>`;
}

/** @param {State} state @param {string} usual @param {string | null} now */
function ownResolver(state, usual, now) {
  const form = 'resolver';
  const wanted = () => ({ op: 'resolver', resolver: state.draft(form).values.url ?? now ?? '' });
  const placeholder = 'https://dns.example.org/dns-query';
  return html`<form class="row" @submit=${state.submit(form, wanted)}>
    ${field(state, { form, name: 'url', label: t('resolverUrl'), at: 'resolver', placeholder, usual })}
    <button type="submit" class="primary">${t('save')}</button></form>`;
}

/** @param {unknown} label @param {boolean} chosen @param {() => unknown} choose */
const radio = (label, chosen, choose) =>
  html`<label class="radio"><input type="radio" name="resolver" .checked=${chosen} @change=${choose}
    /><span>${label}</span></label>`;

/** @param {State} state @param {string | null} word */
function choose(state, word) {
  state.drafts.delete('resolver');
  return state.change({ op: 'resolver', resolver: word });
}
