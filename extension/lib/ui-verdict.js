// The verdict on a chain's endpoints: the sentence, what to add, and what each failure would leave.

import { html, nothing } from './vendor/lit-html.js';
import { addBest, testPresets } from './ui-advice.js';
import { counted, figure, t } from './ui-i18n.js';
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

/** @param {Panel} panel @param {Chain} chain */
export function verdictView(panel, chain) {
  const { id, verdict, endpoints } = chain;
  const { beside, advice, offer } = verdict;
  const law = panel.snapshot?.warn_law === true;
  const details = `verdict:${id}`;
  return html`<section class="verdict verdict-${verdict.level}">
    <p class="verdict-sentence">${verdict.sentence}</p>
    ${offer || advice ? html`<p>${offer?.sentence ?? advice}</p>` : nothing}
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

/** @param {Panel} panel @param {boolean} on */
const lawSwitch = (panel, on) =>
  toggle({
    label: t('warnLaw'),
    hint: t('warnLawHint'),
    on,
    flip: (wanted) => panel.change({ op: 'warn-law', on: wanted }),
  });

/** Colours of a row; a country or a law has none. @type {{[level: string]: string}} */
const ROWS = { shared: 'row-bad', 'cant-tell': 'row-caution' };

/**
 * @param {import('./ui-types.js').ChainVerdict} verdict
 * @param {number} total
 */
const domainTable = ({ domains, hhi }, total) => html`
  <table class="domains">
    <thead><tr><th scope="col">${t('ifThisGoesDark')}</th><th scope="col" class="num">${t('left')}</th></tr></thead>
    <tbody>${domains.map(
      (line) => html`<tr class=${ROWS[line.level ?? ''] ?? ''}>
      <th scope="row">${line.name}<span class="kind">${kindWord(line.domain.kind)}</span></th>
      <td class="num">${pips(line.left, Math.max(total, line.left))}<span class="left-text"
        >${t('leftOf', line.left, Math.max(total, line.left))}</span></td>
    </tr>`,
    )}</tbody>
  </table>
  ${hhi === null || hhi === undefined ? nothing : html`<p class="hint">${t('hhi', figure(hhi))}</p>`}`;

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
