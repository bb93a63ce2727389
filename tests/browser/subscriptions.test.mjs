// A dApp that subscribes gets every block and every log once: whichever endpoint goes dark, when the chain is
// reorganised, and when the browser ends the background.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LOG_LISTS, listening } from './listening.mjs';
import { stage } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("./ledger.mjs").Ledger} */
let ledger;
/** @type {Awaited<ReturnType<typeof listening>>["allHeard"]} */
let allHeard;

before(async () => {
  on = await stage();
  ({ ledger, allHeard } = await listening(on));
});
after(() => on?.close());

test('new blocks and logs reach every listener once', { timeout: 120_000 }, async () => {
  await ledger.mine(3);
  const last = await allHeard();
  assert.deepEqual(last.heads, last.viemHashes);
  assert.equal(last.heads?.length, 3);
});

for (const [i, fault] of ['dark', '429', 'reset', 'stale:5'].entries()) {
  test(`${fault} while blocks come: nothing is lost or doubled`, { timeout: 120_000 }, async () => {
    await ledger.mine(1);
    await on.net.nodes[i % 3]?.setFault(fault);
    await ledger.mine(2);
    await on.net.nodes[(i + 1) % 3]?.setFault('dark');
    await ledger.mine(1);
    await allHeard();
    await on.net.heal();
    await ledger.mine(1);
    await allHeard();
  });
}

test('a reorganisation removes dropped logs and sends new ones', { timeout: 120_000 }, async () => {
  await ledger.mine(3);
  await allHeard();
  await ledger.reorg(3, [
    [ledger.transfer(), 0],
    [ledger.transfer(), 2],
  ]);
  assert.equal(ledger.dropped.length, 3);
  await ledger.mine(1);
  const last = await allHeard();
  for (const name of LOG_LISTS.slice(0, 3)) {
    for (const place of ledger.dropped) assert.ok(last[name]?.includes(`-${place}`), `${name}: ${place}`);
  }
});

test('two dead workers: nothing is lost or doubled', { timeout: 120_000 }, async () => {
  for (const count of [1, 4]) {
    await ledger.mine(count);
    await on.session.killWorker();
    await ledger.mine(count);
    await allHeard();
  }
});

test('the worker dies during a reorganisation', { timeout: 120_000 }, async () => {
  await on.session.killWorker();
  await ledger.reorg(2, [[ledger.transfer(), 1]]);
  await ledger.mine(1);
  await allHeard();
});

test('an outage of a hundred blocks is caught up', { timeout: 120_000 }, async () => {
  for (const node of on.net.nodes) await node.setFault('dark');
  await ledger.mine(2);
  await on.net.mine(96);
  await ledger.mine(2);
  await on.net.heal();
  await allHeard();
});
