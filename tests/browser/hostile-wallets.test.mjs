// Wallets that behave strangely (tests/toys/strange.js), before us and after us, in a real browser. The page sees and
// hears what it would without us. The same pages run on `localhost`, where we are off, for comparison.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WAYS } from '../toys/strange.js';
import { withToys } from '../toys/script.mjs';
import { opened } from './stage.mjs';
import { exercise, guarded, toyStage } from './toy-stage.mjs';

/** @type {Awaited<ReturnType<typeof toyStage>>} */
let on;
let pages = 0;

before(async () => {
  on = await toyStage();
  await on.session.setSettings({ ...on.net.settings(), sites_off: ['localhost'] });
  await on.session.evalBackground(async () => {
    const scripts = () => chrome.scripting.getRegisteredContentScripts();
    while (!(await scripts()).every((script) => script.excludeMatches?.length))
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
  });
});
after(() => on?.close());

const ORDERS = /** @type {const} */ (['before', 'after']);
const BOTH = /** @type {const} */ (['localhost', '127.0.0.1']);

/**
 * Opens a page with wallets in it and returns what `look` sees there.
 * @template T
 * @param {string} host
 * @param {typeof ORDERS[number]} order
 * @param {string} toys
 * @param {(page: import('puppeteer-core').Page) => Promise<T>} look
 * @param {string} [body]
 */
async function seen(host, order, toys, look, body = '') {
  const path = `/strange-${++pages}`;
  const script = withToys(toys);
  const head = order === 'after' ? `<script>${script}</script>` : '';
  on.site.pages[path] = `<!doctype html><head><meta charset="utf-8">${head}</head><body>${body}`;
  const page = await on.session.newPage();
  try {
    if (order === 'before') await page.evaluateOnNewDocument(script);
    await page.goto(`http://${host}:${on.site.port}${path}`);
    return await look(page);
  } finally {
    await page.close();
  }
}

/**
 * The result must be the same on both hosts.
 * @param {string} toys
 * @param {(page: import('puppeteer-core').Page) => Promise<any>} look
 * @param {string} [body]
 */
async function same(toys, look, body) {
  for (const order of ORDERS) {
    const [bare, ours] = [await seen(BOTH[0], order, toys, look, body), await seen(BOTH[1], order, toys, look, body)];
    assert.deepEqual(ours, bare, order);
  }
}

/** An ordinary wallet first, then one with its own way. @param {string} way @param {string} [more] */
const pair = (way, more = '') => `
  window.toys = [new PlainWallet({ name: 'first' }), new CountingWallet({ name: 'second' })];
  plain(window, toys[0]); WAYS.${way}(window, toys[1]${more});`;

/** A dApp that uses both EIP-6963 and window.ethereum. Like mipd, it listens from its first script on. */
const DAPP = `<script>
  window.list = new Map();
  addEventListener('eip6963:announceProvider', ({ detail: { info, provider } }) => {
    const one = list.get(info.uuid) ?? { name: info.name, icon: info.icon, providers: new Set() };
    list.set(info.uuid, one);
    one.providers.add(provider);
  });
  for (let i = 0; i < 2; i++) dispatchEvent(new Event('eip6963:requestProvider'));
</script>`;

/** What the dApp sees and hears, and what reached the wallets. @param {import('puppeteer-core').Page} page */
const dapp = (page) =>
  page.evaluate(async () => {
    const { list, toys, ethereum, web3 } = /** @type {any} */ (window);
    const outcome = async (/** @type {() => any} */ act) => {
      try {
        return await act();
      } catch (/** @type {any} */ error) {
        return [error.name, error.code];
      }
    };
    const heard = /** @type {any[]} */ ([]);
    const found = [];
    dispatchEvent(new Event('eip6963:requestProvider'));
    const json = await outcome(() => JSON.stringify(ethereum));
    for (const [uuid, { name, icon, providers }] of [...list].sort()) {
      const provider = [...providers].at(-1);
      for (const event of ['accountsChanged', 'chainChanged']) {
        provider.on(event, function listener(/** @type {any} */ value) {
          // @ts-ignore `this` is the point
          heard.push([name, event, value, this === provider]);
        });
      }
      found.push([
        uuid,
        name,
        icon,
        provider.name,
        await outcome(() => provider.request({ method: 'eth_accounts' })),
        await outcome(() => provider.request(undefined)),
        await outcome(() => provider.enable()),
      ]);
    }
    for (const toy of toys) {
      const say = toy.news ? 'news' : 'emit';
      toy[say]('accountsChanged', [toy.name]);
      toy[say]('chainChanged', '0x1');
    }
    const told = await outcome(() => ethereum?.request({ method: 'eth_accounts' }));
    return {
      found,
      heard,
      json,
      told,
      who: ethereum?.name,
      web3: web3?.currentProvider === ethereum,
      frozen: await outcome(() => Object.isFrozen(Object.freeze(ethereum))),
      calls: toys.map((/** @type {any} */ t) => t.calls.map((/** @type {any} */ c) => c?.method ?? 'nothing')),
      listeners: toys.map((/** @type {any} */ t) => [...t.events].map(([event, all]) => [event, all.length])),
      arrivals: toys.map((/** @type {any} */ t) => t.arrivals),
    };
  });

