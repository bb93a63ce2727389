// Drills: a pretend outage of five minutes that the person starts, and its result. And real outages.

import { html, nothing } from './vendor/lit-html.js';
import { ask } from './ui-api.js';
import { countdown, counted, duration, figure, moment, t } from './ui-i18n.js';
import { sentence } from './ui-panel.js';
import { notice } from './ui-parts.js';
import { kindWord } from './ui-verdict.js';

/** @typedef {import('./ui-panel.js').Panel} Panel */
/** @typedef {import('./ui-types.js').Snapshot} Snapshot */
/** @typedef {import('./ui-types.js').DrillView} Drill */
/** @typedef {{domain: import('./ui-types.js').Domain, name: string, on: number, chains: number}} Choice */

const KINDS = /** @type {const} */ (['region', 'network', 'operator', 'jurisdiction', 'country']);

/**
 * Every ground of the endpoints can go dark; the one with most endpoints comes first.
 * @param {Snapshot} snapshot
 * @returns {Choice[]}
 */
function choices({ chains }) {
  /** @type {Map<string, Choice>} */
  const found = new Map();
  for (const chain of chains) {
    for (const { domain, name, on } of chain.verdict.domains) {
      const id = idOf(domain);
      const known = found.get(id) ?? { domain, name, on: 0, chains: 0 };
      found.set(id, { ...known, on: known.on + on, chains: known.chains + 1 });
    }
  }
  return [...found.values()].sort((a, b) => b.on - a.on || a.name.localeCompare(b.name));
}

/** @param {import('./ui-types.js').Domain} domain */
const idOf = ({ kind, key }) => `${kind}/${key}`;

/** @param {Panel} panel */
export function drillView(panel) {
  const { snapshot } = panel;
  if (!snapshot) return nothing;
  const all = choices(snapshot);
  return html`<section class="drill">
    <h2 class="view-title">${t('drillTitle')}</h2>
    <p class="lead">${t('drillLead')}</p>
    ${snapshot.drill && !snapshot.drill.running ? resultView(snapshot, snapshot.drill) : nothing}
    ${all.length === 0 ? html`<p class="empty">${t('drillNothing')}</p>` : form(panel, all)}
  </section>`;
}

/** @param {Panel} panel @param {Choice[]} all */
function form(panel, all) {
  const drill = panel.snapshot?.drill;
  const running = drill?.running === true;
  const wanted = running ? idOf(drill.target) : panel.target;
  const chosen = all.some(({ domain }) => idOf(domain) === wanted)
    ? wanted
    : idOf(/** @type {Choice} */ (all[0]).domain);
  return html`<form @submit=${(/** @type {Event} */ event) => start(panel, all, chosen, event)}>
    <fieldset class="targets" ?disabled=${running}>
      <legend class="sr">${t('drillChoose')}</legend>
      ${KINDS.map((kind) =>
        group(
          panel,
          kind,
          all.filter(({ domain }) => domain.kind === kind),
          chosen,
        ),
      )}
    </fieldset>
    <button type="submit" class="primary block" ?disabled=${running}>${t('drillStart')}</button>
  </form>`;
}

/** @param {Panel} panel @param {typeof KINDS[number]} kind @param {Choice[]} mine @param {string | null} chosen */
const group = (panel, kind, mine, chosen) =>
  mine.length === 0
    ? nothing
    : html`
  <div class="target-group"><p class="target-kind">${kindWord(kind)}</p>
    ${mine.map(
      ({ domain, name, on }) => html`<label class="target">
      <input type="radio" name="target" .checked=${idOf(domain) === chosen} @change=${() => {
        panel.target = idOf(domain);
        panel.draw();
      }} />
      <span>${name}</span><span class="hint">${t(counted(on, 'carriesOne', 'carriesMany'), on)}</span>
    </label>`,
    )}
  </div>`;

/** @param {Panel} panel @param {Choice[]} all @param {string | null} chosen @param {Event} event */
async function start(panel, all, chosen, event) {
  event.preventDefault();
  const choice = all.find(({ domain }) => idOf(domain) === chosen);
  if (choice) await tell(panel, { type: 'drill-start', target: choice.domain });
}

/** @param {Panel} panel @param {import('./ui-types.js').PanelToCore} message */
async function tell(panel, message) {
  const reply = await ask(message);
  if (reply.type === 'problem') panel.say(sentence(reply), { bad: true });
  await panel.refresh();
}

/** Shown above every view while a drill runs. @param {Panel} panel */
export function drillBanner(panel) {
  const drill = panel.snapshot?.drill;
  if (!drill?.running) return nothing;
  const whole = Math.max(1, drill.ends_ms - drill.started_ms);
  const left = Math.max(0, drill.ends_ms - Date.now());
  return html`<section class="drill-banner" aria-label=${t('drillRunning', drill.name)}>
    <div class="drill-top"><strong>${t('drillRunning', drill.name)}</strong>
      <span class="drill-clock" role="timer">${countdown(left)}</span></div>
    <div class="drill-bar" aria-hidden="true"><i style=${`width: ${(100 * left) / whole}%`}></i></div>
    <div class="drill-top"><span>${t('drillSoFar', figure(drill.answered), figure(drill.asked))}</span>
      <button type="button" class="on-dark" @click=${() => tell(panel, { type: 'drill-stop' })}
        >${t('drillStop')}</button></div>
  </section>`;
}

/** @param {Snapshot} snapshot @param {Drill} drill */
const resultView = ({ chains }, drill) => html`
  <section class="result" role="status">
    <h3>${t('drillResult', drill.name, moment(drill.started_ms))}</h3>
    <dl class="figures">
      <div><dt>${t('asked')}</dt><dd>${figure(drill.asked)}</dd></div>
      <div><dt>${t('answered')}</dt><dd>${figure(drill.answered)}</dd></div>
      <div><dt>${t('slowest')}</dt><dd>${drill.answered === 0 ? '–' : duration(drill.slowest_ms)}</dd></div>
    </dl>
    ${
      drill.lost.length === 0
        ? nothing
        : html`<p class="result-bad">${t(
            'drillLost',
            chains
              .filter(({ id }) => drill.lost.includes(id))
              .map(({ name }) => name)
              .join(', '),
          )}</p>`
    }
    <p class=${drill.lost.length > 0 ? 'result-bad' : drill.asked > 0 ? 'result-good' : ''}>${drill.sentence}</p>
  </section>`;

/** Current outages, above every view. @param {Panel} panel */
export const runningIncidents = (panel) =>
  (panel.snapshot?.incidents ?? [])
    .filter(({ ended_ms }) => !ended_ms)
    .map(({ sentence: text, advice }) =>
      notice('bad', advice ? html`<p><strong>${text}</strong></p><p>${advice}</p>` : text),
    );
