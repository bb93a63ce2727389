// A page that asks for more than its share is refused, and all reads of another page are answered. When the person's
// connection drops and returns, reads wait for it and no endpoint is blamed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HELD } from '../net/proxy.mjs';
import { reads } from './line/reads.mjs';
import { find, stage, until } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let victim;
/** @type {import("puppeteer-core").Page} */
let flooder;

before(async () => {
  on = await stage();
  victim = await on.dapp();
  // The browser sees another site, although the server is the same.
  flooder = await on.session.newPage(`http://localhost:${on.site.port}/dapp`);
  await find(flooder);
});
after(() => on?.close());

test('a flood gets -32005, and the other page reads on', async () => {
  const flood = reads(flooder, 6_000);
  assert.deepEqual(await reads(victim, 100, 4), { answered: 100 });
  const seen = await flood;
  assert.ok(seen['-32005'] > 500, JSON.stringify(seen));
  assert.ok(seen.answered > 0, JSON.stringify(seen));
});

test('calls that are never answered hold up no other page', async () => {
  for (const node of on.net.nodes) await node.setFault('hold');
  const held = flooder.evaluate(
    (to) =>
      Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          /** @type {any} */ (window).found
            .request({ method: 'eth_call', params: [{ to, data: `0x${i.toString(16).padStart(8, '0')}` }, 'latest'] })
            .then(
              () => 0,
              () => 1,
            ),
        ),
      ),
    HELD,
  );
  assert.deepEqual(await reads(victim, 100, 4), { answered: 100 });
  assert.equal((await held).length, 60, 'and they end, too');
  await on.net.heal();
});

test('a page that floods and goes leaves nothing behind', async () => {
  const page = await on.session.newPage(`http://localhost:${on.site.port}/dapp`);
  await find(page);
  await page.evaluate(() => {
    const { found } = /** @type {any} */ (window);
    for (let i = 0; i < 1_500; i++)
      found
        .request({ method: 'eth_getBalance', params: [`0x${i.toString(16).padStart(40, '0')}`, 'latest'] })
        .catch(() => {});
  });
  await page.close();
  assert.deepEqual(await reads(victim, 40, 4), { answered: 40 });
});

test('reads wait while offline, and no endpoint is blamed', async () => {
  // By now all endpoints are known to serve the chain.
  assert.deepEqual(await reads(victim, 60, 20), { answered: 60 });
  await Promise.all(on.net.nodes.map((node) => node.setFault('reset')));
  const waiting = reads(victim, 60, 20);
  // A single failing endpoint would be blamed, but a lost connection is lost for all of them.
  await until(
    async () => on.net.nodes.map(({ resets }) => resets),
    (resets) => resets.every(Boolean),
    'a connection lost at every endpoint',
  );
  await Promise.all(on.net.nodes.map((node) => node.setFault('none')));
  assert.deepEqual(await waiting, { answered: 60 });
  const { chains } = await on.session.snapshot();
  const health = chains[0].endpoints.map((/** @type {any} */ endpoint) => endpoint.health);
  assert.ok(
    health.every((/** @type {string} */ dot) => dot === 'good' || dot === 'slow'),
    JSON.stringify(health),
  );
});
