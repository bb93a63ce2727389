// What Breakwater costs a page that never touches a chain: script bytes, parse and start-up time, and the time
// added to a `fetch` (and to making an XMLHttpRequest) that is not JSON-RPC. Writes target/bench/page-cost.json.
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
const CALLS = 2000;

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

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
  return median(times);
}

/**
 * Time per call, wrapped less bare, in µs. The address is one `fetch` refuses by itself: what is left of a call
 * is its arguments and us.
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
  const bad = 'http://[';
  const quiet = () => {};
  const form = { method: 'POST', body: JSON.stringify({ query: 'x'.repeat(1000) }) };
  /** @type {Record<string, () => unknown>} */
  const acts = {
    get: () => fetch(bad).catch(quiet),
    init: () => fetch(bad, { headers: {} }).catch(quiet),
    post_json: () => fetch(bad, form).catch(quiet),
    xhr_made: () => new XMLHttpRequest(),
  };
  const middle = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
  const time = async (/** @type {() => unknown} */ act) => {
    const began = performance.now();
    for (let i = 0; i < calls; i++) act();
    const took = performance.now() - began;
    await new Promise((resolve) => { setTimeout(resolve, 0); });
    return took / calls * 1000;
  };
  /** @type {Record<string, number>} */
  const added = {};
  for (const [name, act] of Object.entries(acts)) {
    const bare = [];
    const wrapped = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(await time(act));
      const destroy = installDirect({ client });
      wrapped.push(await time(act));
      destroy();
    }
    added[name] = Number((middle(wrapped) - middle(bare)).toFixed(3));
  }
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
