// The state of one of our pages: the core's last snapshot, what the person is doing, and the messages that change
// something. It draws through one function and polls once a second.

import { ask, readSettings } from './ui-api.js';
import { lang, t } from './ui-i18n.js';

/** @typedef {import('./ui-types.js').Snapshot} Snapshot */
/** @typedef {import('./ui-types.js').Problem} Problem */

const POLL_MS = 1000;
const TOAST_MS = 12_000;

export class Panel {
  /**
   * @param {(panel: any) => void} paint draws everything
   * @param {{host?: string | null, tab?: number | null, wide?: boolean}} about
   */
  constructor(paint, { host = null, tab = null, wide = false } = {}) {
    this.paint = paint;
    this.host = host;
    this.tab = tab;
    this.wide = wide;
    /** @type {Snapshot | null} */
    this.snapshot = null;
    /** @type {import('./ui-types.js').Record[]} */
    this.races = [];
    /** @type {Problem | null} why there is no fresh snapshot */
    this.silent = null;
    this.permitted = true;
    /** @type {'chains' | 'drill' | 'trail'} */
    this.view = 'chains';
    /** Ids of the chains shown first. @type {number[]} */
    this.first = [];
    /** Chains and rows that are unfolded. @type {Set<string>} */
    this.open = new Set();
    /** @type {import('./ui-add.js').Adding | null} */
    this.adding = null;
    /** Chain whose presets are being tested. @type {number | null} */
    this.testing = null;
    /** @type {{key: string, text: string, problem: Problem | null} | null} */
    this.renaming = null;
    /** @type {string | null} */
    this.target = null;
    /** @type {{text: string, bad: boolean, undo: (() => unknown) | null} | null} */
    this.toast = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.toastTimer = undefined;
    this.drawing = false;
  }

  /** Draws soon; several calls in a row draw once. */
  draw() {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      this.paint(this);
    });
  }

  /**
   * Polls while the page is visible: a hidden one must not keep the core awake.
   * A slow answer delays the next question instead of piling up.
   */
  async start() {
    document.addEventListener('visibilitychange', () => document.hidden || this.refresh());
    for (;;) {
      if (this.snapshot === null || !document.hidden) await this.refresh();
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  async refresh() {
    const reply = await ask({ type: 'snapshot', host: this.host, lang });
    this.silent = reply.type === 'problem' ? reply : null;
    if (reply.type === 'snapshot') this.take(reply);
    if (this.view === 'trail') await this.readTrail();
    this.draw();
  }

  /** @param {Snapshot} snapshot */
  take(snapshot) {
    // At first, chains the page uses come first and are unfolded; later nothing moves by itself.
    if (this.snapshot === null) {
      if (!this.wide) this.first = snapshot.chains.filter((chain) => chain.in_use).map((chain) => chain.id);
      for (const chain of snapshot.chains) if (chain.in_use) this.open.add(`chain:${chain.id}`);
    }
    this.snapshot = snapshot;
  }

  async readTrail() {
    const reply = await ask({ type: 'trail', lang });
    if (reply.type === 'trail') this.races = reply.races;
  }

  /**
   * Further actions that a page offers for one endpoint.
   * @param {import('./ui-types.js').ChainView} _chain
   * @param {import('./ui-types.js').EndpointView} _endpoint
   * @param {number} _place
   * @returns {unknown}
   */
  extras(_chain, _endpoint, _place) {
    return null;
  }

  /** @param {'chains' | 'drill' | 'trail'} view */
  show(view) {
    this.view = view;
    this.draw();
    this.refresh();
  }

  /** @param {string} name */
  toggle(name) {
    if (!this.open.delete(name)) this.open.add(name);
    this.draw();
  }

  /**
   * Changes the settings and shows the result.
   * @param {object} edit
   * @returns {Promise<Problem | null>} what is wrong with it
   */
  async edit(edit) {
    const reply = await ask({ type: 'edit', edit: /** @type {import('./ui-types.js').Edit} */ (edit), lang });
    await this.refresh();
    return reply.type === 'problem' ? reply : null;
  }

  /** For changes without their own field: a problem is shown at the foot of the page. @param {object} edit */
  async change(edit) {
    const problem = await this.edit(edit);
    if (problem) this.say(sentence(problem), { bad: true });
    return problem;
  }

  /**
   * Removes an endpoint everywhere at once, and offers to put it back where it was.
   * @param {number} chain
   * @param {number} place
   * @param {import('./ui-types.js').EndpointView} endpoint
   */
  async removeEndpoint(chain, place, endpoint) {
    const settings = await readSettings();
    const stored = settings?.chains.find((known) => known.id === chain)?.endpoints[place];
    if (await this.change({ op: 'remove-endpoint', chain, key: endpoint.key })) return;
    const undo = () => this.change({ ...add(chain, /** @type {any} */ (stored)), at: place });
    this.say(t('removed', endpoint.name), { undo: stored ? undo : null });
  }

  /**
   * One sentence at the foot of the page, which is read out and disappears after a while.
   * @param {string} text
   * @param {{bad?: boolean, undo?: (() => unknown) | null}} [how]
   */
  say(text, { bad = false, undo = null } = {}) {
    clearTimeout(this.toastTimer);
    this.toast = { text, bad, undo };
    this.toastTimer = setTimeout(() => this.hush(), TOAST_MS);
    this.draw();
  }

  hush() {
    this.toast = null;
    this.draw();
  }
}

/**
 * The edit that adds an endpoint as the settings file has it.
 * @param {number} chain
 * @param {import('./ui-types.js').EndpointOut} stored
 */
export function add(chain, { url, name, enabled, private: hidden, traces, headers, operator, ws }) {
  const edit = { op: 'add-endpoint', chain, url, name, enabled, private: hidden, headers: Object.entries(headers) };
  return {
    ...edit,
    ...(traces ? { traces } : {}),
    ...(operator === undefined ? {} : { operator }),
    ...(ws === undefined ? {} : { ws }),
  };
}

/** @param {Problem} problem */
export function sentence(problem) {
  return problem.code === 'no-background' ? t('noBackground') : problem.message;
}
