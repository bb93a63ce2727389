// Stored values are passed on unchanged. Unreadable values and invalid hosts stop nothing.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fakeBrowser } from './lib/browser.mjs';
import { hostPattern } from '../../extension/lib/match.js';
import { Shell } from '../../extension/lib/shell.js';
import { asSettings, readStored, sitesOff } from '../../extension/lib/stored.js';

const g = /** @type {any} */ (globalThis);
before(() => {
  g.navigator ??= { onLine: true };
  g.fetch = async () => ({ arrayBuffer: async () => new Uint8Array([7]).buffer });
  console.warn = () => {};
});

/** Values of every type that storage can hold. @type {any[]} */
const ODD = [
  5,
  -1,
  true,
  null,
  '',
  'x',
  '====',
  {},
  [],
  ['x'],
  { chains: 5 },
  { chains: [null, { endpoints: [null, 5, { url: {} }] }] },
  { chains: { length: 3 } },
  'x'.repeat(1_000_000),
  { sites_off: 'x', resolver: { toString: 1 } },
];

/** @param {any} api */
async function started(api) {
  const calls = /** @type {any[]} */ ([]);
  class Core {
    constructor() {
      return new Proxy(
        {},
        {
          get:
            (_, method) =>
            (/** @type {any[]} */ ...args) =>
              void calls.push([method, ...args]),
        },
      );
    }
  }
  const shell = new Shell(api, () => ({ init: async () => {}, Core: /** @type {any} */ (Core) }));
  await shell.ready;
  return { shell, calls };
}

test('the core starts whatever a key holds', async () => {
  for (const value of ODD) {
    for (const key of ['settings', 'settings_good', 'observed', 'table', 'health']) {
      const area = key === 'health' ? 'session' : 'local';
      const { shell, calls } = await started(fakeBrowser({ [area]: { [key]: value } }));
      assert.ok(shell.core, `${key}: ${JSON.stringify(value).slice(0, 40)}`);
      const given = key === 'table' ? calls.find(([name]) => name === 'own_table')?.slice(1) : calls[0].slice(1, 5);
      assert.ok(given.includes(value), `${key} reaches the core as it is`);
    }
  }
});

test('an unreadable key affects no other key', async () => {
  const api = fakeBrowser({ local: { settings: { version: 1 }, observed: 'o', table: 't' }, session: { health: 'h' } });
  const { get } = api.storage.local;
  const fails = (/** @type {string} */ bad) => (/** @type {any} */ keys) =>
    [keys].flat().includes(bad) ? Promise.reject(new Error('corrupt')) : get(keys);
  api.storage.local.get = fails('observed');
  assert.deepEqual(await readStored(api), { settings: { version: 1 }, table: 't', health: 'h' });
  api.storage.local.get = fails('settings');
  assert.deepEqual(
    await readStored(api),
    { settings: null, observed: 'o', table: 't', health: 'h' },
    'not the same as none',
  );
  api.storage.session.get = () => Promise.reject(new Error('gone'));
  assert.ok((await started(api)).shell.core);
});

test('sites that are off stay off when settings cannot be read', async () => {
  const good = JSON.stringify({ version: 1, sites_off: ['bank.example'] });
  for (const settings of [5, 'x', null, [], { sites_off: 5 }]) {
    assert.deepEqual(await sitesOff(fakeBrowser({ local: { settings, settings_good: good } })), ['bank.example']);
  }
  assert.deepEqual(await sitesOff(fakeBrowser({ local: { settings: { sites_off: [] }, settings_good: good } })), []);
  assert.deepEqual(await sitesOff(fakeBrowser({ local: { settings: 5, settings_good: 7 } })), []);
  assert.equal(asSettings('{'), undefined);
});

const NO_HOSTS = [
  '*',
  '*.example.org',
  'a!b',
  "a'b",
  'a(b)',
  'a;b',
  'a,b',
  'a/b',
  'a:1',
  'a..b',
  '.a',
  '',
  'ä',
  '[x]',
  'a'.repeat(64),
  5,
  null,
];

test('only a host becomes a match pattern', () => {
  for (const host of NO_HOSTS) assert.equal(hostPattern(host), '', String(host));
  for (const host of ['a.example', 'localhost', '127.0.0.1', '[::1]', 'xn--nxasmq6b.example', 'my_node']) {
    assert.equal(hostPattern(host), `*://${host}/*`);
  }
});

test('no stored URL makes webRequest watch more than hosts', async () => {
  const urls = [
    ...NO_HOSTS.map((host) => `http://${host}/`),
    'https://rpc.example.org.:8545/key',
    'http://[::1]:1/',
    'https://%2a/',
  ];
  const settings = { resolver: 'https://*/dns', chains: [{ endpoints: urls.map((url) => ({ url })) }] };
  const good = JSON.stringify({ chains: [{ endpoints: [{ url: 'https://good.example/' }, { url: 'http://*/' }] }] });
  const api = fakeBrowser({ local: { settings, settings_good: good } });
  await started(api);
  const seen = api.webRequest.onErrorOccurred.filters.at(-1).urls;
  for (const pattern of seen) assert.match(pattern, /^\*:\/\/([a-z0-9._-]+|\[::1\])\/\*$/);
  for (const host of ['rpc.example.org', '[::1]', 'good.example']) assert.ok(seen.includes(`*://${host}/*`), host);
});

test('a pattern the browser refuses does not keep the core away', async () => {
  const api = fakeBrowser({ local: { settings: { chains: [{ endpoints: [{ url: 'https://a.example/' }] }] } } });
  for (const event of [api.webRequest.onResponseStarted, api.webRequest.onErrorOccurred]) {
    event.addListener = () => {
      throw new Error('is not a valid URL pattern');
    };
  }
  const { shell } = await started(api);
  assert.ok(shell.core);
  shell.host.asks('https://a.example/');
});

test('a change is answered when it is stored, not before', async () => {
  const api = fakeBrowser();
  const { set } = api.storage.local;
  /** @type {() => void} */
  let stored = () => {};
  const writing = new Promise((/** @type {(value?: unknown) => void} */ begun) => {
    api.storage.local.set = (/** @type {any} */ values) =>
      new Promise((resolve) => {
        stored = () => resolve(set(values));
        begun();
      });
  });
  class Core {
    /** @param {any} host */
    constructor(host) {
      return new Proxy(
        {},
        {
          get: (_, method) => (/** @type {string} */ text) => {
            if (method !== 'panel') return undefined;
            if (JSON.parse(text).type === 'import') host.store('local', 'settings', { version: 1 });
            return Promise.resolve('{"type":"done"}');
          },
        },
      );
    }
  }
  const shell = new Shell(api, () => ({ init: async () => {}, Core: /** @type {any} */ (Core) }));
  let answer = /** @type {any} */ (null);
  const asked = shell.panel({ type: 'import', text: '' }).then((reply) => {
    answer = reply;
  });
  await writing;
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  assert.equal(answer, null, 'a worker that ends now has stored nothing');
  stored();
  await asked;
  assert.deepEqual([answer, api.storage.local.data.settings], [{ type: 'done' }, { version: 1 }]);
});
