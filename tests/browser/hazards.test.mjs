// Each hazard of wrapping wallets, in a real browser, with a toy wallet of the same shape. The toys answer in words;
// what came from the chain is hex.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { opened } from './stage.mjs';
import { exercise, guarded, toyStage } from './toy-stage.mjs';
import { withToys } from '../toys/script.mjs';

/** @type {Awaited<ReturnType<typeof toyStage>>} */
let on;

before(async () => {
  on = await toyStage();
});
after(() => on?.close());

const WAYS = /** @type {const} */ ([
  ['assigned', 'assign(window, toy);'],
  ['defined', 'define(window, toy);'],
]);

for (const when of /** @type {const} */ (['before', 'after'])) {
  for (const [word, code] of WAYS) {
    test(`a wallet that is ${word} on window.ethereum ${when} us`, async () => {
      const page = await on.visit({
        [when]: `const toy = window.toy = new PlainWallet(); window.wasThere = 'ethereum' in window; ${code}`,
      });
      // This order is the point of the test.
      assert.equal(await page.evaluate(() => /** @type {any} */ (window).wasThere), when === 'after');
      guarded(await exercise(page));
    });
  }

  test(`a locked getter ${when} us is guarded and never broken`, async () => {
    const page = await on.visit({ [when]: 'const toy = window.toy = new PlainWallet(); lock(window, toy);' });
    guarded(await exercise(page), true);
  });

  test(`a wallet announced by EIP-6963 ${when} us`, async () => {
    const page = await on.visit({
      [when]: 'const toy = window.toy = new PlainWallet({ name: "toy" }); announce(window, toy);',
      body: `<script>
        window.heard = [];
        addEventListener('eip6963:announceProvider', (e) => heard.push(e.detail));
        dispatchEvent(new Event('eip6963:requestProvider'));
        dispatchEvent(new Event('eip6963:requestProvider'));
      </script>`,
    });
    const seen = await page.evaluate(() => {
      const heard = /** @type {any} */ (window).heard.filter((/** @type {any} */ d) => d.info.name === 'toy');
      return [heard.length, heard[0].provider === heard[1].provider, Object.isFrozen(heard[0]), heard[0].info.rdns];
    });
    assert.deepEqual(seen, [2, true, true, 'toy.toy']);
    guarded(await exercise(page, 'heard.find((d) => d.info.name === "toy").provider'));
  });
}

test('a wallet locked throughout is left alone, and we say so', async () => {
  const page = await on.visit({ after: 'const toy = window.toy = solidWallet(); lock(window, toy);' });
  const seen = await exercise(page, undefined, true);
  assert.deepEqual(seen, { block: 'solid:eth_blockNumber', signed: '0x51', same: true });
  await opened(on.session, '127.0.0.1', ({ site }) => site?.locked === true, 'that the wallet is locked');
});

test('non-writable members (Brave): every member works', async () => {
  const page = await on.visit({ after: 'const toy = window.toy = solidWallet(); assign(window, toy);' });
  guarded(await exercise(page));
  const heard = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const { ethereum, toy } = /** @type {any} */ (window);
        ethereum.on('accountsChanged', function listener(/** @type {any} */ accounts) {
          // @ts-ignore `this` is the point
          resolve([this === ethereum, accounts]);
        });
        toy.emit('accountsChanged', ['0x01']);
      }),
  );
  assert.deepEqual(heard, [true, ['0x01']]);
});

test('private fields (MetaMask): methods, getters and prototypes', async () => {
  const page = await on.visit({ before: 'const toy = window.toy = new PrivateWallet(); assign(window, toy);' });
  guarded(await exercise(page));
  const seen = await page.evaluate(async () => {
    const { ethereum, toy } = /** @type {any} */ (window);
    return [
      ethereum.isMetaMask,
      ethereum.isConnected(),
      ethereum.selectedAddress,
      await ethereum._metamask.isUnlocked(),
      Object.getPrototypeOf(ethereum) === Object.getPrototypeOf(toy),
    ];
  });
  assert.deepEqual(seen, [true, true, '0x00000000000000000000000000000000000000a1', true, true]);
});

