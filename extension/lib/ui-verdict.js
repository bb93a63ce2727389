// The verdict on a chain's endpoints: the sentence, the advice, and what each failure would leave.

import { html, nothing } from './vendor/lit-html.js';
import { counted, figure, t } from './ui-i18n.js';
import { fold } from './ui-parts.js';
import { startAdding } from './ui-add.js';

/** @typedef {import('./ui-types.js').ChainView} Chain */
/** @typedef {import('./ui-types.js').Domain} Domain */

/** The word on a chain's pill. @param {Chain} chain */
export function levelWord({ mode, verdict }) {
  if (mode === 'off') return t('levelOff');
  if (verdict.reason === 'single') return t('levelSingle');
  if (verdict.reason === 'hidden') return t('levelHidden');
  return {
    none: t('levelNone'),
    unknown: t('levelUnknown'),
    diverse: t('levelDiverse'),
    caution: t('levelCaution'),
    warning: t('levelWarning'),
  }[verdict.level];
}

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
 * @param {import('./ui-panel.js').Panel} panel
 * @param {Chain} chain
 */
export function verdictView(panel, chain) {
  const { id, verdict, endpoints } = chain;
  const details = `verdict:${id}`;
  return html`<section class="verdict verdict-${verdict.level}">
    <p class="verdict-sentence">${verdict.sentence}</p>
    ${verdict.advice ? html`<p class="verdict-advice">${verdict.advice}</p>` : nothing}
    ${
      verdict.presets.length === 0
        ? nothing
        : html`<p class="verdict-presets">${verdict.presets.map(
            (name) => html`
      <button type="button" class="quiet bordered" @click=${() => startAdding(panel, chain, name)}
        >${t('checkPreset', name)}</button>`,
          )}</p>`
    }
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
 * @param {import('./ui-types.js').ChainVerdict} verdict
 * @param {number} total
 */
const domainTable = ({ domains, hhi }, total) => html`
  <table class="domains">
    <thead><tr><th scope="col">${t('ifThisGoesDark')}</th><th scope="col" class="num">${t('left')}</th></tr></thead>
    <tbody>${domains.map(
      (line) => html`<tr class=${line.left === 0 ? 'row-bad' : line.left === 1 ? 'row-caution' : ''}>
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
