// The popup with the real core: an endpoint is checked before it is saved, removed and restored, and a drill runs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as panels from './panels.mjs';
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
  await ask(page, 'eth_blockNumber'); // so that Ethereum is in use and unfolded
  popup = await on.session.extensionPage('popup/popup.html?host=127.0.0.1');
  await until(words, (text) => text.includes('Demo'), 'the endpoints');
});
after(() => on?.close());

const words = () => panels.words(popup);
/** @param {string} text @param {string} what */
const says = (text, what) => panels.says(popup, text, what);
/** @param {string} text @param {string} [within] */
const press = (text, within) => panels.press(popup, text, within);
const names = async () =>
  (await on.session.snapshot()).chains
    .find((/** @type {any} */ chain) => chain.id === 1)
    .endpoints.map((/** @type {any} */ one) => one.name);

/** @param {string} text */
const typeUrl = (text) =>
  popup.evaluate((url) => {
    const input = /** @type {HTMLInputElement} */ (document.querySelector('#add-url'));
    input.value = url;
    input.dispatchEvent(new Event('input'));
  }, text);

test('an endpoint of another chain is refused at its field', async () => {
  await press('Add an endpoint');
  await on.net.nodes[2].setFault('wrong-chain');
  await typeUrl(`${on.net.nodes[2].url}second`);
  await press('Test', '.adding');
  await until(
    () => popup.evaluate(() => document.querySelector('#add-url-problem')?.textContent ?? ''),
    (text) => /chain/.test(text),
    'the refusal',
  );
  on.net.heal();
});

test('a good endpoint shows its ground, is saved, and is asked', async () => {
  await typeUrl(`${on.net.nodes[2].url}third`);
  await press('Test', '.adding');
  await says('It serves chain 1', 'what it said');
  assert.match(await popup.evaluate(() => document.querySelector('.adding .notice')?.textContent ?? ''), /Hetzner/);
  assert.equal((await names()).length, 3, 'not saved yet');
  await press('Add', '.form-buttons');
  await until(names, (list) => list.length === 4, 'the fourth endpoint');
  assert.match((await ask(page, 'eth_blockNumber')).result, /^0x/);
});

test('removing acts at once, and undo restores the place', async () => {
  const before = await names();
  await popup.evaluate(() => /** @type {HTMLElement} */ (document.querySelectorAll('.endpoint-line')[1]).click());
  await press('Remove', '.endpoint-more');
  await until(names, (list) => list.length === 3 && !list.includes(before[1]), 'the removal');
  await press('Undo');
  await until(names, (list) => list.join() === before.join(), 'the way back');
});

test('a drill from the popup darkens its ground and reports back', async () => {
  await press('Drill', '.tabs');
  await press('AWS us-east-1', '.targets');
  await press('Start the drill');
  await says('Drill: AWS us-east-1 is dark', 'the running drill');
  for (const node of on.net.nodes) node.counts.reset();
  for (let i = 0; i < 10; i += 1)
    assert.match((await ask(page, 'eth_getBalance', [on.net.accounts[i % 3], 'latest'])).result, /^0x/);
  assert.equal(on.net.nodes[0].counts.seen.length, 0, 'nothing was sent to AWS');
  await press('End now');
  await says('Last drill: AWS us-east-1', 'the result');
  const { drill } = await on.session.snapshot();
  assert.deepEqual([drill.running, drill.asked, drill.answered], [false, 10, 10]);
});

test('the trail lists the reads', async () => {
  await press('Trail', '.tabs');
  await says('eth_getBalance', 'the reads');
  const shown = await words();
  assert.ok(!shown.includes('http'), 'no URL in it');
});

/** @param {string} id of a select @param {string} value */
const choose = async (id, value) => {
  await until(
    () => popup.evaluate((which) => document.getElementById(which) !== null, id),
    (there) => there,
    id,
  );
  await popup.evaluate(
    (which, wanted) => {
      const select = /** @type {HTMLSelectElement} */ (document.getElementById(which));
      select.value = wanted;
      select.dispatchEvent(new Event('change'));
    },
    id,
    value,
  );
};

test('the person chooses if an unconfirmed answer is believed', async () => {
  const balance = () => ask(page, 'eth_getBalance', [on.net.accounts[0], 'latest']);
  const settings = async () => {
    const { mode, unconfirmed } = (await on.session.snapshot()).chains.find(
      (/** @type {any} */ chain) => chain.id === 1,
    );
    return `${mode} ${unconfirmed}`;
  };
  await press('Chains', '.tabs');
  await choose('mode-1', 'compare');
  await choose('mode-1-unconfirmed', 'error');
  await until(settings, (now) => now === 'compare error', 'the choice');
  assert.match((await balance()).result, /^0x/, 'they agree');
  for (const node of on.net.nodes.slice(1)) await node.setFault('refuse');
  const withheld = await balance();
  assert.equal(withheld.code, -32002);
  assert.match(withheld.message, /^Breakwater: only .+ answered eth_getBalance, and nothing confirms it/);
  await choose('mode-1-unconfirmed', 'answer');
  await until(settings, (now) => now === 'compare answer', 'the other choice');
  assert.match((await balance()).result, /^0x/);
  await on.net.heal();
  await choose('mode-1', 'guard');
  await until(settings, (now) => now === 'guard answer', 'the usual mode');
});

test('switched off here, the next page has no provider of ours', async () => {
  await popup.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#site-on')).click());
  await says('this site is left untouched', 'the state');
  const fresh = await until(
    async () => {
      const next = await on.session.newPage(`${on.site.url}dapp`);
      const there = await next.evaluate(() => 'ethereum' in window);
      await next.close();
      return there;
    },
    (there) => !there,
    'a page that is untouched',
  );
  assert.equal(fresh, false);
  await popup.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#site-on')).click());
  await until(words, (text) => !text.includes('left untouched'), 'on again');
});
