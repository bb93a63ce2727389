// What the options page adds to an endpoint: traces, request headers, its operator, and its WebSocket.

import { html, nothing } from '../lib/vendor/lit-html.js';
import { t } from '../lib/ui-i18n.js';
import { toggle } from '../lib/ui-parts.js';
import { field, remover } from './form.js';

/** @typedef {import('./state.js').Options} State */

/**
 * @param {State} state
 * @param {import('../lib/ui-types.js').ChainView} chain
 * @param {import('../lib/ui-types.js').EndpointView} endpoint
 * @param {number} place
 */
export function endpointExtras(state, chain, endpoint, place) {
  const stored = state.settings?.chains.find(({ id }) => id === chain.id)?.endpoints[place];
  if (!stored) return nothing;
  const at = { chain: chain.id, key: endpoint.key };
  return html`<div class="extras">${traces(state, at, stored)}${operator(state, at, stored)}
    ${headers(state, at, stored)}${webSocket(state, at, endpoint)}</div>`;
}

/** @typedef {{chain: number, key: string}} At */
/** @typedef {import('../lib/ui-types.js').EndpointOut} Stored */

/** @param {State} state @param {At} at @param {Stored} stored */
const traces = (state, at, { traces: on = false }) =>
  toggle({
    label: t('tracesSwitch'),
    hint: t('tracesHint'),
    on,
    flip: (wanted) => state.change({ op: 'traces', ...at, traces: wanted }),
  });

/** @param {State} state @param {At} at @param {Stored} stored */
function operator(state, at, { operator: usual = '' }) {
  const form = `operator-${at.key}`;
  const wanted = () => (state.draft(form).values.operator ?? usual).trim() || null;
  const edit = () => ({ op: 'set-operator', ...at, operator: wanted() });
  return html`<form class="row" @submit=${state.submit(form, edit)}>
    ${field(state, { form, name: 'operator', label: t('runBy'), at: 'operator', placeholder: t('runByTable'), usual })}
    <button type="submit" class="quiet bordered">${t('save')}</button>
  </form>`;
}

/**
 * Values are keys: they are replaced or removed here, not shown.
 * @param {State} state
 * @param {At} at
 * @param {Stored} stored
 */
function headers(state, at, stored) {
  const form = `headers-${at.key}`;
  const known = Object.entries(stored.headers);
  const keep = (/** @type {[string, string][]} */ pairs) => ({ op: 'set-headers', ...at, headers: pairs });
  const { name = '', value = '' } = state.draft(form).values;
  const without = (/** @type {string} */ header) => known.filter(([other]) => other !== header);
  const rows = known.map(
    ([header]) =>
      html`<li><code>${header}: …</code> ${remover(header, () => state.change(keep(without(header))))}</li>`,
  );
  return html`
    ${rows.length === 0 ? nothing : html`<ul class="rows" aria-label=${t('headers')}>${rows}</ul>`}
    <form class="row" @submit=${state.submit(form, () => keep([[name, value], ...without(name.toLowerCase())]))}>
      ${field(state, { form, name: 'name', label: t('headerName'), at: 'headers[0].name', placeholder: 'x-api-key' })}
      ${field(state, { form, name: 'value', label: t('headerValue'), at: 'headers[0].value' })}
      <button type="submit" class="quiet bordered">${t('setHeader')}</button>
    </form>`;
}

/**
 * Its URL may hold a key: it is replaced or removed here, not shown.
 * @param {State} state
 * @param {At} at
 * @param {import('../lib/ui-types.js').EndpointView} endpoint
 */
function webSocket(state, at, { ws: shown }) {
  const form = `ws-${at.key}`;
  const set = (/** @type {string | null} */ ws) => ({ op: 'set-ws', ...at, ws });
  const row = shown && html`<li><code>${shown}</code> ${remover(shown, () => state.change(set(null)))}</li>`;
  return html`
    ${row ? html`<ul class="rows" aria-label=${t('wsLabel')}>${row}</ul>` : nothing}
    <form class="row" @submit=${state.submit(form, () => set(state.draft(form).values.ws ?? ''))}>
      ${field(state, { form, name: 'ws', label: t('wsLabel'), at: 'ws', placeholder: 'wss://' })}
      <button type="submit" class="quiet bordered">${t('save')}</button>
    </form>
    <p class="hint">${t('wsHint')}</p>`;
}
