// `./build.sh bench crowd`: where the time of 1,000 reads at once goes. It measures the same reads as direct fetches
// over all connections of the same hosts, the hops alone (cached answers), and the time of the last races in the queue
// and from the send to the answer. In both browsers. Writes target/bench/crowd.json.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch } from '../browser/harness.mjs';
import { dappPage, find } from '../browser/stage.mjs';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { LATENCIES, timed } from './reads.mjs';
import { quantile } from '../../www/js/stats.js';

const OUT = fileURLToPath(new URL('../../target/bench/', import.meta.url));
const READS = 1_000;
/** Connections a browser opens to a host by HTTP/1.1. */
const CONNECTIONS = 6;

/**
 * All reads by `fetch`, each free connection taking the next: what the lanes and this machine can do.
 * @param {string[]} urls
 * @param {number} all
 * @param {number} width
 */
const direct = async (urls, all, width) => {
  /** @type {number[]} */
  const times = [];
  let next = 0;
  const began = performance.now();
  const line = async (/** @type {string} */ url) => {
    while (next < all) {
      const who = `0x${(next += 1).toString(16).padStart(40, '0')}`;
      const body = JSON.stringify({ jsonrpc: '2.0', id: next, method: 'eth_getBalance', params: [who, 'latest'] });
      await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then((reply) =>
        reply.text(),
      );
      times.push(performance.now() - began);
    }
  };
  await Promise.all(urls.flatMap((url) => Array.from({ length: width }, () => line(url))));
  return times;
};

/** The same cached answer again and again: only the hops. @param {string} hash @param {number} all */
const hops = async (hash, all) => {
  const { found } = /** @type {any} */ (window);
  await found.request({ method: 'eth_getBlockByHash', params: [hash, false] });
  const one = async () => {
    const start = performance.now();
    await found.request({ method: 'eth_getBlockByHash', params: [hash, false] });
    return performance.now() - start;
  };
  return Promise.all(Array.from({ length: all }, one));
};

/**
 * Milliseconds of CPU time that programs have used so far, by their role in the benchmark.
 * @returns {Promise<Record<string, number>>}
 */
async function cpu() {
  /** @type {Record<string, number>} */
  const spent = {};
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [, comm = '', rest = ''] =
      /\((.*)\) (.*)/s.exec(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')) ?? [];
    const [user, system] = rest.split(' ').slice(11, 13).map(Number);
    const who =
      Number(pid) === process.pid
        ? 'proxies'
        : /anvil/.test(comm)
          ? 'nodes'
          : /chrom|firefox|Web|Isolated|Socket/i.test(comm)
            ? 'browser'
            : 'others';
    spent[who] = (spent[who] ?? 0) + ((user ?? 0) + (system ?? 0)) * 10;
  }
  return spent;
}

/**
 * The CPU time that this work took.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<[T, Record<string, number>]>}
 */
async function costs(work) {
  const before = await cpu();
  const result = await work();
  const after = await cpu();
  return [result, Object.fromEntries(Object.entries(after).map(([who, ms]) => [who, ms - (before[who] ?? 0)]))];
}

/** @param {number[]} times */
const told = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    n: sorted.length,
    p50: Math.round(quantile(sorted, 0.5)),
    p99: Math.round(quantile(sorted, 0.99)),
    max: Math.round(sorted.at(-1) ?? NaN),
  };
};

/** @param {"chromium"|"firefox"} browser @param {string | undefined} dist */
async function measure(browser, dist) {
  const net = await startNetwork({ latencies: LATENCIES });
  const site = await startSite({ network: net, pages: { '/dapp': dappPage() } });
  const session = await launch(browser, { settings: net.settings(), patienceMs: 0, ...(dist ? { dist } : {}) });
  const posts = () => net.nodes.map((node) => node.counts.methods.eth_getBalance ?? 0);
  try {
    const page = await session.newPage(`${site.url}dapp`);
    await find(page);
    await timed(page, 60, 4);
    const urls = net.nodes.map((node) => node.url);
    const hash = (await net.nodes[0].anvil.rpc('eth_getBlockByNumber', ['latest', false])).hash;
    const [raw, rawCpu] = await costs(async () => told(await session.evalBackground(direct, urls, READS, CONNECTIONS)));
    const hop = told(await page.evaluate(hops, hash, READS));
    const before = posts();
    const [read, readCpu] = await costs(() => timed(page, READS, READS));
    const sends = posts().map((count, i) => count - (before[i] ?? 0));
    const trail = (await session.send({ type: 'trail', lang: 'en' })).races
      .filter((/** @type {any} */ race) => race.method === 'eth_getBalance')
      .slice(0, READS);
    const won = trail.map(
      (/** @type {any} */ race) =>
        race.attempts.find((/** @type {any} */ a) => a.outcome === 'answer') ?? race.attempts[0],
    );
    const out = {
      direct: raw,
      'direct, CPU': rawCpu,
      hops: hop,
      reads: { ...told(read.times), failed: read.failed },
      'reads, CPU': readCpu,
      sends,
      attempts:
        trail.reduce((/** @type {number} */ sum, /** @type {any} */ race) => sum + race.attempts.length, 0) /
        trail.length,
      'core: asked to answered': told(trail.map((/** @type {any} */ race) => race.took_ms)),
      'core: asked to sent': told(won.map((/** @type {any} */ attempt) => attempt.sent_ms)),
      ...Object.fromEntries(
        net.nodes.map((node, i) => [
          `sent to answered, lane ${i + 1}`,
          told(won.filter((/** @type {any} */ a) => a.lane === node.name).map((/** @type {any} */ a) => a.took_ms)),
        ]),
      ),
    };
    for (const [name, figures] of Object.entries(out)) console.log(`${browser}: ${name}: ${JSON.stringify(figures)}`);
    return out;
  } finally {
    await Promise.allSettled([session.close(), site.close(), net.close()]);
  }
}

const { values } = parseArgs({
  options: { browser: { type: 'string', multiple: true, default: ['chromium', 'firefox'] }, dist: { type: 'string' } },
});
/** @type {Record<string, any>} */
const result = {};
for (const browser of values.browser) result[browser] = await measure(/** @type {any} */ (browser), values.dist);
await mkdir(OUT, { recursive: true });
await writeFile(`${OUT}crowd.json`, `${JSON.stringify(result, null, 2)}\n`);
process.exit();
