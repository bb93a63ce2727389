// The options page's own state: the settings in full, and the text typed into its forms.

import { endpointExtras } from './extras.js';
import { readSettings } from '../lib/ui-api.js';
import { Panel } from '../lib/ui-panel.js';

/** @typedef {import('../lib/ui-types.js').Problem} Problem */
/** @typedef {{values: Record<string, string>, problem: Problem | null}} Draft */

export class Options extends Panel {
  /** @param {(state: any) => void} paint */
  constructor(paint) {
    super(paint, { wide: true });
    this.section = 'endpoints';
    /** @type {import('../lib/ui-types.js').FileOut | null} */
    this.settings = null;
    /** Forms by name. @type {Map<string, Draft>} */
    this.drafts = new Map();
    /**
     * A valid file that waits for the person's decision.
     * @type {{text: string, sections: import('../lib/ui-types.js').Section[]} | null}
     */
    this.file = null;
    /** @type {Problem | null} */
    this.fileProblem = null;
  }

  /**
   * @override
   * @param {import('../lib/ui-types.js').ChainView} chain
   * @param {import('../lib/ui-types.js').EndpointView} endpoint
   * @param {number} place
   */
  extras(chain, endpoint, place) {
    return endpointExtras(this, chain, endpoint, place);
  }

  async readSettings() {
    this.settings = await readSettings();
    this.draw();
  }

  /** @param {object} edit */
  async edit(edit) {
    const problem = await super.edit(edit);
    if (!problem) await this.readSettings();
    return problem;
  }

  /** The text typed into a form; empty at first. @param {string} form @returns {Draft} */
  draft(form) {
    const known = this.drafts.get(form) ?? { values: {}, problem: null };
    this.drafts.set(form, known);
    return known;
  }

  /**
   * What a form does when it is sent. It is emptied if its edit is accepted, and shows the problem if not.
   * @param {string} form @param {() => object} edit
   * @param {Record<string, string>} [words] sentences by code, where the form's unit is not the core's
   */
  submit(form, edit, words = {}) {
    return async (/** @type {Event} */ event) => {
      event.preventDefault();
      const problem = await this.edit(edit());
      if (problem) this.draft(form).problem = { ...problem, message: words[problem.code] ?? problem.message };
      else this.drafts.delete(form);
      this.draw();
    };
  }
}
