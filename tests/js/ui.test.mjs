// Our pages with a fake core: what a person sees, what is sent, and what does not change while they type.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { faint } from './ui/contrast.mjs';
import { pages } from './ui/pages.mjs';
import { edits, press, says, told } from './ui/person.mjs';
import { drill, world } from './ui/world.mjs';

/** @type {Awaited<ReturnType<typeof pages>>} */
let own;
before(async () => {
  own = await pages();
});
after(() => own?.close());

const POPUP = 'popup/popup.html';

test('options switch debug and trace methods on, in both languages', async () => {
  for (const [lang, label] of [
    ['en', 'Debug and trace methods'],
    ['fr', 'Méthodes debug et trace'],
  ]) {
    const page = await own.open('options/options.html', world(), { lang });
    await (await page.waitForSelector('.endpoint-line'))?.click();
    await press(page, String(label), '.extras');
    await page.waitForFunction(() =>
      /** @type {any} */ (window).told.some((/** @type {any} */ { type }) => type === 'edit'),
    );
    const [{ op, chain, traces, key }] = await edits(page);
    assert.deepEqual({ op, chain, traces }, { op: 'traces', chain: 1, traces: true });
    assert.match(key, /^[0-9a-z]{16}$/);
    await page.close();
  }
});

test('the popup shows the site, its chains and their ground', async () => {
  const page = await own.open(POPUP, world());
  await says(page, 'Protected');
  const names = await page.$$eval('.chain-name', (found) => found.map((one) => one.textContent));
  assert.deepEqual(names, ['Ethereum', 'Polygon', 'Optimism', 'Arbitrum One', 'Base']);
  const rows = await page.$$eval('.endpoint-line', (found) =>
    found.map((one) => /** @type {HTMLElement} */ (one).innerText.replace(/\s+/g, ' ').trim()),
  );
  assert.deepEqual(rows.slice(0, 2), [
    'Answers well Infura 43 ms AWS us-east-1',
    'Answers well My node private 61 ms Hetzner DE',
  ]);
  await says(page, 'IP geolocation by DB-IP');
  await page.close();
});

test('the popup speaks French in a French browser', async () => {
  const page = await own.open(POPUP, world(), { lang: 'fr' });
  await says(page, 'Ajouter un point d’accès');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr');
  await page.close();
});

test('without permission the popup says so and offers a button', async () => {
  const page = await own.open(POPUP, { ...world(), permitted: false });
  await says(page, 'Not protecting this site');
  await press(page, 'Allow on all sites');
  await says(page, 'Protected');
  await page.close();
});

test('switching the site off is one edit', async () => {
  const page = await own.open(POPUP, world());
  await says(page, 'Protected');
  await page.click('#site-on');
  await says(page, 'this site is left untouched');
  assert.deepEqual(await edits(page), [{ op: 'site', host: 'app.example.org', on: false }]);
  await page.close();
});

test('compare mode offers choices for disputes and lone answers', async () => {
  const page = await own.open(POPUP, world());
  await page.waitForSelector('#mode-1');
  assert.equal(await page.$('#mode-1-unconfirmed'), null, 'only where it means something');
  await page.select('#mode-1', 'compare');
  await page.waitForSelector('#mode-1-unconfirmed');
  await page.select('#mode-1-dispute', 'majority');
  await page.select('#mode-1-unconfirmed', 'error');
  await page.waitForFunction(
    () => /** @type {any} */ (window).told.filter((/** @type {any} */ one) => one.type === 'edit').length === 3,
  );
  assert.deepEqual(await edits(page), [
    { op: 'set-mode', chain: 1, mode: 'compare' },
    { op: 'set-dispute', chain: 1, dispute: 'majority' },
    { op: 'set-unconfirmed', chain: 1, unconfirmed: 'error' },
  ]);
  await page.close();
});

test('a drill starts on a shared ground, runs, and reports', async () => {
  const page = await own.open(POPUP, world());
  await press(page, 'Drill');
  await press(page, 'AWS us-east-1', '.targets');
  await press(page, 'Start the drill');
  await page.waitForFunction(() =>
    /** @type {any} */ (window).told.some((/** @type {any} */ one) => one.type === 'drill-start'),
  );
  assert.deepEqual(
    (await told(page)).find(({ type }) => type === 'drill-start'),
    { type: 'drill-start', target: { kind: 'region', key: 'aws/us-east-1' } },
  );
  await page.evaluate((running) => {
    /** @type {any} */ (window).world.snapshot.drill = running;
  }, drill('AWS us-east-1'));
  await says(page, 'Drill: AWS us-east-1 is dark');
  await press(page, 'End now');
  await page.evaluate(
    (over) => {
      /** @type {any} */ (window).world.snapshot.drill = over;
    },
    drill('AWS us-east-1', false),
  );
  await says(page, 'Polygon would have been lost');
  await page.close();
});

test("a label's problem is shown under its field", async () => {
  const refuse = {
    'add-label': { field: 'label.match', code: 'bad-match', message: 'Write an address, a range or a host name.' },
  };
  const page = await own.open('options/options.html#ground', { ...world(), refuse });
  await page.waitForSelector('#label-match');
  await page.type('#label-match', '300.1.1.1');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() =>
    document.querySelector('#label-match-problem')?.textContent?.includes('Write an address'),
  );
  assert.equal(await page.$eval('#label-match', (field) => /** @type {HTMLInputElement} */ (field).value), '300.1.1.1');
  await page.close();
});

test('when the background does not answer, the popup says so', async () => {
  const page = await own.open(POPUP, world());
  await says(page, 'Protected');
  await page.evaluate(() => {
    /** @type {any} */ (window).chrome.runtime.sendMessage = async () => {
      throw new Error('gone');
    };
  });
  await says(page, 'background does not answer');
  await page.close();
});

test('every text has a contrast of 4.5 to 1, light and dark', async () => {
  for (const dark of [false, true]) {
    for (const path of [POPUP, 'options/options.html', 'options/options.html#ground']) {
      const page = await own.open(path, world(), { dark, width: 1000 });
      await page.waitForFunction(() => document.querySelectorAll('.chain, .card').length > 0);
      assert.deepEqual(await page.evaluate(faint), [], `${path} dark=${dark}`);
      await page.close();
    }
  }
});
