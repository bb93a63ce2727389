// Endpoints with a WebSocket: a page hears of a block as it comes, and of every block and log once, whatever becomes of
// the socket.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endpointWords, says } from './panels.mjs';
import { LOG_LISTS, listening } from './listening.mjs';
import { stage, until } from './stage.mjs';

/** @typedef {Awaited<ReturnType<typeof stage>>} Stage */
/** @type {Stage} */
let on;
/** @type {import("./ledger.mjs").Ledger} */
let ledger;
/** @type {Awaited<ReturnType<typeof listening>>["allHeard"]} */
let allHeard;

before(async () => {
  on = await stage({ sockets: true });
});
after(() => on?.close());

/** The endpoint whose socket is open. There is exactly one. */
const teller = async () => {
  const wires = () => Promise.resolve(on.net.nodes.map((node) => node.wires));
  const places = await until(wires, (counts) => [...counts].sort().join() === '0,0,1', 'one socket');
  return /** @type {Stage["net"]["nodes"][0]} */ (on.net.nodes[places.indexOf(1)]);
};

test('blocks arrive by one socket without cookies or our id', { timeout: 60_000 }, async () => {
  for (const { url } of on.net.nodes) await (await on.session.newPage(url)).close(); // each sets a cookie
  const page = await on.dapp();
  await page.evaluate(async () => {
    const w = /** @type {any} */ (window);
    w.heads = [];
    const id = await w.found.request({ method: 'eth_subscribe', params: ['newHeads'] });
    w.found.on('message', (/** @type {any} */ { data }) => {
      if (data.subscription === id) w.heads.push(data.result.hash);
    });
  });
  const { counts, name } = await teller();
  await until(
    async () => counts.methods.eth_subscribe,
    (asked) => asked === 1,
    'the subscription',
  );
  const shake = counts.seen.find(({ method }) => method === '(websocket)');
  // Chromium adds the extension's id, the same for everybody, where extensions cannot remove it.
  const origin = on.session.origin.startsWith('chrome') ? on.session.origin.replace(/\/$/, '') : undefined;
  assert.deepEqual([shake?.headers.origin, shake?.headers.cookie], [origin, undefined]);
  const looks = () => on.net.nodes.reduce((sum, node) => sum + (node.counts.methods.eth_getBlockByNumber ?? 0), 0);
  const before = looks();
  /** @type {string[]} */
  const mined = [];
  const heads = () => page.evaluate(() => /** @type {any} */ (window).heads);
  for (let i = 0; i < 12; i++) {
    await on.net.mine();
    mined.push((await on.net.nodes[0].anvil.rpc('eth_getBlockByNumber', ['latest', false])).hash);
    await until(heads, (heard) => heard.at(-1) === mined.at(-1), 'a block');
  }
  assert.deepEqual(await heads(), mined);
  assert.ok(looks() - before < 4, `${looks() - before} looks for 12 blocks`);
  const popup = await on.session.extensionPage('popup/popup.html');
  await says(popup, 'Ethereum', 'the chain');
  assert.match(await endpointWords(popup, name), /New blocks come by WebSocket now\./);
  await popup.close();
  await page.close();
  await until(
    async () => on.net.nodes.map((node) => node.wires).join(),
    (wires) => wires === '0,0,0',
    "its end with the page's",
  );
});

test('every listener hears each block', { timeout: 60_000 }, async () => {
  ({ ledger, allHeard } = await listening(on));
  await ledger.mine(3);
  const last = await allHeard();
  assert.equal(last.heads?.length, 3);
});

for (const fault of ['dark', 'reset', 'refuse', 'stale:5']) {
  test(`${fault} at the socket's endpoint: nothing lost or doubled`, { timeout: 120_000 }, async () => {
    const first = await teller();
    await ledger.mine(1);
    await first.setFault(fault);
    await ledger.mine(2);
    await allHeard();
    await until(
      async () => on.net.nodes.filter((node) => node !== first).map((node) => node.wires),
      (wires) => wires.includes(1),
      'another socket',
      60_000,
    );
    await ledger.mine(1);
    await allHeard();
    await on.net.heal();
  });
}

test('a reorganisation of three blocks is told by socket', { timeout: 120_000 }, async () => {
  await teller();
  await ledger.mine(3);
  await allHeard();
  await ledger.reorg(3, [
    [ledger.transfer(), 0],
    [ledger.transfer(), 2],
  ]);
  await ledger.mine(1);
  const last = await allHeard();
  for (const name of LOG_LISTS.slice(0, 3)) {
    for (const place of ledger.dropped) assert.ok(last[name]?.includes(`-${place}`), `${name}: ${place}`);
  }
});

test("a dead worker's socket closes, and the next opens its own", { timeout: 120_000 }, async () => {
  await ledger.mine(1);
  await on.session.killWorker();
  await ledger.mine(2);
  await allHeard();
  await teller();
});
