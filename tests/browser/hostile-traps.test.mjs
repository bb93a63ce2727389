// A site that keeps crashing the core, by whatever means, is shut out in the end. The others read on.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { PLANTED, PLANTED_REPLY, doctored } from './line/doctored.mjs';
import { keepReading, stopReading, two } from './line/two.mjs';
import { ask, until } from './stage.mjs';

/** The precompiled contract that returns its input. */
const IDENTITY = '0x0000000000000000000000000000000000000004';
const FAILS = `0x${'beef'.repeat(10)}`;

/** @typedef {import("puppeteer-core").Page} Page */
/** @type {[string, Record<string, [string, string]>, (page: Page) => Promise<any>][]} */
const WAYS = [
  ['a reply to its read', PLANTED_REPLY, (page) => ask(page, 'eth_call', [{ to: IDENTITY, data: FAILS }, 'latest'])],
  ["something that is no document's", PLANTED, (page) => ask(page, 'eth_getBalance', [FAILS, 'latest'])],
];

for (const [what, planted, fails] of WAYS) {
  test(`a site that keeps crashing the core by ${what} is shut out`, async () => {
    const dist = await doctored(planted);
    const on = await two({ dist });
    try {
      const balance = (/** @type {Page} */ page) => ask(page, 'eth_getBalance', [on.net.accounts[0], 'latest']);
      const serves = (/** @type {Page} */ page) =>
        until(
          () => balance(page),
          ({ result }) => typeof result === 'string',
          'a core that answers',
        );
      const [good, other] = [await on.visit('good.test'), await on.visit('evil.test')];
      for (let time = 1; time <= 3; time++) {
        await serves(good);
        const evil = await on.visit('evil.test');
        await serves(evil);
        assert.equal(typeof (await fails(evil)).code, 'number');
        await evil.close();
      }
      await serves(good);
      await keepReading(good);
      for (let i = 0; i < 20; i++) assert.equal((await fails(other)).code, 4900, 'a document that was there before');
      const reads = await stopReading(good);
      assert.deepEqual(reads.failed, []);
      assert.ok(reads.answered > 0 && reads.slowest < 2_000, JSON.stringify(reads));
    } finally {
      await on.close();
      await rm(dist, { recursive: true, force: true });
    }
  });
}
