// The trail: who answered, after how long and why. No parameters, no URLs.

import { html, nothing } from './vendor/lit-html.js';
import { download } from './ui-api.js';
import { duration, moment, second, t } from './ui-i18n.js';
import { fold } from './ui-parts.js';

/** @typedef {import('./ui-panel.js').Panel} Panel */
/** @typedef {import('./ui-types.js').Record} Race */

/** @param {Panel} panel */
export const trailView = (panel) => html`<section class="trail">
  ${incidentList(panel)}
  <div class="title-row"><h2 class="view-title">${t('trailTitle')}</h2>
    <button type="button" class="quiet" ?disabled=${panel.races.length === 0}
      @click=${() => download('breakwater-trail.json', JSON.stringify(panel.races, null, 2))}
      >${t('asJson')}</button></div>
  <p class="lead">${t('trailLead')}</p>
  ${
    panel.races.length === 0
      ? html`<p class="empty">${t('trailEmpty')}</p>`
      : html`<ul class="races">${panel.races.map((race) => raceRow(panel, race))}</ul>`
  }
</section>`;

/** @param {Panel} panel @param {Race} race */
function raceRow(panel, race) {
  const name = `race:${race.at_ms}:${race.method}:${race.took_ms}`;
  const open = panel.open.has(name);
  const chain = panel.snapshot?.chains.find(({ id }) => id === race.chain)?.name ?? race.chain;
  return html`<li class="race">
    <button type="button" class="race-line" aria-expanded=${open} @click=${() => panel.toggle(name)}>
      <span class="race-method">${race.method}</span>
      <span class="race-took">${duration(race.took_ms)}</span>
      <span class="race-who ${race.answered_by ? '' : 'race-nobody'}">${lane(race.answered_by ?? null)}${
        race.attempts.length > 1 ? html`<span class="race-tries">${t('tries', race.attempts.length)}</span>` : nothing
      }</span>
      <span class="race-when">${second(race.at_ms)}</span>
    </button>
    ${
      open
        ? html`<div class="race-more">
      <p>${race.why}</p>
      <p class="hint">${t('raceWhere', chain, race.site)}</p>
      <ol class="attempts">${race.attempts.map(attemptRow)}</ol>
    </div>`
        : nothing
    }
  </li>`;
}

/** @param {string | null} name */
const lane = (name) => (name === null ? t('nobody') : name === 'wallet' ? t('wallet') : name);

/** @param {import('./ui-types.js').SendRecord} attempt */
const attemptRow = ({ sent_ms, lane: name, outcome, took_ms }) => html`<li>
  <span class="attempt-at">+${duration(sent_ms)}</span>
  <span class="attempt-lane">${lane(name)}</span>
  <span class="attempt-outcome outcome-${outcome}">${outcomeWord(outcome)}</span>
  <span class="attempt-took">${took_ms === null || took_ms === undefined ? '' : duration(took_ms)}</span>
</li>`;

/** @param {string} outcome */
function outcomeWord(outcome) {
  /** @type {Record<string, string>} */
  const words = {
    answer: t('outcomeAnswer'),
    'chain-error': t('outcomeChainError'),
    word: t('outcomeWord'),
    empty: t('outcomeEmpty'),
    stale: t('outcomeStale'),
    refused: t('outcomeRefused'),
    unable: t('outcomeUnable'),
    fault: t('outcomeFault'),
    disputed: t('outcomeDisputed'),
    cancelled: t('outcomeCancelled'),
  };
  return words[outcome] ?? outcome;
}

/** @param {Panel} panel */
function incidentList(panel) {
  const incidents = panel.snapshot?.incidents ?? [];
  if (incidents.length === 0) return nothing;
  return html`${fold(panel, 'incidents', t('incidents', incidents.length))}
    ${
      panel.open.has('incidents')
        ? html`<ul class="incidents">${incidents.map(
            ({ sentence, since_ms, ended_ms }) => html`<li>
      <p>${sentence}</p>
      <p class="hint">${
        ended_ms ? t('fromTo', moment(since_ms), moment(ended_ms)) : t('since', moment(since_ms))
      }</p></li>`,
          )}</ul>`
        : nothing
    }`;
}
