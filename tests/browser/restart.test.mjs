// What a person chose survives a restart of the browser, and a site that is off stays untouched.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { launch } from './harness.mjs';
import { dappPage, until } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof startNetwork>>} */
let net;
/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {string} */
let profile;

before(async () => {
  net = await startNetwork();
  site = await startSite({ pages: { '/dapp': dappPage() } });
  profile = await mkdtemp(join(tmpdir(), 'breakwater-profile-'));
});
after(async () => {
  await Promise.allSettled([site?.close(), net?.close()]);
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

/** What the page finds on its window. @param {import("puppeteer-core").Page} page */
const traces = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        /** @type {string[]} */
        const announced = [];
        window.addEventListener('eip6963:announceProvider', (event) =>
          announced.push(/** @type {CustomEvent} */ (event).detail.info.name),
        );
        window.dispatchEvent(new Event('eip6963:requestProvider'));
        // Long enough for a state message to arrive. An untouched page stays so however long the test waits.
        setTimeout(
          () => resolve({ announced, own: 'ethereum' in window, native: /native code/.test(String(window.fetch)) }),
          300,
        );
      }),
  );

test('settings survive a restart, and a site stays off', async () => {
  const settings = net.settings({ deadline_ms: 7000, sites_off: ['localhost'] });
  const first = await launch(undefined, { profile, settings });
  const before = await first.send({ type: 'export' });
  await first.close();

  const second = await launch(undefined, { profile });
  try {
    assert.deepEqual(await second.send({ type: 'export' }), before);
    assert.equal(JSON.parse(before.text).deadline_ms, 7000);
    const off = await second.newPage(`http://localhost:${site.port}/dapp`);
    assert.deepEqual(await traces(off), { announced: [], own: false, native: true });
    const on = await second.newPage(`http://127.0.0.1:${site.port}/dapp`);
    assert.deepEqual(/** @type {any} */ (await traces(on)).announced, ['Breakwater']);
  } finally {
    await second.close();
  }
});

test('unreadable settings are reported and kept; wallets answer', async () => {
  const session = await launch(undefined);
  try {
    const broken = { version: 1, deadline_ms: -5, chains: [] };
    await session.evalBackground((value) => chrome.storage.local.set({ settings: value }), broken);
    const { settings_problem } = await until(
      () => session.snapshot(),
      (s) => Boolean(s.settings_problem),
      'the problem',
    );
    assert.match(settings_problem, /deadline/);
    const { settings_broken } = await until(
      () => session.evalBackground(() => chrome.storage.local.get('settings_broken')),
      (stored) => stored.settings_broken !== undefined,
      'the broken original',
    );
    assert.match(JSON.stringify(settings_broken), /-5/);
  } finally {
    await session.close();
  }
});
