// Wallets that are slow, silent or never answer, in a real browser: what the page waits for, and what it does not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { exercise, guarded, toyStage } from './toy-stage.mjs';

/** @type {Awaited<ReturnType<typeof toyStage>>} */
let on;

before(async () => {
  on = await toyStage();
});
after(() => on?.close());

test('a slow wallet: its known chain is told within 100 ms', async () => {
  const page = await on.visit({
    after: 'const toy = window.toy = new SlowWallet({ delay: 400 }); assign(window, toy);',
  });
  await page.evaluate(() => /** @type {any} */ (window).ethereum.request({ method: 'eth_chainId' }));
  await on.session.killWorker();
  const first = await page.evaluate(() =>
    Promise.race([
      /** @type {any} */ (window).ethereum.request({ method: 'eth_chainId' }),
      new Promise((resolve) => {
        setTimeout(resolve, 100, 'late');
      }),
    ]),
  );
  assert.equal(first, '0x1');
});

/** What a page hears that waits 100 ms. @param {import('puppeteer-core').Page} page @param {string} [which] */
const inTime = (page, which = 'window.ethereum') =>
  page.evaluate(
    (source) =>
      Promise.race([
        new Function(`return ${source}`)().request({ method: 'eth_chainId' }),
        new Promise((resolve) => {
          setTimeout(resolve, 100, 'late');
        }),
      ]),
    which,
  );

test('looking for wallets calls none of them', async () => {
  for (const [put, look, which] of [
    [
      'announce(window, toy);',
      `addEventListener('eip6963:announceProvider', (e) => { window.found = e.detail.provider; });
      dispatchEvent(new Event('eip6963:requestProvider'));`,
      'window.found',
    ],
    ['assign(window, toy);', 'window.found = window.ethereum;', 'window.found'],
  ]) {
    const page = await on.visit({ after: `const toy = window.toy = new SlowWallet({ delay: 400 }); ${put}` });
    const calls = () =>
      page.evaluate(() => /** @type {any} */ (window).toy.calls.map((/** @type {any} */ call) => call.method));
    await page.evaluate((code) => {
      new Function(code)();
    }, look);
    // The page's first question is also ours. Once it is answered, the next one is in time.
    await page.evaluate((source) => new Function(`return ${source}`)().request({ method: 'eth_chainId' }), which);
    assert.equal(await inTime(page, which), '0x1');
    assert.deepEqual(await calls(), ['eth_chainId']);
  }
});

test("wagmi's first read is answered with a wallet of 250 ms", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('pages/wagmi-read.mjs', import.meta.url))],
    bundle: true,
    format: 'iife',
    write: false,
    target: 'es2022',
  });
  const dapp = `<script>${outputFiles[0]?.text.replaceAll('</script', '<\\/script')}</script>`;
  const visit = () =>
    on.visit({ after: 'const toy = window.toy = new SlowWallet({ delay: 250 }); assign(window, toy);', body: dapp });
  const firstRead = (/** @type {import('puppeteer-core').Page} */ page) =>
    page.evaluate(() => /** @type {any} */ (window).firstRead());
  assert.match(await firstRead(await visit()), /^\d+$/);
  await on.switched(false);
  const bare = await visit();
  await bare.waitForFunction(() => /** @type {any} */ (window).ethereum === /** @type {any} */ (window).toy);
  assert.match(await firstRead(bare), /timed? ?out|too long/i);
  await on.switched(true);
});

test('a wallet that never says its chain: what it shows, or none', async () => {
  const mute = (/** @type {string} */ shows) => `const toy = window.toy = new PlainWallet(${shows});
    const { request } = toy;
    toy.request = (args) => (args.method === 'eth_chainId' ? new Promise(() => {}) : request.call(toy, args));
    assign(window, toy);`;
  assert.equal(await inTime(await on.visit({ after: mute('{ chainId: "0x89" }') })), '0x89');
  assert.equal(await inTime(await on.visit({ after: mute('{ chainId: null }') })), 'late');
});

test("lanes answer when the wallet's reads hang", async () => {
  const page = await on.visit({ after: 'const toy = window.toy = new HangingWallet(); assign(window, toy);' });
  guarded(await exercise(page));
});
