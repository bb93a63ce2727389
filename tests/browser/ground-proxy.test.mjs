// The browser uses a proxy: it reports the proxy's address for every host, so nobody can see where an endpoint stands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startForward } from '../net/forward.mjs';
import { startNetwork } from '../net/network.mjs';
import { endpointWords, says } from './panels.mjs';
import { ask, stage, until } from './stage.mjs';

/**
 * Public services, which browsers ask over plain HTTP too. Chromium does not say that it used a proxy, but a company's
 * service is not on the person's own network.
 */
const NAMES = ['breakwater-test.drpc.org', 'breakwater-test.onfinality.io'];

for (const kind of /** @type {const} */ (['http', 'socks5'])) {
  test(`behind a proxy (${kind}) no place can be seen`, async () => {
    const net = await startNetwork({ nodes: 2 });
    const proxy = await startForward(kind, Object.fromEntries(NAMES.map((name, i) => [name, net.nodes[i]])));
    const endpoints = NAMES.map((name, i) => ({ url: `http://${name}:${net.nodes[i].port}/`, name: `At ${name}` }));
    const settings = net.settings();
    Object.assign(settings.chains[0], { endpoints });
    const on = await stage({ net, proxy: proxy.url, settings });
    try {
      const page = await on.dapp();
      const { verdict, endpoints: seen } = await until(
        async () => {
          assert.match((await ask(page, 'eth_getBalance', [net.accounts[0], 'latest'])).result, /^0x/);
          return (await on.session.snapshot()).chains[0];
        },
        (chain) => chain.endpoints.every((/** @type {any} */ { ground }) => ground.chip === 'behind a proxy'),
        'the proxy',
      );
      for (const name of NAMES) assert.ok(proxy.asked.includes(name), `${name} through the proxy`);
      assert.deepEqual([verdict.level, verdict.word], ['cant-tell', 'Can’t tell'], verdict.sentence);
      assert.ok(seen.every((/** @type {any} */ { ground }) => ground.hidden || ground.network === null));
      const popup = await on.session.extensionPage('popup/popup.html?host=127.0.0.1');
      await says(popup, 'behind a proxy', 'the chip');
      await says(popup, 'Can’t tell', 'the word');
      assert.match(await endpointWords(popup, `At ${NAMES[0]}`), /It is reached through a proxy/);
    } finally {
      await on.close();
      await proxy.close();
    }
  });
}
