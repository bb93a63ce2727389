// A shared failure is named: one notification, badge and popup while it lasts, and an entry in the list afterwards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ALL_AWS } from '../net/network.mjs';
import { BROWSER } from './harness.mjs';
import { badge, notifications, press, says } from './panels.mjs';
import { ask, stage, until } from './stage.mjs';

const FIREFOX = BROWSER === 'firefox';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {import("puppeteer-core").Page} */
let popup;

before(async () => {
  on = await stage();
  await on.session.setSettings(on.net.settings({ labels: [ALL_AWS[0], ALL_AWS[1], on.net.settings().labels[2]] }));
  await on.session.evalBackground(() => {
    const told = /** @type {string[]} */ (Object.assign(window, { told: [] }).told);
    chrome.notifications.onClosed.addListener((id) => told.push(id));
  });
  page = await on.dapp();
  popup = await on.session.extensionPage('popup/popup.html?host=127.0.0.1');
});
after(() => on?.close());

const read = () => Promise.all([0, 1, 2, 3].map((i) => ask(page, 'eth_getBalance', [on.net.accounts[i], 'latest'])));
const incidents = async () => (await on.session.snapshot()).incidents;
/** Without a desktop, Firefox closes a notification as soon as it is made, so we count closings there. */
const mine = async () =>
  (FIREFOX
    ? await on.session.evalBackground(() => /** @type {any} */ (window).told)
    : await notifications(on.session)
  ).filter((/** @type {string} */ id) => id.startsWith('incident-'));

test('lanes failing on one ground make one incident, told once', async () => {
  await read();
  await on.net.nodes[0].setFault('503');
  await on.net.nodes[1].setFault('503');
  const [incident] = await until(
    async () => {
      await read();
      return incidents();
    },
    (all) => all.length > 0,
    'the incident',
    60_000,
  );
  assert.match(incident.sentence, /^AWS us-east-1: 2 of 2 endpoints failing since \d\d:\d\d; served by Hetzner DE\.$/);
  const shown = await until(
    () => badge(on.session),
    ({ text }) => text === '!!',
    'the badge',
  );
  assert.ok(shown.title.includes(incident.sentence), shown.title);
  await says(popup, incident.sentence, 'the sentence in the popup');
  assert.deepEqual(await until(mine, (ids) => ids.length > 0, 'the notification'), [`incident-${incident.since_ms}`]);
  for (let i = 0; i < 5; i += 1) await read();
  assert.deepEqual(await mine(), [`incident-${incident.since_ms}`], 'one, however long it goes on');
  assert.equal((await incidents()).length, 1);
});

test('a finished incident clears its alerts and stays in the list', async () => {
  await on.net.heal();
  const [incident] = await until(
    async () => {
      await read();
      return incidents();
    },
    ([one]) => Boolean(one?.ended_ms),
    'its end',
    90_000,
  );
  assert.match(incident.sentence, /^AWS us-east-1: 2 of 2 endpoints failed from \d\d:\d\d to \d\d:\d\d; served by /);
  if (FIREFOX) assert.equal((await mine()).length, 1, 'and no other one came');
  else await until(mine, (ids) => ids.length === 0, 'the notification to go');
  await until(
    () => badge(on.session),
    ({ text }) => text !== '!!',
    'the badge without it',
  );
  await press(popup, 'Trail', '.tabs');
  await press(popup, 'Incidents', '.trail');
  await says(popup, incident.sentence, 'the entry in the list');
});
