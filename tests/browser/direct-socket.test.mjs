// dApps that read by WebSocket go on reading when their endpoint falls silent or hangs up.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startLine } from './direct/line.mjs';
import { LINES } from './direct/lines.mjs';
import { stage } from './direct/stage.mjs';
import { targets, until } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {Awaited<ReturnType<typeof startLine>>} */
let line;
/** @type {import("./pages/dapp.mjs").Targets} */
let what;
/** @type {unknown[]} */
let truth;

before(async () => {
  on = await stage();
  what = await targets(on.net);
  line = await startLine('127.40.0.1', on.net.nodes[2].anvil);
  const { rpc } = on.net.nodes[2].anvil;
  truth = [
    1,
    String(BigInt(await rpc('eth_getBalance', [what.account, 'latest']))),
    (await rpc('eth_getCode', [what.token, 'latest'])).length,
  ];
});
after(async () => {
  await on?.close();
  await line?.close();
});

for (const name of Object.keys(LINES)) {
  test(`${name} by WebSocket reads on after silence or a hang-up`, async () => {
    const page = await on.dapp();
    const read = () =>
      page.evaluate(
        (...args) => /** @type {any} */ (window).askLine(...args),
        name,
        line.url,
        what.account,
        what.token,
      );
    line.state.fault = 'none';
    assert.deepEqual(await read(), truth, 'healthy');
    line.state.fault = 'silent';
    assert.deepEqual(await read(), truth, 'silent');
    if (name !== 'ethers') {
      // which leaves reconnecting to the page
      line.state.fault = 'drop';
      const { opened } = line.state;
      const first = page.evaluate(
        (...args) => /** @type {any} */ (window).askLine(...args),
        name,
        line.url,
        what.account,
        what.token,
      );
      await until(
        async () => line.state.opened,
        (count) => count > opened,
        'a new connection',
      );
      line.state.fault = 'none';
      await first;
      await until(read, (seen) => JSON.stringify(seen) === JSON.stringify(truth), 'reads by the new connection');
    }
    await page.close();
  });
}

test('a read in flight is answered before the page hears `close`', async () => {
  const page = await on.dapp();
  line.state.fault = 'none';
  const log = await page.evaluate(
    async (url, account) => {
      const socket = new WebSocket(url);
      /** @type {string[]} */
      const seen = [];
      const ask = (/** @type {number} */ id, /** @type {string} */ method, /** @type {unknown[]} */ params) =>
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      const next = (/** @type {string} */ type) =>
        new Promise((resolve) => {
          socket.addEventListener(type, resolve, { once: true });
        });
      socket.addEventListener('message', ({ data }) => seen.push(`message ${JSON.parse(data).id}`));
      socket.addEventListener('close', ({ code }) => seen.push(`close ${code}`));
      await next('open');
      ask(1, 'eth_chainId', []);
      await next('message');
      Object.assign(window, {
        dying: {
          socket,
          seen,
          die: () => {
            ask(2, 'eth_getBalance', [account, 'latest']);
            return next('close');
          },
        },
      });
      return seen;
    },
    line.url,
    what.account,
  );
  assert.deepEqual(log, ['message 1']);
  line.state.fault = 'drop';
  assert.deepEqual(
    await page.evaluate(() =>
      /** @type {any} */ (window).dying.die().then(() => /** @type {any} */ (window).dying.seen),
    ),
    ['message 1', 'message 2', 'close 1006'],
  );
  await page.close();
});
