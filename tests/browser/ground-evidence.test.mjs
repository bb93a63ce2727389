// Breakwater learns where an endpoint stands from evidence: the address of each connection, the browser's resolver, a
// resolver the person chose, and what response headers claim.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startResolver } from '../net/doh.mjs';
import { FaultProxy } from '../net/proxy.mjs';
import { BROWSER } from './harness.mjs';
import { endpointWords, says } from './panels.mjs';
import { ask, stage, until } from './stage.mjs';

const FIREFOX = BROWSER === 'firefox';
/**
 * An endpoint that moves. Chromium's names are fixed when it starts, but `localhost` always has two addresses, and the
 * browser connects to the one that listens. In Firefox the name gets another address.
 */
const MOVING = FIREFOX ? 'moving.test' : 'localhost';
const [FROM, TO] = FIREFOX ? ['127.10.0.1', '127.30.0.1'] : ['::1', '127.0.0.1'];

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {import("puppeteer-core").Page} */
let popup;
/** @type {Awaited<ReturnType<typeof startResolver>>} */
let resolver;
/** @type {FaultProxy[]} */
let addresses = [];

before(async () => {
  on = await stage({
    network: { ports: 'one' },
    hosts: {
      'moving.test': '127.10.0.1',
      'named.test': '127.30.0.1',
      'many.test': FIREFOX ? ['127.10.0.1', '127.20.0.1'] : '127.10.0.1',
    },
  });
  resolver = await startResolver({
    'named.test': {
      aliases: ['edge.example.net', 'lb-1.us-east-1.elb.amazonaws.com'],
      addresses: ['127.30.0.1', '127.20.0.1'],
    },
  });
  page = await on.dapp();
  await ask(page, 'eth_blockNumber'); // so that Ethereum is in use and unfolded
  popup = await on.session.extensionPage('popup/popup.html?host=127.0.0.1');
});
after(async () => {
  await on?.close();
  await Promise.allSettled([resolver?.close(), ...addresses.map((one) => one.close())]);
});

/** @param {string[]} hosts @param {any[]} [labels] */
const settings = (hosts, labels = on.net.settings().labels) => ({
  ...on.net.settings(),
  labels,
  chains: [
    {
      id: 1,
      name: 'Ethereum',
      sites_allowed: ['127.0.0.1'],
      endpoints: hosts.map((host) => ({ url: `http://${host}:${on.net.nodes[0].port}/`, name: `At ${host}` })),
    },
  ],
});
const read = () => ask(page, 'eth_getBalance', [on.net.accounts[0], 'latest']);
const ground = async (at = 0) => (await on.session.snapshot()).chains[0].endpoints[at].ground;
/**
 * Reads until the ground of an endpoint is as expected.
 * @param {(ground: any) => boolean} good
 * @param {string} what
 * @param {number} [at]
 */
const stands = (good, what, at = 0) =>
  until(
    async () => {
      await read();
      return ground(at);
    },
    good,
    what,
    60_000,
  );
/** The browser may report what it resolved before it connects. @param {string} address @param {string} where */
const connected =
  (address, where) =>
  (/** @type {any} */ { chip, evidence }) =>
    chip.startsWith(where) &&
    evidence.some((/** @type {string} */ line) => line.startsWith(`Connected to ${address} (`));

test("an endpoint's new address changes its ground and verdict", async () => {
  const labels = [
    { match: FROM, operator: 'aws', region: 'us-east-1' },
    { match: TO, operator: 'hetzner', region: 'fsn1' },
    { match: '127.20.0.0/16', operator: 'aws', region: 'us-east-1' },
  ];
  if (!FIREFOX) addresses.push(await new FaultProxy(FROM, on.net.nodes[0].anvil).listen(on.net.nodes[0].port));
  await on.session.setSettings(settings([MOVING, '127.20.0.1'], labels));
  await stands(connected(FROM, 'AWS us-east-1'), 'AWS, by the connection');
  const shared = await until(
    () => on.session.snapshot(),
    ({ chains: [chain] }) => chain.verdict.level === 'shared',
    'the warning',
  );
  assert.match(shared.chains[0].verdict.sentence, /Both endpoints of Ethereum stand on AWS us-east-1/);

  // It goes away before it appears elsewhere. If the old address were seen after the new one, the endpoint would count
  // as spread over both, not as moved.
  await (FIREFOX ? on.net.nodes[0] : addresses[0]).setFault('refuse');
  if (FIREFOX) await on.session.point(MOVING, TO);
  else addresses.push(await new FaultProxy(TO, on.net.nodes[0].anvil).listen(on.net.nodes[0].port));
  await stands(connected(TO, 'Hetzner'), 'Hetzner, by the connection');
  const { verdict } = (
    await until(
      () => on.session.snapshot(),
      ({ chains: [chain] }) => chain.verdict.level === 'survives',
      'the new verdict',
    )
  ).chains[0];
  await says(popup, verdict.sentence, 'the new verdict in the popup');
  await on.net.heal();
});

