// `./build.sh bench flood`: what a quiet page's reads take beside a flooding one, as a ratio of what they take without
// it in the same run; and 1,000 reads at once. In both browsers. Writes target/bench/flood.json.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch } from "../browser/harness.mjs";
import { dappPage, find } from "../browser/stage.mjs";
import { startNetwork } from "../net/network.mjs";
import { HELD } from "../net/proxy.mjs";
import { startSite } from "../net/site.mjs";
import { quantile } from "../../www/js/stats.js";

const OUT = fileURLToPath(new URL("../../target/bench/", import.meta.url));
const LATENCIES = [20, 40, 60].map((median, i) => ({ median, seed: i + 1 }));
const READS = 200;

/** Milliseconds of reads, so many at once. @param {import("puppeteer-core").Page} page @param {number} count @param {number} width */
const timed = (page, count, width) => page.evaluate(async (all, lines) => {
  const { found } = /** @type {any} */ (window);
  /** @type {number[]} */
  const times = [];
  let next = 0;
  let failed = 0;
  const mark = Math.floor(Math.random() * 2 ** 32).toString(16).padStart(8, "0");
  const line = async () => {
    while (next < all) {
      const who = `0x${mark}${(next += 1).toString(16).padStart(32, "0")}`;
      const start = performance.now();
      await found.request({ method: "eth_getBalance", params: [who, "latest"] }).catch(() => { failed += 1; });
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: lines }, line));
  return { times: times.sort((a, b) => a - b), failed };
}, count, width);

/** Floods, each run in the flooding page until `window.stop`. @type {Record<string, (own: string, held: string) => void>} */
const FLOODS = {
  "a loop of asks": () => {
    const { found } = /** @type {any} */ (window);
    const more = (/** @type {number} */ i) => {
      for (let n = 0; n < 100; n++) found.request({ method: "eth_getBalance", params: [`0x${(i * 100 + n).toString(16).padStart(40, "0")}`, "latest"] }).catch(() => {});
      if (!(/** @type {any} */ (window).stop)) setTimeout(more, 4, i + 1);
    };
    more(0);
  },
  "calls that never end": (_, held) => {
    const { found } = /** @type {any} */ (window);
    for (let i = 0; i < 60; i++) found.request({ method: "eth_call", params: [{ to: held, data: `0x${i.toString(16).padStart(8, "0")}` }, "latest"] }).catch(() => {});
  },
  "3.9 MB parameters": () => {
    const { found } = /** @type {any} */ (window);
    const data = `0x${"ab".repeat(1_950_000)}`;
    const more = (/** @type {number} */ i) => {
      found.request({ method: "eth_call", params: [{ to: `0x${i.toString(16).padStart(40, "0")}`, data }, "latest"] }).catch(() => {});
      if (!(/** @type {any} */ (window).stop)) setTimeout(more, 30, i + 1);
    };
    more(0);
  },
  "rescued batches of 1,000": (own) => {
    const more = async (/** @type {number} */ i) => {
      const item = (/** @type {unknown} */ _, /** @type {number} */ n) => ({ jsonrpc: "2.0", id: n, method: "eth_getBalance", params: [`0x${(i * 1000 + n).toString(16).padStart(40, "0")}`, "latest"] });
      await fetch(own, { method: "POST", body: JSON.stringify(Array.from({ length: 1000 }, item)) }).catch(() => {});
      if (!(/** @type {any} */ (window).stop)) setTimeout(more, 10, i + 1);
    };
    void more(0);
  },
};

/** @param {"chromium"|"firefox"} browser @param {string | undefined} dist */
async function measure(browser, dist) {
  const net = await startNetwork({ latencies: LATENCIES });
  const site = await startSite({ network: net, pages: { "/dapp": dappPage() } });
  const session = await launch(browser, { settings: net.settings(), patienceMs: 0, ...(dist ? { dist } : {}) });
  /** @type {Record<string, any>} */
  const out = {};
  try {
    const victim = await session.newPage(`${site.url}dapp`);
    await find(victim);
    await timed(victim, 60, 4);
    const crowd = await timed(victim, 1_000, 1_000);
    out["1,000 at once"] = { p50: Math.round(quantile(crowd.times, 0.5)), max: Math.round(crowd.times.at(-1) ?? NaN), failed: crowd.failed };
    console.log(`${browser}: 1,000 reads at once: p50 ${out["1,000 at once"].p50} ms, max ${out["1,000 at once"].max} ms, ${crowd.failed} failed`);
    for (const node of net.nodes) await node.setFault("hold");
    for (const [name, flood] of Object.entries(FLOODS)) {
      const quiet = await timed(victim, READS, 4);
      const page = await session.newPage(`http://localhost:${site.port}/dapp`);
      await find(page);
      await net.wallet.setFault("none");
      await page.evaluate((url) => fetch(url, { method: "POST", body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}' }).then((reply) => reply.text()), net.wallet.url);
      await net.wallet.setFault("429");
      await page.evaluate(flood, net.wallet.url, HELD);
      const beside = await timed(victim, READS, 4);
      await page.close();
      const [calm, loud] = [quantile(quiet.times, 0.99), quantile(beside.times, 0.99)];
      out[name] = { quiet_p99: Math.round(calm), flood_p99: Math.round(loud), ratio: Math.round(loud / calm * 100) / 100, failed: beside.failed };
      console.log(`${browser}: ${name}: p99 ${Math.round(loud)} ms, ${Math.round(calm)} ms without it: ${out[name].ratio} times; ${beside.failed} failed`);
    }
    return out;
  } finally {
    await Promise.allSettled([session.close(), site.close(), net.close()]);
  }
}

const { values } = parseArgs({ options: {
  browser: { type: "string", multiple: true, default: ["chromium", "firefox"] }, dist: { type: "string" },
} });
/** @type {Record<string, any>} */
const result = {};
for (const browser of values.browser) result[browser] = await measure(/** @type {any} */ (browser), values.dist);
await mkdir(OUT, { recursive: true });
await writeFile(`${OUT}flood.json`, `${JSON.stringify(result, null, 2)}\n`);
process.exit();
