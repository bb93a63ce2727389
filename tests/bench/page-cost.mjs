// What Breakwater costs a page that never touches a chain: script bytes, parse and start-up time, and the time
// added to a `fetch` (and to making an XMLHttpRequest) that is not JSON-RPC; and beside it what it adds to a
// JSON-RPC read by `fetch` that its own endpoint answers well. Writes target/bench/page-cost.json.
//
//   node tests/bench/page-cost.mjs [chromium|firefox …]

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle } from '../../tools/lib/bundle.mjs';
import { openBrowser } from '../browser/platform/open.mjs';
import { startWorld } from '../browser/platform/server.mjs';

const OUT = fileURLToPath(new URL('../../target/bench/page-cost.json', import.meta.url));
/** Fresh pages for the start-up time. */
const STARTS = 15;
/** Rounds of calls, wrapped and bare in turn, and calls per round. */
const ROUNDS = 40;
const CALLS = 5000;

/** The median, and the best: what it costs when the machine does nothing else. @param {number[]} values */
const summary = (values) => {
  const sorted = [...values].sort((a, b) => a - b).map((value) => Number(value.toFixed(2)));
  return { median: sorted[sorted.length >> 1], best: sorted[0] };
};

/**
 * The script as the browser would run it at document_start, in a page that has nothing else to do.
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} address
 * @param {string} script
 */
async function startUp(browser, address, script) {
  const times = [];
  for (let i = 0; i < STARTS; i++) {
    const page = await browser.newPage();
    await page.goto(address);
    times.push(await page.evaluate((text) => {
      const began = performance.now();
      (0, eval)(text);
      return performance.now() - began;
    }, `${script}\n// ${i}`)); // another text each time: engines keep what they have compiled
    await page.close();
  }
  return summary(times);
}

/**
 * Time per call, wrapped less bare, in µs. Beneath us `fetch` is a function that does nothing, so that what is
 * measured is us and not the network. An XMLHttpRequest is the browser's own, made and not sent.
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} address
 */
async function perCall(browser, address) {
  const page = await browser.newPage();
  await page.goto(address);
  const added = await page.evaluate(measureCalls, ROUNDS, CALLS);
  await page.close();
  return added;
}

/** Runs in the page. @param {number} rounds @param {number} calls */
async function measureCalls(rounds, calls) {
  const module = '/src/extension/inpage/direct/index.js';
  const { installDirect } = await import(module);
  const client = {
    state: { on: true, direct: true, chains: new Set([1]), deadlineMs: 1 }, wake() {},
    ready: () => Promise.resolve(), rescue: () => ({ body: Promise.resolve(null), abort() {} }),
  };
  const given = Promise.resolve();
  const scope = /** @type {any} */ ({ fetch: () => given, XMLHttpRequest, performance, document });
  const form = { method: 'POST', body: JSON.stringify({ query: 'x'.repeat(1000) }) };
  /** @type {Record<string, () => unknown>} */
  const acts = {
    get: () => scope.fetch('/some/file'),
    init: () => scope.fetch('/some/file', { headers: {} }),
    post_json: () => scope.fetch('/some/file', form),
    xhr_made: () => new scope.XMLHttpRequest(),
  };
  const page = /** @type {any} */ ({ fetch: fetch.bind(window), performance, document });
  const read = { method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] }) };
  const at = (/** @type {number[]} */ values, /** @type {number} */ q) => values.sort((a, b) => a - b)[Math.floor(values.length * q)] ?? NaN;
  const time = async (/** @type {() => unknown} */ act) => {
    const began = performance.now();
    for (let i = 0; i < calls; i++) act();
    const took = performance.now() - began;
    await new Promise((resolve) => { setTimeout(resolve, 0); });
    return took / calls * 1000;
  };
  /** @type {Record<string, {median: number, best: number}>} */
  const added = {};
  for (const [name, act] of Object.entries(acts)) {
    const bare = [];
    const wrapped = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(await time(act));
      const destroy = installDirect({ client, originals: { scope } });
      wrapped.push(await time(act));
      destroy();
    }
    const more = (/** @type {number} */ q) => Number((at(wrapped, q) - at(bare, q)).toFixed(2));
    added[name] = { median: more(0.5), best: more(0) };
  }
  const reads = async () => {
    const began = performance.now();
    for (let i = 0; i < 50; i++) await (await page.fetch('/rpc/good', read)).json();
    return (performance.now() - began) / 50 * 1000;
  };
  const bare = [];
  const wrapped = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await reads());
    const destroy = installDirect({ client, originals: { scope: page, setTimeout: setTimeout.bind(window), clearTimeout: clearTimeout.bind(window) } });
    wrapped.push(await reads());
    destroy();
  }
  added.rpc_read = { median: Number((at(wrapped, 0.5) - at(bare, 0.5)).toFixed(2)), best: Number((at(wrapped, 0) - at(bare, 0)).toFixed(2)) };
  return added;
}

const script = (await bundle()).get('inpage.js');
/** @type {Record<string, unknown>} */
const report = { script_bytes: { raw: script.length, gzip: gzipSync(script, { level: 9 }).length } };
for (const name of process.argv.length > 2 ? process.argv.slice(2) : ['chromium', 'firefox']) {
  const world = await startWorld();
  const browser = await openBrowser(/** @type {'chromium' | 'firefox'} */ (name));
  try {
    const address = `${world.page}/site?isolated`;
    report[name] = { start_ms: await startUp(browser, address, script), added_us: await perCall(browser, address) };
  } finally {
    await browser.close();
    await world.close();
  }
}
await mkdir(new URL('.', `file://${OUT}`), { recursive: true });
await writeFile(OUT, `${JSON.stringify(report, null, 2)}\n`);
console.log(JSON.stringify(report, null, 2));
