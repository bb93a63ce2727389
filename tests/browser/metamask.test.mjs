// MetaMask's own code in the page: its inpage provider over a stream, and every button of its test dApp.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { launch } from './harness.mjs';
import { pressAll } from './pages/press.mjs';

const TEST_DAPP = fileURLToPath(new URL('../../node_modules/@metamask/test-dapp/dist/', import.meta.url));
/** The dApp's library polls for receipts every four seconds, which is too slow for a test. */
const SOON = `<script>{
  const later = setTimeout;
  setTimeout = (run, ms, ...rest) => later(run, ms === 4000 ? 100 : ms, ...rest);
}</script>`;
/** The parts of Node that npm's stream library expects. */
const NODE =
  'globalThis.global ??= globalThis; ' +
  'globalThis.process ??= { env: {}, nextTick: (f, ...a) => queueMicrotask(() => f(...a)) };';

/** @type {Awaited<ReturnType<typeof startNetwork>>} */
let net;
/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import("./harness.mjs").Session} */
let session;

/** The toy backend fetches in the page, while the real one does so in its own worker. It must not be rescued. */
const settings = () => net.settings({ direct_off: ['127.0.0.1'] });

before(async () => {
  net = await startNetwork({ nodes: 2 });
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('pages/metamask.mjs', import.meta.url))],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    banner: { js: NODE },
  });
  const script = bundle.outputFiles[0]?.text ?? '';
  const options = JSON.stringify({ url: net.wallet.url, account: net.accounts[0] });
  const start = `<script src="/metamask.js"></script><script>startMetaMask(${options})</script>`;
  const html = (await readFile(`${TEST_DAPP}index.html`, 'utf8'))
    .replaceAll(/<link\s[^>]*https:[^>]*>/g, '')
    .replace('<head>', `<head>${start}`);
  site = await startSite({
    network: net,
    roots: { '/test-dapp/': TEST_DAPP },
    pages: {
      '/metamask.js': (_, res) => void res.writeHead(200, { 'content-type': 'text/javascript' }).end(script),
      '/plain': `<!doctype html>${start}<p>MetaMask`,
      '/test-dapp/': html.replace('<head>', `<head>${SOON}`),
    },
  });
  session = await launch(undefined, { settings: settings() });
  await registered(2, false);
});

after(async () => {
  await session?.close();
  await site?.close();
  await net?.close();
});

/** Waits until the content scripts follow the settings. @param {number} count @param {boolean} off */
const registered = (count, off) =>
  session.evalBackground(
    async (n, excluded) => {
      for (;;) {
        const scripts = await chrome.scripting.getRegisteredContentScripts();
        if (scripts.length === n && scripts.every((s) => Boolean(s.excludeMatches?.length) === excluded)) return;
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
      }
    },
    count,
    off,
  );

test("reads are guarded; everything else is MetaMask's own", async () => {
  await net.wallet.setFault('dark'); // nothing it forwards gets an answer
  const page = await session.newPage(`${site.url}plain`);
  const seen = await page.evaluate(async () => {
    const { ethereum, metamask } = /** @type {any} */ (window);
    const [account] = await ethereum.request({ method: 'eth_requestAccounts' });
    const block = await ethereum.request({ method: 'eth_blockNumber' });
    const balance = await ethereum.request({ method: 'eth_getBalance', params: [account, 'latest'] });
    return {
      own: ethereum === metamask.provider,
      block,
      balance,
      chainId: await ethereum.request({ method: 'eth_chainId' }),
      selected: ethereum.selectedAddress === account,
      isMetaMask: ethereum.isMetaMask,
      connected: ethereum.isConnected(),
      unlocked: await ethereum._metamask.isUnlocked(),
      batch: typeof ethereum._metamask.requestBatch,
    };
  });
  await net.heal();
  const { block, balance, ...rest } = seen;
  assert.match(block, /^0x[0-9a-f]+$/);
  assert.match(balance, /^0x[0-9a-f]+$/);
  assert.deepEqual(rest, {
    own: false,
    chainId: '0x1',
    selected: true,
    isMetaMask: true,
    connected: true,
    unlocked: true,
    batch: 'function',
  });
  await page.close();
});

test('each event arrives once, and the chain follows', async () => {
  const page = await session.newPage(`${site.url}plain`);
  const seen = await page.evaluate(async () => {
    const { ethereum } = /** @type {any} */ (window);
    await ethereum.request({ method: 'eth_requestAccounts' });
    await ethereum.request({ method: 'eth_blockNumber' });
    const heard = /** @type {any[]} */ ([]);
    const moved = new Promise((resolve) => {
      ethereum.on('chainChanged', function listener(/** @type {string} */ chain) {
        // MetaMask emits from the provider inside its own proxy, which is `this` without us as well.
        // @ts-ignore `this` is the point
        heard.push([this.isMetaMask, chain]);
        setTimeout(resolve);
      });
    });
    const none = () => heard.push('removed');
    ethereum.on('chainChanged', none);
    ethereum.removeListener('chainChanged', none);
    await ethereum.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: '0x539' }] });
    await moved;
    const chain = await ethereum.request({ method: 'eth_chainId' });
    const wrong = await ethereum
      .request({ method: 'wallet_switchEthereumChain', params: [{ chainId: '0x99' }] })
      .catch((/** @type {any} */ e) => e);
    return { heard, chain, error: [wrong.code, wrong.message, wrong.data] };
  });
  assert.deepEqual(seen, {
    heard: [[true, '0x539']],
    chain: '0x539',
    error: [4902, 'Unrecognized chain ID "0x99".', { chain: '0x99' }],
  });
  await page.close();
});

test("the page reads on when MetaMask's node goes dark", async () => {
  const page = await session.newPage(`${site.url}plain`);
  await page.evaluate(() => /** @type {any} */ (window).ethereum.request({ method: 'eth_blockNumber' }));
  await net.wallet.setFault('dark');
  const block = await page.evaluate(() =>
    /** @type {any} */ (window).ethereum.request({ method: 'eth_getBlockByNumber', params: ['latest', false] }),
  );
  await net.heal();
  assert.match(block.hash, /^0x[0-9a-f]{64}$/);
  await page.close();
});

test('every test dApp button acts the same with us on or off', async () => {
  const runs = [];
  for (const off of [false, true]) {
    await session.setSettings({ ...settings(), ...(off ? { sites_off: ['127.0.0.1'] } : {}) });
    await registered(2, off);
    const anvils = net.nodes.map((node) => node.anvil);
    const marks = await Promise.all(anvils.map((anvil) => anvil.rpc('evm_snapshot', [])));
    const page = await session.newPage(`${site.url}test-dapp/`);
    assert.equal(
      await page.evaluate(() => {
        const { ethereum, metamask } = /** @type {any} */ (window);
        return ethereum === metamask.provider;
      }),
      off,
    );
    runs.push(await page.evaluate(pressAll));
    await page.close();
    await Promise.all(anvils.map((anvil, i) => anvil.rpc('evm_revert', [marks[i]])));
  }
  await session.setSettings(settings());
  const [on, off] = /** @type {[any[], any[]]} */ (runs);
  assert.ok(off.length > 40, `only ${off.length} buttons`);
  assert.deepEqual(on, off);
});
