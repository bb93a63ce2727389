// When nothing is guarded, the page has what it would have without us.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { installDirect } from '../../extension/inpage/direct/index.js';
import { settle } from './lib/clock.mjs';
import { Core, json, page, post, request } from './lib/direct.mjs';

describe('when nothing is guarded', () => {
  it('off, without endpoints or for a local node, we step aside', async () => {
    const { fetch, client, clock, sent } = page(() => Promise.reject(new TypeError('Failed to fetch')));
    const init = post(request('eth_call'));
    for (const state of [{ on: false }, { direct: false }, { chains: new Set() }]) {
      const before = client.state;
      client.state = /** @type {any} */ ({ ...before, ...state });
      await assert.rejects(fetch('https://mainnet.infura.io/v3/k', init));
      client.state = before;
    }
    await assert.rejects(fetch('http://localhost:8545', init));
    assert.ok(
      sent.every(([, given]) => given === init),
      'the very init object of the page',
    );
    await clock.pass(5000);
    assert.equal(client.asked.length, 0);
  });

  it('without a state the core is woken; only failures wait', async () => {
    const { fetch, client } = page(() => Promise.reject(new TypeError('Failed to fetch')));
    const known = client.state;
    client.state = null;
    /** @type {() => void} */
    let ready = () => {};
    client.ready = () =>
      new Promise((resolve) => {
        ready = () => resolve(undefined);
      });
    const asking = fetch('https://mainnet.infura.io/v3/k', post(request('eth_call')));
    await settle();
    assert.deepEqual([client.woken, client.asked.length], [1, 0]);
    client.state = known;
    ready();
    await settle();
    client.answerAll();
    assert.equal((await asking).status, 200);
  });

  it('with the worker unreachable, calls pass and it is retried', async () => {
    const { fetch, client } = page(() => Promise.reject(new TypeError('Failed to fetch')));
    const known = client.state;
    client.state = { on: false, direct: false, chains: new Set(), deadlineMs: 10_000, down: true };
    await assert.rejects(fetch('https://mainnet.infura.io/v3/k', post(request('eth_call'))));
    assert.deepEqual([client.woken, client.asked.length], [1, 0]);
    client.state = known;
    const asking = fetch('https://mainnet.infura.io/v3/k', post(request('eth_call')));
    await settle();
    client.answerAll();
    assert.equal((await asking).status, 200);
  });

  it("destroyed: the platform's function or a plain pass-through", async () => {
    const { scope, native, destroy } = page(() => Promise.resolve(json('{}')));
    destroy();
    assert.equal(scope.fetch, native);
    const other = page(() => Promise.reject(new TypeError('Failed to fetch')));
    const ours = other.scope.fetch;
    const theirs = (/** @type {any[]} */ ...args) => ours(...args);
    other.scope.fetch = theirs;
    other.destroy();
    assert.equal(other.scope.fetch, theirs);
    await assert.rejects(other.fetch('https://mainnet.infura.io/v3/k', post(request('eth_call'))));
    assert.equal(other.client.asked.length, 0);
  });

  it('a locked fetch is left alone', () => {
    const scope = /** @type {any} */ ({});
    const fetch = () => {};
    Object.defineProperty(scope, 'fetch', { value: fetch });
    installDirect({ client: new Core(), originals: { scope, setTimeout, clearTimeout, now: () => 0 } })();
    assert.equal(scope.fetch, fetch);
  });
});
