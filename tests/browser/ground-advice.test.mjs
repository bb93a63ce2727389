// A red chain is mended in the popup by two presses: the first asks the presets that the advice names, the second adds
// the best of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startNetwork } from '../net/network.mjs';
import { startTls } from '../net/tls.mjs';
import { BROWSER } from './harness.mjs';
import { badge, press, says } from './panels.mjs';
import { ask, stage, until } from './stage.mjs';

const FIREFOX = BROWSER === 'firefox';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {Awaited<ReturnType<typeof startTls>>} */
let secure;
/** @type {import("puppeteer-core").Page} */
let popup;
/** Names of the presets. @type {string[]} */
let hosts = [];

/** Two endpoints in one region. @param {Awaited<ReturnType<typeof startNetwork>>} net */
function oneRegion(net) {
  const all = net.settings({
    labels: ['127.10.0.0/16', '127.20.0.0/16'].map((match) => ({ match, operator: 'aws', region: 'us-east-1' })),
  });
  all.chains[0].endpoints.splice(2);
  return all;
}

before(async () => {
  const net = await startNetwork();
  const [, , rhine] = net.nodes;
  secure = await startTls(rhine);
  // Whatever preset is asked, it is this node. Firefox is told so name by name, below.
  on = await stage({ net, hosts: FIREFOX ? {} : { '*': rhine.host }, tls: secure.port, settings: oneRegion(net) });
  const { presets } = await on.session.send({ type: 'presets', chain: 1, lang: 'en' });
  hosts = presets.map((/** @type {{url: string}} */ { url }) => new URL(url).hostname);
  if (FIREFOX) for (const host of hosts) await on.session.point(host, rhine.host);
  const settings = oneRegion(net);
  settings.labels.push(...hosts.map((match) => ({ match, operator: 'hetzner', country: 'DE' })));
  await on.session.setSettings(settings);
  const page = await on.dapp();
  await ask(page, 'eth_blockNumber');
  popup = await on.session.extensionPage('popup/popup.html?host=127.0.0.1');
});
after(async () => {
  await on?.close();
  await secure?.close();
});

const chain = async () => (await on.session.snapshot()).chains[0];

test('two presses make a red chain green', async () => {
  const [, , rhine] = on.net.nodes;
  const { verdict } = await until(chain, (now) => now.verdict.presets.length > 0, 'the advice');
  assert.deepEqual([verdict.level, verdict.word], ['shared', 'One region']);
  await says(popup, verdict.advice, 'the advice in the popup');
  assert.match(verdict.advice, /each of them sees your address then/);
  assert.equal(rhine.counts.methods.eth_chainId, undefined, 'nothing is asked before a press');

  await press(popup, 'Test', '.verdict');
  await says(popup, 'then any one outage is survived', 'the offer');
  const tested = await chain();
  assert.ok(verdict.presets.includes(tested.verdict.offer.name));
  assert.match(tested.verdict.offer.sentence, /^Add .+ \(Hetzner DE, \d+ ms\): then any one outage is survived\.$/);
  assert.equal(tested.endpoints.length, 2, 'offered, not used');

  await press(popup, `Add ${tested.verdict.offer.name}`, '.verdict');
  const mended = await until(chain, (now) => now.verdict.level === 'survives', 'green');
  assert.deepEqual(
    mended.endpoints.map((/** @type {any} */ { name }) => name),
    ['Demo East', 'Demo Main', tested.verdict.offer.name],
  );
  await says(popup, 'Survives any one outage', 'the word in the popup');
  await until(
    () => badge(on.session),
    ({ text }) => text === '',
    'the badge without a warning',
  );
});
