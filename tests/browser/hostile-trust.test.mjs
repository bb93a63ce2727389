// What one page or one endpoint says is not believed for others, and pages learn nothing about endpoints.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { launch } from './harness.mjs';
import { ask, find, until } from './stage.mjs';

/** Hosts of companies that Breakwater knows. Such a chain is open to every site, even to sandboxed frames. */
const KNOWN = ['eth.drpc.org', 'ethereum-rpc.publicnode.com'];
const HOSTS = Object.fromEntries(KNOWN.map((host, i) => [host, `127.${10 * (i + 1)}.0.1`]));

/** A block number that no chain has reached. */
const HUGE = '0x1000000000000';
const ZERO = '0x0000000000000000000000000000000000000000';

/** A page whose own script plays a wallet, so its answers are invented. @param {string} says `(method) => answer` */
const withWallet = (says) => `<!doctype html><meta charset="utf-8"><title>evil</title><script>
  window.asked = [];
  window.ethereum = {
    request: async ({ method }) => {
      window.asked.push(method);
      return method === "eth_chainId" ? "0x1" : (${says})(method);
    },
    on() { return this; }, removeListener() { return this; },
  };
</script>`;
/** A document with an opaque origin. @param {string} path */
const sandboxed = (path) =>
  `<!doctype html><meta charset="utf-8"><iframe sandbox="allow-scripts" src="${path}"></iframe>`;

const KEY = 's3cr3tk3y42';
const LOGIN = 'user1:pa55word';
const BASIC = Buffer.from(LOGIN).toString('base64');
const TOKEN = 'Tok9enOfThePerson';

/** @type {Awaited<ReturnType<typeof startNetwork>>} */
let net;
/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import("./harness.mjs").Session} */
let session;
/** An endpoint that repeats in its errors what it was sent. @type {http.Server} */
let echo;
/** @type {import("puppeteer-core").Page[]} */
let pages = [];

before(async () => {
  net = await startNetwork({ nodes: 2 });
  site = await startSite({
    network: net,
    pages: {
      '/good': '<!doctype html><title>good</title>',
      '/numbers': withWallet(`(method) => method === "eth_blockNumber" ? "${HUGE}" : new Promise(() => {})`),
      '/forger': withWallet(`(method) => new Promise((resolve) => { window.forge = resolve; })`),
      '/good-frame': sandboxed('/good'),
      '/forger-frame': sandboxed('/forger'),
    },
  });
  echo = http
    .createServer(async (req, res) => {
      let text = '';
      for await (const chunk of req) text += chunk;
      const { id, method } = JSON.parse(text);
      const { host, authorization, 'x-api-key': token } = req.headers;
      const said =
        `execution reverted: ${authorization} ${token?.toString().slice(7)} ${req.url} ${KEY.slice(0, 8)} ${host} ` +
        `${req.socket.localAddress}; TimelockController: operation is not ready`;
      const reply =
        method === 'eth_chainId'
          ? { result: '0x1' }
          : method === 'eth_blockNumber'
            ? { result: '0x10' }
            : {
                error: {
                  code: 3,
                  message: said,
                  data: { why: said, data: '0xcafe', at: 12345678901234567890n.toString() },
                },
              };
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, ...reply }));
    })
    .listen(0, '127.10.0.9');
  await once(echo, 'listening');
  session = await launch(undefined, { settings: net.settings(), hosts: HOSTS });
});
after(async () => {
  await session?.close();
  echo?.closeAllConnections();
  echo?.close();
  await Promise.allSettled([site?.close(), net?.close()]);
});
beforeEach(async () => {
  await Promise.all(pages.map((page) => page.close()));
  pages = [];
  await net.heal();
});

/** @param {string} mode */
function inMode(mode) {
  const settings = net.settings();
  return session.setSettings({ ...settings, chains: settings.chains.map((chain) => ({ ...chain, mode })) });
}

/** @param {string} host @param {string} path */
async function visit(host, path) {
  const page = await session.newPage(`http://${host}:${site.port}${path}`);
  pages.push(page);
  return page;
}

/** A page of another site that reads through our own provider. */
async function reader() {
  const page = await visit('127.0.0.1', '/good');
  await find(page);
  return page;
}

const height = async () => Number(await net.nodes[0].anvil.rpc('eth_blockNumber', []));

/** @param {import("puppeteer-core").Page} page */
const walletsNumber = (page) =>
  page.evaluate(() => /** @type {any} */ (window).ethereum.request({ method: 'eth_blockNumber' }));

/** The page's reads of the chain are right. @param {import("puppeteer-core").Page} page */
async function readsTheTruth(page) {
  const { result } = await ask(page, 'eth_blockNumber');
  assert.equal(Number(result), await height());
  const block = await ask(page, 'eth_getBlockByNumber', ['latest', false]);
  assert.equal(Number(block.result?.number), await height(), JSON.stringify(block));
}