test('headers of a CDN and a cloud add layers and remove none', async () => {
  const hosts = ['127.30.0.1', '127.20.0.1'];
  await on.session.setSettings(settings(hosts));
  await stands(({ chip }) => chip === 'Hetzner DE', 'Hetzner alone');
  on.net.nodes[2].headers = {
    'cf-ray': '8f0c1d2e3f4a5b6c-CDG',
    'x-amzn-requestid': 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  };
  const { evidence } = await stands(
    ({ chip }) => chip === 'Hetzner DE + Cloudflare + AWS (origin hidden)',
    'both layers',
  );
  for (const line of [
    /^Address 127\.30\.0\.1 in the URL: Hetzner DE\.$/,
    /^The response header cf-ray claims Cloudflare \(just now\)\.$/,
    /^The response header x-amzn-requestid claims AWS \(just now\)\.$/,
  ]) {
    assert.ok(
      evidence.some((/** @type {string} */ seen) => line.test(seen)),
      `${line} in ${evidence.join('\n')}`,
    );
  }
  const { verdict } = (await on.session.snapshot()).chains[0];
  assert.ok(verdict.domains.some((/** @type {any} */ d) => d.domain.key === 'cloudflare' && d.on === 1));
  assert.deepEqual(
    [verdict.level, verdict.reason],
    ['cant-tell', 'hidden'],
    'a hidden origin survives nothing for certain',
  );
  await says(popup, 'Place hidden: At 127.30.0.1', 'what it hangs on');
  await until(
    () => endpointWords(popup, 'At 127.30.0.1'),
    (text) => text.includes('The response header cf-ray claims Cloudflare'),
    'the claim in the popup',
  );
  on.net.nodes[2].headers = {};
});

test('DNS over HTTPS runs only if chosen; aliases add ground', async () => {
  await on.session.setSettings(settings(['named.test', '127.20.0.1']));
  await stands(({ chip }) => chip === 'Hetzner DE', 'Hetzner, by the connection alone');
  assert.deepEqual(resolver.asked, []);
  assert.equal(
    (await on.session.send({ type: 'edit', edit: { op: 'resolver', resolver: resolver.url }, lang: 'en' })).type,
    'done',
  );
  const lines = [
    /^An alias of the host name ends in elb\.amazonaws\.com: served by AWS us-east-1 \(/,
    /^Connected to 127\.30\.0\.1 \(/,
    /^Your DNS-over-HTTPS resolver named 127\.20\.0\.1 \([^)]+\): Google europe-west3\.$/,
  ];
  await stands(
    ({ chip, evidence }) =>
      chip.includes('AWS us-east-1') &&
      lines.every((line) => evidence.some((/** @type {string} */ seen) => line.test(seen))),
    'the ground of the alias',
  );
  assert.deepEqual([...new Set(resolver.asked.map(({ name, type }) => `${name} ${type}`))].sort(), [
    'named.test A',
    'named.test AAAA',
  ]);
  assert.ok(resolver.asked.every(({ method, mime }) => method === 'POST' && mime === 'application/dns-message'));
  await until(
    () => endpointWords(popup, 'At named.test'),
    (text) => text.includes('An alias of the host name ends in elb.amazonaws.com'),
    'the alias in the popup',
  );
});

if (FIREFOX) {
  test("all addresses from the browser's resolver count", async () => {
    await on.session.setSettings(settings(['many.test', '127.30.0.1']));
    const { evidence, chip } = await stands(
      ({ evidence: lines }) => lines.filter((/** @type {string} */ line) => /127\.[12]0\.0\.1/.test(line)).length === 2,
      'both addresses',
    );
    assert.ok(
      evidence.some((/** @type {string} */ line) => /^The browser resolved 127\.[12]0\.0\.1 \(/.test(line)),
      evidence.join('\n'),
    );
    assert.equal(chip, 'AWS us-east-1 + Google europe-west3');
    const { verdict } = (await on.session.snapshot()).chains[0];
    assert.ok(
      !verdict.domains.some((/** @type {any} */ d) => d.domain.kind === 'region'),
      'a name in two clouds survives either',
    );
  });
}
