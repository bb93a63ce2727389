// `./build.sh bench life`: the time from a killed worker to the next answer, and 5 MB through the whole path, in both
// browsers. Writes target/bench/life.json.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch } from '../browser/harness.mjs';
import { dappPage, find } from '../browser/stage.mjs';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { quantile } from '../../www/js/stats.js';

const OUT = fileURLToPath(new URL('../../target/bench/', import.meta.url));
const KILLS = 15;
const BIG_READS = 10;
/** `bytesOf(uint256)` of the odd contract, for 2.5 MB of bytes: 5 MB of hex. */
const BIG = '0x0ee98e81';
const BIG_BYTES = 2_500_000;

/** @param {number[]} times @returns {{p50: number, worst: number, n: number}} ms */
const summary = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  return { p50: Math.round(quantile(sorted, 0.5)), worst: Math.round(sorted.at(-1) ?? NaN), n: times.length };
};

/** @param {ReturnType<typeof summary>} times */
const told = ({ p50, worst, n }) => `median ${p50} ms, worst ${worst} ms of ${n}`;

/**
 * One read through the provider, timed in the page.
 * @param {import("puppeteer-core").Page} page
 * @param {string} account
 */
const read = (page, account) =>
  page.evaluate(async (who) => {
    const start = performance.now();
    await /** @type {any} */ (window).found.request({ method: 'eth_getBalance', params: [who, 'latest'] });
    return performance.now() - start;
  }, account);

/**
 * The same big answer by the page's own fetch and by the provider.
 * @param {import("puppeteer-core").Page} page
 * @param {string} url
 * @param {any} call
 */
const big = (page, url, call) =>
  page.evaluate(
    async (endpoint, request) => {
      const start = performance.now();
      const reply = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...request }),
      });
      const { result } = await reply.json();
      const middle = performance.now();
      const guarded = await /** @type {any} */ (window).found.request(request);
      return {
        own: middle - start,
        guarded: performance.now() - middle,
        same: result === guarded,
        size: result.length,
      };
    },
    url,
    call,
  );

/** @param {"chromium"|"firefox"} browser */
async function life(browser) {
  const net = await startNetwork();
  const site = await startSite({ network: net, pages: { '/dapp': dappPage() } });
  const session = await launch(browser, { settings: net.settings() });
  try {
    const page = await session.newPage(`${site.url}dapp`);
    await find(page);
    const times = [];
    for (let i = 0; i <= KILLS; i++) {
      await session.killWorker();
      times.push(await read(page, net.accounts[i % net.accounts.length]));
    }
    const restart = summary(times.slice(1));
    console.log(`${browser}: from a killed worker to the next answer: ${told(restart)}`);
    const call = {
      method: 'eth_call',
      params: [
        { to: net.contracts.oddity.address, data: `${BIG}${BIG_BYTES.toString(16).padStart(64, '0')}` },
        'latest',
      ],
    };
    const bigs = [];
    for (let i = 0; i < BIG_READS; i++) bigs.push(await big(page, net.nodes[0].url, call));
    if (!bigs.every(({ same, size }) => same && size > 2 * BIG_BYTES)) throw new Error('the big answers differ');
    const [own, guarded] = [summary(bigs.map((big) => big.own)), summary(bigs.map((big) => big.guarded))];
    console.log(`${browser}: 5 MB by the page's own fetch: ${told(own)}; through Breakwater: ${told(guarded)}`);
    return { next_answer_ms: restart, five_mb_ms: { own_fetch: own, breakwater: guarded } };
  } finally {
    await Promise.allSettled([session.close(), site.close(), net.close()]);
  }
}

const { values } = parseArgs({
  options: { browser: { type: 'string', multiple: true, default: ['chromium', 'firefox'] } },
});
/** @type {Record<string, Awaited<ReturnType<typeof life>>>} */
const result = {};
for (const browser of values.browser) result[browser] = await life(/** @type {any} */ (browser));
await mkdir(OUT, { recursive: true });
await writeFile(`${OUT}life.json`, `${JSON.stringify(result, null, 2)}\n`);
process.exit();
