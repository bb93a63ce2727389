// A dApp that listens hears every block and every log once, whichever endpoint goes dark, when the chain is
// reorganised, and when the browser ends the background.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ACCOUNTS, TOKEN, transferData } from "../net/chain.mjs";
import { stage, until } from "./stage.mjs";

/** Every fee is given, so that all nodes make the same block. */
const FEES = { gas: "0x1e8480", maxFeePerGas: "0x4a817c800", maxPriorityFeePerGas: "0x3b9aca00" };

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;
/** First block that counts. */
let from = 400;
let value = 1n;
/** Every log that was dropped by a reorganisation, as `block/index`. @type {string[]} */
const dropped = [];

before(async () => {
  on = await stage();
  page = await on.dapp();
  await page.evaluate(async (token) => {
    const w = /** @type {any} */ (window);
    w.heard = await w.dapp.follow(w.found, token);
  }, TOKEN);
  await warm();
});
after(() => on?.close());

const nodes = () => on.net.nodes.map((node) => node.anvil);
const first = () => /** @type {import("../net/anvil.mjs").Anvil} */ (nodes()[0]);
const transfer = () => ({ from: ACCOUNTS[0], to: TOKEN, data: transferData(/** @type {string} */ (ACCOUNTS[1]), value++), ...FEES });

/** The same blocks with one token transfer each on every node. @param {number} count */
async function mine(count) {
  for (let i = 0; i < count; i++) {
    const tx = transfer();
    await Promise.all(nodes().map((node) => node.rpc("eth_sendTransaction", [tx])));
    await on.net.mine();
  }
}

/** The newest blocks are replaced, on every node alike. @param {number} depth @param {any[]} pairs transaction, block */
async function reorg(depth, pairs) {
  const before = await onChain();
  await Promise.all(nodes().map((node) => node.rpc("anvil_reorg", [depth, pairs])));
  const now = new Set(await onChain());
  dropped.push(...before.filter((place) => !now.has(place)));
}

/** Number and hash of the newest block. @returns {Promise<[number, string]>} */
async function head() {
  const { number, hash } = await first().rpc("eth_getBlockByNumber", ["latest", false]);
  return [Number(number), hash];
}

/** Places of the logs that are on the chain now. @returns {Promise<string[]>} */
async function onChain() {
  const logs = await first().rpc("eth_getLogs", [{ address: TOKEN, fromBlock: `0x${from.toString(16)}` }]);
  return logs.map((/** @type {any} */ log) => `${log.blockHash}/${Number(log.logIndex)}`);
}

/** @returns {Promise<Record<string, any[]>>} */
const heard = () => page.evaluate(async () => {
  const { heard } = /** @type {any} */ (window);
  await heard.changes().catch((/** @type {any} */ error) => heard.failed.push(String(error)));
  return JSON.parse(JSON.stringify(heard));
});

/** What is held when every log is put there once and taken back once. @param {string[]} log of events */
function held(log) {
  const now = new Set();
  for (const event of log) {
    const back = event.startsWith("-");
    const place = back ? event.slice(1) : event;
    assert.equal(now.has(place), back, `${event} was ${back ? "taken back and not delivered" : "delivered twice"}`);
    if (back) now.delete(place);
    else now.add(place);
  }
  return [...now].sort();
}

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
    await mine(1);
    return heard();
  }, (lists) => Object.entries(lists).every(([name, list]) => name === "failed" || list.length > 0), "every listener");
  const [tip, newest] = await head();
  const truth = await onChain();
  await until(async () => missing(await heard(), truth.slice(-1), newest, tip), (late) => late.length === 0, "a quiet start");
  await page.evaluate(() => Object.values(/** @type {any} */ (window).heard).forEach((list) => { list.length = 0; }));
  from = tip + 1;
}

/** Everybody has heard everything, once. */
async function allHeard() {
  const truth = (await onChain()).sort();
  const [tip, newest] = await head();
  /** @type {Record<string, any[]>} */
  let last = {};
  await until(async () => {
    last = await heard();
    return missing(last, truth, newest, tip);
  }, (late) => late.length === 0, "every event", 60_000);
  for (const name of LOG_LISTS.slice(0, 3)) assert.deepEqual(held(/** @type {any} */ (last[name])), truth, name);
  // ethers gives what is taken back to listeners of its own "orphan" events alone.
  const ethers = held(/** @type {any} */ (last.ethersLogs));
  assert.deepEqual(ethers.filter((place) => !dropped.includes(place)), truth, "ethersLogs");
  for (const name of ["viemBlocks", "ethersBlocks"]) {
    const numbers = /** @type {number[]} */ (last[name]).filter((number) => number >= from);
    assert.deepEqual(numbers, Array.from({ length: tip - from + 1 }, (_, i) => from + i), name);
  }
  return last;
}

test("new blocks and logs reach every listener once", { timeout: 120_000 }, async () => {
  await mine(3);
  const last = await allHeard();
  assert.deepEqual(last.heads, last.viemHashes);
  assert.equal(last.heads?.length, 3);
});

for (const [i, fault] of ["dark", "429", "reset", "stale:5"].entries()) {
  test(`an endpoint goes wrong (${fault}) while blocks come: nothing is lost or doubled`, { timeout: 120_000 }, async () => {
    await mine(1);
    await on.net.nodes[i % 3]?.setFault(fault);
    await mine(2);
    await on.net.nodes[(i + 1) % 3]?.setFault("dark");
    await mine(1);
    await allHeard();
    await on.net.heal();
    await mine(1);
    await allHeard();
  });
}

test("a reorganisation of three blocks: dropped logs are taken back, new ones told", { timeout: 120_000 }, async () => {
  await mine(3);
  await allHeard();
  await reorg(3, [[transfer(), 0], [transfer(), 2]]);
  assert.equal(dropped.length, 3);
  await mine(1);
  const last = await allHeard();
  for (const name of LOG_LISTS.slice(0, 3)) {
    for (const place of dropped) assert.ok(last[name]?.includes(`-${place}`), `${name}: ${place}`);
  }
});

test("the background ends, twice: nothing is lost or doubled", { timeout: 120_000 }, async () => {
  for (const count of [1, 4]) {
    await mine(count);
    await on.session.killWorker();
    await mine(count);
    await allHeard();
  }
});

test("the background ends during a reorganisation", { timeout: 120_000 }, async () => {
  await on.session.killWorker();
  await reorg(2, [[transfer(), 1]]);
  await mine(1);
  await allHeard();
});

test("a gap of a hundred blocks while all endpoints are dark", { timeout: 120_000 }, async () => {
  for (const node of on.net.nodes) await node.setFault("dark");
  await mine(2);
  await on.net.mine(96);
  await mine(2);
  await on.net.heal();
  await allHeard();
});
