// `./build.sh bench overhead`: how much longer a read takes through Breakwater than by the page's own fetch to the same
// endpoint, in both browsers. Writes target/bench/overhead.json.
//
// The two alternate, so that other work on the machine affects both alike. The added time is the difference of each
// pair.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { find } from '../browser/stage.mjs';
import { launch } from '../browser/harness.mjs';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { quantile } from '../../www/js/stats.js';

const OUT = fileURLToPath(new URL('../../target/bench/overhead.json', import.meta.url));
const READS = 500;
/** Pairs that are not counted, while connections open, the chain is checked and code is compiled. */
const WARM_UP = 60;

/**
 * In the page: pairs of milliseconds, by fetch and by provider.
 * @param {import("puppeteer-core").Page} page
 * @param {string} url
 * @param {string[]} accounts
 * @returns {Promise<[number, number][]>}
 */
const pairs = (page, url, accounts) =>
  page.evaluate(
    async (endpoint, who, reads, warm) => {
      const provider = /** @type {any} */ (window).found;
      const own = async (/** @type {any} */ request) => {
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...request });
        const reply = await fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
        return (await reply.json()).result;
      };
      const timed = async (/** @type {() => Promise<unknown>} */ read) => {
        const start = performance.now();
        await read();
        return performance.now() - start;
      };
      /** @type {[number, number][]} */
      const out = [];
      for (let i = 0; i < warm + reads; i++) {
        const request = { method: 'eth_getBalance', params: [who[i % who.length], 'latest'] };
        const pair = /** @type {[number, number]} */ (
          i % 2
            ? [await timed(() => own(request)), await timed(() => provider.request(request))]
            : [await timed(() => provider.request(request)), await timed(() => own(request))].reverse()
        );
        if (i >= warm) out.push(pair);
      }
      return out;
    },
    url,
    accounts,
    READS,
    WARM_UP,
  );

/** @param {number[]} values */
const spread = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const round = (/** @type {number} */ n) => Math.round(n * 100) / 100;
  return { p50: round(quantile(sorted, 0.5)), p99: round(quantile(sorted, 0.99)) };
};

/** @param {"chromium"|"firefox"} browser */
async function measure(browser) {
  const net = await startNetwork({ nodes: 1 });
  const site = await startSite({ pages: { '/bench': '<!doctype html><title>bench</title>' } });
  // Direct reads are not guarded here, so the page's own fetch is the platform's.
  const session = await launch(browser, { settings: net.settings({ direct_off: ['127.0.0.1'] }) });
  try {
    const page = await session.newPage(`${site.url}bench`);
    await find(page);
    return await pairs(page, net.nodes[0].url, net.accounts);
  } finally {
    await session.close();
    await Promise.allSettled([site.close(), net.close()]);
  }
}

/** @type {Record<string, {added_ms: {p50: number, p99: number}, n: number}>} */
const result = {};
for (const browser of /** @type {const} */ (['chromium', 'firefox'])) {
  const all = await measure(browser);
  const added = spread(all.map(([own, ours]) => ours - own));
  const [own, ours] = [spread(all.map(([ms]) => ms)), spread(all.map(([, ms]) => ms))];
  result[browser] = { added_ms: added, n: all.length };
  console.log(
    `${browser.padEnd(9)} added ${added.p50} ms median, ${added.p99} ms p99   ` +
      `(own fetch ${own.p50} / ${own.p99}, Breakwater ${ours.p50} / ${ours.p99}; n ${all.length})`,
  );
}
await mkdir(fileURLToPath(new URL('.', new URL('../../target/bench/x', import.meta.url))), { recursive: true });
await writeFile(OUT, `${JSON.stringify(result, null, 2)}\n`);