test("wagmi's assignment and providers[] work on guarded wallets", async () => {
  const page = await on.visit({
    after: `const toy = window.toy = new PlainWallet({ name: 'a' });
      const other = new PlainWallet({ name: 'b', hangs: true });
      manyWallets(toy, other);
      addEventListener('ethereum#initialized', () => { window.atInit = window.ethereum !== toy; });
      assign(window, toy);`,
  });
  guarded(await exercise(page));
  const seen = await page.evaluate(async () => {
    const { ethereum, atInit } = /** @type {any} */ (window);
    const mine = () => {};
    ethereum.removeListener = mine;
    const b = ethereum.providers.find((/** @type {any} */ p) => p.name === 'b');
    return [
      atInit,
      ethereum.removeListener === mine,
      ethereum.providers[0] === ethereum,
      await b.request({ method: 'eth_blockNumber' }),
    ];
  });
  assert.deepEqual(seen.slice(0, 3), [true, true, true]);
  assert.match(String(seen[3]), /^0x/);
});

test('ethereum#initialized listeners read a guarded wallet', async () => {
  const page = await on.visit({
    after: `addEventListener('ethereum#initialized', () => { window.atInit = window.ethereum; });
      const toy = window.toy = new PlainWallet();
      define(window, toy);
      dispatchEvent(new Event('ethereum#initialized'));`,
  });
  guarded(await exercise(page, 'atInit'));
});

test('several wallets keep their own names and chains', async () => {
  const page = await on.visit({
    after: `window.heard = []; addEventListener('eip6963:announceProvider', (e) => heard.push(e.detail));
      const toy = window.toy = new PlainWallet({ name: 'one', hangs: true });
      const other = new PlainWallet({ name: 'two', chain: '0x539' });
      announce(window, toy); announce(window, other); assign(window, toy);`,
  });
  const seen = await page.evaluate(async () => {
    const { heard, ethereum } = /** @type {any} */ (window);
    const [one, two] = ['one', 'two'].map(
      (name) => heard.find((/** @type {any} */ d) => d.info.name === name).provider,
    );
    const blocks = await Promise.all([one, two].map((p) => p.request({ method: 'eth_blockNumber' })));
    return { same: one === ethereum, apart: one !== two, blocks };
  });
  assert.deepEqual([seen.same, seen.apart], [true, true]);
  assert.match(seen.blocks[0], /^0x/);
  assert.equal(seen.blocks[1], 'two:eth_blockNumber', 'no endpoint is chosen for its chain');
});

test('wallets announced after document.open() are guarded', async () => {
  const page = await on.visit({ body: '<p>first' });
  await page.evaluate(
    (toys) => {
      document.open();
      document.write(`<!doctype html><script>${toys}<\u002fscript><p>second`);
      document.close();
    },
    withToys(`
    window.heard = [];
    addEventListener('eip6963:announceProvider', (e) => heard.push(e.detail));
    const toy = window.toy = new PlainWallet({ name: 'toy' });
    announce(window, toy);
  `),
  );
  guarded(await exercise(page, 'heard.find((d) => d.info.name === "toy").provider'));
});

test('wallets are guarded after document.write() on a loaded page', async () => {
  const page = await on.visit({ body: '<p>first' });
  await page.evaluate(() => document.write('<!doctype html><p>second'));
  await page.evaluate(
    (toys) => {
      new Function(toys)();
    },
    withToys(`
    window.heard = [];
    addEventListener('eip6963:announceProvider', (e) => heard.push(e.detail));
    const toy = window.toy = new PlainWallet({ name: 'toy' });
    announce(window, toy);
  `),
  );
  guarded(await exercise(page, 'heard[0].provider'));
});

