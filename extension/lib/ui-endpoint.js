// One endpoint of a chain: a line with its health and ground, and the actions for it.

import { html, nothing } from './vendor/lit-html.js';
import { figure, t } from './ui-i18n.js';
import { complaint, icon, toggle } from './ui-parts.js';
import { canGive, give } from './ui-give.js';

/** @typedef {import('./ui-types.js').ChainView} Chain */
/** @typedef {import('./ui-types.js').EndpointView} Endpoint */
/** @typedef {import('./ui-panel.js').Panel} Panel */

/** What the dot means, for those who cannot see it. @param {Endpoint} endpoint */
function healthWord({ enabled, health }) {
  if (!enabled) return t('healthOff');
  /** @type {Record<string, string>} */
  const words = {
    good: t('healthGood'),
    slow: t('healthSlow'),
    resting: t('healthResting'),
    down: t('healthDown'),
    unknown: t('healthUnknown'),
    'wrong-chain': t('healthWrongChain'),
    'no-permission': t('healthNoPermission'),
    drill: t('healthDrill'),
  };
  return words[health] ?? t('healthUnknown');
}

/** @param {Endpoint} endpoint */
const dot = (endpoint) => html`
  <span class="dot dot-${endpoint.enabled ? endpoint.health : 'off'}" title=${endpoint.why}>
    <span class="sr">${healthWord(endpoint)}</span></span>`;

/**
 * The "your label" mark comes first, so that a long label cannot push it out.
 * @param {import('./ui-types.js').GroundView} ground
 */
export const chip = (ground) =>
  ground.chip === ''
    ? nothing
    : html`<span class="chip ${ground.hidden || !ground.network ? 'chip-hidden' : ''}" title=${ground.chip}
        >${ground.own_label ? `${t('ownLabel')} ` : nothing}${ground.chip}</span>`;

const privateTag = () => html`<span class="tag" title=${t('privateHint')}>${icon('lock')}${t('privateTag')}</span>`;

/** The median. @param {number | null | undefined} ms */
const latency = (ms) => (ms === null || ms === undefined ? '' : html`${figure(ms)}<small> ms</small>`);

/**
 * @param {Panel} panel
 * @param {Chain} chain
 * @param {Endpoint} endpoint
 * @param {number} place
 */
export function endpointRow(panel, chain, endpoint, place) {
  const name = `row:${chain.id}:${endpoint.key}`;
  const open = panel.open.has(name);
  return html`<li class="endpoint ${endpoint.enabled ? '' : 'endpoint-off'} ${open ? 'endpoint-open' : ''}">
    <button class="endpoint-line" type="button" aria-expanded=${open} @click=${() => panel.toggle(name)}>
      ${dot(endpoint)}
      <span class="endpoint-name">${endpoint.name}${endpoint.private ? privateTag() : nothing}</span>
      <span class="p50">${latency(endpoint.p50_ms)}</span>
      ${chip(endpoint.ground)}
    </button>
    ${open ? more(panel, chain, endpoint, place) : nothing}
  </li>`;
}

/**
 * @param {Panel} panel @param {Chain} chain @param {Endpoint} endpoint @param {number} place
 */
function more(panel, chain, endpoint, place) {
  const at = { chain: chain.id, key: endpoint.key };
  const renaming = panel.renaming?.key === endpoint.key;
  return html`<div class="endpoint-more">
    <p class="why"><strong>${healthWord(endpoint)}.</strong> ${endpoint.why}</p>
    <p class="url">${endpoint.url}</p>
    ${endpoint.ws ? html`<p class="url">${endpoint.ws}</p>` : nothing}
    ${endpoint.live ? html`<p class="hint">${t('wsLive')}</p>` : nothing}
    ${endpoint.head ? html`<p class="hint">${t('newestBlock', figure(endpoint.head))}</p>` : nothing}
    ${evidence(endpoint.ground)}
    ${toggle({
      label: t('askIt'),
      on: endpoint.enabled,
      flip: (enabled) => panel.change({ op: 'enable', ...at, enabled }),
    })}
    ${toggle({
      label: t('privateSwitch'),
      hint: t('privateHint'),
      on: endpoint.private,
      flip: (on) => panel.change({ op: 'private', ...at, private: on }),
    })}
    ${panel.extras(chain, endpoint, place)}
    ${renaming ? renameForm(panel, chain, endpoint) : buttons(panel, chain, endpoint, place)}
  </div>`;
}

