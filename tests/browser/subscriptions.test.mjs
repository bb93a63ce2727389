// A dApp that listens hears every block and every log once, whichever endpoint goes dark, when the chain is
// reorganised, and when the browser ends the background.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { TOKEN } from "../net/chain.mjs";
import { Ledger, held } from "./ledger.mjs";
import { stage, until } from "./stage.mjs";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {Ledger} */
let ledger;

before(async () => {
  on = await stage();
  ledger = new Ledger(on.net);
  page = await on.dapp();
  await page.evaluate(async (token) => {
    const w = /** @type {any} */ (window);
    w.heard = await w.dapp.follow(w.found, token);
  }, TOKEN);
  await warm();
});
after(() => on?.close());

/** @returns {Promise<Record<string, any[]>>} */
const heard = () => page.evaluate(async () => {
  const { heard } = /** @type {any} */ (window);
  await heard.changes().catch((/** @type {any} */ error) => heard.failed.push(String(error)));
  return JSON.parse(JSON.stringify(heard));
});

const LOG_LISTS = ["logs", "viemEvents", "viemLogs", "ethersLogs"];

/**
 * Who has not heard everything yet.
 * @param {Record<string, any[]>} lists @param {string[]} truth @param {string} newest its hash @param {number} tip its number
 */
function missing(lists, truth, newest, tip) {
  const logs = LOG_LISTS.filter((name) => !truth.every((place) => lists[name]?.includes(place)));
  const heads = ["heads", "viemHashes"].filter((name) => lists[name]?.at(-1) !== newest);
  const numbers = ["viemBlocks", "ethersBlocks"].filter((name) => lists[name]?.at(-1) !== tip);
  return [...logs, ...heads, ...numbers, ...(logs.length > 0 ? lists.failed?.slice(-1) ?? [] : [])];
}

/** Libraries take their time to begin. From here on everybody listens. */
async function warm() {
  await until(async () => {
    await ledger.mine(1);
    return heard();
  }, (lists) => Object.entries(lists).every(([name, list]) => name === "failed" || list.length > 0), "every listener");
  const [tip, newest] = await ledger.head();
  const truth = await ledger.onChain();
  await until(async () => missing(await heard(), truth.slice(-1), newest, tip), (late) => late.length === 0, "a quiet start");
  await page.evaluate(() => Object.values(/** @type {any} */ (window).heard).forEach((list) => { list.length = 0; }));
  ledger.from = tip + 1;
}

/** Everybody has heard everything, once. */
async function allHeard() {
  const truth = (await ledger.onChain()).sort();
  const [tip, newest] = await ledger.head();
  /** @type {Record<string, any[]>} */
  let last = {};
  await until(async () => {
    last = await heard();
    return missing(last, truth, newest, tip);
  }, (late) => late.length === 0, "every event", 60_000);
  for (const name of LOG_LISTS.slice(0, 3)) assert.deepEqual(held(/** @type {any} */ (last[name])), truth, name);
  // ethers gives what is taken back to listeners of its own "orphan" events alone.
  const ethers = held(/** @type {any} */ (last.ethersLogs));
  assert.deepEqual(ethers.filter((place) => !ledger.dropped.includes(place)), truth, "ethersLogs");
  for (const name of ["viemBlocks", "ethersBlocks"]) {
    const numbers = /** @type {number[]} */ (last[name]).filter((number) => number >= ledger.from);
    assert.deepEqual(numbers, Array.from({ length: tip - ledger.from + 1 }, (_, i) => ledger.from + i), name);
  }
  return last;
}

test("new blocks and logs reach every listener once", { timeout: 120_000 }, async () => {
  await ledger.mine(3);
  const last = await allHeard();
  assert.deepEqual(last.heads, last.viemHashes);
  assert.equal(last.heads?.length, 3);
});

for (const [i, fault] of ["dark", "429", "reset", "stale:5"].entries()) {
  test(`an endpoint goes wrong (${fault}) while blocks come: nothing is lost or doubled`, { timeout: 120_000 }, async () => {
    await ledger.mine(1);
    await on.net.nodes[i % 3]?.setFault(fault);
    await ledger.mine(2);
    await on.net.nodes[(i + 1) % 3]?.setFault("dark");
    await ledger.mine(1);
    await allHeard();
    await on.net.heal();
    await ledger.mine(1);
    await allHeard();
  });
}

test("a reorganisation of three blocks: dropped logs are taken back, new ones told", { timeout: 120_000 }, async () => {
  await ledger.mine(3);
  await allHeard();
  await ledger.reorg(3, [[ledger.transfer(), 0], [ledger.transfer(), 2]]);
  assert.equal(ledger.dropped.length, 3);
  await ledger.mine(1);
  const last = await allHeard();
  for (const name of LOG_LISTS.slice(0, 3)) {
    for (const place of ledger.dropped) assert.ok(last[name]?.includes(`-${place}`), `${name}: ${place}`);
  }
});

test("the background ends, twice: nothing is lost or doubled", { timeout: 120_000 }, async () => {
  for (const count of [1, 4]) {
    await ledger.mine(count);
    await on.session.killWorker();
    await ledger.mine(count);
    await allHeard();
  }
});

test("the background ends during a reorganisation", { timeout: 120_000 }, async () => {
  await on.session.killWorker();
  await ledger.reorg(2, [[ledger.transfer(), 1]]);
  await ledger.mine(1);
  await allHeard();
});

test("a gap of a hundred blocks while all endpoints are dark", { timeout: 120_000 }, async () => {
  for (const node of on.net.nodes) await node.setFault("dark");
  await ledger.mine(2);
  await on.net.mine(96);
  await ledger.mine(2);
  await on.net.heal();
  await allHeard();
});
