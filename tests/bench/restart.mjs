// `./build.sh bench restart`: from a worker that was ended to the page's next answer, in both browsers. Writes
// target/bench/restart.json.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { find } from "../browser/stage.mjs";
import { launch } from "../browser/harness.mjs";
import { startNetwork } from "../net/network.mjs";
import { startSite } from "../net/site.mjs";
import { quantile } from "../../www/js/stats.js";

const OUT = fileURLToPath(new URL("../../target/bench/", import.meta.url));
const KILLS = 15;

/** @param {"chromium"|"firefox"} browser @returns {Promise<number[]>} ms, ascending */
async function measure(browser) {
  const net = await startNetwork();
  const site = await startSite({ pages: { "/bench": "<!doctype html><title>bench</title>" } });
  const session = await launch(browser, { settings: net.settings() });
  const page = await session.newPage(`${site.url}bench`);
  await find(page);
  const read = () => page.evaluate(async (account) => {
    const start = performance.now();
    await /** @type {any} */ (window).found.request({ method: "eth_getBalance", params: [account, "latest"] });
    return performance.now() - start;
  }, net.accounts[0]);
  const times = [];
  await read();
  for (let i = 0; i < KILLS; i++) {
    await session.killWorker();
    times.push(await read());
  }
  await session.close();
  await Promise.allSettled([site.close(), net.close()]);
  return times.sort((a, b) => a - b);
}

/** @type {Record<string, {next_answer_ms: {p50: number, worst: number}, n: number}>} */
const result = {};
for (const browser of /** @type {const} */ (["chromium", "firefox"])) {
  const times = await measure(browser);
  result[browser] = { next_answer_ms: { p50: Math.round(quantile(times, 0.5)), worst: Math.round(times.at(-1) ?? NaN) }, n: KILLS };
  console.log(`${browser.padEnd(9)} next answer after ${result[browser].next_answer_ms.p50} ms (median), ${result[browser].next_answer_ms.worst} ms (worst of ${KILLS})`);
}
await mkdir(OUT, { recursive: true });
await writeFile(`${OUT}restart.json`, `${JSON.stringify(result, null, 2)}\n`);
