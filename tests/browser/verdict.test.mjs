// Every endpoint on one ground: the badge and the popup say so, and stop saying so when it is mended.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ALL_AWS } from "../net/network.mjs";
import { ask, stage, until } from "./stage.mjs";

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;

before(async () => {
  on = await stage();
  page = await on.dapp();
  await ask(page, "eth_blockNumber"); // a chain that no page uses has no verdict on the badge
});
after(() => on?.close());

const badge = () => on.session.evalBackground(async () => ({ text: await chrome.action.getBadgeText({}), title: await chrome.action.getTitle({}) }));
const verdict = async () => (await on.session.snapshot()).chains[0].verdict;
/** @param {import("puppeteer-core").Page} popup */
const words = (popup) => popup.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("#app")).innerText);

test("three grounds: no warning", async () => {
  assert.notEqual((await verdict()).level, "warning");
  assert.doesNotMatch((await badge()).text, /!/);
});

test("all on AWS us-east-1: a warning on the badge and in the popup, with what would clear it", async () => {
  await on.session.setSettings(on.net.settings({ labels: ALL_AWS }));
  const seen = await until(verdict, ({ level }) => level === "warning", "the warning");
  assert.match(seen.sentence, /All 3 endpoints of Ethereum stand on AWS us-east-1/);
  assert.ok(seen.advice);
  await until(badge, ({ text, title }) => text === "!" && /us-east-1/.test(title), "the badge");
  const popup = await on.session.extensionPage("popup/popup.html?host=127.0.0.1");
  await until(() => words(popup), (text) => text.includes(seen.sentence) && text.includes("AWS us-east-1"), "the sentence in the popup");
  await popup.close();
});

test("one label mended: the warning goes, from badge and popup", async () => {
  await on.session.setSettings(on.net.settings());
  await until(verdict, ({ level }) => level !== "warning", "the end of the warning");
  await until(badge, ({ text }) => text !== "!", "the badge without it");
});

test("an endpoint removed in the popup is asked no more, and the verdict follows", async () => {
  const { chains: [chain] } = await on.session.snapshot();
  for (const endpoint of chain.endpoints.slice(1)) {
    assert.equal((await on.session.send({ type: "edit", edit: { op: "remove-endpoint", chain: 1, key: endpoint.key }, lang: "en" })).type, "done");
  }
  for (const node of on.net.nodes) node.counts.reset();
  for (let i = 0; i < 5; i++) assert.ok((await ask(page, "eth_getBalance", [on.net.accounts[i % 4], "latest"])).result);
  assert.ok(on.net.nodes[0].counts.sends > 0);
  assert.deepEqual(on.net.nodes.slice(1).map((node) => node.counts.sends), [0, 0]);
  const { sentence } = await verdict();
  assert.match(sentence, /Demo East|one endpoint|only/i);
  await on.session.setSettings(on.net.settings());
});

test("a drill: AWS us-east-1 is dark, reads go elsewhere, the badge shows it, and nothing was sent there", async () => {
  await ask(page, "eth_blockNumber");
  const target = { kind: "region", key: "aws/us-east-1" };
  const started = await on.session.send({ type: "drill-start", target });
  assert.equal(started.type, "done");
  for (const node of on.net.nodes) node.counts.reset();
  for (let i = 0; i < 12; i++) assert.ok((await ask(page, "eth_getBalance", [on.net.accounts[i % 4], "latest"])).result);
  assert.equal(on.net.nodes[0].counts.sends, 0);
  const { drill } = await on.session.snapshot();
  assert.equal(drill.running, true);
  assert.ok(drill.answered >= 12 || drill.asked >= 3, JSON.stringify(drill));
  await on.session.killWorker();
  assert.equal((await until(() => on.session.snapshot(), (s) => s.drill?.running, "the drill after a restart of the worker")).drill.running, true);
  assert.equal((await on.session.send({ type: "drill-stop" })).type, "done");
  assert.equal((await on.session.snapshot()).drill?.running ?? false, false);
});

test("lanes on one ground that fail together are one incident, named, and it ends", async () => {
  await on.session.setSettings(on.net.settings({ labels: [ALL_AWS[0], ALL_AWS[1], on.net.settings().labels[2]] }));
  await on.net.nodes[0].setFault("503");
  await on.net.nodes[1].setFault("503");
  const { incidents } = await until(async () => {
    await Promise.all([0, 1, 2, 3].map((i) => ask(page, "eth_getBalance", [on.net.accounts[i], "latest"])));
    return on.session.snapshot();
  }, (s) => s.incidents.length > 0, "the incident", 60_000);
  assert.match(JSON.stringify(incidents[0]), /AWS us-east-1/);
  await on.net.heal();
});
