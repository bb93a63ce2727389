// The background holds the core, checks senders, and hands on what they send.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fakeBrowser, fakePort } from './lib/browser.mjs';
import { aroundWorker, connected, coreWith, run, wait } from './lib/core.mjs';
import { Shell } from '../../extension/lib/shell.js';
import { listen } from '../../extension/lib/listeners.js';

before(aroundWorker);

/** @param {any} port */
const heard = (port) => port.said.map((/** @type {string} */ text) => JSON.parse(text));
const ask = (/** @type {number} */ id) => JSON.stringify({ type: 'ask', id, chain: 1 });

test('listeners are registered before anything is awaited', () => {
  const api = fakeBrowser();
  const { makeGlue } = coreWith();
  listen(api, new Shell(api, makeGlue));
  for (const hook of [api.runtime.onConnect, api.runtime.onMessage, api.storage.onChanged, api.permissions.onRemoved]) {
    assert.equal(hook.listeners.length, 1);
  }
});

test('the core starts with stored values and the table', async () => {
  const { calls, makeGlue } = coreWith();
  const api = fakeBrowser({
    local: { settings: { version: 1 }, observed: 'o', table: 'AQI=' },
    session: { health: 'h' },
    all: false,
  });
  await run(makeGlue, api);
  assert.deepEqual(calls.slice(0, 4), [
    ['start', { version: 1 }, undefined, 'h', 'o', 'fr'],
    ['table', new Uint8Array([7])],
    ['own_table', 'AQI='],
    ['permission', false],
  ]);
});

test('a page is opened with its origin and host, heard and closed', async () => {
  const { calls, makeGlue } = coreWith((method, [client], host) => {
    if (method === 'message') host.post(client, '{"type":"answer","id":4}');
  });
  const { api } = await run(makeGlue);
  const port = await connected(api);
  port.onMessage.fire(ask(4));
  await wait();
  assert.deepEqual(heard(port), [{ type: 'answer', id: 4 }]);
  port.onDisconnect.fire(port);
  await wait();
  assert.deepEqual(calls.filter(([m]) => m !== 'crossed').slice(-3), [
    ['open', 1, 'https://app.example.org', 'example.org', 'https://example.org'],
    ['message', 1, ask(4)],
    ['close', 1],
  ]);
});

test('a frame is opened with its top document', async () => {
  const { calls, makeGlue } = coreWith();
  const { api } = await run(makeGlue);
  const sender = (/** @type {number} */ frameId, /** @type {string} */ origin, url = 'https://example.org/a') =>
    fakePort({ id: api.runtime.id, frameId, origin, url: `${origin}/`, tab: { url } });
  for (const port of [
    sender(0, 'https://example.org'),
    sender(0, 'null'),
    sender(4, 'https://evil.test'),
    sender(4, 'null', 'data:text/html,x'),
  ]) {
    api.runtime.onConnect.fire(port);
  }
  await wait();
  assert.deepEqual(
    calls.filter(([m]) => m === 'open').map((call) => call.at(-1)),
    [undefined, undefined, 'https://example.org', 'null'],
  );
});

test('a port that does not come from a page is closed', async () => {
  const { calls, makeGlue } = coreWith();
  const { api } = await run(makeGlue);
  for (const sender of [undefined, { id: 'other', tab: {} }, { id: api.runtime.id }]) {
    const port = { ...fakePort(), sender };
    api.runtime.onConnect.fire(port);
    assert.ok(port.closed);
  }
  assert.ok(!calls.some(([m]) => m === 'open'));
});

test('only our own pages are answered', async () => {
  const { calls, makeGlue } = coreWith((method) =>
    method === 'panel' ? Promise.resolve('{"type":"done"}') : undefined,
  );
  const { api } = await run(makeGlue);
  const [listener] = api.runtime.onMessage.listeners;
  const own = api.runtime.getURL('');
  const bad = [
    undefined,
    {},
    { id: api.runtime.id, url: 'https://evil.example/' },
    { id: 'other', url: `${own}popup/popup.html` },
    { id: api.runtime.id, url: `${own}x`, origin: 'https://evil.example' },
    { id: api.runtime.id, url: 'https://evil.example/?' + own },
  ];
  for (const sender of bad) assert.equal(listener({ type: 'export' }, sender, assert.fail), false);
  const replied = new Promise((resolve) => {
    assert.equal(
      listener({ type: 'export' }, { id: api.runtime.id, url: `${own}options/options.html`, tab: {} }, resolve),
      true,
    );
  });
  assert.deepEqual(await replied, { type: 'done' });
  assert.equal(calls.filter(([m]) => m === 'panel').length, 1);
});

test('texts that cross together are handled one by one, in order', async () => {
  const { calls, makeGlue } = coreWith();
  const { api } = await run(makeGlue);
  const port = await connected(api);
  port.onMessage.fire([Date.now() - 40, ask(1), '{"type":"ping"}', ask(2)]);
  await wait();
  assert.deepEqual(
    calls.filter(([m]) => m === 'message').map(([, , text]) => text),
    [ask(1), ask(2)],
  );
  const [, late] = calls.find(([m]) => m === 'crossed');
  assert.ok(late >= 40 && late < 10_000, `${late} ms on its way`);
});

