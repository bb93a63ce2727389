// A panel's change is reported as done once it is stored. A change that could not be stored is not in force.

import { readStored } from './stored.js';

/** Messages that change stored values. */
const CHANGES = new Set(['edit', 'import', 'load-table', 'shipped-table']);
/** Longest text of the browser that is shown, in characters. */
const LONGEST = 200;

export class Changes {
  /** @param {import('./shell.js').Shell} shell */
  constructor(shell) {
    this.shell = shell;
    /** The change in progress; the next one starts from its outcome. */
    this.last = Promise.resolve(/** @type {any} */ (undefined));
  }

  /** @param {any} message PanelToCore @returns {boolean} */
  static is(message) {
    return CHANGES.has(message?.type);
  }

  /** @param {any} message PanelToCore @returns {Promise<object>} PanelReply */
  make(message) {
    const make = () => this.change(message);
    this.last = this.last.then(make, make);
    return this.last;
  }

  /** @param {any} message */
  async change(message) {
    const { shell } = this;
    const before = shell.call('panel', JSON.stringify({ type: 'export' }));
    shell.host.written.clear();
    const reply = await shell.answer(message);
    const [settings, table] = await Promise.all(['settings', 'table'].map((key) => shell.host.written.get(key)));
    if (settings !== undefined) shell.call('settings_changed', JSON.parse(JSON.parse(await before).text));
    if (table !== undefined) await this.tableAgain();
    const error = settings ?? table;
    return error === undefined ? reply : notStored(shell.api, error);
  }

  /** The address table that was in use before. */
  async tableAgain() {
    const { shell } = this;
    const { table } = await readStored(shell.api);
    if (table !== undefined) shell.call('own_table', table);
    else if (shell.shipped) shell.call('table', shell.shipped);
  }
}

/** @param {any} api @param {any} error of the browser's storage */
function notStored(api, error) {
  const why = String(error?.message ?? error).slice(0, LONGEST);
  return { type: 'problem', field: '', code: 'not-stored', message: api.i18n.getMessage('notStored', [why]) };
}
