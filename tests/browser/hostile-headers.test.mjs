// An endpoint and a resolver learn exactly what docs/PRIVACY.md lists from the headers of a request. These tests fail
// when a browser or a change of ours adds a header.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { BROWSER } from './harness.mjs';
import { ask, stage, until } from './stage.mjs';

const FIREFOX = BROWSER === 'firefox';
const KEY = 'x-test-key';

/** Headers of the connection itself. They say nothing about the person. */
const CARRIAGE = ['connection', 'host'];
const FETCH = [
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-length',
  'content-type',
  'pragma',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'user-agent',
  ...CARRIAGE,
];
const SOCKET = [
  'accept-encoding',
  'accept-language',
  'cache-control',
  'pragma',
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-version',
  'upgrade',
  'user-agent',
  ...CARRIAGE,
];
/**
 * Headers that only one of the browsers sends. Firefox also sends `sec-fetch-…` on a socket when the URL is trustworthy
 * (https, or a loopback address: https://www.w3.org/TR/fetch-metadata/), which is not the case for every node here.
 */
const OWN = FIREFOX
  ? { fetch: ['priority'], socket: ['accept', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site'] }
  : { fetch: [], socket: ['origin'] };

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {http.Server} */
let resolver;
/** @type {http.IncomingHttpHeaders[]} */
const toResolver = [];
/** The headers of a page in the same browser that reads directly. @type {http.IncomingHttpHeaders} */
let pages;
/** @type {import("puppeteer-core").Page} */
let page;

before(async () => {
  on = await stage({ sockets: true, hosts: { 'named.test': '127.10.0.1' } });
  resolver = http
    .createServer((request, response) => {
      toResolver.push(request.headers);
      response.writeHead(404).end();
    })
    .listen(0, '127.0.0.1');
  await once(resolver, 'listening');
  const { port } = /** @type {import("node:net").AddressInfo} */ (resolver.address());
  const settings = on.net.settings({ resolver: `http://127.0.0.1:${port}/dns-query` }, true);
  const named = (/** @type {string} */ url) => url.replace('127.10.0.1', 'named.test');
  const [first] = on.net.nodes;
  Object.assign(settings.chains[0].endpoints[0], {
    url: named(first.url),
    ws: named(first.ws),
    name: 'Named',
    headers: { [KEY]: 'k' },
  });
  await on.session.setSettings(settings);
  // Each host sets a cookie, which must not be sent back.
  const hosts = [...on.net.nodes.map(({ url }) => url), named(first.url)];
  for (const url of hosts) await (await on.session.newPage(url)).close();
  page = await on.dapp();
  await page.evaluate((to) => fetch(to, { method: 'POST', body: '{}' }).catch(() => {}), on.net.wallet.url);
  pages = on.net.wallet.counts.seen[0].headers;
  await ask(page, 'eth_getBalance', [on.net.accounts[0], 'latest']);
  await ask(page, 'eth_subscribe', ['newHeads']);
  const counts = async () => [sent(true).length, toResolver.length];
  await until(counts, (all) => Math.min(...all) > 0, 'a socket and a question to the resolver');
});
after(async () => {
  await on?.close();
  resolver?.close();
});

/**
 * Headers of the requests to endpoints. A message over a socket counts with the headers of its handshake.
 * @param {boolean} socket
 */
const sent = (socket) =>
  on.net.nodes
    .flatMap((node) => node.counts.seen)
    .map(({ headers }) => headers)
    .filter(({ upgrade }) => (upgrade !== undefined) === socket);

/** @param {http.IncomingHttpHeaders[]} all @param {string[]} allowed */
function only(all, allowed) {
  assert.ok(all.length > 0);
  const names = new Set(all.flatMap((headers) => Object.keys(headers)));
  assert.deepEqual(
    [...names].filter((name) => !allowed.includes(name)),
    [],
    'a header that PRIVACY.md does not list',
  );
}

test('a request carries the listed headers and no other', () => {
  only(sent(false), [...FETCH, ...OWN.fetch, KEY]);
});

test('a WebSocket carries the listed headers and no other', () => {
  only(sent(true), [...SOCKET, ...OWN.socket]);
});

test('a resolver gets the listed headers and no other', () => {
  only(toResolver, [...FETCH, ...OWN.fetch]);
});

test('the headers say only what any page of this browser says', () => {
  for (const headers of [...sent(false), ...sent(true), ...toResolver]) {
    assert.equal(headers['user-agent'], pages['user-agent']);
    assert.equal(headers['accept-language'], pages['accept-language']);
  }
  for (const headers of sent(false)) {
    assert.deepEqual([headers.accept, headers['content-type']], ['*/*', 'application/json']);
  }
});

test('PRIVACY.md lists every header that is sent', async () => {
  const told = (await readFile(new URL('../../docs/PRIVACY.md', import.meta.url), 'utf8')).toLowerCase();
  const names = new Set([...sent(false), ...sent(true), ...toResolver].flatMap((headers) => Object.keys(headers)));
  const missing = [...names].filter((name) => name !== KEY && !told.includes(`\`${name}\``));
  assert.deepEqual(missing, []);
});

test('a redirect is not followed, and another lane answers', async () => {
  const there = on.net.nodes[1];
  const door = http
    .createServer((_, response) => {
      turned += 1;
      response.writeHead(307, { location: `${there.url}elsewhere`, 'access-control-allow-origin': '*' }).end();
    })
    .listen(0, '127.0.0.1');
  let turned = 0;
  await once(door, 'listening');
  try {
    const settings = on.net.settings();
    const { port } = /** @type {import("node:net").AddressInfo} */ (door.address());
    const [, , good] = settings.chains[0].endpoints;
    settings.chains[0].endpoints = [{ url: `http://127.0.0.1:${port}/`, name: 'Door' }, good];
    await on.session.setSettings(settings);
    there.counts.reset();
    const balance = await ask(page, 'eth_getBalance', [on.net.accounts[0], 'latest']);
    const truth = await on.net.nodes[2].anvil.rpc('eth_getBalance', [on.net.accounts[0], 'latest']);
    assert.deepEqual(balance, { result: truth });
    await until(
      async () => turned,
      (count) => count > 0,
      'a send to the endpoint that redirects',
    );
    assert.deepEqual(there.counts.methods, {});
  } finally {
    door.closeAllConnections();
    door.close();
  }
});
