// Every drill a person can start in the popup: what goes dark, who answers, what the badge says and the report at the
// end. A drill ends by itself, lets transactions pass and never outlives the browser.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './harness.mjs';
import { badge, press, says, words } from './panels.mjs';
import { ask, stage, until } from './stage.mjs';
import { signedTransfer } from './transfer.mjs';

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
  await press(popup, 'Drill', '.tabs');
});
after(() => on?.close());

/** @param {string[]} operators of the three networks @param {Record<string, any>} [over] */
const grounds = (operators, over = {}) =>
  on.net.settings({ labels: operators.map((operator, i) => ({ ...on.net.settings().labels[i], operator })), ...over });

/** Starts the drill by its name in the popup. @param {string} name */
async function start(name) {
  await press(popup, name, '.targets');
  await press(popup, 'Start the drill');
  await says(popup, `Drill: ${name} is dark`, 'the running drill');
  for (const node of on.net.nodes) node.counts.reset();
}

/** @param {number} count */
async function read(count) {
  for (let i = 0; i < count; i += 1)
    assert.match((await ask(page, 'eth_getBalance', [on.net.accounts[i % 4], 'latest'])).result, /^0x/);
}

const DRILLS = [
  { name: 'AWS us-east-1', places: ['aws', 'gcp', 'hetzner'], dark: [0] },
  { name: 'Cloudflare', places: ['cloudflare', 'cloudflare', 'hetzner'], dark: [0, 1] },
  { name: 'Infura', places: ['hetzner', 'ovh', 'hetzner'], operator: [0], dark: [0] },
  { name: 'US jurisdiction', places: ['aws', 'gcp', 'hetzner'], dark: [0, 1] },
];

for (const { name, places, operator = [], dark } of DRILLS) {
  test(`${name} is dark: reads go elsewhere, and popup and badge say so`, async () => {
    const settings = grounds(places);
    for (const at of operator) Object.assign(settings.chains[0].endpoints[at], { operator: 'infura' });
    await on.session.setSettings(settings);
    await read(3);
    await start(name);
    const shown = await until(
      () => badge(on.session),
      ({ text }) => text === 'DRILL',
      'the badge',
    );
    assert.ok(shown.title.includes(name), shown.title);
    await read(10);
    assert.deepEqual(
      dark.map((at) => on.net.nodes[at].counts.sends),
      dark.map(() => 0),
      'nothing is sent into the dark',
    );

    const sent = await ask(page, 'eth_sendRawTransaction', [await signedTransfer(on.net)]);
    assert.match(sent.result ?? JSON.stringify(sent), /^0x[0-9a-f]{64}$/);
    const took = () => on.net.nodes.map((node) => node.counts.methods.eth_sendRawTransaction ?? 0);
    assert.deepEqual(
      await until(
        async () => took(),
        (each) => each.every((n) => n === 1),
        'the transaction on every lane',
      ),
      [1, 1, 1],
    );

    await press(popup, 'End now');
    const text = await says(popup, `Last drill: ${name}`, 'the result');
    assert.match(text, /10 of 10 reads answered, slowest \d+ ms; chains lost: 0\. It stepped aside for a transaction/);
    await until(
      () => badge(on.session),
      (b) => b.text !== 'DRILL',
      'the badge without it',
    );
  });
}

test('the end names a chain that would have been lost', async () => {
  await on.session.setSettings(grounds(['aws', 'gcp', 'azure'], { deadline_ms: 1_000 }));
  await start('US jurisdiction');
  const failed = await ask(page, 'eth_getBalance', [on.net.accounts[0], 'latest']);
  assert.equal(failed.result, undefined, 'every lane is dark, and this page has no wallet');
  await says(popup, 'Not protected: no endpoint answers', 'the site, not protected meanwhile');
  await press(popup, 'End now');
  await says(popup, 'Chains that would have been lost: Ethereum', "the chain's name");
  assert.match(await words(popup), /0 of 1 reads answered/);
  await on.session.setSettings(on.net.settings());
});

