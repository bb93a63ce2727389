// A dApp keeps reading and gets right answers, whatever its first endpoint does.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ethersReads, viemReads } from './pages/dapp.mjs';
import { PLACES } from '../net/network.mjs';
import { ask, honest, stage, targets, until } from './stage.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;
/** @type {import("./pages/dapp.mjs").Targets} */
let what;
/** What an honest node says. @type {{viem: any, ethers: any}} */
let truth;

before(async () => {
  on = await stage();
  what = await targets(on.net);
  const node = honest(on.net);
  truth = { viem: await viemReads(node, what), ethers: await ethersReads(node, what) };
  page = await on.dapp();
});
after(() => on?.close());
beforeEach(() => on.net.heal());

/** Every step of a dApp's session in the page gives what an honest node says. @param {"viem"|"ethers"} library */
async function right(library) {
  const read = await page.evaluate(
    (fn, to) => /** @type {any} */ (window).dapp[fn](/** @type {any} */ (window).found, to),
    `${library}Reads`,
    what,
  );
  for (const [step, expected] of Object.entries(truth[library]))
    assert.deepEqual(read[step], expected, `${library} ${step}`);
}

test('without faults no step fails', () => {
  for (const session of [truth.viem, truth.ethers]) {
    for (const [step, value] of Object.entries(session)) assert.equal(value?.failed, undefined, step);
  }
  assert.deepEqual(truth.viem.customError, { name: 'Refused', args: ['42n', 'café'] });
});

test('viem reads through our own provider', async () => await right('viem'));
test('ethers reads through our own provider', async () => await right('ethers'));

test('without a wallet our own provider is window.ethereum', async () => {
  assert.equal(
    await page.evaluate(() => /** @type {any} */ (window).ethereum === /** @type {any} */ (window).found),
    true,
  );
});

const FIRST = PLACES[0].name;

/** Every way the first endpoint can go wrong. */
const FAULTS = [
  'dark',
  'refuse',
  'reset',
  'cut',
  'slow:3000',
  'tail:0.5,3000',
  '429',
  '429:1',
  '503',
  'html',
  'limit',
  'stale:5',
  'stale:300',
  'null',
  'missing-receipt',
  'wrong-id',
  'two-replies',
  'utf8',
  'flap:300',
];

/**
 * Makes an endpoint the first choice of Breakwater: checked, fresh, and the one it asks.
 * @param {string} path a new path is a new endpoint to Breakwater, of which it knows nothing yet
 */
async function favourite(path) {
  for (const node of on.net.nodes.slice(1)) node.setLatency({ median: 60 });
  const settings = on.net.settings();
  for (const endpoint of settings.chains[0].endpoints) endpoint.url += path;
  await on.session.setSettings(settings);
  await until(
    async () => {
      await Promise.all([1, 2, 3, 4].map((n) => ask(page, 'eth_getBalance', [on.net.accounts[n - 1], 'latest'])));
      return (await races())[0];
    },
    (last) => last?.answered_by === FIRST,
    'the first endpoint as the best one',
  );
}

const races = async () => (await on.session.send({ type: 'trail', lang: 'en' })).races;

for (const [i, fault] of FAULTS.entries()) {
  test(`${fault} at the first endpoint: every read is right`, async () => {
    await favourite(`fault-${i}`);
    const since = Date.now();
    await on.net.nodes[0].setFault(fault);
    await right('viem');
    await right('ethers');
    const asked = (await races()).filter((/** @type {any} */ race) => race.at_ms >= since);
    const raced = asked.some((/** @type {any} */ race) =>
      race.attempts.some((/** @type {any} */ a) => a.lane === FIRST),
    );
    // The core's own poll may run into the fault before the first read does.
    const polled = on.net.nodes[0].counts.seen.some(({ at }) => at >= since);
    assert.ok(raced || polled, 'the fault was never met');
  });
}

test('an endpoint of another chain gets only the chain-id check', async () => {
  await on.net.nodes[0].setFault('wrong-chain');
  const settings = on.net.settings();
  for (const endpoint of settings.chains[0].endpoints) endpoint.url += 'wrong-chain';
  await on.session.setSettings(settings);
  await right('viem');
  assert.deepEqual(Object.keys(on.net.nodes[0].counts.methods), ['eth_chainId']);
  const [first] = (await on.session.snapshot()).chains[0].endpoints;
  assert.equal(first.health, 'wrong-chain');
});

test('a body of 50 MB is refused, and another lane answers', async () => {
  await favourite('huge');
  await on.net.nodes[0].setFault('huge:50');
  assert.deepEqual(await ask(page, 'eth_getBalance', [what.account, 'latest']), {
    result: await on.net.nodes[2].anvil.rpc('eth_getBalance', [what.account, 'latest']),
  });
});

test('two of three dark, then all but the last one wrong', async () => {
  await on.net.nodes[0].setFault('dark');
  await on.net.nodes[1].setFault('html');
  await right('viem');
});

test('no endpoint gets our id, a cookie or a referrer', async () => {
  await right('ethers');
  const seen = on.net.nodes.flatMap((node) => node.counts.seen);
  assert.ok(seen.length > 5);
  for (const { headers } of seen) {
    assert.equal(headers.origin, undefined);
    assert.equal(headers.referer, undefined);
    assert.equal(headers.cookie, undefined);
  }
});

test('without a wallet, a read survives the death of the worker', async () => {
  for (const node of on.net.nodes) await node.setFault('slow:800');
  const expected = { result: await on.net.nodes[2].anvil.rpc('eth_getBalance', [what.account, 'latest']) };
  const flying = ask(page, 'eth_getBalance', [what.account, 'latest']);
  await until(
    async () => on.net.nodes.reduce((sum, node) => sum + (node.counts.methods.eth_getBalance ?? 0), 0),
    (sent) => sent > 0,
    'the request on its way',
  );
  await on.session.killWorker();
  assert.deepEqual(await flying, expected);
});
