// The person's connection as the browser sees it. A worker that gets no event checks for itself.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { STARTS_OFFLINE, doctored } from './line/doctored.mjs';
import { reads } from './line/reads.mjs';
import { ask, stage, until } from './stage.mjs';

test('a worker started offline notices the connection without an event', async () => {
  const dist = await doctored(STARTS_OFFLINE);
  const late = await stage({ dist });
  try {
    const page = await late.dapp();
    await late.net.nodes[0].setFault('503');
    // Endpoints are only blamed while online.
    const health = async () => {
      assert.equal(typeof (await ask(page, 'eth_blockNumber')).result, 'string');
      return (await late.session.snapshot()).chains[0].endpoints[0].health;
    };
    await until(health, (dot) => dot === 'down', 'the blame');
  } finally {
    await late.close();
    await rm(dist, { recursive: true, force: true });
  }
});

test('a page without a wallet survives a flapping line', async () => {
  const on = await stage();
  try {
    const page = await on.dapp();
    assert.deepEqual(await reads(page, 20, 4), { answered: 20 });
    const own = () =>
      page.evaluate(
        (url) =>
          fetch(url, { method: 'POST', body: '{}' }).then(
            () => 'answered',
            () => 'lost',
          ),
        on.net.nodes[0].url,
      );
    const waiting = [];
    for (let time = 1; time <= 4; time++) {
      waiting.push(reads(page, 25)); // in flight when the connection drops
      await on.session.setOffline(true);
      waiting.push(reads(page, 25));
      await until(own, (seen) => seen === 'lost', 'a connection that is gone');
      await on.session.setOffline(false);
      waiting.push(reads(page, 25));
      await until(own, (seen) => seen === 'answered', 'a connection that is back');
    }
    assert.deepEqual(
      await Promise.all(waiting),
      waiting.map(() => ({ answered: 25 })),
    );
    const { chains } = await on.session.snapshot();
    const health = chains[0].endpoints.map((/** @type {any} */ endpoint) => endpoint.health);
    assert.ok(!health.includes('down'), JSON.stringify(health));
  } finally {
    await on.close();
  }
});