test('a drill survives the worker', async () => {
  await start('AWS us-east-1');
  const { drill: before } = await on.session.snapshot();
  await until(stored, (text) => text?.includes('us-east-1'), 'the drill in storage');
  await on.session.killWorker();
  const { drill } = await until(
    () => on.session.snapshot(),
    (s) => s.drill?.running,
    'the drill in the next worker',
  );
  assert.deepEqual([drill.started_ms, drill.ends_ms], [before.started_ms, before.ends_ms]);
  await read(5);
  assert.equal(on.net.nodes[0].counts.sends, 0);
  assert.equal((await badge(on.session)).text, 'DRILL');
  await press(popup, 'End now');
  await says(popup, 'Last drill: AWS us-east-1', 'the result');
});

/** The drill as stored for the next worker. */
const stored = () =>
  on.session.evalBackground(
    async () => JSON.parse(/** @type {any} */ (await chrome.storage.session.get('health')).health).drill,
  );

/**
 * Shifts the stored drill so that it ends in `left` ms, and returns when.
 * @param {number} left
 * @returns {Promise<number>}
 */
const endSoon = (left) =>
  on.session.evalBackground(async (ms) => {
    const { health } = /** @type {any} */ (await chrome.storage.session.get('health'));
    const session = JSON.parse(health);
    const drill = JSON.parse(session.drill);
    const back = drill.ends_ms - Date.now() - ms;
    const moved = { ...drill, started_ms: drill.started_ms - back, ends_ms: drill.ends_ms - back };
    await chrome.storage.session.set({ health: JSON.stringify({ ...session, drill: JSON.stringify(moved) }) });
    return moved.ends_ms;
  }, left);

test('an alarm ends a drill while the worker sleeps', { timeout: 90_000 }, async () => {
  await start('AWS us-east-1');
  const { drill } = await on.session.snapshot();
  const alarms = () => on.session.evalBackground(() => chrome.alarms.getAll());
  const [alarm] = await until(alarms, (all) => all.length === 1, 'the alarm');
  assert.ok(Math.abs(alarm.scheduledTime - drill.ends_ms) < 1_000, 'at the end of the drill');
  await popup.close();
  await page.close();
  // A page that is still closing would wake the next worker.
  await until(
    () => on.session.snapshot(),
    ({ chains: [chain] }) => !chain.in_use,
    'the end of the page',
  );
  await until(stored, (text) => text?.includes('us-east-1'), 'the drill in storage');
  await on.session.killWorker();
  const end = await endSoon(6_000);
  // Whatever wakes a worker now finds the drill running, and is finished when the worker dies again.
  assert.equal((await on.session.snapshot()).drill.ends_ms, end);
  await on.session.killWorker();
  await on.session.evalBackground((name, when) => chrome.alarms.create(name, { when }), alarm.name, end);
  assert.equal((await badge(on.session)).text, 'DRILL');
  await until(
    () => badge(on.session),
    ({ text }) => text === '',
    'the badge without it',
    60_000,
  );
  assert.ok(Date.now() >= end);
  assert.equal((await on.session.snapshot()).drill.running, false);
});

test('a drill never outlives the browser', async () => {
  const profile = await mkdtemp(join(tmpdir(), 'breakwater-drill-'));
  try {
    const first = await launch(undefined, { profile, settings: on.net.settings() });
    await first.send({ type: 'drill-start', target: { kind: 'region', key: 'aws/us-east-1' } });
    assert.equal((await first.snapshot()).drill.running, true);
    await until(
      () => badge(first),
      ({ text }) => text === 'DRILL',
      'the badge',
    );
    await first.close();
    const second = await launch(undefined, { profile });
    try {
      const { drill, chains } = await second.snapshot();
      assert.equal(chains[0].endpoints.length, 3, 'the settings are there');
      assert.ok(!drill, 'the drill is not');
      assert.equal((await badge(second)).text, '');
    } finally {
      await second.close();
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