/** Why we believe where it stands. @param {import('./ui-types.js').GroundView} ground */
export const evidence = ({ evidence: lines }) =>
  lines.length === 0
    ? nothing
    : html`<ul class="evidence" aria-label=${t('evidence')}>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;

/**
 * @param {Panel} panel @param {Chain} chain @param {Endpoint} endpoint @param {number} place
 */
function buttons(panel, chain, endpoint, place) {
  const last = chain.endpoints.length - 1;
  return html`<div class="row-buttons">
    <button type="button" class="quiet" @click=${() => startRename(panel, endpoint)}
      >${icon('pencil')}${t('rename')}</button>
    <button type="button" class="quiet square" title=${t('up')}
      ?disabled=${place === 0} aria-label=${t('moveUp', endpoint.name)}
      @click=${(/** @type {Event} */ event) => move(panel, chain, endpoint, place - 1, event)}>${icon('up')}</button>
    <button type="button" class="quiet square" title=${t('down')}
      ?disabled=${place === last} aria-label=${t('moveDown', endpoint.name)}
      @click=${(/** @type {Event} */ event) => move(panel, chain, endpoint, place + 1, event)}>${icon('down')}</button>
    <span class="gap"></span>
    <button type="button" class="quiet danger" @click=${() => panel.removeEndpoint(chain.id, place, endpoint)}
      >${icon('bin')}${t('remove')}</button>
    ${canGive(panel) ? giveButton(() => give(panel, chain, place)) : nothing}
  </div>`;
}

/** @param {() => unknown} click */
const giveButton = (click) =>
  html`<button type="button" class="quiet wide" title=${t('giveHint')} @click=${click}
    >${icon('wallet')}${t('give')}</button>`;

/** @param {Panel} panel @param {Endpoint} endpoint */
function startRename(panel, endpoint) {
  panel.renaming = { key: endpoint.key, text: endpoint.name, problem: null };
  panel.draw();
  setTimeout(() => /** @type {HTMLInputElement | null} */ (document.getElementById('rename'))?.select());
}

/** @param {Panel} panel @param {Chain} chain @param {Endpoint} endpoint */
const renameForm = (panel, chain, endpoint) => html`
  <form class="inline-form" @submit=${(/** @type {Event} */ event) => rename(panel, chain, endpoint, event)}>
    <label for="rename">${t('newName')}</label>
    <div class="joined">
      <input id="rename" type="text" maxlength="80" autocomplete="off" aria-describedby="rename-problem"
        .value=${panel.renaming?.text ?? ''}
        @input=${(/** @type {any} */ event) => panel.renaming && (panel.renaming.text = event.target.value)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && endRename(panel, event)} />
      <button type="submit" class="primary">${t('save')}</button>
    </div>
    ${complaint('rename', panel.renaming?.problem)}
  </form>`;

/** @param {Panel} panel @param {Event} event */
function endRename(panel, event) {
  event.preventDefault();
  event.stopPropagation(); // Escape would close the popup
  panel.renaming = null;
  panel.draw();
}

/** @param {Panel} panel @param {Chain} chain @param {Endpoint} endpoint @param {Event} event */
async function rename(panel, chain, endpoint, event) {
  event.preventDefault();
  const draft = panel.renaming;
  if (!draft) return;
  draft.problem = await panel.edit({ op: 'rename', chain: chain.id, key: endpoint.key, name: draft.text });
  if (!draft.problem) panel.renaming = null;
  panel.draw();
}

/**
 * Rows are drawn by position: after a move the focus stays with the endpoint.
 * @param {Panel} panel @param {Chain} chain @param {Endpoint} endpoint @param {number} to @param {Event} event
 */
async function move(panel, chain, endpoint, to, event) {
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  const row = button.closest('li');
  const which = [...(row?.querySelectorAll('button') ?? [])].indexOf(/** @type {any} */ (button));
  if (await panel.change({ op: 'move', chain: chain.id, key: endpoint.key, to })) return;
  await null; // drawn
  const moved = row?.parentElement?.children[to]?.querySelectorAll('button')[which];
  if (moved && !moved.disabled) moved.focus();
}
