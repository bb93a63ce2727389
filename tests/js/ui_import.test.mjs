// Import on the options page: it shows what a file would change before anything is stored.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pages } from './ui/pages.mjs';
import { says } from './ui/person.mjs';
import { world } from './ui/world.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

/** @type {Awaited<ReturnType<typeof pages>>} */
let own;
before(async () => {
  own = await pages();
});
after(() => own?.close());

const FILE = new URL('../fixtures/settings/good/full.json', import.meta.url).pathname;
const SECTIONS = [
  { title: 'Everywhere', lines: [{ sign: 'changed', what: 'Resolver', before: 'none', after: 'dns.evil.test' }] },
  {
    title: 'Ethereum (1)',
    lines: [
      { sign: 'added', what: 'evil.test', before: null, after: 'Trusted, private' },
      { sign: 'removed', what: 'rpc.example.org', before: 'Mine', after: null },
      { sign: 'changed', what: 'node.example: private', before: 'yes', after: 'no' },
    ],
  },
];
/** @param {number} count */
const many = (count) =>
  Array.from({ length: count }, (_, i) => ({
    title: `Chain (${i + 1})`,
    lines: [{ sign: 'added', what: `n${i}.example`, before: null, after: 'new' }],
  }));

/** @param {Page} page @returns {Promise<string[]>} types of the messages to the core */
const told = (page) => page.evaluate(() => /** @type {any} */ (window).told.map((/** @type {any} */ { type }) => type));
/** @param {Page} page @param {string} text */
const button = async (page, text) =>
  /** @type {any} */ (
    await page.waitForFunction(
      (wanted) => [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === wanted),
      {},
      text,
    )
  );

/** @param {any} given @param {{lang?: string}} [options] */
async function chosen(given, options) {
  const page = await own.open('options/options.html#backup', { ...world(), ...given }, options);
  const input = /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (
    await page.waitForSelector('input[type=file]')
  );
  await input.uploadFile(FILE);
  return page;
}

test('a refused file names its field and changes nothing', async () => {
  const checked = {
    type: 'problem',
    field: 'chains[0].endpoints[2].url',
    code: 'no-host',
    message: 'The URL has no host name.',
  };
  const page = await chosen({ checked });
  await says(page, 'chains[0].endpoints[2].url');
  assert.ok(!(await told(page)).includes('import'));
  await page.close();
});

test('each change is shown, and stored on a click only', async () => {
  const page = await chosen({ sections: SECTIONS });
  await says(page, 'The file changes 4 things.');
  const rows = await page.$$eval('.changes tr', (found) =>
    found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent?.trim())),
  );
  assert.deepEqual(
    rows.filter((row) => row.length),
    [
      ['≠changed', 'Resolver', 'none', 'dns.evil.test'],
      ['+added', 'evil.test', '–', 'Trusted, private'],
      ['−removed', 'rpc.example.org', 'Mine', '–'],
      ['≠changed', 'node.example: private', 'yes', 'no'],
    ],
  );
  await says(page, '1 added, 1 removed, 1 changed');
  assert.ok(!(await told(page)).includes('import'));
  await (await button(page, 'Replace my settings')).click();
  await says(page, 'The settings are imported.');
  assert.ok((await told(page)).includes('import'));
  await page.close();
});

test('cancel leaves everything as it is', async () => {
  const page = await chosen({ sections: SECTIONS });
  await (await button(page, 'Cancel')).click();
  await page.waitForFunction(() => document.querySelector('.preview') === null);
  assert.ok(!(await told(page)).includes('import'));
  await page.close();
});

test('a file that changes nothing says so and offers nothing', async () => {
  const page = await chosen({ sections: [] });
  await says(page, 'This file changes nothing.');
  assert.equal(
    await page.evaluate(() =>
      [...document.querySelectorAll('button')].some((one) => one.textContent?.includes('Replace')),
    ),
    false,
  );
  await page.close();
});

test('two hundred chains are folded and open by keyboard', async () => {
  const page = await chosen({ sections: many(200) });
  await says(page, 'The file changes 200 things.');
  assert.equal(await page.$$eval('.changes[open]', (found) => found.length), 0);
  await page.focus('.changes:nth-of-type(200) summary');
  await page.keyboard.press('Enter');
  await says(page, 'n199.example');
  await (await button(page, 'Replace my settings')).focus();
  await page.keyboard.press('Enter');
  await says(page, 'The settings are imported.');
  await page.close();
});

test("a stranger's text is isolated and never becomes HTML", async () => {
  const evil = '\u202e<img src=x onerror=alert(1)>';
  const page = await chosen({
    sections: [{ title: evil, lines: [{ sign: 'changed', what: evil, before: evil, after: evil }] }],
  });
  await says(page, 'The file changes one thing.');
  assert.deepEqual(await page.$$eval('.preview bdi', (found) => found.map((one) => one.textContent)), [
    evil,
    evil,
    evil,
    evil,
  ]);
  assert.equal(await page.$('.preview img'), null);
  await page.close();
});

test('the preview speaks French in a French browser', async () => {
  const page = await chosen({ sections: SECTIONS }, { lang: 'fr' });
  await says(page, 'Le fichier change 4 choses.');
  await button(page, 'Remplacer mes réglages');
  await page.close();
});

test("text from the person's own label is marked as such", async () => {
  const given = world();
  given.snapshot.chains[1].endpoints[0].ground = {
    ...given.snapshot.chains[1].endpoints[0].ground,
    chip: 'flashbots CH',
    own_label: true,
  };
  const page = await own.open('popup/popup.html', given);
  await says(page, 'Your label: flashbots CH');
  await says(page, 'Hetzner DE');
  assert.ok(!(await page.evaluate(() => document.body.innerText)).includes('Your label: Hetzner'));
  await page.close();
});
