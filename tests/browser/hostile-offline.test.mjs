// The person's line, as the browser sees it: a worker that nobody tells of it looks for itself.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { test } from "node:test";
import { STARTS_OFFLINE, doctored } from "./line/doctored.mjs";
import { ask, stage, until } from "./stage.mjs";

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
