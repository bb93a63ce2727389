// What the core does in the browser: storage, scripts, and the addresses its own requests reached.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fakeBrowser } from './lib/browser.mjs';
import { aroundWorker, coreWith, run, wait } from './lib/core.mjs';

before(aroundWorker);

test('what the core stores is written in its order; nothing means away', async () => {
  const { makeGlue } = coreWith();
  const { api, shell } = await run(makeGlue);
  shell.host.store('local', 'observed', 'a');
  shell.host.store('local', 'observed', undefined);
  shell.host.store('session', 'health', 'b');
  await wait();
  assert.deepEqual([api.storage.local.data, api.storage.session.data], [{}, { health: 'b' }]);
});

test('scripts are registered for all sites but those switched off, changed in one step, and only when that changes', async () => {
  const { makeGlue } = coreWith();
  const { api, shell } = await run(makeGlue);
  for (const off of [[], [], ['app.example.org', 'bad pattern/*', '[::1]'], ['[::1]', 'app.example.org']]) shell.host.sites(off);
  await wait();
  const changes = api.done.filter((/** @type {any[]} */ [m]) => ['register', 'update', 'unregister'].includes(m));
  assert.deepEqual(changes.map(([m]) => m), ['register', 'update'], 'there is no moment without them');
  const [, [inpage, bridge]] = changes[1];
  assert.deepEqual(inpage.excludeMatches, ['*://app.example.org/*', '*://[::1]/*']);
  assert.deepEqual([inpage.world, bridge.world], ['MAIN', 'ISOLATED']);
  assert.equal(api.scripts().length, 2);
});

test('webRequest is asked about the endpoints\' hosts only, and only our own requests count', async () => {
  const { calls, makeGlue } = coreWith((method) => (method === 'panel' ? Promise.resolve('{"type":"done"}') : undefined));
  const settings = { chains: [{ endpoints: [{ url: 'https://a.example/key' }, { url: 'http://10.0.0.1:8545' }, { url: 'nonsense' }, null] }] };
  const { api, shell } = await run(makeGlue, fakeBrowser({ local: { settings } }));
  const hook = api.webRequest.onResponseStarted;
  assert.deepEqual(hook.filters[0].urls, ['*://10.0.0.1/*', '*://a.example/*']);
  await shell.panel({ type: 'probe', url: 'https://b.example/' });
  assert.equal(hook.filters.length, 1);
  assert.ok(hook.filters[0].urls.includes('*://b.example/*'));
  const own = { url: 'https://a.example/key', ip: '192.0.2.1', tabId: -1, initiator: api.runtime.getURL('').slice(0, -1) };
  hook.fire(own);
  hook.fire({ ...own, tabId: 5 });
  hook.fire({ ...own, initiator: 'https://evil.example' });
  hook.fire({ ...own, ip: undefined });
  assert.deepEqual(calls.filter(([m]) => m === 'address'), [['address', 'https://a.example/key', '192.0.2.1']]);
  const failed = { ...own, ip: undefined, error: 'net::ERR_CONNECTION_REFUSED' };
  api.webRequest.onErrorOccurred.fire(failed);
  api.webRequest.onErrorOccurred.fire({ ...failed, tabId: 5 });
  assert.deepEqual(calls.filter(([m]) => m === 'network_error'), [['network_error', 'https://a.example/key', 'net::ERR_CONNECTION_REFUSED']]);
});
