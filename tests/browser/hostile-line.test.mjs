// One page attacks the connection between it and the core. No other page notices.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, test } from 'node:test';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { withToys } from '../toys/script.mjs';
import { launch } from './harness.mjs';
import { PLANTED, STOLEN, doctored } from './line/doctored.mjs';
import { startEndpoint } from './line/endpoint.mjs';
import { keepReading, stopReading, two } from './line/two.mjs';
import { BUILT, ask, dappPage, find, stage, until } from './stage.mjs';

/** @type {(() => Promise<unknown> | void)[]} */
const undo = [];
after(async () => {
  for (const back of undo.reverse()) await back();
});

/** What the page overrides before its other scripts run, to see every message. */
const SPY = `<script>window.seen = [];
  const spy = (object, name) => {
    const before = Object.getOwnPropertyDescriptor(object, name);
    const spied = function (...args) {
      seen.push(this, ...args);
      return Reflect.apply(before.get ?? before.value, this, args);
    };
    Object.defineProperty(object, name, before.get ? { ...before, get: spied } : { ...before, value: spied });
  };
  for (const name of ["postMessage", "start", "onmessage"]) spy(MessagePort.prototype, name);
  for (const name of ["data", "ports"]) spy(MessageEvent.prototype, name);
  for (const name of ["parse", "stringify"]) spy(JSON, name);
  for (const name of ["get", "set", "has"]) spy(Map.prototype, name);
  for (const name of ["has", "add"]) spy(Set.prototype, name);
  spy(EventTarget.prototype, "dispatchEvent");
  Object.defineProperty(Object.prototype, "toJSON", { value() { seen.push(this); return this; }, configurable: true });
</script>`;

