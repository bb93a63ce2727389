// The background: it holds the core, checks who speaks, and lets pages through when the core fails.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fakeBrowser, fakePort } from './lib/browser.mjs';
import { Shell } from '../../extension/lib/shell.js';
import { listen } from '../../extension/lib/listeners.js';

const g = /** @type {any} */ (globalThis);
const wait = () => new Promise((resolve) => { setTimeout(resolve, 0); });

before(() => {
  g.self = new EventTarget();
  g.navigator ??= { onLine: true };
  g.fetch = async () => ({ arrayBuffer: async () => new Uint8Array([7]).buffer });
  console.error = () => {};
  console.warn = () => {};
});

/** A core that writes down what it is told. @param {(method: string, args: any[], host: any) => any} [act] */
function coreWith(act = () => undefined) {
  const calls = /** @type {any[]} */ ([]);
  class Core {
    /** @param {any} host */
    constructor(host) {
      return new Proxy({}, {
        get: (_, method) => (/** @type {any[]} */ ...args) => {
          calls.push([method, ...args]);
          return act(String(method), args, host);
        },
      });
    }
  }
  return { calls, glue: { init: async () => {}, Core: /** @type {any} */ (Core) } };
}

/** @param {any[]} glues @param {any} [api] */
async function run(glues, api = fakeBrowser()) {
  const shell = new Shell(api, glues);
  listen(api, shell);
  await shell.ready;
  return { api, shell };
}

const trap = () => { throw new WebAssembly.RuntimeError('unreachable'); };

test('listeners are there before anything was awaited', () => {
  const api = fakeBrowser();
  const { glue } = coreWith();
  listen(api, new Shell(api, [glue]));
  for (const hook of [api.runtime.onConnect, api.runtime.onMessage, api.storage.onChanged, api.permissions.onRemoved]) {
    assert.equal(hook.listeners.length, 1);
  }
});

test('the core starts with what was stored, and the table', async () => {
  const { calls, glue } = coreWith();
  const api = fakeBrowser({ local: { settings: { version: 1 }, observed: 'o', table: btoa('\x01\x02') }, session: { health: 'h' }, all: false });
  await run([glue], api);
  assert.deepEqual(calls.slice(0, 4), [
    ['start', { version: 1 }, 'h', 'o', true, 'fr'], ['table', new Uint8Array([7])], ['table', new Uint8Array([1, 2])], ['permission', false],
  ]);
});

test('a page: introduced with its frame\'s origin and its tab\'s host, heard, and let go', async () => {
  const { calls, glue } = coreWith((method, [client], host) => { if (method === 'message') host.post(client, { type: 'answer', id: 4 }); });
  const { api } = await run([glue]);
  const port = fakePort();
  api.runtime.onConnect.fire(port);
  await wait();
  port.onMessage.fire({ type: 'ask', id: 4 });
  await wait();
  assert.deepEqual(port.said, [{ type: 'answer', id: 4 }]);
  port.onDisconnect.fire(port);
  await wait();
  assert.deepEqual(calls.slice(-3), [['open', 1, 'https://app.example.org', 'example.org', 'https://example.org'], ['message', 1, { type: 'ask', id: 4 }], ['close', 1]]);
});

test('a frame tells which top document is above it', async () => {
  const { calls, glue } = coreWith();
  const { api } = await run([glue]);
  const sender = (/** @type {number} */ frameId, /** @type {string} */ origin, url = 'https://example.org/a') =>
    fakePort({ id: api.runtime.id, frameId, origin, url: `${origin}/`, tab: { url } });
  for (const port of [sender(0, 'https://example.org'), sender(0, 'null'), sender(4, 'https://evil.test'), sender(4, 'null', 'data:text/html,x')]) {
    api.runtime.onConnect.fire(port);
  }
  await wait();
  assert.deepEqual(calls.filter(([m]) => m === 'open').map((call) => call.at(-1)), [undefined, undefined, 'https://example.org', 'null']);
});

test('a port that is no page\'s is closed', async () => {
  const { calls, glue } = coreWith();
  const { api } = await run([glue]);
  for (const sender of [undefined, { id: 'other', tab: {} }, { id: api.runtime.id }]) {
    const port = { ...fakePort(), sender };
    api.runtime.onConnect.fire(port);
    assert.ok(port.closed);
  }
  assert.ok(!calls.some(([m]) => m === 'open'));
});

test('only our own pages are answered', async () => {
  const { calls, glue } = coreWith((method) => (method === 'panel' ? Promise.resolve({ type: 'done' }) : undefined));
  const { api } = await run([glue]);
  const [listener] = api.runtime.onMessage.listeners;
  const own = api.runtime.getURL('');
  const bad = [
    undefined, {}, { id: api.runtime.id, url: 'https://evil.example/' }, { id: 'other', url: `${own}popup/popup.html` },
    { id: api.runtime.id, url: `${own}x`, origin: 'https://evil.example' }, { id: api.runtime.id, url: 'https://evil.example/?' + own },
  ];
  for (const sender of bad) assert.equal(listener({ type: 'export' }, sender, assert.fail), false);
  const replied = new Promise((resolve) => {
    assert.equal(listener({ type: 'export' }, { id: api.runtime.id, url: `${own}options/options.html`, tab: {} }, resolve), true);
  });
  assert.deepEqual(await replied, { type: 'done' });
  assert.equal(calls.filter(([m]) => m === 'panel').length, 1);
});