test('a changed clock does not count as a delay', async () => {
  const { calls, makeGlue } = coreWith();
  const { api } = await run(makeGlue);
  const port = await connected(api);
  for (const at of [Date.now() + 60_000, 0]) port.onMessage.fire([at, ask(1)]);
  await wait();
  assert.deepEqual(
    calls.map(([m]) => m).filter((m) => ['message', 'crossed'].includes(m)),
    ['message', 'message'],
  );
});

test('an unreadable message costs its document, not the core', async () => {
  const { calls, makeGlue } = coreWith((method, [, text]) => (method === 'message' ? text !== 'junk' : undefined));
  const { api, shell } = await run(makeGlue);
  const { life } = shell;
  for (const junk of [
    'junk',
    { type: 'ask', id: 1 },
    5,
    null,
    'x'.repeat((4 << 20) + 1),
    [],
    ['1', ask(1)],
    [1, ask(1), 5],
    [1, ...Array(5).fill('x'.repeat(1 << 20))],
    [1, ...Array(1_001).fill('')],
  ]) {
    const port = await connected(api);
    port.onMessage.fire(junk);
    await wait();
    assert.deepEqual(heard(port), [{ type: 'let-go' }]);
    assert.deepEqual(calls.at(-1)[0], 'close');
  }
  const port = await connected(api);
  port.onMessage.fire(ask(1));
  await wait();
  assert.deepEqual(heard(port), []);
  assert.equal(shell.life, life);
});

test('an answer too large for the port: the wallet answers', async () => {
  const { makeGlue } = coreWith();
  const { api, shell } = await run(makeGlue);
  const port = fakePort();
  api.runtime.onConnect.fire(port);
  await wait();
  const post = port.postMessage;
  port.postMessage = function postMessage(message) {
    if (message.includes('huge')) throw new Error('Message length exceeded maximum allowed length.');
    post.call(port, message);
  };
  shell.host.post(1, '{"type":"answer","id":4,"result":"huge"}');
  shell.host.post(1, '{"type":"body","id":5,"body":"huge"}');
  shell.host.post(99, '{"type":"answer","id":4}');
  assert.deepEqual(heard(port), [
    { type: 'use-wallet', id: 4 },
    { type: 'no-rescue', id: 5 },
  ]);
});

test('settings that change reach the core; other keys do not', async () => {
  const { calls, makeGlue } = coreWith();
  const { api } = await run(makeGlue);
  api.storage.onChanged.fire({ settings: { newValue: { version: 1 } } }, 'local');
  api.storage.onChanged.fire({ observed: { newValue: 'x' } }, 'local');
  api.storage.onChanged.fire({ settings: {} }, 'session');
  await wait();
  assert.deepEqual(
    calls.filter(([m]) => m === 'settings_changed'),
    [['settings_changed', { version: 1 }]],
  );
  const told = () => api.done.filter((/** @type {any[]} */ [m]) => m === 'told');
  assert.deepEqual(told(), [['told', 4, { type: 'settings-changed' }]]);
  api.permissions.onRemoved.fire();
  await wait();
  assert.equal(told().length, 2);
});

test('connection changes reach the core; unknown counts as online', async () => {
  const { calls, makeGlue } = coreWith();
  const { shell } = await run(makeGlue);
  for (const name of ['offline', 'online']) self.dispatchEvent(new Event(name));
  await wait();
  assert.deepEqual(calls.slice(-2), [['connectivity'], ['connectivity']]);
  const { navigator } = globalThis;
  for (const [onLine, told] of [
    [false, false],
    [true, true],
    [undefined, true],
  ]) {
    Object.defineProperty(globalThis, 'navigator', { value: { onLine }, configurable: true });
    assert.equal(shell.host.online(), told);
  }
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
});

test('a ping keeps the worker alive and does not reach the core', async () => {
  const { calls, makeGlue } = coreWith();
  const { api } = await run(makeGlue);
  const port = await connected(api);
  port.onMessage.fire('{"type":"ping"}');
  await wait();
  assert.ok(api.done.some((/** @type {any[]} */ [m]) => m === 'alive'));
  assert.ok(!calls.some(([m]) => m === 'message'));
});

test('our own requests and WebSockets have no Origin and cookies', async () => {
  const { makeGlue } = coreWith();
  const { api } = await run(makeGlue);
  const [
    ,
    {
      addRules: [rule],
    },
  ] = api.done.find((/** @type {any[]} */ [m]) => m === 'rules');
  assert.deepEqual(rule.condition.initiatorDomains, [api.runtime.id]);
  assert.deepEqual(rule.condition.resourceTypes, ['xmlhttprequest', 'websocket', 'other']);
  assert.deepEqual(
    rule.action.requestHeaders,
    ['origin', 'cookie'].map((header) => ({ header, operation: 'remove' })),
  );
});
