// A page learns of a changed setting without a reload, even when the worker has slept since.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, stage, until } from './stage.mjs';

test('a site switched on while its page has no port is served', async () => {
  const on = await stage();
  try {
    const page = await on.dapp();
    const edit = async (/** @type {boolean} */ wanted) => {
      const message = { type: 'edit', edit: { op: 'site', host: '127.0.0.1', on: wanted }, lang: 'en' };
      assert.deepEqual(await on.session.send(message), { type: 'done' });
    };
    const reads = () => ask(page, 'eth_blockNumber');
    assert.equal(typeof (await reads()).result, 'string');
    for (let time = 0; time < 2; time++) {
      await edit(false);
      await until(reads, ({ code }) => code === 4900, 'a page that does without');
      await on.session.killWorker();
      await edit(true);
      await until(reads, ({ result }) => typeof result === 'string', 'a page that is served again');
    }
  } finally {
    await on.close();
  }
});
