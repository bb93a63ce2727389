// Verdicts on our pages, with a fake core: colours, words, what stands beside them, what to do, and nothing said of
// protection while reads fail.
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

const [POPUP, OPTIONS] = ['popup/popup.html', 'options/options.html'];
const POLYGON = 137;

/** A world in which Polygon is in use and has this verdict. @param {Record<string, any>} [verdict] @returns {any} */
function inUse(verdict = {}) {
  const now = world();
  const chain = now.snapshot.chains.find((/** @type {any} */ { id }) => id === POLYGON);
  Object.assign(chain.verdict, verdict);
  Object.assign(chain, { in_use: true });
  now.snapshot.chains = [chain];
  return now;
}

/** No endpoint answers. @param {string} shield @returns {any} */
function dark(shield = 'dark') {
  const now = inUse({
    level: 'dark',
    reason: 'all-dark',
    word: 'None answers',
    sentence: 'No endpoint of Polygon answers: pages get only what their wallet has.',
    health: null,
    advice: 'Add an endpoint of another company. Those you have are asked again by themselves.',
  });
  now.snapshot.site.shield = shield;
  Object.assign(now.snapshot.overall, { level: 'dark', sentence: 'No endpoint answers: Polygon.' });
  for (const endpoint of now.snapshot.chains[0].endpoints) Object.assign(endpoint, { health: 'down', p50_ms: null });
  now.snapshot.incidents = [
    {
      sentence: 'None of your endpoints answers since 21:30; pages get only what their wallet has (Polygon).',
      advice: 'Add an endpoint of another company (Polygon).',
      dark: [POLYGON],
      since_ms: Date.now(),
      ended_ms: null,
    },
  ];
  return now;
}

/** Which of the colours the text of an element has. @param {import('puppeteer-core').Page} page @param {string} at */
const colour = (page, at) =>
  page.$eval(at, (element) => {
    const names = ['good', 'caution', 'bad', 'soft', 'ink'];
    const probe = document.body.appendChild(document.createElement('i'));
    const is = (/** @type {string} */ name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color === getComputedStyle(element).color;
    };
    const found = names.find(is);
    probe.remove();
    return found;
  });

const LEVELS = [
  ['survives', 'Survives any one outage', 'good'],
  ['cant-tell', 'Can’t tell', 'caution'],
  ['shared', 'One cloud', 'bad'],
  ['dark', 'None answers', 'bad'],
  ['single', 'Only one endpoint', 'soft'],
  ['none', 'Wallet only', 'soft'],
];

test('every level has its word and its colour, light and dark', async () => {
  for (const scheme of [false, true]) {
    for (const [level, word, tone] of LEVELS) {
      const page = await own.open(POPUP, inUse({ level, word }), { dark: scheme });
      await says(page, String(word));
      assert.equal(await page.$eval('.pill', (pill) => pill.textContent), word);
      assert.equal(await colour(page, '.pill'), tone, `${level} dark=${scheme}`);
      assert.deepEqual(await page.evaluate(faint), [], `${level} dark=${scheme}`);
      await page.close();
    }
  }
});

test('a chain that is off has no verdict on its pill', async () => {
  const now = inUse({ level: 'dark', word: 'None answers' });
  now.snapshot.chains[0].mode = 'off';
  const page = await own.open(POPUP, now);
  await says(page, 'Off');
  assert.deepEqual(
    await page.$eval('.chain-head', (head) => [
      head.querySelector('.pill')?.textContent,
      head.textContent?.includes('answers now'),
    ]),
    ['Off', false],
  );
  await page.close();
});

test('a folded chain says how many answer; the rest has no speed', async () => {
  const page = await own.open(POPUP, inUse());
  await says(page, '1 of 2 answers now.');
  const rows = await page.$$eval('.endpoint-line', (lines) =>
    lines.map((line) => [line.querySelector('.sr')?.textContent, line.querySelector('.p50')?.textContent]),
  );
  assert.deepEqual(rows, [
    ['Answers well', '43 ms'],
    ['Down', ''],
  ]);
  await page.click('.chain-head');
  await page.waitForSelector('.chain-body', { hidden: true });
  await says(page, '1 of 2 answers now.');
  await page.close();
});

test('law stands beside in grey; options can warn of it too', async () => {
  const popup = await own.open(POPUP, inUse());
  await says(popup, 'Both under US law');
  assert.equal(await colour(popup, '.verdict > .hint'), 'soft');
  assert.ok(!(await popup.content()).includes('Warn me about this too'));
  await popup.close();
  const page = await own.open(OPTIONS, inUse(), { width: 1000 });
  await says(page, 'Both under US law');
  assert.equal(
    await page.$eval('.verdict .switch input', (input) => /** @type {HTMLInputElement} */ (input).checked),
    false,
    'off by default',
  );
  await press(page, 'Warn me about this too', '.verdict');
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('.verdict .switch input')).checked);
  assert.deepEqual(await edits(page), [{ op: 'warn-law', on: true }]);
  await page.close();
});

