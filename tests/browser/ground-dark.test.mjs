// No endpoint answers: badge, popup and options say so at once, one notification tells of it, and all of that is taken
// back when the endpoints return.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BROWSER } from './harness.mjs';
import { badge, notifications, says, words } from './panels.mjs';
import { ask, stage, until } from './stage.mjs';

const FIREFOX = BROWSER === 'firefox';
/** How soon a person must see it, in ms. */
const SOON_MS = 5_000;

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {import("puppeteer-core").Page} */
let popup;

before(async () => {
  on = await stage();
  await on.session.evalBackground(() => {
    const told = /** @type {string[]} */ (Object.assign(window, { told: [] }).told);
    chrome.notifications.onClosed.addListener((id) => told.push(id));
  });
  page = await on.dapp();
  popup = await on.session.extensionPage('popup/popup.html?host=127.0.0.1');
});
after(() => on?.close());

const read = () => Promise.all([0, 1].map((i) => ask(page, 'eth_getBalance', [on.net.accounts[i], 'latest'])));
/** Without a desktop, Firefox closes a notification as soon as it is made, so we count closings there. */
const mine = async () =>
  (FIREFOX
    ? await on.session.evalBackground(() => /** @type {any} */ (window).told)
    : await notifications(on.session)
  ).filter((/** @type {string} */ id) => id.startsWith('dark-'));
/** As long as some endpoints of one ground fail, that is an incident of its own. */
const blackout = async () =>
  (await on.session.snapshot()).incidents.find((/** @type {any} */ { dark }) => dark.length > 0);
/** @param {(shown: {text: string, title: string}) => boolean} good @param {string} what @param {number} [ms] */
const shows = (good, what, ms) =>
  until(
    async () => {
      await read();
      return badge(on.session);
    },
    good,
    what,
    ms,
  );

test('all dark is on the badge within five seconds', async () => {
  assert.ok((await read())[0].result);
  await says(popup, 'Protected', 'the site, protected');
  for (const node of on.net.nodes) await node.setFault('503');
  const since = Date.now();
  const { title } = await shows(({ text }) => text === '!!', 'the badge', SOON_MS);
  const took = Date.now() - since;
  console.log(`all dark was seen after ${took} ms`);
  assert.ok(took < SOON_MS);
  assert.match(title, /None of your endpoints answers since \d\d:\d\d/);
});

test('popup and options say it, and what to do now', async () => {
  await says(popup, 'Not protected: no endpoint answers', 'the site, not protected');
  const options = await on.session.extensionPage('options/options.html');
  for (const view of [popup, options]) {
    await says(view, 'None of your endpoints answers since', 'the blackout');
    await says(view, 'Add an endpoint of another company', 'what to do');
    await says(view, 'None answers', 'the word');
    const text = (await words(view)).replace('Not protected', '');
    assert.doesNotMatch(text, /\bprotected\b|survives|keep answering|\d ms/i);
  }
  await options.close();
  const { since_ms, dark } = await blackout();
  assert.deepEqual(dark, [1]);
  assert.deepEqual(await until(mine, (ids) => ids.length > 0, 'the notification'), [`dark-${since_ms}`]);
  for (let i = 0; i < 5; i += 1) await read();
  assert.equal((await mine()).length, 1, 'one, however long it goes on');
});

test('it is taken back when endpoints answer again', async () => {
  await on.net.heal();
  await shows(({ text }) => text === '', 'the empty badge', 120_000);
  await says(popup, 'Protected', 'the site, protected again');
  if (FIREFOX) assert.equal((await mine()).length, 1, 'and no other one came');
  else await until(mine, (ids) => ids.length === 0, 'the notification to go');
  const { sentence, ended_ms, advice } = await blackout();
  assert.match(sentence, /None of your endpoints answered from \d\d:\d\d to \d\d:\d\d/);
  assert.ok(ended_ms && advice === null);
});