test('a page that changes the platform sees no port and no message', async () => {
  const on = await two();
  try {
    on.site.pages['/spy'] = dappPage(SPY);
    const page = await on.visit('evil.test', 'spy');
    assert.match((await ask(page, 'eth_blockNumber')).result, /^0x/);
    const seen = await page.evaluate(() =>
      /** @type {any} */ (window).seen
        .map((/** @type {any} */ value) => {
          if (value instanceof MessagePort || value instanceof MessageEvent) return 'port';
          if (typeof value === 'string' && /^\{"type":"(ask|use|hello|state|answer)"/.test(value)) return 'message';
          return typeof value === 'object' &&
            value !== null &&
            ['ask', 'use', 'hello', 'state', 'answer'].includes(value.type)
            ? 'message'
            : '';
        })
        .filter(Boolean),
    );
    assert.deepEqual(seen, []);
  } finally {
    await on.close();
  }
});

test('a page that holds the port harms nobody, whatever it posts', async () => {
  const dist = await doctored(STOLEN);
  undo.push(() => rm(dist, { recursive: true, force: true }));
  const on = await two({ dist });
  try {
    const [evil, good] = [await on.visit('evil.test'), await on.visit('good.test')];
    for (const page of [evil, good]) assert.match((await ask(page, 'eth_blockNumber')).result, /^0x/);
    await keepReading(good);
    await evil.evaluate(async () => {
      const post = /** @type {(message: unknown) => void} */ (/** @type {any} */ (window).stolen);
      const pause = () =>
        new Promise((resolve) => {
          setTimeout(resolve, 0);
        });
      let deep = /** @type {any} */ ({ type: 'ask' });
      for (let i = 0; i < 4_000; i++) deep = { deep };
      const nested = `{"type":"ask","id":1,"more":${'{"a":'.repeat(4_000)}1${'}'.repeat(4_000)}}`;
      const wide = `{"type":"ask","id":1,"more":[${'{},'.repeat(1_000_000)}{}]}`;
      for (let round = 0; round < 8; round++) {
        for (let i = 0; i < 100; i++) {
          try {
            post({ type: 'ask', id: i, params: deep });
          } catch {
            // Chromium sometimes refuses to clone an object as deep as this: then the page has only harmed itself
          }
          post(nested);
          for (const type of ['ping', 'hello', 'resume', 'wallet']) post(JSON.stringify({ type, id: i, chain: 1 }));
        }
        post(wide);
        post('{}'.repeat(1_000_000));
        await pause();
      }
    });
    // A message that only the core can recognise as invalid costs this document its port, and others nothing.
    // It is sent again until the bridge accepts messages of this document again.
    await until(
      async () => {
        await evil.evaluate(() => /** @type {any} */ (window).stolen('{"type":"use","chain":-1}'));
        return ask(evil, 'eth_blockNumber');
      },
      ({ code }) => code === 4900,
      'a document that is let go',
    );
    const reads = await stopReading(good);
    assert.deepEqual(reads.failed, []);
    assert.ok(reads.answered > 0 && reads.slowest < 2_000, JSON.stringify(reads));
    assert.match((await ask(good, 'eth_blockNumber')).result, /^0x/);
    // A page of the other site that opens now is served as well.
    assert.match((await ask(await on.visit('good.test'), 'eth_blockNumber')).result, /^0x/);
  } finally {
    await on.close();
  }
});

test('a site that crashes the core loses it; others read on', async () => {
  const dist = await doctored(PLANTED);
  undo.push(() => rm(dist, { recursive: true, force: true }));
  const on = await two({ dist });
  try {
    const good = await on.visit('good.test');
    const balance = (/** @type {import("puppeteer-core").Page} */ page, /** @type {string} */ account) =>
      ask(page, 'eth_getBalance', [account, 'latest']);
    const serves = () =>
      until(
        () => balance(good, on.net.accounts[0]),
        ({ result }) => typeof result === 'string',
        'a core that answers',
      );
    for (const word of ['dead', 'beef', 'dead']) {
      const evil = await on.visit('evil.test');
      await serves();
      assert.equal(typeof (await balance(evil, `0x${word.repeat(10)}`)).code, 'number');
      await serves();
      if (word === 'dead') assert.equal((await balance(evil, on.net.accounts[0])).code, 4900, 'it is not served again');
      await evil.close();
    }
  } finally {
    await on.close();
  }
});

test('a false length and a result too deep settle in time', async () => {
  const [net, endpoint] = [await startNetwork(), await startEndpoint()];
  const site = await startSite({ network: net, roots: { '/built/': BUILT }, pages: { '/dapp': dappPage() } });
  const settings = net.settings({ deadline_ms: 5_000 });
  settings.chains[0].endpoints = [{ ...settings.chains[0].endpoints[0], url: endpoint.url }];
  const session = await launch(undefined, { settings });
  try {
    const page = await session.newPage(`${site.url}dapp`);
    await find(page);
    assert.equal((await ask(page, 'eth_getBalance', [net.accounts[0], 'latest'])).result, '0x1');
    for (const manner of /** @type {const} */ (['endless', 'deep'])) {
      endpoint.manner = manner;
      const start = Date.now();
      const { code } = await ask(page, 'eth_getLogs', [{ fromBlock: '0x1' }]);
      assert.equal(code, -32603);
      assert.ok(Date.now() - start < 5_250 + 1_000, `${manner}: ${Date.now() - start} ms`);
    }
    assert.ok(endpoint.sent < 100 * (1 << 20), `${endpoint.sent} bytes`);
  } finally {
    await session.close();
    endpoint.close();
    await Promise.allSettled([site.close(), net.close()]);
  }
});

/**
 * Runs in a page. A read is in flight whose wallet is silent until `finish`, whether it was asked as a lane or not. So
 * is a broadcast, which the wallet gets only when the core is lost.
 */
function fly(/** @type {string} */ who) {
  const w = /** @type {any} */ (window);
  const { request } = w.toy;
  w.toy.hangs = false;
  /** @type {() => void} */
  let go = () => {};
  const finished = new Promise((/** @type {(nothing?: any) => void} */ resolve) => {
    go = resolve;
  });
  w.toy.request = async (/** @type {any} */ args) => {
    if (args.method === 'eth_getCode') await finished;
    return request.call(w.toy, args);
  };
  const read = w.ethereum.request({ method: 'eth_getCode', params: [who, 'latest'] });
  w.sent = w.ethereum
    .request({ method: 'eth_sendRawTransaction', params: ['0x02aa'] })
    .then((/** @type {unknown} */ value) => ({ value, at: Date.now() }));
  w.finish = async () => {
    const start = performance.now();
    go();
    return { value: await read, after: performance.now() - start };
  };
}

for (const [how, end] of /** @type {[string, (session: import("./harness.mjs").Session) => Promise<unknown>][]} */ ([
  ['reloaded', (session) => session.evalBackground(() => chrome.runtime.reload()).catch(() => {})],
  ['disabled', (session) => session.setEnabled(false)],
])) {
  test(`the extension is ${how}: the wallet answers pending reads`, async () => {
    const on = await stage();
    try {
      const toys = withToys('const toy = window.toy = new PlainWallet(); assign(window, toy);');
      on.site.pages['/toy'] = `<!doctype html><script>${toys}</script><body>`;
      const page = await on.session.newPage(`${on.site.url}toy`);
      const [who] = on.net.accounts;
      const read = () =>
        page.evaluate(
          (account) =>
            /** @type {any} */ (window).ethereum.request({ method: 'eth_getBalance', params: [account, 'latest'] }),
          who,
        );
      // While the worker is still waking, the first reads go to the wallet.
      await until(read, (balance) => balance.startsWith('0x'), 'a core that answers');
      await page.evaluate(() => {
        /** @type {any} */ (window).toy.hangs = true;
      });
      // Longer than the page's own check, so that a live bridge is not given up.
      for (const node of on.net.nodes) node.setLatency({ median: 200 });
      assert.match(await read(), /^0x/);
      for (const node of on.net.nodes) await node.setFault('dark');
      await page.evaluate(fly, who);
      await page.bringToFront();
      const began = Date.now();
      await end(on.session);
      const ended = Date.now();
      const sent = await page.evaluate(() => /** @type {any} */ (window).sent);
      assert.equal(sent.value, 'plain:eth_sendRawTransaction');
      const late = await page.evaluate(() => /** @type {any} */ (window).finish());
      assert.equal(late.value, 'plain:eth_getCode');
      // Both take 30 ms on a quiet machine. A page that does not notice would wait for the deadline.
      assert.ok(sent.at >= began && sent.at - ended < 1_000, `${sent.at - began} ms, ended after ${ended - began} ms`);
      assert.ok(late.after < 1_000, `${late.after} ms`);
    } finally {
      await on.close().catch(() => {});
    }
  });
}
