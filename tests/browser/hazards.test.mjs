// What real wallets do to a page, in a real browser: each hazard of wrapping them, with a toy of the same shape.
//
// `before` runs before any content script (as a wallet that injects first), `after` in the page's first script (as
// one that injects late). The toys' own answers are words; what came from the chain is hex.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './harness.mjs';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { withToys } from '../toys/script.mjs';

/** @type {Awaited<ReturnType<typeof startNetwork>>} */
let net;
/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import('./harness.mjs').Session} */
let session;
/** @type {import('puppeteer-core').Page[]} */
const open = [];

before(async () => {
  net = await startNetwork({ nodes: 2 });
  site = await startSite({ network: net });
  session = await launch(undefined, { settings: net.settings() });
  await session.evalBackground(async () => {
    while ((await chrome.scripting.getRegisteredContentScripts()).length < 2) await new Promise((r) => { setTimeout(r, 20); });
  });
});

after(async () => {
  await session?.close();
  await site?.close();
  await net?.close();
});

let pages = 0;

/**
 * A page with toys in it.
 * @param {{before?: string, after?: string, body?: string, host?: string}} parts scripts that may use the toys
 */
async function visit({ before: first, after: then, body = '', host = '127.0.0.1' }) {
  for (const page of open.splice(0)) await page.close();
  const path = `/hazard-${++pages}`;
  const script = then ? `<script>${withToys(then)}</script>` : '';
  site.pages[path] = `<!doctype html><head><meta charset="utf-8">${script}</head><body>${body}`;
  const page = await session.newPage();
  open.push(page);
  if (first) await page.evaluateOnNewDocument(withToys(first));
  await page.goto(`http://${host}:${site.port}${path}`);
  return page;
}

/** In a page: one read, one signature, what reached the wallet. @param {import('puppeteer-core').Page} page @param {string} [which] */
const exercise = (page, which = 'window.ethereum') => page.evaluate(async (source) => {
  const provider = new Function(`return ${source}`)();
  const block = await provider.request({ method: 'eth_blockNumber' });
  const signed = await provider.request({ method: 'personal_sign', params: ['0x00', '0x01'] });
  const calls = /** @type {any} */ (window).toy.calls.map((/** @type {any} */ c) => c.method);
  return { block, signed, reads: calls.filter((/** @type {string} */ m) => m === 'eth_blockNumber').length, same: provider === /** @type {any} */ (window).toy };
}, which);

/** @param {any} seen @param {boolean} [same] whether the page holds the wallet's own object */
function guarded(seen, same = false) {
  assert.match(seen.block, /^0x[0-9a-f]+$/);
  assert.deepEqual([seen.signed, seen.reads, seen.same], ['0x51', 0, same]);
}

const WAYS = /** @type {const} */ ([
  ['assigned', 'assign(window, toy);'], ['defined', 'define(window, toy);'],
]);

