// What the core does in the browser: storage, scripts, and the addresses its own requests reached.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fakeBrowser } from './lib/browser.mjs';
import { aroundWorker, coreWith, run, wait } from './lib/core.mjs';

before(aroundWorker);

test('values are stored in order, and a missing one is removed', async () => {
  const { makeGlue } = coreWith();
  const { api, shell } = await run(makeGlue);
  shell.host.store('local', 'observed', 'a');
  shell.host.store('local', 'observed', undefined);
  shell.host.store('session', 'health', 'b');
  await wait();
  assert.deepEqual([api.storage.local.data, api.storage.session.data], [{}, { health: 'b' }]);
});

test('scripts are registered once per change, for all sites on', async () => {
  const { makeGlue } = coreWith();
  const { api, shell } = await run(makeGlue);
  for (const off of [[], [], ['app.example.org', 'bad pattern/*', '[::1]'], ['[::1]', 'app.example.org']])
    shell.host.sites(off);
  await wait();
  const changes = api.done.filter((/** @type {any[]} */ [m]) => ['register', 'update', 'unregister'].includes(m));
  assert.deepEqual(
    changes.map(([m]) => m),
    ['register', 'update'],
    'there is no moment without them',
  );
  const [, [inpage, bridge]] = changes[1];
  assert.deepEqual(inpage.excludeMatches, ['*://app.example.org/*', '*://[::1]/*']);
  assert.deepEqual([inpage.world, bridge.world], ['MAIN', 'ISOLATED']);
  assert.equal(api.scripts().length, 2);
});

/** A background with two endpoints, and the events of webRequest. */
async function watched() {
  const { calls, makeGlue } = coreWith((method) =>
    method === 'panel' ? Promise.resolve('{"type":"done"}') : undefined,
  );
  const settings = {
    chains: [
      { endpoints: [{ url: 'https://a.example/key' }, { url: 'http://10.0.0.1:8545' }, { url: 'nonsense' }, null] },
    ],
  };
  const { api, shell, clock } = await run(makeGlue, fakeBrowser({ local: { settings } }));
  const { onResponseStarted: answers, onErrorOccurred: failures } = api.webRequest;
  const own = (/** @type {string} */ url, more = {}) => ({
    url,
    ip: '192.0.2.1',
    tabId: -1,
    initiator: api.runtime.getURL('').slice(0, -1),
    ...more,
  });
  const told = (/** @type {string} */ what) => calls.filter(([m]) => m === what).map(([, ...args]) => args);
  return { api, shell, clock, answers, failures, own, told };
}

test('only failures of our own requests to endpoints are heard', async () => {
  const { shell, failures, own, told } = await watched();
  assert.deepEqual(failures.filters[0].urls, ['*://10.0.0.1/*', '*://a.example/*']);
  await shell.panel({ type: 'probe', url: 'https://b.example/' });
  assert.equal(failures.filters.length, 1);
  assert.ok(failures.filters[0].urls.includes('*://b.example/*'));
  const failed = own('https://a.example/key', { ip: undefined, error: 'net::ERR_CONNECTION_REFUSED' });
  failures.fire(failed);
  failures.fire({ ...failed, tabId: 5 });
  assert.deepEqual(told('network_error'), [['https://a.example/key', 'net::ERR_CONNECTION_REFUSED']]);
});

test("an address is not the endpoint's behind a proxy", async () => {
  const { shell, answers, own, told } = await watched();
  const url = 'https://a.example/key';
  shell.host.asks('https://a.example/other'); // so that it is heard until the end
  const direct = { type: 'direct' };
  const proxy = { type: 'socks', host: '192.0.2.9' };
  answers.fire(own(url, { proxyInfo: direct }));
  answers.fire(own(url, { proxyInfo: proxy }));
  answers.fire(own(url, { proxyInfo: proxy, ip: undefined }));
  answers.fire(own(url, { proxyInfo: direct, ip: undefined }));
  assert.deepEqual(
    told('address').map(([, ip]) => ip),
    ['192.0.2.1', '', ''],
  );
});

test('the address of a socket is heard', async () => {
  const { shell, answers, own, told } = await watched();
  shell.host.asks('wss://a.example/ws');
  const [{ urls, types }] = answers.filters;
  assert.deepEqual(urls, ['wss://a.example/*']);
  assert.ok(types.includes('websocket'));
  answers.fire(own('wss://a.example/ws'));
  assert.deepEqual(told('address'), [['wss://a.example/ws', '192.0.2.1']]);
  assert.deepEqual(answers.filters, []);
});

test('addresses are requested while an endpoint lacks a fresh one', async () => {
  const { shell, clock, answers, failures, own, told } = await watched();
  const [url, other] = ['https://a.example/key', 'https://a.example/other'];
  const heard = () => answers.filters.map(({ urls }) => urls);
  assert.deepEqual(heard(), []);
  shell.host.asks(url);
  assert.deepEqual(heard(), [['*://a.example/*']]);
  answers.fire(own(url, { tabId: 5 }));
  answers.fire(own(url, { initiator: 'https://evil.example' }));
  answers.fire(own(url, { ip: undefined }));
  answers.fire(own(other));
  assert.deepEqual(heard(), [['*://a.example/*']], 'not of this one yet');
  answers.fire(own(url));
  assert.deepEqual(told('address'), [
    [other, '192.0.2.1'],
    [url, '192.0.2.1'],
  ]);
  assert.deepEqual(heard(), []);
  shell.host.asks(url);
  assert.deepEqual(heard(), [], 'it is fresh');
  await clock.pass(5_000);
  shell.host.asks(url);
  assert.deepEqual(heard(), [['*://a.example/*']]);
  answers.fire(own(url));
  failures.fire(own(url, { ip: undefined, error: 'net::ERR_FAILED' }));
  shell.host.asks(url);
  assert.deepEqual(heard(), [['*://a.example/*']], 'it may have moved');
});
