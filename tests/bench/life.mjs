// `./build.sh bench life`: from a killed worker to the next answer, and 5 MB through the whole path, in both browsers.
import { parseArgs } from "node:util";
import { launch } from "../browser/harness.mjs";
import { dappPage, find } from "../browser/stage.mjs";
import { startNetwork } from "../net/network.mjs";
import { startSite } from "../net/site.mjs";
import { quantile } from "../../www/js/stats.js";

const KILLS = 15;
const BIG_READS = 10;
/** `bytesOf(uint256)` of the odd contract, for 2.5 MB of bytes: 5 MB of hex. */
const BIG = "0x0ee98e81";
const BIG_BYTES = 2_500_000;

/** @param {number[]} times */
const told = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  return `median ${Math.round(quantile(sorted, 0.5))} ms, worst ${Math.round(sorted.at(-1) ?? NaN)} ms of ${times.length}`;
};

/** One read through the provider, timed in the page. @param {import("puppeteer-core").Page} page @param {string} account */
const read = (page, account) => page.evaluate(async (who) => {
  const start = performance.now();
  await /** @type {any} */ (window).found.request({ method: "eth_getBalance", params: [who, "latest"] });
  return performance.now() - start;
}, account);

/** The same big answer by the page's own fetch and by the provider. @param {import("puppeteer-core").Page} page @param {string} url @param {any} call */
const big = (page, url, call) => page.evaluate(async (endpoint, request) => {
  const start = performance.now();
  const reply = await fetch(endpoint, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...request }),
  });
  const { result } = await reply.json();
  const middle = performance.now();
  const guarded = await /** @type {any} */ (window).found.request(request);
  return { own: middle - start, guarded: performance.now() - middle, same: result === guarded, size: result.length };
}, url, call);

/** @param {"chromium"|"firefox"} browser */
async function life(browser) {
  const net = await startNetwork();
  const site = await startSite({ network: net, pages: { "/dapp": dappPage() } });
  const session = await launch(browser, { settings: net.settings() });
  try {
    const page = await session.newPage(`${site.url}dapp`);
    await find(page);
    const times = [];
    for (let i = 0; i <= KILLS; i++) {
      await session.killWorker();
      times.push(await read(page, net.accounts[i % net.accounts.length]));
    }
    console.log(`${browser}: from a killed worker to the next answer: ${told(times.slice(1))}`);
    const call = { method: "eth_call", params: [{ to: net.contracts.oddity.address, data: `${BIG}${BIG_BYTES.toString(16).padStart(64, "0")}` }, "latest"] };
    const bigs = [];
    for (let i = 0; i < BIG_READS; i++) bigs.push(await big(page, net.nodes[0].url, call));
    if (!bigs.every(({ same, size }) => same && size > 2 * BIG_BYTES)) throw new Error("the big answers differ");
    console.log(`${browser}: 5 MB by the page's own fetch: ${told(bigs.map(({ own }) => own))}; through Breakwater: ${told(bigs.map(({ guarded }) => guarded))}`);
  } finally {
    await Promise.allSettled([session.close(), site.close(), net.close()]);
  }
}

const { values } = parseArgs({ options: { browser: { type: "string", multiple: true, default: ["chromium", "firefox"] } } });
for (const browser of values.browser) await life(/** @type {any} */ (browser));
process.exit();
