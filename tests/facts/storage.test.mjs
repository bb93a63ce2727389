// The shipped core starts whatever storage holds. These tests run the real wasm without a browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Shell } from '../../extension/lib/shell.js';
import { fakeBrowser } from '../js/lib/browser.mjs';
import { ROOT } from './repo.mjs';

const g = /** @type {any} */ (globalThis);
const { fetch: real } = g;
const TABLE = new Uint8Array(readFileSync(`${ROOT}/data/cloud.bin`));
const WASM = readFileSync(`${ROOT}/dist/chrome/wasm/breakwater_bg.wasm`);
const GOOD = { version: 1, chains: [{ id: 1, endpoints: [{ url: 'https://a.example/' }] }] };

/** Everything structured cloning can store, including BigInt and cycles in Firefox. @type {[string, any][]} */
const ODD = [
  ['a number', 5],
  ['true', true],
  ['null', null],
  ['an empty text', ''],
  ['broken base64', '===='],
  ['an object', {}],
  ['a list', ['x']],
  ['a wrong shape', { version: 1, chains: [null] }],
  ['a huge text', 'x'.repeat(3_000_000)],
  ['a number that is none', NaN],
  ['a big number', 10n],
  ['deep lists', JSON.parse('['.repeat(3000) + ']'.repeat(3000))],
  ['a date', new Date(0)],
  [
    'a cycle',
    (() => {
      const a = /** @type {any} */ ({});
      a.a = a;
      return a;
    })(),
  ],
];

before(() => {
  g.navigator ??= { onLine: true };
  g.fetch = async () => ({
    arrayBuffer: async () => TABLE.buffer.slice(TABLE.byteOffset, TABLE.byteOffset + TABLE.byteLength),
  });
});
after(() => {
  g.fetch = real;
});

/** A new core with this storage. @param {any} api */
async function start(api) {
  const { makeGlue } = await import(pathToFileURL(`${ROOT}/dist/chrome/wasm/breakwater.js`).href);
  const shell = new Shell(api, (watched, platform) => {
    const glue = makeGlue(watched, platform);
    return { init: () => glue.init({ module_or_path: WASM }), Core: glue.Core };
  });
  await shell.ready;
  return shell;
}

for (const key of ['settings', 'settings_good', 'observed', 'table', 'health']) {
  test(`the built core starts with any value in ${key}`, async () => {
    for (const [what, value] of ODD) {
      const local = { settings: GOOD, settings_good: JSON.stringify(GOOD) };
      const api = fakeBrowser(
        key === 'health' ? { local, session: { health: value } } : { local: { ...local, [key]: value } },
      );
      const shell = await start(api);
      const snapshot = /** @type {any} */ (await shell.panel({ type: 'snapshot', host: null, lang: 'en' }));
      assert.equal(snapshot.chains?.[0]?.endpoints?.length, 1, `${what}: ${JSON.stringify(snapshot).slice(0, 200)}`);
      assert.equal(Boolean(snapshot.settings_problem), key === 'settings', what);
      await shell.host.last;
      const kept = { ...api.storage.local.data, ...api.storage.session.data }[`${key}_broken`];
      const fine =
        key === 'settings_good' ||
        (what === 'null' && key === 'settings') ||
        (what === 'an object' && ['observed', 'health'].includes(key));
      if (!fine && !Number.isNaN(value)) assert.equal(typeof kept, 'string', `${what} is kept`);
    }
  });
}
