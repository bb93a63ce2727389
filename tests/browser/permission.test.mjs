// The person revokes the permission for all sites. Pages then use their wallets as if we were not there, and the popup
// says so. The test makes the change through the same calls as the browser's own pages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withToys } from '../toys/script.mjs';
import { ask, dappPage, find, stage, until } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;

before(async () => {
  on = await stage();
  on.site.pages['/toy'] = dappPage(
    `<script>${withToys('const toy = window.toy = new PlainWallet(); announce(window, toy);')}</script>`,
  );
});
after(() => on?.close());

test('without permission the wallet reads; granted, lanes do', async () => {
  const page = await on.session.newPage(`${on.site.url}toy`);
  await find(page, 'plain');
  assert.match((await ask(page, 'eth_blockNumber')).result, /^0x/, 'guarded');

  await on.session.setAllSites(false);
  await until(
    () => on.session.evalBackground(() => chrome.permissions.contains({ origins: ['<all_urls>'] })),
    (held) => !held,
    'the revocation',
  );
  for (const node of on.net.nodes) node.counts.reset();
  await until(
    () => ask(page, 'eth_blockNumber'),
    ({ result }) => result === 'plain:eth_blockNumber',
    "the wallet's own answer in an open page",
  );

  const fresh = await on.session.newPage(`${on.site.url}toy`);
  await find(fresh, 'plain');
  assert.deepEqual(await ask(fresh, 'eth_getBalance', [on.net.accounts[0], 'latest']), {
    result: 'plain:eth_getBalance',
  });

  const popup = await on.session.extensionPage('popup/popup.html?host=127.0.0.1');
  await until(
    () => popup.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#app')).innerText),
    (text) => /not protect/i.test(text),
    'the words in the popup',
  );
  await popup.close();

  await on.session.setAllSites(true);
  const again = await on.session.newPage(`${on.site.url}toy`);
  await find(again, 'plain');
  await until(
    () => ask(again, 'eth_blockNumber'),
    ({ result }) => /^0x/.test(result),
    'the guard again',
  );
});
