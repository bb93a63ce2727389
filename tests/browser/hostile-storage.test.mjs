// Whatever storage holds, the background starts, reads go on and the original is kept. An import shows what it changes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { asSettings } from '../../extension/lib/stored.js';
import { ask, stage, until } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;

before(async () => {
  on = await stage();
  page = await on.dapp();
});
after(() => on?.close());

/** The storage area of each key. @type {Record<string, string>} */
const KEYS = { settings: 'local', settings_good: 'local', observed: 'local', table: 'local', health: 'session' };
/** The key under which an unreadable original is kept. @type {Record<string, string>} */
const BESIDE = {
  settings: 'settings_broken',
  observed: 'observed_broken',
  table: 'table_broken',
  health: 'health_broken',
};

/** Values of every type, and JSON of the wrong shape. @type {[string, unknown][]} */
const BAD = [
  ['a number', 5],
  ['a list', ['x']],
  ['an empty object', {}],
  ['an empty list', []],
  ['true', true],
  ['an empty text', ''],
  ['broken base64', '===='],
  ['broken JSON', '{"lanes":[['],
  ['a wrong shape', { version: 1, chains: { 1: null }, lanes: 7 }],
  ['a wrong shape in text', JSON.stringify({ lanes: [[1]], drill: {}, warned: 'x', floors: { 1: -1 }, bests: [] })],
  [
    'absurd numbers',
    JSON.stringify({
      lanes: [],
      drill: null,
      incidents: '',
      warned: [],
      floors: { 1: 2 ** 60 },
      bests: { 1: [{ number: 1e18, at: 1e18 }] },
    }),
  ],
  ['a nested list', JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`)],
  ['a huge text', 'x'.repeat(1_500_000)],
];

/** @param {Record<string, unknown>} values by key */
const put = (values) =>
  on.session.evalBackground(
    async (all, areas) => {
      for (const [key, value] of Object.entries(all))
        await /** @type {any} */ (chrome.storage)[areas[key]].set({ [key]: value });
    },
    values,
    KEYS,
  );

/** @param {string} key @param {string} area @returns {Promise<unknown>} */
const stored = (key, area) =>
  on.session.evalBackground(
    async (name, where) => (await /** @type {any} */ (chrome.storage)[where].get(name))[name],
    key,
    area,
  );

/** A balance that must come from an endpoint, because the page has no wallet. */
async function reads() {
  const answer = await ask(page, 'eth_getBalance', [on.net.accounts[1], 'latest']);
  assert.match(String(answer.result), /^0x/, JSON.stringify(answer));
}

/** Values that are valid in these keys. @type {Record<string, string[]>} */
const FINE = { observed: ['an empty object'], health: ['an empty object', 'absurd numbers'], settings: [], table: [] };
/** How much of an original is kept at most, in bytes. @type {Record<string, number>} */
const MOST = { settings: 1024 * 1024, observed: 256 * 1024, table: 256 * 1024, health: 256 * 1024 };

/**
 * Whether `text` is the kept form of a value. A browser may sort the fields of an object.
 * @param {string} key
 * @param {unknown} value
 * @param {unknown} text
 */
function isKept(key, value, text) {
  if (typeof value === 'object') return isDeepStrictEqual(asSettings(text), value);
  return text === (typeof value === 'string' && key !== 'settings' ? value : JSON.stringify(value)).slice(0, MOST[key]);
}

/**
 * Waits until the original is kept. If a dying worker has overwritten it, it is stored once more.
 * @param {string} key
 * @param {unknown} value
 */
async function kept(key, value) {
  await until(
    async () => {
      if (isKept(key, value, await stored(BESIDE[key], KEYS[key]))) return true;
      await put({ [key]: value });
      await on.session.killWorker();
      await reads();
      return isKept(key, value, await stored(BESIDE[key], KEYS[key]));
    },
    Boolean,
    BESIDE[key],
  );
}

for (const [what, value] of BAD) {
  test(`${what} in every storage key: reads go on`, { timeout: 60_000 }, async () => {
    await reads();
    await put(Object.fromEntries(Object.keys(BESIDE).map((key) => [key, value])));
    await on.session.killWorker();
    await reads();
    const { settings_problem: told } = await on.session.snapshot();
    assert.match(String(told), /last good ones are in use/);
    for (const key of Object.keys(BESIDE)) if (!FINE[key].includes(what)) await kept(key, value);
    assert.equal((await on.session.send({ type: 'shipped-table' })).type, 'done');
    await on.session.setSettings(on.net.settings());
    assert.equal((await on.session.snapshot()).settings_problem, null);
    await reads();
  });
}

test('broken good settings are reported, and an import fixes them', async () => {
  await put({ settings: 5, settings_good: ['x'] });
  await on.session.killWorker();
  assert.match(String((await on.session.snapshot()).settings_problem), /No endpoint is in use/);
  await on.session.setSettings(on.net.settings());
  await on.session.killWorker();
  await reads();
  assert.equal((await on.session.snapshot()).settings_problem, null);
});

test('vanished settings are reported and the good ones used', async () => {
  await on.session.evalBackground(() => chrome.storage.local.remove('settings'));
  await on.session.killWorker();
  await reads();
  assert.match(String((await on.session.snapshot()).settings_problem), /no longer there/);
  await on.session.setSettings(on.net.settings());
});

test('a wildcard host and a name that reverses text are refused', async () => {
  const before = await on.session.send({ type: 'export' });
  for (const [url, name, code] of [
    ['http://*/', 'all', 'bad-host'],
    ['http://a;b/', 'b', 'bad-host'],
    ['https://a.example/', '\u202emoc.arufni', 'hidden-characters'],
  ]) {
    const text = JSON.stringify({ version: 1, chains: [{ id: 1, endpoints: [{ url, name }] }] });
    for (const type of ['import', 'import-preview'])
      assert.equal((await on.session.send({ type, text, lang: 'en' })).code, code);
  }
  assert.deepEqual(await on.session.send({ type: 'export' }), before);
  await reads();
});

test('stored settings with both are repaired, reported and kept', async () => {
  /** @type {any} */
  const settings = on.net.settings();
  settings.chains[0].name = 'Ether\u200beum';
  settings.chains[0].endpoints.push({ url: 'http://*/', name: 'all' });
  await put({ settings });
  await on.session.killWorker();
  await reads();
  const { settings_problem: told, chains } = await on.session.snapshot();
  assert.match(String(told), /were taken out/);
  assert.deepEqual([chains[0].name, chains[0].endpoints.length], ['Ethereum', 3]);
  assert.match(String(await stored('settings_broken', 'local')), /http:\/\/\*\//);
  await on.session.setSettings(on.net.settings());
});

test('an import is shown before it is stored', async () => {
  const options = await on.session.extensionPage('options/options.html#backup');
  /** @type {any} */
  const settings = on.net.settings({ resolver: 'https://dns.evil.test/q', sites_off: ['bank.example'] });
  settings.chains[0].endpoints[0] = { url: 'https://evil.test/KEY', name: 'Demo East', private: true };
  settings.labels = [{ match: 'evil.test', operator: 'flashbots', country: 'CH' }];
  await options.waitForSelector('input[type=file]');
  await options.evaluate((text) => {
    const input = /** @type {HTMLInputElement} */ (document.querySelector('input[type=file]'));
    const files = new DataTransfer();
    files.items.add(new File([text], 'settings.json'));
    input.files = files.files;
    input.dispatchEvent(new Event('change'));
  }, JSON.stringify(settings));
  const shown = await until(
    () => options.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#app')).innerText),
    (text) => text.includes('Replace my settings'),
    'the changes',
  );
  for (const words of [
    'dns.evil.test',
    'evil.test',
    'Demo East, private',
    '127.10.0.1',
    'flashbots CH',
    'bank.example',
  ])
    assert.ok(shown.includes(words), `${words} in ${shown}`);
  assert.ok(!shown.includes('KEY'));
  assert.equal(
    JSON.parse((await on.session.send({ type: 'export' })).text).resolver,
    undefined,
    'nothing is stored yet',
  );
  await options.evaluate(() =>
    [...document.querySelectorAll('button')].find((one) => one.textContent === 'Replace my settings')?.click(),
  );
  await until(
    () => on.session.send({ type: 'export' }),
    ({ text }) => text.includes('dns.evil.test'),
    'the import',
  );
  await options.close();
  await on.session.setSettings(on.net.settings());
});
