// A panel hears that a change is done once it is stored. A change that cannot be stored is not in force.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fakeBrowser } from './lib/browser.mjs';
import { aroundWorker, coreWith, run } from './lib/core.mjs';

before(aroundWorker);

/** A core with settings and a table that stores what it is told. @param {any} api */
async function holding(api) {
  const held = { settings: /** @type {any} */ ({ n: 0 }), table: 'shipped' };
  const stores = (/** @type {any} */ host, /** @type {string} */ key, /** @type {any} */ value) =>
    host.store('local', key, value);
  /** @param {any} message @param {any} host */
  const panel = (message, host) => {
    if (message.type === 'export') return { type: 'text', text: JSON.stringify(held.settings) };
    if (message.type === 'edit') {
      held.settings = { n: held.settings.n + message.add };
      stores(host, 'settings', held.settings);
      stores(host, 'settings_good', JSON.stringify(held.settings));
    }
    if (message.type === 'load-table') stores(host, 'table', (held.table = message.base64));
    if (message.type === 'shipped-table') stores(host, 'table', undefined);
    return { type: 'done' };
  };
  const { makeGlue } = coreWith((method, [first], host) => {
    if (method === 'settings_changed') held.settings = first;
    if (method === 'own_table') held.table = first;
    if (method === 'table') held.table = 'shipped';
    return method === 'panel' ? Promise.resolve(JSON.stringify(panel(JSON.parse(first), host))) : undefined;
  });
  return { held, ...(await run(makeGlue, api)) };
}

/**
 * A browser whose storage accepts only the keys for which `takes` is true.
 * @param {(key: string) => boolean} takes
 * @param {any} [start]
 */
function full(takes, start) {
  const api = fakeBrowser(start);
  const { set, remove } = api.storage.local;
  const refuses = (/** @type {string[]} */ keys) => {
    if (!keys.every(takes)) throw new Error('QUOTA_BYTES quota exceeded');
  };
  api.storage.local.set = async (/** @type {any} */ values) => {
    refuses(Object.keys(values));
    return set(values);
  };
  api.storage.local.remove = async (/** @type {string} */ key) => {
    refuses([key]);
    return remove(key);
  };
  api.i18n.getMessage = (/** @type {string} */ key, /** @type {string[]} */ [why] = []) => `${key}: ${why}`;
  return api;
}

const NOT_STORED = { type: 'problem', field: '', code: 'not-stored', message: 'notStored: QUOTA_BYTES quota exceeded' };

test('unstorable settings are a problem; the old ones stay', async () => {
  let room = false;
  const { api, held, shell } = await holding(full(() => room));
  assert.deepEqual(await shell.panel({ type: 'edit', add: 1 }), NOT_STORED);
  assert.deepEqual([held.settings, api.storage.local.data], [{ n: 0 }, {}]);
  room = true;
  assert.deepEqual(await shell.panel({ type: 'edit', add: 5 }), { type: 'done' });
  assert.deepEqual([held.settings, api.storage.local.data.settings], [{ n: 5 }, { n: 5 }]);
});

test('each of several changes at once gets its own outcome', async () => {
  let writes = 0;
  const { api, held, shell } = await holding(full((key) => key !== 'settings' || (writes += 1) !== 2));
  const told = await Promise.all([1, 10, 100].map((add) => shell.panel({ type: 'edit', add })));
  assert.deepEqual(told, [{ type: 'done' }, NOT_STORED, { type: 'done' }]);
  assert.deepEqual([held.settings, api.storage.local.data.settings], [{ n: 101 }, { n: 101 }]);
});

test('a table that cannot be stored or removed changes nothing', async () => {
  const shipped = await holding(full((key) => key !== 'table'));
  assert.deepEqual(await shipped.shell.panel({ type: 'load-table', base64: 'AQI=' }), NOT_STORED);
  assert.equal(shipped.held.table, 'shipped');
  const own = await holding(full((key) => key !== 'table', { local: { table: 'AQI=' } }));
  assert.deepEqual(await own.shell.panel({ type: 'shipped-table' }), NOT_STORED);
  assert.equal(own.held.table, 'AQI=');
});

test('other values that cannot be stored break nothing', async () => {
  const { api, held, shell } = await holding(full((key) => key === 'settings'));
  shell.host.store('local', 'observed', 'x');
  assert.deepEqual(
    await shell.panel({ type: 'edit', add: 1 }),
    { type: 'done' },
    'the copy beside is no reason to say no',
  );
  assert.deepEqual([held.settings, api.storage.local.data], [{ n: 1 }, { settings: { n: 1 } }]);
});

test('without a core there is nothing to put back', async () => {
  const { makeGlue } = coreWith(() => {
    throw new WebAssembly.RuntimeError('unreachable');
  });
  const { shell } = await run(makeGlue);
  assert.equal(/** @type {any} */ (await shell.panel({ type: 'edit' })).code, 'core-failed');
});