test('every kind of frame is guarded', async () => {
  const inner =
    '<script>parent.postMessage({frame: NAME, ' +
    'guarded: Boolean(Object.getOwnPropertyDescriptor(window, "ethereum")?.get)}, "*")</script>';
  const html = (/** @type {string} */ name) => inner.replace('NAME', `'${name}'`);
  const page = await on.visit({ body: '<p>frames' });
  on.site.pages['/frame'] = `<!doctype html>${html('src')}`;
  const seen = await page.evaluate(
    async (texts) => {
      /** @type {Record<string, boolean>} */
      const found = {};
      const kinds = ['src', 'srcdoc', 'sandbox', 'data', 'blob', 'written'];
      const all = new Promise((resolve) =>
        addEventListener('message', ({ data }) => {
          if (!data.frame) return;
          found[data.frame] = data.guarded;
          if (kinds.every((k) => k in found)) resolve(undefined);
        }),
      );
      const add = (/** @type {(f: HTMLIFrameElement) => void} */ prepare) => {
        const frame = document.createElement('iframe');
        prepare(frame);
        document.body.append(frame);
        return frame;
      };
      add((f) => {
        f.src = '/frame';
      });
      add((f) => {
        f.srcdoc = texts.srcdoc;
      });
      add((f) => {
        f.setAttribute('sandbox', 'allow-scripts');
        f.srcdoc = texts.sandbox;
      });
      add((f) => {
        f.src = `data:text/html,${encodeURIComponent(texts.data)}`;
      });
      add((f) => {
        f.src = URL.createObjectURL(new Blob([texts.blob], { type: 'text/html' }));
      });
      const written = add(() => {});
      await new Promise((resolve) => {
        setTimeout(resolve);
      });
      const empty = /** @type {any} */ (written.contentWindow);
      found['no src'] = Boolean(Object.getOwnPropertyDescriptor(empty, 'ethereum')?.get);
      const doc = /** @type {Document} */ (written.contentDocument);
      doc.open();
      doc.write(texts.written);
      doc.close();
      const blank = add((f) => {
        f.src = 'about:blank';
      });
      await new Promise((resolve) => {
        setTimeout(resolve);
      });
      found['about:blank'] = Boolean(
        Object.getOwnPropertyDescriptor(/** @type {any} */ (blank.contentWindow), 'ethereum')?.get,
      );
      await all;
      return found;
    },
    Object.fromEntries(['srcdoc', 'sandbox', 'data', 'blob', 'written'].map((k) => [k, html(k)])),
  );
  const kinds = ['src', 'srcdoc', 'sandbox', 'data', 'blob', 'written', 'no src', 'about:blank'];
  assert.deepEqual(seen, Object.fromEntries(kinds.map((k) => [k, true])));
});

test('two patchers each see a request once; the read is guarded', async () => {
  const page = await on.visit({
    after: `const toy = window.toy = new PlainWallet(); assign(window, toy);
      window.log = []; const again = patcher(window, window.log); setInterval(again, 1);`,
  });
  guarded(await exercise(page));
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).log), ['eth_blockNumber', 'personal_sign']);
});

test('a wallet re-announced by another guard is heard once', async () => {
  const page = await on.visit({
    after: `window.heard = [];
      const own = new WeakSet();
      addEventListener('eip6963:announceProvider', (event) => {
        if (own.has(event)) return;
        event.stopImmediatePropagation();
        const detail = Object.freeze({ ...event.detail, provider: Object.create(event.detail.provider) });
        const again = new CustomEvent(event.type, { detail });
        own.add(again);
        dispatchEvent(again);
      }, true);
      addEventListener('eip6963:announceProvider', ({ detail }) => {
        if (detail.info.name === 'toy') heard.push(detail);
      });
      const toy = window.toy = new PlainWallet({ name: 'toy' }); announce(window, toy);`,
  });
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).heard.length), 1);
  guarded(await exercise(page, 'heard[0].provider'));
});