test('what is left of a country has no colour; of a cloud it has', async () => {
  const line = (/** @type {string} */ kind, /** @type {string} */ key, /** @type {string | null} */ level) => ({
    domain: { kind, key },
    name: key,
    on: 2,
    left: 0,
    sure: 0,
    level,
  });
  const domains = [
    line('network', 'amazon', 'shared'),
    line('region', 'aws/x', 'cant-tell'),
    line('country', 'US', null),
  ];
  const page = await own.open(POPUP, inUse({ domains }));
  await press(page, 'What would be left');
  await page.waitForSelector('.domains');
  const rows = [1, 2, 3].map((n) => colour(page, `.domains tbody tr:nth-child(${n}) .left-text`));
  assert.deepEqual(await Promise.all(rows), ['bad', 'caution', 'ink']);
  await page.close();
});

test('all dark: popup and options say it, and what to do now', async () => {
  for (const path of [POPUP, OPTIONS]) {
    const page = await own.open(path, dark(), { width: path === POPUP ? 380 : 1000 });
    await says(page, 'None of your endpoints answers since 21:30');
    await says(page, 'Add an endpoint of another company (Polygon).');
    await says(page, 'None answers');
    const text = await page.evaluate(() => document.body.innerText);
    assert.ok(path === OPTIONS || text.includes('Not protected: no endpoint answers'), text);
    assert.ok(!/(^|[^t] )protected|guarded|survives/im.test(text.replace('Not protected', '')), text);
    assert.equal(await page.$('.site-on'), null);
    await page.close();
  }
});

const SHIELDS = [
  ['protected', 'Protected', 'good'],
  ['idle', 'Ready; the page has read no chain yet', 'soft'],
  ['wallet-only', 'Wallet only: no endpoint of yours is asked', 'soft'],
  ['not-seen', 'Not known yet whether your endpoints answer', 'caution'],
  ['offline', 'No endpoint can be reached; you may be offline', 'caution'],
  ['dark', 'Not protected: no endpoint answers', 'bad'],
  ['no-permission', 'Not protecting this site', 'caution'],
];

test('a site is called protected only while its reads are', async () => {
  for (const [shield, words, tone] of SHIELDS) {
    const now = world();
    now.snapshot.site.shield = shield;
    const page = await own.open(POPUP, now);
    await says(page, String(words));
    assert.equal(await page.$eval('.site-state', (state) => state.textContent), words);
    assert.equal(await colour(page, '.site-state'), tone, shield);
    await page.close();
  }
});

test('a background that falls silent protects nothing', async () => {
  const page = await own.open(POPUP, world());
  await says(page, 'Protected');
  await page.evaluate(() => {
    /** @type {any} */ (window).chrome.runtime.sendMessage = async () => {
      throw new Error('gone');
    };
  });
  await says(page, 'Not protecting this site');
  await page.close();
});

test('a drill that takes a chain of the site leaves it unprotected', async () => {
  const now = world();
  now.snapshot.site.chains = [POLYGON];
  now.snapshot.drill = drill('AWS us-east-1');
  const page = await own.open(POPUP, now);
  await says(page, 'Not protected: no endpoint answers');
  await page.evaluate(() => {
    /** @type {any} */ (window).world.snapshot.drill.running = false;
  });
  await says(page, 'Protected');
  await page.close();
});

/** Polygon's verdict once PublicNode was tested, and once it was added. */
const offering = () => ({
  ...inUse(),
  offer: {
    name: 'PublicNode',
    url: 'https://ethereum-rpc.publicnode.com',
    operator: 'publicnode',
    place: 'OVH FR',
    ms: 52,
    level: 'survives',
    sentence: 'Add PublicNode (OVH FR, 52 ms): then any one outage is survived.',
  },
  cleared: { ...world().snapshot.chains[1].verdict },
});

test('one press tests what the advice names, a second one adds', async () => {
  const page = await own.open(POPUP, offering());
  await says(page, 'it sees your address then');
  const asked = async () =>
    (await told(page)).filter(({ type }) => type === 'probe').map(({ chain, url }) => [chain, url]);
  assert.deepEqual(await asked(), [], 'nothing before a press');
  await page.focus('.advice');
  await page.keyboard.press('Enter');
  await says(page, 'Add PublicNode (OVH FR, 52 ms): then any one outage is survived.');
  assert.deepEqual(await asked(), [[POLYGON, 'https://ethereum-rpc.publicnode.com']]);
  assert.deepEqual(await edits(page), [], 'nothing added before the second press');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'Add PublicNode');
  await page.keyboard.press('Enter');
  await says(page, 'Survives any one outage');
  await page.waitForFunction(() => document.activeElement?.classList.contains('chain-head'));
  assert.deepEqual(await edits(page), [
    {
      op: 'add-endpoint',
      chain: POLYGON,
      url: 'https://ethereum-rpc.publicnode.com',
      name: 'PublicNode',
      operator: 'publicnode',
    },
  ]);
  await page.close();
});

test('the verdict speaks French', async () => {
  const page = await own.open(POPUP, offering(), { lang: 'fr' });
  await press(page, 'Tester', '.verdict');
  await says(page, 'Ajouter PublicNode');
  await says(page, 'Protégé');
  await page.close();
  const options = await own.open(OPTIONS, inUse(), { lang: 'fr', width: 1000 });
  await says(options, 'M’avertir de cela aussi');
  await options.close();
});