for (const when of /** @type {const} */ (['before', 'after'])) {
  for (const [word, code] of WAYS) {
    test(`a wallet that is ${word} on window.ethereum ${when} us`, async () => {
      const page = await visit({ [when]: `const toy = window.toy = new PlainWallet(); window.wasThere = 'ethereum' in window; ${code}` });
      // The order that this test is about.
      assert.equal(await page.evaluate(() => /** @type {any} */ (window).wasThere), when === 'after');
      guarded(await exercise(page));
    });
  }

  test(`a locked getter ${when} us: guarded by its own request, never broken`, async () => {
    const page = await visit({ [when]: 'const toy = window.toy = new PlainWallet(); lock(window, toy);' });
    guarded(await exercise(page), true);
  });

  test(`a wallet announced by EIP-6963 ${when} us`, async () => {
    const page = await visit({
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

test('locked getter and locked members: left as they are, and the popup can say so', async () => {
  const page = await visit({ after: 'const toy = window.toy = solidWallet(); lock(window, toy);' });
  const seen = await exercise(page);
  assert.deepEqual(seen, { block: 'solid:eth_blockNumber', signed: '0x51', reads: 1, same: true });
  const { site: shown } = await session.snapshot('127.0.0.1');
  assert.equal(shown.locked, true);
});

test('non-writable members (Brave): every member works', async () => {
  const page = await visit({ after: 'const toy = window.toy = solidWallet(); assign(window, toy);' });
  guarded(await exercise(page));
  const heard = await page.evaluate(() => new Promise((resolve) => {
    const { ethereum, toy } = /** @type {any} */ (window);
    ethereum.on('accountsChanged', function listener(/** @type {any} */ accounts) {
      // @ts-ignore `this` is the point
      resolve([this === ethereum, accounts]);
    });
    toy.emit('accountsChanged', ['0x01']);
  }));
  assert.deepEqual(heard, [true, ['0x01']]);
});

test('private fields (MetaMask): methods, getters and the prototype chain', async () => {
  const page = await visit({ before: 'const toy = window.toy = new PrivateWallet(); assign(window, toy);' });
  guarded(await exercise(page));
  const seen = await page.evaluate(async () => {
    const { ethereum, toy } = /** @type {any} */ (window);
    return [ethereum.isMetaMask, ethereum.isConnected(), ethereum.selectedAddress, await ethereum._metamask.isUnlocked(),
      Object.getPrototypeOf(ethereum) === Object.getPrototypeOf(toy)];
  });
  assert.deepEqual(seen, [true, true, '0x00000000000000000000000000000000000000a1', true, true]);
});

test('wagmi assigns removeListener; providers[] hands out guarded wallets; ethereum#initialized is in time', async () => {
  const page = await visit({
    after: `const toy = window.toy = new PlainWallet({ name: 'a' });
      const other = new PlainWallet({ name: 'b' });
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
    return [atInit, ethereum.removeListener === mine, ethereum.providers[0] === ethereum, await b.request({ method: 'eth_blockNumber' })];
  });
  assert.deepEqual(seen.slice(0, 3), [true, true, true]);
  assert.match(String(seen[3]), /^0x/);
});

test('document.open() takes the window\'s listeners away; what is announced later is guarded all the same', async () => {
  const page = await visit({ body: '<p>first' });
  await page.evaluate((toys) => {
    document.open();
    document.write(`<!doctype html><script>${toys}<\u002fscript><p>second`);
    document.close();
  }, withToys(`
    window.heard = [];
    addEventListener('eip6963:announceProvider', (e) => heard.push(e.detail));
    const toy = window.toy = new PlainWallet({ name: 'toy' });
    announce(window, toy);
  `));
  guarded(await exercise(page, 'heard.find((d) => d.info.name === "toy").provider'));
});

test('document.write() into a loaded page opens it anew as well', async () => {
  const page = await visit({ body: '<p>first' });
  await page.evaluate(() => document.write('<!doctype html><p>second'));
  await page.evaluate((toys) => { new Function(toys)(); }, withToys(`
    window.heard = [];
    addEventListener('eip6963:announceProvider', (e) => heard.push(e.detail));
    const toy = window.toy = new PlainWallet({ name: 'toy' });
    announce(window, toy);
  `));
  guarded(await exercise(page, 'heard[0].provider'));
});

test('every kind of frame has its guard', async () => {
  const inner = '<script>parent.postMessage({frame: NAME, guarded: Boolean(Object.getOwnPropertyDescriptor(window, "ethereum")?.get)}, "*")</script>';
  const html = (/** @type {string} */ name) => inner.replace('NAME', `'${name}'`);
  const page = await visit({ body: '<p>frames' });
  site.pages['/frame'] = `<!doctype html>${html('src')}`;
  const seen = await page.evaluate(async (texts) => {
    /** @type {Record<string, boolean>} */
    const found = {};
    const kinds = ['src', 'srcdoc', 'sandbox', 'data', 'blob', 'written'];
    const all = new Promise((resolve) => addEventListener('message', ({ data }) => {
      if (!data.frame) return;
      found[data.frame] = data.guarded;
      if (kinds.every((k) => k in found)) resolve(undefined);
    }));
    const add = (/** @type {(f: HTMLIFrameElement) => void} */ prepare) => {
      const frame = document.createElement('iframe');
      prepare(frame);
      document.body.append(frame);
      return frame;
    };
    add((f) => { f.src = '/frame'; });
    add((f) => { f.srcdoc = texts.srcdoc; });
    add((f) => { f.setAttribute('sandbox', 'allow-scripts'); f.srcdoc = texts.sandbox; });
    add((f) => { f.src = `data:text/html,${encodeURIComponent(texts.data)}`; });
    add((f) => { f.src = URL.createObjectURL(new Blob([texts.blob], { type: 'text/html' })); });
    const written = add(() => {});
    await new Promise((resolve) => { setTimeout(resolve); });
    const empty = /** @type {any} */ (written.contentWindow);
    found['no src'] = Boolean(Object.getOwnPropertyDescriptor(empty, 'ethereum')?.get);
    const doc = /** @type {Document} */ (written.contentDocument);
    doc.open();
    doc.write(texts.written);
    doc.close();
    const blank = add((f) => { f.src = 'about:blank'; });
    await new Promise((resolve) => { setTimeout(resolve); });
    found['about:blank'] = Boolean(Object.getOwnPropertyDescriptor(/** @type {any} */ (blank.contentWindow), 'ethereum')?.get);
    await all;
    return found;
  }, Object.fromEntries(['srcdoc', 'sandbox', 'data', 'blob', 'written'].map((k) => [k, html(k)])));
  const kinds = ['src', 'srcdoc', 'sandbox', 'data', 'blob', 'written', 'no src', 'about:blank'];
  assert.deepEqual(seen, Object.fromEntries(kinds.map((k) => [k, true])));
});

test('two patchers on one page: each sees a request once, and the read is guarded', async () => {
  const page = await visit({
    after: `const toy = window.toy = new PlainWallet(); assign(window, toy);
      window.log = []; const again = patcher(window, window.log); setInterval(again, 1);`,
  });
  guarded(await exercise(page));
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).log), ['eth_blockNumber', 'personal_sign']);
});

test('send with a callback, sendAsync with an array, send of a name, synchronous send, enable', async () => {
  const page = await visit({ after: 'const toy = window.toy = new PlainWallet(); assign(window, toy);' });
  const seen = await page.evaluate(async () => {
    const { ethereum } = /** @type {any} */ (window);
    const call = (/** @type {string} */ name, /** @type {any} */ payload) => new Promise((resolve) => {
      ethereum[name](payload, (/** @type {any} */ e, /** @type {any} */ r) => resolve(r));
    });
    const one = /** @type {any} */ (await call('send', { id: 5, method: 'eth_chainId' }));
    const read = /** @type {any} */ (await call('send', { id: 6, method: 'eth_blockNumber' }));
    const many = /** @type {any} */ (await call('sendAsync', [{ id: 'a', method: 'eth_blockNumber' }, { id: 'b', method: 'eth_gasPrice' }]));
    const named = await ethereum.send('eth_accounts');
    return { one: one.result, read: [read.id, read.result], many: many.map((/** @type {any} */ r) => [r.id, r.result]),
      named: named.result.length, sync: ethereum.send({ id: 1, method: 'eth_accounts' }).result.length, enable: (await ethereum.enable()).length };
  });
  assert.deepEqual([seen.one, seen.named, seen.sync, seen.enable, seen.read[0]], ['0x1', 1, 1, 1, 6]);
  for (const [, result] of [...seen.many, seen.read]) assert.match(result, /^0x/);
});

test('a slow wallet: its chain is said within wagmi\'s 100 ms once it is known, worker asleep or not', async () => {
  const page = await visit({ after: 'const toy = window.toy = new SlowWallet({ delay: 400 }); assign(window, toy);' });
  await page.evaluate(() => /** @type {any} */ (window).ethereum.request({ method: 'eth_chainId' }));
  await session.killWorker();
  const first = await page.evaluate(() => Promise.race([
    /** @type {any} */ (window).ethereum.request({ method: 'eth_chainId' }),
    new Promise((resolve) => { setTimeout(resolve, 100, 'late'); }),
  ]));
  assert.equal(first, '0x1');
});

test('a wallet whose reads hang: the lanes answer', async () => {
  const page = await visit({ after: 'const toy = window.toy = new HangingWallet(); assign(window, toy);' });
  guarded(await exercise(page));
});

test('a read in flight over a chain change is not answered with the old chain\'s data', async () => {
  const page = await visit({ after: 'const toy = window.toy = new PlainWallet(); assign(window, toy);' });
  const answer = await page.evaluate(async () => {
    const { ethereum, toy } = /** @type {any} */ (window);
    await ethereum.request({ method: 'eth_chainId' });
    await ethereum.request({ method: 'eth_blockNumber' });
    const flying = ethereum.request({ method: 'eth_blockNumber' });
    toy.chain = '0x539';
    toy.emit('chainChanged', '0x539');
    return [await flying, await ethereum.request({ method: 'eth_chainId' }), await ethereum.request({ method: 'eth_blockNumber' })];
  });
  assert.deepEqual(answer, ['plain:eth_blockNumber', '0x539', 'plain:eth_blockNumber']);
});

test('the worker dies in the middle of a request: the page gets its answer', async () => {
  const page = await visit({ after: 'const toy = window.toy = new PlainWallet(); assign(window, toy);' });
  await exercise(page);
  await net.nodes[0]?.setFault('slow', { ms: 700 });
  await net.nodes[1]?.setFault('slow', { ms: 700 });
  const flying = page.evaluate(() => /** @type {any} */ (window).ethereum.request({ method: 'eth_getBlockByNumber', params: ['latest', false] }));
  await session.killWorker();
  const block = await flying;
  await net.heal();
  assert.ok(typeof block === 'string' || block.number.startsWith('0x'));
  guarded(await exercise(page));
});

test('a revert keeps its code, message and data', async () => {
  const page = await visit({ after: 'const toy = window.toy = new PlainWallet(); assign(window, toy);' });
  const request = { to: net.contracts.token.address, data: `0xa9059cbb${'0'.repeat(24)}${'11'.repeat(20)}${'f'.repeat(64)}` };
  const lane = await net.nodes[0]?.anvil.rpc('eth_call', [request, 'latest']).then(() => null, (/** @type {any} */ e) => e);
  const error = await page.evaluate(async (call) => {
    try {
      await /** @type {any} */ (window).ethereum.request({ method: 'eth_call', params: [call, 'latest'] });
      return null;
    } catch (/** @type {any} */ e) {
      return { code: e.code, message: e.message, data: e.data, isError: e instanceof Error };
    }
  }, request);
  assert.ok(lane, 'the call reverts');
  assert.equal(error?.isError, true);
  assert.equal(error?.code, 3);
  assert.match(String(error?.data), /^0x/);
  assert.match(String(error?.message), /revert/);
});

test('without a wallet: the own provider is announced, and on window.ethereum once the page is there', async () => {
  const page = await visit({
    body: `<script>window.heard = []; window.early = window.ethereum === undefined;
      addEventListener('eip6963:announceProvider', (e) => heard.push(e.detail));
      dispatchEvent(new Event('eip6963:requestProvider'));</script>`,
  });
  await page.waitForFunction(() => /** @type {any} */ (window).heard.length > 0 && /** @type {any} */ (window).ethereum);
  const seen = await page.evaluate(async () => {
    const { heard, early, ethereum } = /** @type {any} */ (window);
    const code = (/** @type {string} */ method) => ethereum.request({ method, params: [] }).catch((/** @type {any} */ e) => e.code);
    return { early, same: heard[0].provider === ethereum, name: heard[0].info.name, block: await ethereum.request({ method: 'eth_blockNumber' }),
      chain: await ethereum.request({ method: 'eth_chainId' }), accounts: await ethereum.request({ method: 'eth_accounts' }),
      asked: await code('eth_requestAccounts'), other: await code('wallet_watchAsset') };
  });
  assert.match(seen.block, /^0x/);
  assert.deepEqual({ ...seen, block: '' }, { early: true, same: true, name: 'Breakwater', block: '', chain: '0x1', accounts: [], asked: 4100, other: 4200 });
  // A wallet that comes late takes the place.
  await page.evaluate((toys) => { new Function(toys)(); }, withToys('const toy = window.toy = new PlainWallet(); assign(window, toy);'));
  guarded(await exercise(page));
});

test('nothing of ours is on the window but the accessor for wallets', async () => {
  const page = await visit({ body: '<p>' });
  const ours = await page.evaluate(() => Object.getOwnPropertyNames(window).filter((name) => /breakwater|inpage|handover/i.test(name)));
  assert.deepEqual(ours, []);
});

test('give my wallet a healthy endpoint: the wallet is asked, and what happened is told', async () => {
  const page = await visit({ after: 'const toy = window.toy = new PlainWallet(); assign(window, toy);' });
  await exercise(page);
  const give = () => session.evalBackground(async (start) => {
    const [tab] = await chrome.tabs.query({ url: `${start}*` });
    return chrome.tabs.sendMessage(/** @type {any} */ (tab).id,
      { type: 'give-endpoint', chain_hex: '0x1', name: 'Ethereum', url: 'https://node.example/' }, { frameId: 0 });
  }, `http://127.0.0.1:${site.port}/`.replace(/:\d+/, ''));
  assert.deepEqual(await give(), { ok: true });
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).toy.added), {
    chainId: '0x1', chainName: 'Ethereum', rpcUrls: ['https://node.example/'], nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  });
  await page.evaluate(() => { /** @type {any} */ (window).toy.refuses = true; });
  assert.deepEqual(await give(), { ok: false, code: 4001, message: 'User rejected the request.' });
});

test('a site that is switched off: at once in open pages, and untouched in new ones', async () => {
  const code = 'const toy = window.toy = new PlainWallet(); window.wasThere = "ethereum" in window; assign(window, toy);';
  const page = await visit({ after: code });
  guarded(await exercise(page));
  await session.setSettings({ ...net.settings(), sites_off: ['127.0.0.1'] });
  await page.waitForFunction(() => /** @type {any} */ (window).ethereum === /** @type {any} */ (window).toy);
  assert.equal((await exercise(page)).block, 'plain:eth_blockNumber');
  await session.evalBackground(async () => {
    while (!(await chrome.scripting.getRegisteredContentScripts())[0]?.excludeMatches?.length) await new Promise((r) => { setTimeout(r, 20); });
  });
  const fresh = await visit({ after: code });
  assert.deepEqual(await fresh.evaluate(() => {
    const { wasThere, fetch } = /** @type {any} */ (window);
    return [wasThere, /native code/.test(String(fetch)), 'value' in /** @type {any} */ (Object.getOwnPropertyDescriptor(window, 'ethereum'))];
  }), [false, true, true]);
  await session.setSettings(net.settings());
});