test('a trap: every page passes through, then the spare core greets them', async () => {
  const first = coreWith((method) => (method === 'message' ? trap() : undefined));
  const spare = coreWith();
  const { api, shell } = await run([first.glue, spare.glue]);
  const port = fakePort();
  api.runtime.onConnect.fire(port);
  await wait();
  port.onMessage.fire({ type: 'ask', id: 1 });
  await wait();
  await shell.ready;
  assert.equal(port.said[0].on, false);
  assert.deepEqual(spare.calls.at(-1), ['open', 1, 'https://app.example.org', 'example.org', 'https://example.org']);
  port.onMessage.fire({ type: 'ask', id: 2 });
  await wait();
  assert.deepEqual(spare.calls.at(-1), ['message', 1, { type: 'ask', id: 2 }]);
});

test('a trap in a task of the core\'s own is found by the error event', async () => {
  const first = coreWith();
  const spare = coreWith();
  const { api, shell } = await run([first.glue, spare.glue]);
  const port = fakePort();
  api.runtime.onConnect.fire(port);
  await wait();
  const event = Object.assign(new Event('error'), { error: new WebAssembly.RuntimeError('unreachable') });
  g.self.dispatchEvent(event);
  await shell.ready;
  assert.equal(port.said[0].on, false);
  assert.equal(shell.lives, 2);
});

test('no core at all: pages pass through, late ones too, and panels are told', async () => {
  const broken = { init: async () => { throw new Error('no wasm'); }, Core: /** @type {any} */ (Object) };
  const { api, shell } = await run([broken, broken]);
  const port = fakePort();
  api.runtime.onConnect.fire(port);
  await wait();
  assert.equal(port.said[0].on, false);
  port.onMessage.fire({ type: 'ask', id: 2 });
  await wait();
  assert.equal(port.said[1].on, false);
  // In the words of _locales, which the stand-in gives by their key.
  assert.deepEqual(await shell.panel({ type: 'trail' }), { type: 'problem', field: '', code: 'core-failed', message: 'coreFailed' });
});

test('an answer that the port cannot carry: the wallet\'s', async () => {
  const { glue } = coreWith();
  const { api, shell } = await run([glue]);
  const port = fakePort();
  api.runtime.onConnect.fire(port);
  await wait();
  const post = port.postMessage;
  port.postMessage = function postMessage(message) {
    if (message.result || message.body) throw new Error('Message length exceeded maximum allowed length.');
    post.call(port, message);
  };
  shell.host.post(1, { type: 'answer', id: 4, result: 'huge' });
  shell.host.post(1, { type: 'body', id: 5, body: 'huge' });
  shell.host.post(99, { type: 'answer', id: 4 });
  assert.deepEqual(port.said, [{ type: 'use-wallet', id: 4 }, { type: 'no-rescue', id: 5 }]);
});

test('settings that change reach the core; other keys do not', async () => {
  const { calls, glue } = coreWith();
  const { api } = await run([glue]);
  api.storage.onChanged.fire({ settings: { newValue: { version: 1 } } }, 'local');
  api.storage.onChanged.fire({ observed: { newValue: 'x' } }, 'local');
  api.storage.onChanged.fire({ settings: {} }, 'session');
  await wait();
  assert.deepEqual(calls.filter(([m]) => m === 'settings_changed'), [['settings_changed', { version: 1 }]]);
});

test('what the core stores is written in its order; nothing means away', async () => {
  const { glue } = coreWith();
  const { api, shell } = await run([glue]);
  shell.host.store('local', 'observed', 'a');
  shell.host.store('local', 'observed', undefined);
  shell.host.store('session', 'health', 'b');
  await wait();
  assert.deepEqual([api.storage.local.data, api.storage.session.data], [{}, { health: 'b' }]);
});

test('scripts are registered for all sites but those switched off, changed in one step, and only when that changes', async () => {
  const { glue } = coreWith();
  const { api, shell } = await run([glue]);
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
  const { calls, glue } = coreWith((method) => (method === 'panel' ? Promise.resolve({ type: 'done' }) : undefined));
  const settings = { chains: [{ endpoints: [{ url: 'https://a.example/key' }, { url: 'http://10.0.0.1:8545' }, { url: 'nonsense' }, null] }] };
  const { api, shell } = await run([glue], fakeBrowser({ local: { settings } }));
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

test('a ping keeps the worker alive and does not reach the core', async () => {
  const { calls, glue } = coreWith();
  const { api } = await run([glue]);
  const port = fakePort();
  api.runtime.onConnect.fire(port);
  port.onMessage.fire({ type: 'ping' });
  await wait();
  assert.ok(api.done.some((/** @type {any[]} */ [m]) => m === 'alive'));
  assert.ok(!calls.some(([m]) => m === 'message'));
});

test('our own requests and WebSockets lose their Origin and their cookies', async () => {
  const { glue } = coreWith();
  const { api } = await run([glue]);
  const [, { addRules: [rule] }] = api.done.find((/** @type {any[]} */ [m]) => m === 'rules');
  assert.deepEqual(rule.condition.initiatorDomains, [api.runtime.id]);
  assert.deepEqual(rule.condition.resourceTypes, ['xmlhttprequest', 'websocket', 'other']);
  assert.deepEqual(rule.action.requestHeaders, ['origin', 'cookie'].map((header) => ({ header, operation: 'remove' })));
});