for (const way of Object.keys(WAYS)) {
  test(`${way}: the page sees what it would see without us`, async () => {
    await same(pair(way), dapp, DAPP);
  });
}

test('a non-default router: the page gets the other wallet', async () => {
  await same(pair('router', ', false'), dapp, DAPP);
});

test('a page that uses no wallet: none is called or heard', async () => {
  const toys = `window.toys = Object.keys(WAYS).map((way, i) => {
    const toy = new CountingWallet({ name: way });
    WAYS[way](window, toy);
    return toy;
  });`;
  for (const order of ORDERS) {
    const quiet = await seen(BOTH[1], order, toys, (page) =>
      page.evaluate(() =>
        /** @type {any} */ (window).toys.map((/** @type {any} */ t) => [
          t.calls.length,
          t.upstream,
          t.arrivals?.length ?? 0,
        ]),
      ),
    );
    assert.deepEqual(
      quiet,
      quiet.map((/** @type {number[]} */ one) => [0, 0, one[2]]),
    );
  }
});

for (const way of Object.keys(WAYS)) {
  test(`${way}: reads are guarded, or the popup says otherwise`, async () => {
    for (const order of ORDERS) {
      const toys = `const toy = window.toy = new PlainWallet({ name: 'toy' }); WAYS.${way}(window, toy);`;
      await seen(
        BOTH[1],
        order,
        toys,
        async (page) => {
          const listed = 'list.get("00000000-0000-4000-8000-000000000toy").providers.values().next().value';
          const announced = await exercise(page, listed);
          assert.match(announced.block, /^0x[0-9a-f]+$/);
          if (way === 'redispatch' || way === 'rewriter' || way === 'comparer') return; // nothing on window.ethereum
          if (way !== 'newProxyEach') {
            guarded({ ...(await exercise(page)), same: false });
            return;
          }
          assert.equal((await exercise(page, undefined, true)).block, 'toy:eth_blockNumber');
          await opened(on.session, '127.0.0.1', ({ site }) => site?.locked === true, 'that the wallet is locked');
        },
        DAPP,
      );
    }
  });
}

test('our own provider is hidden next to a wallet', async () => {
  on.site.pages['/none'] = `<!doctype html>${DAPP}`;
  const toys = 'window.toys = [new PlainWallet({ name: "one" })]; if (top === window) plain(window, toys[0]);';
  const names = await seen(
    BOTH[1],
    'after',
    toys,
    async (page) => {
      // A frame without a wallet asks as often. Once it has heard of our provider, the page had time to hear of it too.
      await page.waitForFunction(
        () => {
          dispatchEvent(new Event('eip6963:requestProvider'));
          const inner = /** @type {any} */ (document.querySelector('iframe')?.contentWindow);
          inner?.dispatchEvent(new Event('eip6963:requestProvider'));
          return inner?.list?.size > 0 && inner.ethereum;
        },
        { polling: 50 },
      );
      return page.evaluate(() => {
        const { list } = /** @type {any} */ (window);
        return [...list.values()].map(({ name }) => name);
      });
    },
    `${DAPP}<iframe src="/none"></iframe>`,
  );
  assert.deepEqual(names, ['one']);
});

test('wrapped functions keep name, length and text', async () => {
  const looks = (/** @type {import('puppeteer-core').Page} */ page) =>
    page.evaluate(() => {
      const all = /** @type {[any, string][]} */ ([
        [window, 'fetch'],
        [window, 'XMLHttpRequest'],
        [window, 'WebSocket'],
        [Function.prototype, 'toString'],
        ...['open', 'send', 'abort', 'upload'].map((name) => [XMLHttpRequest.prototype, name]),
        ...['send', 'close'].map((name) => [WebSocket.prototype, name]),
        ...['open', 'write', 'writeln'].map((name) => [Document.prototype, name]),
      ]);
      const { toString } = Function.prototype;
      const text = (/** @type {Function} */ f) => [
        f.name,
        f.length,
        toString.call(f),
        f.toString(),
        f.toString === toString,
      ];
      return all.map(([owner, name]) => {
        const d = /** @type {any} */ (Object.getOwnPropertyDescriptor(owner, name));
        return [name, d.enumerable, d.writable, ...text(d.value ?? d.get)];
      });
    });
  await same('', looks);
  const toys = 'const toy = window.toy = new PlainWallet(); define(window, toy);';
  await same(toys, (page) =>
    page.evaluate(() => {
      const { ethereum } = /** @type {any} */ (window);
      const { get, set } = /** @type {any} */ (Object.getOwnPropertyDescriptor(window, 'ethereum'));
      return [get, set, ethereum.request, ethereum.on].map((f) => [
        f.name,
        f.length,
        Function.prototype.toString.call(f),
      ]);
    }),
  );
});

test("our accessor reads like the platform's own", async () => {
  const [get, native] = await seen(BOTH[1], 'after', '', (page) =>
    page.evaluate(() =>
      ['ethereum', 'name'].map((name) => {
        const { get: getter, set } = /** @type {any} */ (Object.getOwnPropertyDescriptor(window, name));
        return [getter, set].map((f) => [f.name, f.length, Function.prototype.toString.call(f), 'prototype' in f]);
      }),
    ),
  );
  assert.deepEqual(get, JSON.parse(JSON.stringify(native).replaceAll('name', 'ethereum')));
});
