// One chain: its verdict, its endpoints, how its reads are answered.

import { html, nothing } from './vendor/lit-html.js';
import { t } from './ui-i18n.js';
import { icon, notice, toggle } from './ui-parts.js';
import { addView } from './ui-add.js';
import { endpointRow } from './ui-endpoint.js';
import { TONES, endpointCount, verdictView } from './ui-verdict.js';

/** @typedef {import('./ui-panel.js').Panel} Panel */
/** @typedef {import('./ui-types.js').ChainView} Chain */

/** Chains that were in use when the page opened come first; otherwise in the person's order. @param {Panel} panel */
function sorted({ first, snapshot }) {
  const chains = snapshot?.chains ?? [];
  return [...chains.filter(({ id }) => first.includes(id)), ...chains.filter(({ id }) => !first.includes(id))];
}

/** @param {Panel} panel */
export const chainList = (panel) => html`
  ${overallView(panel)}
  <ul class="chains">${sorted(panel).map((chain) => chainCard(panel, chain))}</ul>`;

/**
 * Which chains one failure would take down; in the popup only if it adds to the chains' own verdicts.
 * @param {Panel} panel
 */
function overallView({ snapshot, wide }) {
  const overall = snapshot?.overall;
  if (!overall) return nothing;
  if (overall.level === 'none')
    return html`<div class="overall">
      ${notice('info', html`<p><strong>${overall.sentence}</strong></p><p>${t('firstSteps')}</p>`)}</div>`;
  const together = (overall.losses[0]?.chains.length ?? 0) > 1;
  if (!wide && !together) return nothing;
  return html`<div class="overall">${notice(TONES[overall.level] ?? 'info', overall.sentence)}</div>`;
}

/** @param {Panel} panel @param {Chain} chain */
function chainCard(panel, chain) {
  const name = `chain:${chain.id}`;
  const open = panel.open.has(name);
  const off = chain.mode === 'off';
  const { level, word, health } = chain.verdict;
  return html`<li class="chain ${open ? 'chain-open' : ''}">
    <h2><button class="chain-head" type="button" aria-expanded=${open} @click=${() => panel.toggle(name)}>
      <span class="monogram" style=${`--hue: ${(chain.id * 47) % 360}`} aria-hidden="true"
        >${chain.name.slice(0, 1)}</span>
      <span class="chain-title"><span class="chain-name">${chain.name}</span>
        <span class="hint">${endpointCount(chain.endpoints.length)}${
          chain.in_use ? html` · <span class="in-use">${t('inUse')}</span>` : nothing
        }</span>${health && !off ? html`<span class="hint">${health}</span>` : nothing}</span>
      <span class="pill ${(!off && TONES[level]) || ''}">${off ? t('modeOff') : word}</span>
      ${icon('chevron')}
    </button></h2>
    ${open ? body(panel, chain) : nothing}
  </li>`;
}

/** @param {Panel} panel @param {Chain} chain */
const body = (panel, chain) => html`<div class="chain-body">
  ${verdictView(panel, chain)}
  ${chain.consent ? html`<p class="hint">${t('privateChain')}</p>` : nothing}
  ${
    chain.endpoints.length === 0
      ? nothing
      : html`
    <ul class="endpoints">${chain.endpoints.map((endpoint, place) => endpointRow(panel, chain, endpoint, place))}</ul>`
  }
  ${addView(panel, chain)}
  ${chain.endpoints.length === 0 ? nothing : modeView(panel, chain)}
  ${
    panel.wide
      ? toggle({
          id: `ask-sites-${chain.id}`,
          label: t('askSites'),
          hint: t('askSitesHint'),
          on: chain.ask_sites === true,
          flip: (on) => panel.change({ op: 'ask-sites', chain: chain.id, on }),
        })
      : nothing
  }
  ${panel.wide ? foot(() => removeChain(panel, chain)) : nothing}
</div>`;

/** @param {() => unknown} remove */
const foot = (remove) => html`<div class="chain-foot">
  <button type="button" class="quiet danger" @click=${remove}>${icon('bin')}${t('removeChain')}</button></div>`;

/** @param {Panel} panel @param {Chain} chain */
function modeView(panel, chain) {
  const id = `mode-${chain.id}`;
  const modes = {
    guard: t('modeGuard'),
    race: t('modeRace'),
    rescue: t('modeRescue'),
    compare: t('modeCompare'),
    off: t('modeOff'),
  };
  const hints = {
    guard: t('modeGuardHint'),
    race: t('modeRaceHint'),
    rescue: t('modeRescueHint'),
    compare: t('modeCompareHint'),
    off: t('modeOffHint'),
  };
  return html`<div class="mode">
    <label for=${id}>${t('mode')}</label>
    ${select(id, modes, chain.mode, (mode) => panel.change({ op: 'set-mode', chain: chain.id, mode }))}
    <p class="hint">${hints[chain.mode]}</p>
    ${
      chain.mode === 'compare'
        ? html`
      <label for=${`${id}-dispute`}>${t('dispute')}</label>
      ${select(
        `${id}-dispute`,
        { error: t('disputeError'), majority: t('disputeMajority') },
        chain.dispute,
        (dispute) => panel.change({ op: 'set-dispute', chain: chain.id, dispute }),
      )}
      <label for=${`${id}-unconfirmed`}>${t('unconfirmed')}</label>
      ${select(
        `${id}-unconfirmed`,
        { answer: t('unconfirmedAnswer'), error: t('disputeError') },
        chain.unconfirmed,
        (unconfirmed) => panel.change({ op: 'set-unconfirmed', chain: chain.id, unconfirmed }),
      )}`
        : nothing
    }
  </div>`;
}

/**
 * @param {string} id
 * @param {Record<string, string>} words
 * @param {string} chosen
 * @param {(value: string) => void} choose
 */
export const select = (id, words, chosen, choose) => html`
  <select id=${id} @change=${(/** @type {any} */ event) => choose(event.target.value)}>
    ${Object.entries(words).map(
      ([value, word]) => html`<option value=${value} .selected=${value === chosen}>${word}</option>`,
    )}
  </select>`;

/** @param {Panel} panel @param {Chain} chain */
async function removeChain(panel, chain) {
  if (chain.endpoints.length > 0) {
    panel.say(t('removeChainFirst', chain.name), { bad: true });
    return;
  }
  if (await panel.change({ op: 'remove-chain', chain: chain.id })) return;
  panel.say(t('removed', chain.name), {
    undo: () => panel.change({ op: 'add-chain', id: chain.id, name: chain.name }),
  });
}