test("a page's invented block number affects no other page", async () => {
  await inMode('rescue');
  const [evil, good] = [await visit('localhost', '/numbers'), await reader()];
  assert.equal(await walletsNumber(evil), HUGE, 'its own page has it from its own wallet');
  await readsTheTruth(good);
});

test('an invented block number dies with the worker', async () => {
  await inMode('rescue');
  const [evil, good] = [await visit('localhost', '/numbers'), await reader()];
  assert.equal(await walletsNumber(evil), HUGE);
  await readsTheTruth(good);
  const stored = () => session.evalBackground(async () => String((await chrome.storage.session.get('health')).health));
  await until(stored, (text) => text.includes('"floors"'), 'what is stored');
  await session.killWorker();
  assert.equal(await walletsNumber(evil), HUGE);
  await readsTheTruth(good);
  await inMode('compare');
  assert.match((await ask(good, 'eth_getBalance', [ZERO, 'latest'])).result, /^0x/, 'two endpoints agree');
});

/** @param {import("puppeteer-core").Page} page @returns {Promise<any>} */
const frameOf = (page) =>
  until(async () => page.frames().find((frame) => frame !== page.mainFrame()), Boolean, 'the frame');

test("a sandboxed frame forges no answer for another site's", async () => {
  const endpoints = KNOWN.map((host, i) => ({ url: `http://${host}:${new URL(net.nodes[i].url).port}`, name: host }));
  await session.setSettings(net.settings({ chains: [{ id: 1, name: 'Ethereum', mode: 'guard', endpoints }] }));
  const [evil, good] = [await visit('localhost', '/forger-frame'), await visit('127.0.0.1', '/good-frame')];
  const [forger, reading] = await Promise.all([frameOf(evil), frameOf(good)]);
  await find(reading);
  // Both wait at the same time: the endpoints are slow, and the forger answers on command.
  await Promise.all(net.nodes.map((node) => node.setFault('slow:1500')));
  const question = ['eth_getTransactionCount', [ZERO, 'pending']];
  const forged = forger.evaluate(
    (/** @type {any[]} */ [method, params]) => /** @type {any} */ (window).ethereum.request({ method, params }),
    question,
  );
  await until(
    () => forger.evaluate(() => /** @type {any} */ (window).asked),
    (asked) => asked.includes('eth_getTransactionCount'),
    "the question to the forger's wallet",
  );
  const honest = ask(reading, 'eth_getTransactionCount', [ZERO, 'pending']);
  await until(
    async () => net.nodes.reduce((sum, node) => sum + (node.counts.methods.eth_getTransactionCount ?? 0), 0),
    (sends) => sends > 0,
    "the other site's own question",
  );
  await forger.evaluate(() => /** @type {any} */ (window).forge('0x99'));
  assert.equal(await forged, '0x99', 'its own page has what its wallet says');
  assert.deepEqual(await honest, { result: '0x0' });
});

test('an error keeps its words and loses keys and addresses', async () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (echo.address());
  const endpoint = {
    url: `http://${LOGIN}@127.10.0.9:${port}/v2/${KEY}`,
    name: 'rpc.secret-company.internal',
    headers: { 'x-api-key': `Bearer ${TOKEN}` },
  };
  await session.setSettings(
    net.settings({ chains: [{ id: 1, name: 'Ethereum', mode: 'guard', endpoints: [endpoint] }] }),
  );
  const error = await ask(await reader(), 'eth_call', [{ to: ZERO }, 'latest']);
  assert.equal(error.code, 3, JSON.stringify(error));
  const told = JSON.stringify(error).toLowerCase();
  for (const secret of [KEY, KEY.slice(0, 8), 'pa55word', BASIC, TOKEN, '127.10.0.9', `:${port}`, 'secret-company']) {
    assert.ok(!told.includes(secret.toLowerCase()), `${secret} in ${told}`);
  }
  assert.match(error.message, /^execution reverted: Basic … .*; TimelockController: operation is not ready$/);
  assert.deepEqual([error.data.data, error.data.at], ['0xcafe', '12345678901234567890']);
});

test('an outage says how many endpoints failed, never which', async () => {
  const endpoints = ['node7.home.lan', 'rpc.secret-company.internal'].map((name, i) => ({
    url: net.nodes[i].url,
    name,
  }));
  await session.setSettings(net.settings({ chains: [{ id: 1, name: 'Ethereum', mode: 'guard', endpoints }] }));
  const page = await reader();
  await readsTheTruth(page);
  await Promise.all(net.nodes.map((node) => node.setFault('503')));
  const error = await ask(page, 'eth_getBalance', [ZERO, 'latest']);
  assert.equal(error.message, 'Breakwater: 2 endpoints could not answer (eth_getBalance).');
  await Promise.all(net.nodes.map((node) => node.setFault('refuse')));
  const lost = await ask(page, 'eth_getBalance', [ZERO, 'latest']);
  assert.equal(lost.message, 'Breakwater: no endpoint answered in time (eth_getBalance).');
});
