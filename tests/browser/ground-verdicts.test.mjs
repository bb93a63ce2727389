// Every verdict, from labelled loopback ranges: in the core, on the badge and in the popup.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CASES } from './ground-cases.mjs';
import { badge, press, says, words } from './panels.mjs';
import { ask, stage, until } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {import("puppeteer-core").Page} */
let popup;

before(async () => {
  on = await stage();
  page = await on.dapp();
  await ask(page, 'eth_blockNumber');
  popup = await on.session.extensionPage('popup/popup.html?host=127.0.0.1');
  await says(popup, 'Demo East', 'the endpoints');
});
after(() => on?.close());

/** "aws us-east-1", "hetzner DE": the person's label for each node's range. @param {string[]} places */
const labels = (places) =>
  places.map((place, i) => {
    const [operator, where] = place.split(' ');
    const key = /^[A-Z]{2}$/.test(where ?? '') ? 'country' : 'region';
    return { match: `127.${10 * (i + 1)}.0.0/16`, operator, ...(where && { [key]: where }) };
  });

/** @param {string[]} places @param {string} [operator] who runs all of them @param {number} [count] endpoints used */
function settings(places, operator, count = 3) {
  const all = on.net.settings({ labels: labels(places) });
  for (const endpoint of all.chains[0].endpoints) if (operator) Object.assign(endpoint, { operator });
  all.chains[0].endpoints.splice(count);
  return all;
}

for (const {
  name,
  places,
  operator,
  count,
  law = false,
  level,
  reason,
  pill,
  says: sentence,
  beside,
  advice,
} of CASES) {
  test(`${name}: ${level}`, async () => {
    await on.session.setSettings({ ...settings(places, operator, count), warn_law: law });
    const { verdict } = (
      await until(
        () => on.session.snapshot(),
        ({ chains: [chain] }) => chain.verdict.reason === reason && sentence.test(chain.verdict.sentence),
        name,
      )
    ).chains[0];
    assert.deepEqual([verdict.level, verdict.word], [level, pill]);
    if (advice) assert.match(verdict.advice, advice);
    else assert.equal(verdict.advice, null);
    const warns = level === 'shared';
    const shown = await until(
      () => badge(on.session),
      ({ text }) => (text === '!') === warns,
      'the badge',
    );
    if (warns) assert.match(shown.title, sentence);
    else assert.equal(shown.text, '', 'nothing else is worth a badge');
    const text = await says(popup, verdict.sentence, 'the sentence in the popup');
    assert.ok(text.includes(pill), `the word ${pill} in: ${text}`);
    for (const wanted of [verdict.advice, beside].filter(Boolean))
      assert.ok(text.includes(wanted), `${wanted} in: ${text}`);
    assert.ok(!text.includes('Warn me'), 'the switch is on the options page');
  });
}

test('endpoints that were not asked cannot be told', async () => {
  const idle = {
    id: 10,
    name: 'Optimism',
    endpoints: ['one', 'two'].map((name) => ({ url: `https://${name}.test/`, name })),
  };
  const now = on.net.settings();
  await on.session.setSettings({ ...now, chains: [...now.chains, idle] });
  const { verdict } = (
    await until(
      () => on.session.snapshot(),
      ({ chains }) => chains[1]?.verdict.reason === 'not-seen',
      'the verdict',
    )
  ).chains[1];
  assert.equal(verdict.level, 'cant-tell');
  assert.match(verdict.sentence, /Not seen lately: one, two/);
  await says(popup, 'Can’t tell', 'the word in the popup');
});

test('the switch in the options warns of a shared law, and back', async () => {
  await on.session.setSettings(settings(['aws us-east-1', 'gcp europe-west3', 'azure westeurope']));
  const options = await on.session.extensionPage('options/options.html');
  const reads = (/** @type {string} */ word) =>
    until(
      () => options.evaluate(() => document.querySelector('.pill')?.textContent),
      (pill) => pill === word,
      word,
    );
  await reads('Survives any one outage');
  await press(options, 'Warn me about this too', '.verdict');
  await reads('One law');
  assert.equal((await on.session.snapshot()).warn_law, true);
  await until(
    () => badge(on.session),
    ({ text }) => text === '!',
    'the badge',
  );
  await press(options, 'Warn me about this too', '.verdict');
  await reads('Survives any one outage');
  await options.close();
});

test('a removed endpoint is not asked, and the verdict follows', async () => {
  await on.session.setSettings(on.net.settings());
  const {
    chains: [chain],
  } = await until(
    () => on.session.snapshot(),
    ({ chains: [{ endpoints }] }) => endpoints.every((/** @type {any} */ e) => e.head),
    'every head',
  );
  for (const endpoint of chain.endpoints.slice(1)) {
    assert.equal(
      (
        await on.session.send({
          type: 'edit',
          edit: { op: 'remove-endpoint', chain: 1, key: endpoint.key },
          lang: 'en',
        })
      ).type,
      'done',
    );
  }
  const [left, ...removed] = on.net.nodes;
  // A check or poll in flight may arrive after its endpoint was removed; a page's read may not.
  await until(
    async () => {
      for (const node of on.net.nodes) node.counts.reset();
      for (let i = 0; i < 5; i += 1)
        assert.ok((await ask(page, 'eth_getBalance', [on.net.accounts[i % 4], 'latest'])).result);
      assert.ok(left && left.counts.sends > 0);
      for (const { counts } of removed) assert.equal(counts.methods.eth_getBalance, undefined);
      return removed.map(({ counts }) => counts.sends);
    },
    (sends) => sends.every((count) => count === 0),
    'silence at the removed ones',
  );
  assert.equal((await on.session.snapshot()).chains[0].verdict.reason, 'single');
});

test('the popup shows what is left of each ground, and the index', async () => {
  await on.session.setSettings(settings(['aws us-east-1', 'aws us-east-1', 'hetzner fsn1']));
  await until(
    () => on.session.snapshot(),
    ({ chains: [chain] }) => chain.verdict.beside.includes('2 of 3 under US law'),
    'the verdict',
  );
  await press(popup, 'What would be left');
  const wanted = ['AWS us-east-1', 'US jurisdiction', 'Hetzner', 'Germany', 'United States', '5,556'];
  // The popup may still show the table for the previous settings.
  await until(
    () => words(popup),
    (seen) => wanted.every((each) => seen.includes(each)),
    `${wanted.join(', ')} in the table`,
  );
});

test('a duplicate endpoint is refused before it is asked', async () => {
  await on.session.setSettings(on.net.settings());
  on.net.nodes[0].counts.reset();
  await press(popup, 'Add an endpoint');
  await until(
    () => popup.evaluate(() => document.querySelector('#add-url') !== null),
    (there) => there,
    'the form',
  );
  await popup.evaluate((value) => {
    const input = /** @type {HTMLInputElement} */ (document.querySelector('#add-url'));
    input.value = value;
    input.dispatchEvent(new Event('input'));
  }, on.net.nodes[0].url);
  const asked = () => on.net.nodes[0].counts.methods.eth_chainId ?? 0;
  const before = asked();
  await press(popup, 'Test', '.form-buttons');
  await until(
    () => popup.evaluate(() => document.querySelector('#add-url-problem')?.textContent ?? ''),
    (text) => text.includes('This is there already'),
    'the refusal',
  );
  assert.equal(asked(), before);
});
