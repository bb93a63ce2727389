// Adding an endpoint, in two steps: the URL is checked and the endpoint asked for its chain; then the person sees where
// it stands and how that changes the verdict, and decides.

import { html, nothing } from './vendor/lit-html.js';
import { ask } from './ui-api.js';
import { lang, t } from './ui-i18n.js';
import { complaint, icon, notice, toggle } from './ui-parts.js';
import { chip, evidence } from './ui-endpoint.js';
import { sentence } from './ui-panel.js';

/** @typedef {import('./ui-panel.js').Panel} Panel */
/** @typedef {import('./ui-types.js').ChainView} Chain */
/** @typedef {import('./ui-types.js').Preset} Preset */
/** @typedef {import('./ui-types.js').Problem} Problem */

/**
 * The endpoint being added. `found` is its answer for exactly this URL and these headers.
 * @typedef {{chain: number, url: string, name: string, private: boolean, header: string, value: string, ws: string,
 *   more: boolean, asking: boolean, found: import('./ui-types.js').Probed | null, problem: Problem | null,
 *   presets: Preset[] | null}} Adding
 */

/** @param {number} chain @returns {Adding} */
const blank = (chain) => ({
  chain,
  url: '',
  name: '',
  private: false,
  header: '',
  value: '',
  ws: '',
  more: false,
  asking: false,
  found: null,
  problem: null,
  presets: null,
});

/** @param {Panel} panel @param {Chain} chain */
async function startAdding(panel, chain) {
  const adding = blank(chain.id);
  panel.adding = adding;
  panel.draw();
  setTimeout(() => document.getElementById('add-url')?.focus());
  const reply = await ask({ type: 'presets', chain: chain.id, lang });
  adding.presets = reply.type === 'presets' ? reply.presets : [];
  panel.draw();
}

/** @param {Panel} panel @param {Chain} chain */
export function addView(panel, chain) {
  const { adding } = panel;
  if (adding === null || adding.chain !== chain.id) {
    return html`<button type="button" class="add" @click=${() => startAdding(panel, chain)}
      >${icon('plus')}${t('addEndpoint')}</button>`;
  }
  return html`<form class="adding" @submit=${(/** @type {Event} */ event) => submit(panel, adding, event)}
      @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && stop(panel, event)}>
    ${field(panel, adding, 'add-url', 'url', t('urlLabel'), 'https://')}
    ${field(panel, adding, 'add-name', 'name', t('nameLabel'), t('namePlaceholder'))}
    ${moreFields(panel, adding)}
    ${toggle({
      label: t('privateSwitch'),
      hint: t('privateHint'),
      on: adding.private,
      flip: (on) => {
        adding.private = on;
        panel.draw();
      },
    })}
    <div aria-live="polite">${result(adding)}</div>
    <div class="form-buttons">
      <button type="submit" class="primary" ?disabled=${adding.asking}
        >${adding.asking ? t('asking') : adding.found ? t('addNow') : t('check')}</button>
      <button type="button" class="quiet" @click=${(/** @type {Event} */ event) => stop(panel, event)}
        >${t('cancel')}</button>
      ${mayStillBeAdded(adding.problem) ? addAnyway(() => save(panel, adding)) : nothing}
    </div>
    ${presetList(panel, chain, adding)}
  </form>`;
}

/** @param {() => unknown} click */
const addAnyway = (click) => html`<button type="button" class="quiet push" @click=${click}>${t('addAnyway')}</button>`;

/**
 * An endpoint that cannot say its chain yet may be added; one that is wrong may not.
 * @param {Problem | null} problem
 */
const mayStillBeAdded = (problem) => ['no-answer', 'refused', 'not-ready'].includes(problem?.code ?? '');

/** @typedef {'url' | 'name' | 'header' | 'value' | 'ws'} Field */

/** Where the core reports a problem with each field. */
const PLACES = { url: 'url', name: 'name', header: 'headers[0].name', value: 'headers[0].value', ws: 'ws' };
/** Fields whose change invalidates the endpoint's answer. */
const ASKED = new Set(['url', 'header', 'value']);

/**
 * @param {Panel} panel @param {Adding} adding @param {string} id
 * @param {Field} name @param {string} label @param {string} placeholder
 */
