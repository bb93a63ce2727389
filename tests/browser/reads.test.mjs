// A dApp keeps reading, whatever its first endpoint does, and reads the truth.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { ethersReads, viemReads } from "./pages/dapp.mjs";
import { ask, honest, stage, targets } from "./stage.mjs";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {import("./pages/dapp.mjs").Targets} */
let what;
/** What an honest node says. @type {{viem: any, ethers: any}} */
let truth;

before(async () => {
  on = await stage();
  what = await targets(on.net);
  const node = honest(on.net);
  truth = { viem: await viemReads(node, what), ethers: await ethersReads(node, what) };
  page = await on.dapp();
});
after(() => on?.close());
beforeEach(() => on.net.heal());

/** @param {"viemReads"|"ethersReads"} name */
const read = (name) => page.evaluate((fn, to) => /** @type {any} */ (window).dapp[fn](/** @type {any} */ (window).found, to), name, what);

test("the truth itself has no failed step", () => {
  for (const session of [truth.viem, truth.ethers]) {
    for (const [step, value] of Object.entries(session)) assert.equal(value?.failed, undefined, step);
  }
  assert.deepEqual(truth.viem.customError, { name: "Refused", args: ["42n", "café"] });
});

test("viem reads through the own provider", async () => assert.deepEqual(await read("viemReads"), truth.viem));
test("ethers reads through the own provider", async () => assert.deepEqual(await read("ethersReads"), truth.ethers));

test("without a wallet the own provider is window.ethereum", async () => {
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).ethereum === /** @type {any} */ (window).found), true);
});

/** Every way the first endpoint can go wrong. */
const FAULTS = [
  "dark", "refuse", "reset", "cut", "slow:3000", "tail:0.5,3000", "429", "429:1", "503", "html", "limit", "stale:5", "stale:300",
  "null", "missing-receipt", "wrong-chain", "wrong-id", "two-replies", "utf8", "flap:300",
];

for (const [i, fault] of FAULTS.entries()) {
  test(`first endpoint ${fault}: every read is right`, async () => {
    const settings = on.net.settings();
    // Another path is another endpoint to Breakwater: it knows nothing of this one yet.
    settings.chains[0].endpoints[0].url += `fault-${i}`;
    await on.session.setSettings(settings);
    // Freshness is learnt: the others have shown their head before the first endpoint falls behind.
    if (fault.startsWith("stale")) await Promise.all([0, 1, 2].map(() => ask(page, "eth_blockNumber")));
    await on.net.nodes[0].setFault(fault);
    assert.deepEqual(await read("viemReads"), truth.viem);
    assert.deepEqual(await read("ethersReads"), truth.ethers);
  });
}

test("a body of 50 MB is not taken, and another lane answers", async () => {
  const settings = on.net.settings();
  settings.chains[0].endpoints[0].url += "huge";
  await on.session.setSettings(settings);
  await on.net.nodes[0].setFault("huge:50");
  assert.deepEqual(await ask(page, "eth_getBalance", [what.account, "latest"]),
    { result: await on.net.nodes[2].anvil.rpc("eth_getBalance", [what.account, "latest"]) });
});

test("two of three dark, and then all but the last one wrong in different ways", async () => {
  await on.net.nodes[0].setFault("dark");
  await on.net.nodes[1].setFault("html");
  assert.deepEqual(await read("viemReads"), truth.viem);
});

test("no endpoint learns which extension asks, and none gets a cookie or a referrer", async () => {
  await read("ethersReads");
  const seen = on.net.nodes.flatMap((node) => node.counts.seen);
  assert.ok(seen.length > 5);
  for (const { headers } of seen) {
    assert.equal(headers.origin, undefined);
    assert.equal(headers.referer, undefined);
    assert.equal(headers.cookie, undefined);
  }
});
