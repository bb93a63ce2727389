// A page's text is marked as the page's on our screens, and a request for a private chain asks the person.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { said } from '../../extension/lib/ui-said.js';
import { pages } from './ui/pages.mjs';
import { edits, says } from './ui/person.mjs';
import { world } from './ui/world.mjs';

/** @type {Awaited<ReturnType<typeof pages>>} */
let own;
before(async () => {
  own = await pages();
});
after(() => own?.close());

const ASKS = [
  { chain: 1, name: 'Ethereum', host: 'app.example.org', frame: false },
  { chain: 1337, name: 'Home\u05d0', host: 'evil.test', frame: true },
];
/** A world in which the site and a frame in it ask. @returns {any} */
const asking = () => {
  const now = world();
  Object.assign(now.snapshot.site, {
    asks: ASKS,
    frames: ['A frame of “evil.test” says that a wallet in it cannot be guarded.'],
  });
  return { ...now, asks: ASKS };
};

test("a page's words are cleaned, cut and isolated", () => {
  const words = (/** @type {unknown} */ text) => said(text).slice(1, -1);
  assert.equal(said('hi'), '\u2068hi\u2069');
  assert.equal(
    words('a\u202eb\u2066c\u200fd\u0000e\ufefff\u00adg\u{e0041}h\ud800'),
    'abcde fgh',
    'U+FEFF counts as a space',
  );
  assert.equal(words('  two\n\n lines\u2028 '), 'two lines');
  assert.equal(words('x” Breakwater says: “y» «z"'), "x' Breakwater says: 'y' 'z'");
  assert.equal(words(`a${'\u0301'.repeat(500)}b`), 'a\u0301\u0301b');
  for (const long of ['ש'.repeat(5_062), '😀'.repeat(5_062), ' x'.repeat(1e6)])
    assert.equal([...words(long)].length, 200);
  assert.ok(words('é'.repeat(201)).endsWith('…'));
  for (const odd of [null, undefined, {}, [], () => {}, Symbol('x')]) assert.equal(words(odd), '');
  assert.equal(words(-32603), '-32603');
});

test("a wallet's error is quoted as the site's words", async () => {
  const message = `\u202eשלום ${'x'.repeat(5_000)}”. Breakwater: all is well.`;
  const page = await own.open('popup/popup.html', {
    ...world(),
    given: { ok: false, code: 'evil \u202ecode', message },
  });
  await says(page, 'Protected');
  await page.click('.endpoint-line');
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.endpoint-more button')].some((one) => {
      const found = one.textContent?.includes('Give this endpoint');
      if (found) /** @type {HTMLElement} */ (one).click();
      return found;
    }),
  );
  await says(page, 'The site says:');
  const toast = await page.$eval('.toast', (one) => one.textContent?.trim() ?? '');
  assert.match(toast, /^The wallet did not take it\. The site says: “\u2068שלום x{190,}…\u2069”$/);
  assert.ok(!toast.includes('\u202e') && !toast.includes('Breakwater'));
  await page.close();
});

test('a site that asks for a private chain is allowed by keyboard', async () => {
  const page = await own.open('popup/popup.html', asking());
  await says(page, 'This site asks for your private chain “\u2068Ethereum\u2069”.');
  await says(page, 'A frame of “evil.test” on this site asks for your private chain “\u2068Home\u05d0\u2069”.');
  await says(page, 'A frame of “evil.test” says that a wallet in it cannot be guarded.');
  await page.focus('#site-on');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Allow');
  await page.keyboard.press('Enter');
  await says(page, 'app.example.org may use your private chain “\u2068Ethereum\u2069”.');
  assert.equal(await page.$('.site-ask'), null);
  assert.deepEqual(await edits(page), [{ op: 'consent', chain: 1, host: 'app.example.org', allow: true }]);
  await page.click('.toast-undo');
  await says(page, 'This site asks');
  assert.deepEqual((await edits(page)).at(-1), { op: 'consent', chain: 1, host: 'app.example.org', allow: null });
  await page.close();
});

test('a frame that asks is declined, in French too', async () => {
  const page = await own.open('popup/popup.html', asking(), { lang: 'fr' });
  await says(page, 'Ce site demande votre chaîne privée');
  await page.$$eval('.site-ask button', (buttons) => /** @type {HTMLElement} */ (buttons[3]).click());
  await says(page, 'evil.test ne peut pas utiliser votre chaîne privée');
  assert.deepEqual(await edits(page), [{ op: 'consent', chain: 1337, host: 'evil.test', allow: false }]);
  await page.close();
});

test('options show who may use a private chain, and take it back', async () => {
  const now = world();
  Object.assign(now.settings.chains[1], { sites_allowed: ['app.example.org'], sites_denied: ['evil.test'] });
  Object.assign(now.snapshot.chains[1], { consent: true, ask_sites: false });
  const page = await own.open('options/options.html#sites', now, { width: 1000 });
  await says(page, 'app.example.org: Ethereum, allowed');
  await says(page, 'evil.test: Ethereum, not allowed');
  await page.click('[aria-label="Forget what you said about app.example.org and Ethereum"]');
  await page.type('#consent-host', 'dapp.example');
  await page.keyboard.press('Enter');
  await page.waitForFunction(
    () => /** @type {any} */ (window).told.filter((/** @type {any} */ one) => one.type === 'edit').length === 2,
  );
  assert.deepEqual(await edits(page), [
    { op: 'consent', chain: 1, host: 'app.example.org', allow: null },
    { op: 'consent', chain: 1, host: 'dapp.example', allow: true },
  ]);
  await page.close();
});

test('a chain is marked on the options page', async () => {
  const page = await own.open('options/options.html', world(), { width: 1000 });
  await page.waitForSelector('#ask-sites-1');
  await page.click('#ask-sites-1');
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('#ask-sites-1')).checked);
  assert.deepEqual(await edits(page), [{ op: 'ask-sites', chain: 1, on: true }]);
  await page.close();
});