function field(panel, adding, id, name, label, placeholder) {
  const at = PLACES[name];
  const mine = adding.problem?.field === at ? adding.problem : null;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} type="text" inputmode=${['url', 'ws'].includes(name) ? 'url' : 'text'} placeholder=${placeholder}
      autocomplete="off" autocapitalize="off" spellcheck="false"
      aria-invalid=${mine !== null} aria-describedby=${`${id}-problem`} .value=${adding[name]}
      @input=${(/** @type {any} */ event) => typed(panel, adding, name, event.target.value)} />
    ${complaint(id, mine)}
  </div>`;
}

/** @param {Panel} panel @param {Adding} adding @param {Field} name @param {string} text */
function typed(panel, adding, name, text) {
  adding[name] = text;
  if (ASKED.has(name)) adding.found = null;
  adding.problem = null;
  panel.draw();
}

/** Makes the problem visible. @param {Adding} adding */
const unfold = (adding) => {
  adding.more ||= /^(headers|ws$)/.test(adding.problem?.field ?? '');
};

/** @param {Panel} panel @param {Adding} adding */
const moreFields = (panel, adding) => html`<details class="key-fields" .open=${adding.more}
    @toggle=${(/** @type {any} */ event) => {
      adding.more = event.target.open;
    }}>
  <summary>${icon('chevron')}${t('keyAndWebSocket')}</summary>
  <div class="two">
    ${field(panel, adding, 'add-header', 'header', t('headerName'), 'x-api-key')}
    ${field(panel, adding, 'add-value', 'value', t('headerValue'), '')}
  </div>
  ${field(panel, adding, 'add-ws', 'ws', t('wsLabel'), 'wss://')}
  <p class="hint">${t('wsHint')}</p>
</details>`;

/** @param {Adding} adding */
function result({ found, problem }) {
  if (problem && !Object.values(PLACES).includes(problem.field)) return notice('bad', sentence(problem));
  if (!found) return nothing;
  return notice(
    'good',
    html`
    <p><strong>${t('answersAs', found.chain, found.ms)}</strong> ${chip(found.ground)}</p>
    <p class="change">${found.change}</p>
    ${evidence(found.ground)}`,
  );
}

/** @param {Panel} panel @param {Event} event */
function stop(panel, event) {
  event.preventDefault();
  event.stopPropagation(); // Escape would close the popup
  panel.adding = null;
  panel.draw();
}

/** @param {Panel} panel @param {Adding} adding @param {Event} event */
function submit(panel, adding, event) {
  event.preventDefault();
  return adding.found ? save(panel, adding) : check(panel, adding);
}

/** @param {Adding} adding @returns {[string, string][]} */
const headers = ({ header, value }) => (header === '' && value === '' ? [] : [[header, value]]);

/** @param {Panel} panel @param {Adding} adding */
async function check(panel, adding) {
  adding.asking = true;
  adding.problem = null;
  panel.draw();
  const asked = `${adding.url}\n${adding.header}\n${adding.value}`;
  const reply = await ask({ type: 'probe', chain: adding.chain, url: adding.url, headers: headers(adding), lang });
  adding.asking = false;
  // The answer only counts for what was asked: the person may have typed on meanwhile.
  if (asked === `${adding.url}\n${adding.header}\n${adding.value}`) {
    adding.found = reply.type === 'probed' ? reply : null;
    adding.problem = reply.type === 'problem' ? reply : null;
    unfold(adding);
  }
  panel.draw();
}

/** @param {Panel} panel @param {Adding} adding */
async function save(panel, adding) {
  const { chain, url, name, private: hidden, ws, found } = adding;
  adding.problem = await panel.edit({
    op: 'add-endpoint',
    chain,
    url,
    name: name || (found?.ground.operator ?? ''),
    private: hidden,
    headers: headers(adding),
    ...(ws.trim() === '' ? {} : { ws }),
  });
  if (!adding.problem) panel.adding = null;
  unfold(adding);
  panel.draw();
}

/** Presets are offered, never used unless chosen. @param {Panel} panel @param {Chain} chain @param {Adding} adding */
function presetList(panel, chain, adding) {
  const taken = new Set(chain.endpoints.map((endpoint) => endpoint.name));
  const offered = (adding.presets ?? []).filter((preset) => !taken.has(preset.name));
  if (offered.length === 0) return nothing;
  return html`<div class="presets">
    <p class="presets-title">${t('presets')}</p>
    <ul>${offered.map((preset) => presetRow(preset, () => choose(panel, adding, preset)))}</ul>
  </div>`;
}

/** @param {Preset} preset @param {() => unknown} click */
const presetRow = ({ name, note, test, private: hidden }, click) => html`<li>
  <button type="button" class="preset" @click=${click}>
    ${icon('plus')}<span class="preset-name"
      >${name}${hidden ? html`<span class="tag">${icon('lock')}${t('privateTag')}</span>` : nothing}</span>
    <span class="hint" title=${note}>${short(note)}</span>
    ${test ? html`<span class="hint">${tested(test)}</span>` : nothing}
  </button>
</li>`;

/** @param {import('./ui-types.js').TestView} test */
const tested = ({ ms, place }) => (ms === null ? t('outcomeFault') : `${place} · ${ms} ms`);

/** Sources are shown by host name, with the whole address in the tooltip. @param {string} note */
const short = (note) => note.replace(/https?:\/\/(?:www\.)?([a-z0-9.-]*[a-z0-9])(?:\/[^\s)]*)?/gi, '$1');

/** @param {Panel} panel @param {Adding} adding @param {Preset} preset */
function choose(panel, adding, preset) {
  Object.assign(adding, {
    url: preset.url,
    name: preset.name,
    private: preset.private,
    header: '',
    value: '',
    ws: '',
    found: null,
    problem: null,
  });
  return check(panel, adding);
}
