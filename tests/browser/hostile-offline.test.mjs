// The person's line goes and comes back, as the browser sees it: reads wait for it, and nobody is blamed.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, test } from "node:test";
import { withToys } from "../toys/script.mjs";
import { STARTS_OFFLINE, doctored } from "./line/doctored.mjs";
import { notifications } from "./panels.mjs";
import { ask, stage, until } from "./stage.mjs";

/** A read at an ordinary distance, ms: so that some are out whenever the line goes. */
const FAR = { median: 100 };
const READS = 300;
const DEADLINE_MS = 10_000;
const TIMES = 4;

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
before(async () => {
  on = await stage();
  on.site.pages["/toy"] = `<!doctype html><script>${withToys("const toy = window.toy = new PlainWallet(); assign(window, toy); window.found = window.ethereum;")}</script><body>`;
});
after(() => on?.close());

/** Reads for ever, ten at a time; `stop` ends it. @param {import("puppeteer-core").Page} page */
const keepReading = (page) => page.evaluate(() => {
  const w = /** @type {any} */ (window);
  Object.assign(w, { seen: { answered: 0, failed: [], slowest: 0 }, enough: false });
  let next = 0;
  const line = async () => {
    while (!w.enough) {
      const began = performance.now();
      const params = [`0x${(next += 1).toString(16).padStart(40, "0")}`, "latest"];
      await w.found.request({ method: "eth_getBalance", params }).then(() => { w.seen.answered += 1; }, (/** @type {any} */ e) => w.seen.failed.push(e.message));
      w.seen.slowest = Math.max(w.seen.slowest, performance.now() - began);
    }
  };
  w.reading = Promise.all(Array.from({ length: 10 }, line));
});

/** @param {import("puppeteer-core").Page} page @returns {Promise<{answered: number, failed: string[], slowest: number}>} */
const soFar = (page) => page.evaluate(() => /** @type {any} */ (window).seen);

/** @param {import("puppeteer-core").Page} page */
const stop = (page) => page.evaluate(async () => {
  const w = /** @type {any} */ (window);
  w.enough = true;
  await w.reading;
});

/** Whether the page's own calls get through. @param {import("puppeteer-core").Page} page */
const hasLine = (page) => page.evaluate((url) => fetch(url, { method: "POST", body: "{}" }).then(() => true, () => false), on.net.nodes[0].url);

for (const [path, who] of [["dapp", "a page without a wallet"], ["toy", "a page with one"]]) {
  test(`the line goes and comes back, again and again: ${who}`, async () => {
    for (const node of on.net.nodes) node.setLatency(FAR);
    const page = path === "dapp" ? await on.dapp() : await on.session.newPage(`${on.site.url}${path}`);
    assert.equal(typeof (await ask(page, "eth_blockNumber")).result, "string");
    await keepReading(page);
    const answered = (/** @type {number} */ count) => until(() => soFar(page), (seen) => seen.answered >= count, `${count} answers`);
    for (let time = 1; time <= TIMES; time++) {
      await answered(READS / TIMES * (time - 1) + 10);
      await on.session.setOffline(true);
      assert.equal(await hasLine(page), false);
      await on.session.setOffline(false);
      assert.equal(await hasLine(page), true);
    }
    // So long that whatever is held against an endpoint has been by now.
    await answered((await soFar(page)).answered + READS);
    await stop(page);
    const seen = await soFar(page);
    assert.deepEqual(seen.failed, []);
    assert.ok(seen.answered >= READS && seen.slowest < DEADLINE_MS, JSON.stringify(seen));
    const { chains, incidents } = await on.session.snapshot();
    const health = chains[0].endpoints.map((/** @type {any} */ endpoint) => endpoint.health);
    assert.ok(health.every((/** @type {string} */ dot) => dot === "good" || dot === "slow"), JSON.stringify(health));
    assert.deepEqual([incidents, await notifications(on.session)], [[], []]);
    await page.close();
    await on.net.heal();
  });
}

test("a worker that starts without a line sees that it comes, though nothing says so", async () => {
  const dist = await doctored(STARTS_OFFLINE);
  const late = await stage({ dist });
  try {
    const page = await late.dapp();
    await late.net.nodes[0].setFault("503");
    // Only who has a line blames an endpoint.
    const health = async () => {
      assert.equal(typeof (await ask(page, "eth_blockNumber")).result, "string");
      return (await late.session.snapshot()).chains[0].endpoints[0].health;
    };
    await until(health, (dot) => dot === "down", "the blame");
  } finally {
    await late.close();
    await rm(dist, { recursive: true, force: true });
  }
});
