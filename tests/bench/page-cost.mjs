// What Breakwater costs a page that never touches a chain: script bytes, parse and start-up time, and the time added to
// a `fetch` (and to making an XMLHttpRequest) that is not JSON-RPC. Also the time added to a JSON-RPC read by `fetch`
// whose own endpoint is healthy. Writes target/bench/page-cost.json.
//
//   node tests/bench/page-cost.mjs [chromium|firefox …]

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle } from '../../tools/lib/bundle.mjs';
import { launch } from '../browser/harness.mjs';
import { openBrowser } from '../browser/platform/open.mjs';
import { startWorld } from '../browser/platform/server.mjs';

const OUT = fileURLToPath(new URL('../../target/bench/page-cost.json', import.meta.url));
/** Fresh pages for the start-up time. */
const STARTS = 15;
/** Rounds of calls, alternating wrapped and bare, and calls per round. */
const ROUNDS = 40;
const CALLS = 5000;
/** Chromium's names for the costs of a script. @type {Record<string, string>} */
const PARTS = { 'v8.compile': 'compile', EvaluateScript: 'whole' };

/** The median, and the best value, which shows the cost on an idle machine. @param {number[]} values */
const summary = (values) => {
  const sorted = [...values].sort((a, b) => a - b).map((value) => Number(value.toFixed(2)));
  return { median: sorted[sorted.length >> 1], best: sorted[0] };
};

/**
 * The cost of the script in an otherwise idle page: as a whole, for parsing, and for running. The first document of a
 * renderer process pays this; later ones find it compiled (see `asContentScript`).
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} address
 * @param {string} script
 */
async function startUp(browser, address, script) {
  /** @type {{start: number[], parse: number[], run: number[]}} */
  const times = { start: [], parse: [], run: [] };
  for (let i = 0; i < STARTS; i++) {
    // A different text each time, because engines cache compiled code.
    const [start] = await inFreshPage(browser, address, `${script}\n// ${i}`);
    const [parse, run] = await inFreshPage(browser, address, `(() => {${script}\n})// ${i}`);
    times.start.push(start ?? NaN);
    times.parse.push(parse ?? NaN);
    times.run.push(run ?? NaN);
  }
  return { start_ms: summary(times.start), parse_ms: summary(times.parse), run_ms: summary(times.run) };
}

/**
 * Evaluates a text, and calls the result if it is a function.
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} address
 * @param {string} text
 * @returns {Promise<number[]>} ms for the evaluation, and for the call
 */
async function inFreshPage(browser, address, text) {
  const page = await browser.newPage();
  await page.goto(address);
  const took = await page.evaluate((code) => {
    const began = performance.now();
    const made = (0, eval)(code);
    const read = performance.now();
    if (typeof made === 'function') made();
    return [read - began, performance.now() - read];
  }, text);
  await page.close();
  return took;
}

/**
 * The real content scripts of dist/chrome, timed by Chromium's own trace: compiling and running, in the first document
 * of a renderer process and in the next one of the same process.
 * @param {string} address
 */
async function asContentScript(address) {
  const session = await launch('chromium');
  await session.evalBackground(async () => {
    while ((await chrome.scripting.getRegisteredContentScripts()).length < 2)
      await new Promise((r) => {
        setTimeout(r, 20);
      });
  });
  /** @type {Record<string, number[]>} */
  const times = {};
  for (let i = 0; i < STARTS; i++) {
    const page = await session.newPage();
    for (const turn of ['first', 'next']) {
      await page.tracing.start({ categories: ['devtools.timeline', 'v8', 'disabled-by-default-v8.compile'] });
      await page.goto(address);
      const trace = JSON.parse(Buffer.from(/** @type {Uint8Array} */ (await page.tracing.stop())).toString());
      for (const { name, dur, args } of trace.traceEvents) {
        const script = /(inpage|bridge)\.js$/.exec(args?.data?.url ?? args?.fileName ?? '')?.[1];
        if (script && PARTS[name]) (times[`${script}_${PARTS[name]}_${turn}_ms`] ??= []).push(dur / 1000);
      }
    }
    await page.close();
  }
  await session.close();
  return Object.fromEntries(Object.entries(times).map(([what, values]) => [what, summary(values)]));
}

/**
 * Time per call, wrapped minus bare, in µs. The `fetch` under our wrapper does nothing, so that this measures us and
 * not the network. An XMLHttpRequest is the browser's own, made but not sent.
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
    state: { on: true, direct: true, chains: new Set([1]), deadlineMs: 1 },
    wake() {},
    ready: () => Promise.resolve(),
    rescue: () => ({ body: Promise.resolve(null), abort() {} }),
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
  const read = {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] }),
  };
  const at = (/** @type {number[]} */ values, /** @type {number} */ q) =>
    values.sort((a, b) => a - b)[Math.floor(values.length * q)] ?? NaN;
  const time = async (/** @type {() => unknown} */ act) => {
    const began = performance.now();
    for (let i = 0; i < calls; i++) act();
    const took = performance.now() - began;
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    return (took / calls) * 1000;
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
    return ((performance.now() - began) / 50) * 1000;
  };
  const bare = [];
  const wrapped = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await reads());
    const destroy = installDirect({
      client,
      originals: { scope: page, setTimeout: setTimeout.bind(window), clearTimeout: clearTimeout.bind(window) },
    });
    wrapped.push(await reads());
    destroy();
  }
  added.rpc_read = {
    median: Number((at(wrapped, 0.5) - at(bare, 0.5)).toFixed(2)),
    best: Number((at(wrapped, 0) - at(bare, 0)).toFixed(2)),
  };
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
    report[name] = {
      ...(await startUp(browser, address, script)),
      ...(name === 'chromium' ? { content_script: await asContentScript(address) } : {}),
      added_us: await perCall(browser, address),
    };
  } finally {
    await browser.close();
    await world.close();
  }
}
await mkdir(new URL('.', `file://${OUT}`), { recursive: true });
await writeFile(OUT, `${JSON.stringify(report, null, 2)}\n`);
console.log(JSON.stringify(report, null, 2));
