// Filters and subscriptions of a page, in a real browser: no event lost or doubled when the serving lane goes dark,
// when the browser ends the worker, or when the chain takes blocks back.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { transferData } from "../net/chain.mjs";
import { stage, until } from "./stage.mjs";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;

before(async () => { on = await stage({ network: { automine: false } }); });
after(() => on?.close());
beforeEach(async () => {
  await on.net.heal();
  await page?.close();
  page = await on.dapp();
});

const anvils = () => on.net.nodes.map((node) => node.anvil);

/** One block with one token transfer, the same on every node. @param {number} value */
async function transfer(value) {
  const fees = { gas: "0x1e8480", maxFeePerGas: "0x4a817c800", maxPriorityFeePerGas: "0x3b9aca00" };
  const [from, to] = on.net.accounts;
  const tx = { from, to: on.net.contracts.token.address, data: transferData(String(to), BigInt(value)), ...fees };
  await Promise.all(anvils().map((anvil) => anvil.rpc("eth_sendTransaction", [tx])));
  await on.net.mine();
}

/** In the page: follows new blocks and the token's transfers, each in both ways; `window.heard` has what came. */
const follow = () => page.evaluate(async (token) => {
  const { found } = /** @type {any} */ (window);
  const request = (/** @type {string} */ method, /** @type {any[]} */ ...params) => found.request({ method, params });
  const heard = { heads: /** @type {any[]} */ ([]), logs: /** @type {any[]} */ ([]), blocks: /** @type {string[]} */ ([]), filtered: /** @type {any[]} */ ([]) };
  const [heads, logs, blockFilter, logFilter] = await Promise.all([
    request("eth_subscribe", "newHeads"), request("eth_subscribe", "logs", { address: token }),
    request("eth_newBlockFilter"), request("eth_newFilter", { address: token }),
  ]);
  found.on("message", (/** @type {any} */ { type, data }) => {
    if (type !== "eth_subscription") return;
    if (data.subscription === heads) heard.heads.push(data.result);
    if (data.subscription === logs) heard.logs.push(data.result);
  });
  Object.assign(window, { heard, change: async () => {
    heard.blocks.push(...await request("eth_getFilterChanges", blockFilter));
    heard.filtered.push(...await request("eth_getFilterChanges", logFilter));
  } });
}, on.net.contracts.token.address);

/** What a page has heard of transfers: value, and whether it was taken back. */
const told = () => page.evaluate(() => {
  const { heard } = /** @type {any} */ (window);
  const short = (/** @type {any[]} */ logs) => logs.map((l) => `${l.removed ? "-" : "+"}${Number(l.data)}`);
  return { heads: heard.heads.map((/** @type {any} */ h) => h.hash), logs: short(heard.logs), filtered: short(heard.filtered), blocks: heard.blocks };
});
const change = () => page.evaluate(() => /** @type {any} */ (window).change());

/** The hashes of the chain from a block on. @param {number} from */
async function hashes(from) {
  const [anvil] = anvils();
  const newest = Number(await anvil?.rpc("eth_blockNumber", []));
  const list = [];
  for (let n = from; n <= newest; n++) list.push((await anvil?.rpc("eth_getBlockByNumber", [`0x${n.toString(16)}`, false])).hash);
  return list;
}

const newest = async () => Number(await anvils()[0]?.rpc("eth_blockNumber", []));

test("lanes go dark one after the other, the worker dies twice: every event once, in order", async () => {
  const start = await newest() + 1;
  await follow();
  await transfer(1);
  await until(told, (t) => t.logs.length === 1, "the first transfer");
  await on.net.nodes[0]?.setFault("dark");
  await transfer(2);
  await until(told, (t) => t.logs.length === 2, "the second transfer");
  await change();
  await on.session.killWorker();
  await transfer(3);
  await until(told, (t) => t.logs.length === 3, "the third transfer, by another worker");
  await on.net.nodes[0]?.setFault("none");
  await on.net.nodes[1]?.setFault("dark");
  await on.net.mine(3);
  await on.session.killWorker();
  await transfer(4);
  await change();
  const seen = await until(told, (t) => t.logs.length === 4, "the last transfer");
  const chain = await hashes(start);
  assert.deepEqual(seen, { heads: chain, logs: ["+1", "+2", "+3", "+4"], filtered: ["+1", "+2", "+3", "+4"], blocks: chain });
});

test("blocks that are taken back: their logs once more as removed, then the new ones", async () => {
  await follow();
  const marks = await Promise.all(anvils().map((anvil) => anvil.rpc("evm_snapshot", [])));
  await transfer(10);
  await transfer(11);
  await until(told, (t) => t.logs.length === 2, "the first two transfers");
  await change();
  await Promise.all(anvils().map((anvil, i) => anvil.rpc("evm_revert", [marks[i]])));
  for (const value of [20, 21, 22]) await transfer(value);
  const seen = await until(async () => { await change(); return told(); }, (t) => t.logs.length === 7 && t.filtered.length === 7, "what became of them");
  const all = ["+10", "+11", "-11", "-10", "+20", "+21", "+22"];
  assert.deepEqual([seen.logs, seen.filtered], [all, all]);
});

test("ended ones are silent, and a filter that was ended is not found", async () => {
  await follow();
  const seen = await page.evaluate(async () => {
    const { found } = /** @type {any} */ (window);
    const id = await found.request({ method: "eth_subscribe", params: ["newHeads"] });
    const filter = await found.request({ method: "eth_newBlockFilter" });
    return [
      await found.request({ method: "eth_unsubscribe", params: [id] }), await found.request({ method: "eth_uninstallFilter", params: [filter] }),
      await found.request({ method: "eth_getFilterChanges", params: [filter] }).catch((/** @type {any} */ e) => e.code),
      await found.request({ method: "eth_newPendingTransactionFilter" }).catch((/** @type {any} */ e) => e.code),
    ];
  });
  assert.deepEqual(seen, [true, true, -32000, 4200]);
});
