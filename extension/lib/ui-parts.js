// Small components for every view.

import { html, nothing, svg } from './vendor/lit-html.js';
import { t } from './ui-i18n.js';

/** Paths of a 20 × 20 grid, drawn with the current colour. */
const SHAPES = {
  chevron: 'M7 4l6 6-6 6',
  up: 'M10 16V4M5 9l5-5 5 5',
  down: 'M10 4v12M5 11l5 5 5-5',
  plus: 'M10 4v12M4 10h12',
  gear: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4',
  tab: 'M11 4h5v5M16 4l-7 7M8 5H4v11h11v-4',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 016 0V9',
  pencil: 'M4 16l1-4 8-8 3 3-8 8z',
  bin: 'M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11',
  wallet: 'M3 6h13v10H3zM3 6l9-3v3M13 11h3',
};

/** @param {keyof typeof SHAPES} name */
export const icon = (name) =>
  html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">${svg`<path d=${SHAPES[name]} />`}</svg>`;

/** The mark: waves on one side of the wall, calm on the other. */
export const mark = () => html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
  <rect class="mark-sea" width="32" height="32" rx="8" />
  <path class="mark-line" d="M3.3 13c1.5-3.8 3-3.8 4.2 0s2.8 3.8 4.3 0
    M3.3 21c1.5-3.8 3-3.8 4.2 0s2.8 3.8 4.3 0M22.5 14h6.2M23.2 21.5h5.5" />
  <path class="mark-wall" d="M16 7h2.5l2.2 18h-6z" />
</svg>`;

/**
 * A switch with its label to the left.
 * @param {{label: unknown, hint?: unknown, on: boolean, disabled?: boolean, flip: (on: boolean) => void,
 *   id?: string}} what
 */
export const toggle = ({ label, hint = nothing, on, disabled = false, flip, id }) => html`
  <label class="switch">
    <span class="switch-text"><span class="switch-label">${label}</span>${
      hint === nothing ? nothing : html`<span class="hint">${hint}</span>`
    }</span>
    <input type="checkbox" role="switch" id=${id ?? nothing} .checked=${on} ?disabled=${disabled}
      @change=${(/** @type {any} */ event) => flip(event.target.checked)} />
    <span class="switch-track" aria-hidden="true"></span>
  </label>`;

/**
 * A button that folds and unfolds what follows it.
 * @param {import('./ui-panel.js').Panel} panel
 * @param {string} name
 * @param {unknown} label
 */
export const fold = (panel, name, label) => html`
  <button class="fold" type="button" aria-expanded=${panel.open.has(name)} @click=${() => panel.toggle(name)}>
    ${icon('chevron')}<span>${label}</span>
  </button>`;

/**
 * The sentence under a field, tied to it for screen readers by its id.
 * @param {string} id of the field
 * @param {import('./ui-types.js').Problem | null | undefined} problem
 * @param {string} [field] only a problem of this field
 */
export function complaint(id, problem, field) {
  const mine = problem && (field === undefined || problem.field === field) ? problem : null;
  return html`<p class="complaint" id=${`${id}-problem`} role="alert">${mine ? mine.message : nothing}</p>`;
}

/**
 * @param {'good' | 'info' | 'caution' | 'bad'} tone
 * @param {unknown} content
 */
export const notice = (tone, content) => html`<div class="notice ${tone}" role="status">${content}</div>`;

/** @param {() => void} allow */
export const permission = (allow) =>
  notice(
    'caution',
    html`<p>${t('noPermission')}</p>
      <button type="button" class="primary" @click=${allow}>${t('allow')}</button>`,
  );

/** The last action, with its undo. @param {import('./ui-panel.js').Panel} panel */
export const toastView = (panel) => html`
  <div class="toast-place" role="status" aria-live="polite">
    ${
      panel.toast === null
        ? nothing
        : html`<div class="toast ${panel.toast.bad ? 'toast-bad' : ''}">
      <span>${panel.toast.text}</span>
      ${
        panel.toast.undo === null
          ? nothing
          : html`<button type="button" class="toast-undo" @click=${() => undo(panel)}>${t('undo')}</button>`
      }
    </div>`
    }
  </div>`;

/** @param {import('./ui-panel.js').Panel} panel */
function undo(panel) {
  const back = panel.toast?.undo;
  panel.hush();
  back?.();
}
