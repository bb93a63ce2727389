// The verdict on a chain's endpoints: the sentence, what to add, and what each failure would leave.

import { html, nothing } from './vendor/lit-html.js';
import { ask } from './ui-api.js';
import { counted, figure, lang, t } from './ui-i18n.js';
import { fold, toggle } from './ui-parts.js';

/** @typedef {import('./ui-panel.js').Panel} Panel */
/** @typedef {import('./ui-types.js').ChainView} Chain */
/** @typedef {import('./ui-types.js').Domain} Domain */

/** @param {Domain['kind']} kind */
export const kindWord = (kind) =>
  ({
    operator: t('kindOperator'),
    network: t('kindNetwork'),
    region: t('kindRegion'),
    country: t('kindCountry'),
    jurisdiction: t('kindJurisdiction'),
  })[kind];

/**
 * Colours of levels. A chain without an endpoint or with a single one has none: that is a state and no alarm.
 * @type {Partial<Record<import('./ui-types.js').Level, 'good' | 'caution' | 'bad'>>}
 */
export const TONES = { survives: 'good', 'cant-tell': 'caution', shared: 'bad', dark: 'bad' };

/** @param {Panel} panel @param {Chain} chain */
export function verdictView(panel, chain) {
  const { id, verdict, endpoints } = chain;
  const { beside, offer } = verdict;
  const advice = offer?.sentence ?? verdict.advice;
  const law = panel.snapshot?.warn_law === true;
  const details = `verdict:${id}`;
  return html`<section class="verdict ${TONES[verdict.level] ?? ''}">
    <p class="verdict-sentence">${verdict.sentence}</p>
    ${advice ? html`<p>${advice}</p>` : nothing}
    ${offer || verdict.presets.length > 0 ? adviceButton(panel, chain) : nothing}
    ${beside.length > 0 ? html`<p class="hint">${beside.join(' · ')}</p>` : nothing}
    ${panel.wide && (law || beside.length > 0) ? lawSwitch(panel, law) : nothing}
    ${
      verdict.domains.length === 0
        ? nothing
        : html`
      ${fold(panel, details, t('whatIsLeft'))}
      ${panel.open.has(details) ? domainTable(verdict, endpoints.filter(({ enabled }) => enabled).length) : nothing}`
    }
  </section>`;
}

/**
 * The first press tests the presets that the advice names, the second adds the best of them. One button, so that it
 * keeps the focus.
 * @param {Panel} panel @param {Chain} chain
 */
function adviceButton(panel, chain) {
  const { offer } = chain.verdict;
  const busy = panel.testing === chain.id;
  const press = (/** @type {Event} */ event) => (offer ? addBest(panel, chain, event) : testPresets(panel, chain));
  return html`<button type="button" class="primary advice" aria-busy=${busy} @click=${press}
    >${busy ? t('asking') : offer ? t('addNamed', offer.name) : t('check')}</button>`;
}

/**
 * Asks each preset that the advice names. Each of them sees the person's address, which is why the advice says so and
 * nothing is asked before the press. The core remembers what they answer and offers the best.
 * @param {Panel} panel @param {Chain} chain
 */
async function testPresets(panel, { id: chain, verdict }) {
  if (panel.testing !== null) return;
  panel.testing = chain;
  panel.draw();
  const reply = await ask({ type: 'presets', chain, lang });
  /** @type {import('./ui-types.js').Preset[]} */
  const all = reply.type === 'presets' ? reply.presets : [];
  const named = all.filter(({ name }) => verdict.presets.includes(name));
  await Promise.all(named.map(({ url }) => ask({ type: 'probe', chain, url, lang })));
  panel.testing = null;
  await panel.refresh();
}

/** @param {Panel} panel @param {Chain} chain @param {Event} event */
async function addBest(panel, { id: chain, verdict: { offer } }, event) {
  if (!offer) return;
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  const head = /** @type {HTMLElement | null | undefined} */ (button.closest('.chain')?.querySelector('.chain-head'));
  const { url, name, operator } = offer;
  await panel.change({ op: 'add-endpoint', chain, url, name, operator });
  await null; // drawn
  if (!button.isConnected) head?.focus();
}

/** @param {Panel} panel @param {boolean} on */
const lawSwitch = (panel, on) =>
  toggle({
    label: t('warnLaw'),
    hint: t('warnLawHint'),
    on,
    flip: (wanted) => panel.change({ op: 'warn-law', on: wanted }),
  });

/**
 * @param {import('./ui-types.js').ChainVerdict} verdict
 * @param {number} total
 */
const domainTable = ({ domains, hhi }, total) => html`
  <table class="domains">
    <thead><tr><th scope="col">${t('ifThisGoesDark')}</th><th scope="col" class="num">${t('left')}</th></tr></thead>
    <tbody>${domains.map(
      (line) => html`<tr class="row-${line.level}">
      <th scope="row">${line.name}<span class="kind">${kindWord(line.domain.kind)}</span></th>
      <td class="num">${pips(line.left, Math.max(total, line.left))}<span class="left-text"
        >${t('leftOf', line.left, Math.max(total, line.left))}</span></td>
    </tr>`,
    )}</tbody>
  </table>
  ${hhi === null ? nothing : html`<p class="hint">${t('hhi', figure(hhi))}</p>`}`;

/** One square per endpoint, hollow if it would be lost. @param {number} left @param {number} total */
const pips = (left, total) =>
  total > 8
    ? nothing
    : html`<span class="pips" aria-hidden="true">${Array.from(
        { length: total },
        (_, i) => html`<i class=${i < left ? 'pip' : 'pip pip-gone'}></i>`,
      )}</span>`;

/** @param {number} count */
export const endpointCount = (count) => t(counted(count, 'endpointsOne', 'endpointsMany'), count);
