// Every verdict, from labelled loopback ranges: in the core, on the badge and in the popup.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { badge, press, says, words } from './panels.mjs';
import { ask, stage, until } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {import("puppeteer-core").Page} */
let popup;

/** Names that must not resolve outside this machine: Ethereum's presets, and endpoints that do not exist. */
const NOWHERE = [
  'ethereum-rpc.publicnode.com',
  'eth.drpc.org',
  '1rpc.io',
  'mainnet.gateway.tenderly.co',
  'eth.api.onfinality.io',
  'rpc.mevblocker.io',
  'rpc.flashbots.net',
  'one.test',
  'two.test',
];

before(async () => {
  on = await stage({ hosts: Object.fromEntries(NOWHERE.map((name) => [name, '127.0.0.1'])) });
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

/**
 * @typedef {object} Case
 * @property {string} name @property {string[]} places @property {string} [operator] @property {number} [count]
 * @property {string} level
 * @property {string} reason
 * @property {RegExp} says
 * @property {RegExp | null} advice
 * @property {string} pill
 */

/** @type {Case[]} */
const CASES = [
  {
    name: 'one operator',
    places: ['hetzner fsn1', 'ovh FR', 'exoscale ch-gva-2'],
    operator: 'infura',
    level: 'warning',
    reason: 'shared',
    says: /All 3 endpoints of Ethereum are run by Infura: when it goes dark, none is left/,
    advice: /not run by Infura/,
    pill: 'Same ground',
  },
  {
    name: 'one network group',
    places: ['aws us-east-1', 'aws eu-west-1', 'aws ap-southeast-1'],
    level: 'warning',
    reason: 'shared',
    says: /All 3 endpoints of Ethereum stand on AWS: when it goes dark, none is left/,
    advice: /not on AWS/,
    pill: 'Same ground',
  },
  {
    name: 'one region',
    places: ['aws us-east-1', 'aws us-east-1', 'aws us-east-1'],
    level: 'warning',
    reason: 'shared',
    says: /All 3 endpoints of Ethereum stand on AWS us-east-1/,
    advice: /not on AWS, not under US jurisdiction/,
    pill: 'Same ground',
  },
  {
    name: 'one country',
    places: ['hetzner fsn1', 'ionos DE', 'netcup DE'],
    level: 'warning',
    reason: 'shared',
    says: /All 3 endpoints of Ethereum are in one country \(Germany\)/,
    advice: /not in this country: Germany/,
    pill: 'Same ground',
  },
  {
    name: 'one jurisdiction',
    places: ['aws eu-west-1', 'gcp europe-west3', 'azure westeurope'],
    level: 'warning',
    reason: 'shared',
    says: /All 3 endpoints of Ethereum are under US jurisdiction/,
    advice: /not under US jurisdiction/,
    pill: 'Same ground',
  },
  {
    name: 'one left',
    places: ['aws us-east-1', 'aws us-east-1', 'hetzner fsn1'],
    level: 'caution',
    reason: 'one-left',
    says: /When AWS us-east-1 goes dark, one of the 3 endpoints of Ethereum is left: Demo Rhine/,
    advice: /not on AWS/,
    pill: 'Caution',
  },
  {
    name: 'hidden origins',
    places: ['gcore', 'bunny', 'qrator'],
    level: 'caution',
    reason: 'hidden',
    says: /too many origins are hidden to be sure.*Origin hidden: Demo East, Demo Main, Demo Rhine/,
    advice: /whose origin can be seen/,
    pill: 'Origin hidden',
  },
  {
    name: 'a single endpoint',
    places: ['hetzner fsn1'],
    count: 1,
    level: 'warning',
    reason: 'single',
    says: /Ethereum has a single endpoint, Demo East/,
    advice: /Add one endpoint that is: not on Hetzner/,
    pill: 'Only one',
  },
  {
    name: 'diverse',
    places: ['hetzner fsn1', 'ovh FR', 'exoscale ch-gva-2'],
    level: 'diverse',
    reason: 'diverse',
    says: /The 3 endpoints of Ethereum stand on different ground: whatever goes dark, at least two are left/,
    advice: null,
    pill: 'Diverse',
  },
  {
    name: 'no endpoint',
    places: [],
    count: 0,
    level: 'none',
    reason: 'no-endpoints',
    says: /Ethereum has no endpoint of yours/,
    advice: /Add two endpoints of different companies/,
    pill: 'Wallet only',
  },
];

for (const { name, places, operator, count, level, reason, says: sentence, advice, pill } of CASES) {
  test(`${name}: ${level}`, async () => {
    await on.session.setSettings(settings(places, operator, count));
    const { verdict } = (
      await until(
        () => on.session.snapshot(),
        ({ chains: [chain] }) => chain.verdict.reason === reason,
        name,
      )
    ).chains[0];
    assert.equal(verdict.level, level);
    assert.match(verdict.sentence, sentence);
    if (advice) assert.match(verdict.advice, advice);
    else assert.equal(verdict.advice, null);
    const warns = level === 'warning';
    const shown = await until(
      () => badge(on.session),
      ({ text }) => (text === '!') === warns,
      'the badge',
    );
    if (warns) assert.match(shown.title, sentence);
    const text = await says(popup, verdict.sentence, 'the sentence in the popup');
    assert.ok(text.includes(pill), `the word ${pill} in: ${text}`);
    if (advice) assert.ok(text.includes(verdict.advice), 'the advice in the popup');
  });
}

test('endpoints without a connection so far are unknown', async () => {
  const chains = [
    { id: 1, name: 'Ethereum', endpoints: ['one', 'two'].map((name) => ({ url: `https://${name}.test/`, name })) },
  ];
  await on.session.setSettings({ ...on.net.settings(), chains });
  const { verdict } = (
    await until(
      () => on.session.snapshot(),
      ({ chains: [chain] }) => chain.verdict.reason === 'not-seen',
      'the verdict',
    )
  ).chains[0];
  assert.equal(verdict.level, 'unknown');
  const text = await says(
    popup,
    'It is not known yet where the endpoints of Ethereum stand.',
    'the sentence in the popup',
  );
  assert.ok(text.includes('Not known yet'));
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
    ({ chains: [chain] }) => chain.verdict.reason === 'one-left',
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

test('a suggested preset is checked on click and not saved', async () => {
  await on.session.setSettings(settings(['aws us-east-1', 'aws us-east-1', 'aws us-east-1']));
  const { verdict } = (
    await until(
      () => on.session.snapshot(),
      ({ chains: [chain] }) => chain.verdict.presets.length > 0,
      'presets',
    )
  ).chains[0];
  await press(popup, `Check ${verdict.presets[0]}`);
  const url = await until(
    () =>
      popup.evaluate(() => /** @type {HTMLInputElement | null} */ (document.querySelector('#add-url'))?.value ?? ''),
    (value) => value.startsWith('https://'),
    'the preset in the form',
  );
  assert.match(url, /^https:\/\/[a-z0-9.-]+(\/|$)/);
  assert.equal((await on.session.snapshot()).chains[0].endpoints.length, 3, 'offered, not used');
});

test('a duplicate endpoint is refused before it is asked', async () => {
  await on.session.setSettings(on.net.settings());
  on.net.nodes[0].counts.reset();
  await popup.evaluate((value) => {
    const input = /** @type {HTMLInputElement} */ (document.querySelector('#add-url'));
    input.value = value;
    input.dispatchEvent(new Event('input'));
  }, on.net.nodes[0].url);
  const asked = () => on.net.nodes[0].counts.methods.eth_chainId ?? 0;
  const before = asked();
  await press(popup, 'Check', '.form-buttons');
  await until(
    () => popup.evaluate(() => document.querySelector('#add-url-problem')?.textContent ?? ''),
    (text) => text.includes('This is there already'),
    'the refusal',
  );
  assert.equal(asked(), before);
});
