// What the core is told about a transaction or signature that the wallet does not answer, and what it is not told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, knownPage } from './lib/page.mjs';
import { PlainWallet } from '../toys/wallets.js';

const transaction = { method: 'eth_sendTransaction', params: [{ to: '0x5ec7e7', value: '0x1' }] };

/** A wallet whose confirmations end when the test says so. */
function stalling() {
  const ends = /** @type {{resolve: Function, reject: Function}[]} */ ([]);
  const wallet = new PlainWallet();
  const request = wallet.request.bind(wallet);
  wallet.request = (/** @type {any} */ args) =>
    /^(eth_send|personal_)/.test(args.method)
      ? new Promise((resolve, reject) => {
          ends.push({ resolve, reject });
        })
      : request(args);
  return { wallet, ends };
}
/** @param {any[]} sent */
const told = (sent) => sent.filter((m) => /^wallet/.test(m.type));

test('after 15 s the core hears the method, later the end', async () => {
  for (const end of /** @type {const} */ (['resolve', 'reject'])) {
    const { wallet, ends } = stalling();
    const { provider, clock, sent } = await knownPage(wallet);
    const before = Date.now();
    const answer = provider.request(transaction);
    answer.catch(() => {});
    await clock.pass(14_999);
    assert.deepEqual(told(sent), []);
    await clock.pass(2);
    const [waits] = told(sent);
    assert.deepEqual(
      { ...waits, since_ms: 0 },
      { type: 'wallet-waits', id: waits.id, chain: 1, method: 'eth_sendTransaction', since_ms: 0 },
    );
    assert.ok(waits.since_ms >= before && waits.since_ms <= Date.now());
    assert.ok(!JSON.stringify(sent).includes('5ec7e7'));
    ends[0]?.[end]('0xhash');
    await clock.pass(0);
    assert.deepEqual(told(sent).slice(1), [{ type: 'wallet-done', id: waits.id }]);
  }
});

test('calls answered in time and other methods are not reported', async () => {
  const { wallet, ends } = stalling();
  const { provider, clock, sent } = await knownPage(wallet);
  provider.request(transaction);
  provider.request({ method: 'personal_sign', params: [] }).catch(() => {});
  ends[0]?.resolve('0xhash');
  ends[1]?.reject(new Error('no'));
  const never = new Promise(() => {});
  wallet.request = () => never;
  provider.request({ method: 'wallet_requestPermissions' });
  await clock.pass(60_000);
  assert.deepEqual(told(sent), []);
});

test("the wallet's promise is untouched until it is late", async () => {
  const { wallet } = stalling();
  const { provider, clock } = await knownPage(wallet);
  const own = new Promise(() => {});
  let listened = 0;
  own.then = /** @type {any} */ (
    () => {
      listened += 1;
      return own;
    }
  );
  wallet.request = () => own;
  assert.equal(provider.request(transaction), own);
  await clock.pass(14_999);
  assert.equal(listened, 0, 'a refusal the page leaves unhandled is still reported as such');
  await clock.pass(1);
  assert.equal(listened, 1);
});

test("the wallet gets the core's test read, and we report it", async () => {
  const { wallet } = stalling();
  const { provider, client, clock, sent } = await knownPage(wallet);
  provider.request(transaction);
  await clock.pass(15_001);
  const { id } = told(sent)[0];
  client.receive({ type: 'try-wallet', id, method: 'eth_getBalance', params: '["0x00","latest"]' });
  await clock.pass(0);
  assert.deepEqual(wallet.calls.at(-1), { method: 'eth_getBalance', params: ['0x00', 'latest'] });
  assert.deepEqual(told(sent).at(-1), { type: 'wallet', id, result: '"plain:eth_getBalance"' });
  wallet.request = () => {
    throw Object.assign(new Error('Failed to fetch'), { code: -32603 });
  };
  client.receive({ type: 'try-wallet', id, method: 'eth_getBalance', params: '[]' });
  await clock.pass(0);
  assert.deepEqual(told(sent).at(-1), { type: 'wallet', id, code: -32603, message: 'Failed to fetch' });
  client.receive({ type: 'down' });
  assert.equal(client.waiting.has(id), true, 'a core that is lost ends nothing');
});

test('legacy calls that return a promise are watched too', async () => {
  const { wallet } = stalling();
  const { provider, clock, sent } = await knownPage(wallet);
  provider.send('eth_sendTransaction', transaction.params);
  await clock.pass(15_001);
  assert.deepEqual(
    told(sent).map((m) => m.method),
    ['eth_sendTransaction'],
  );
});

test('switched off or without the extension: no report', async () => {
  for (const word of [{ ...ON, on: false }, { type: 'gone' }]) {
    const { wallet } = stalling();
    const { provider, client, clock, sent } = await knownPage(wallet);
    provider.request(transaction);
    client.receive(word);
    await clock.pass(60_000);
    assert.deepEqual(told(sent), []);
  }
});

/** A wallet from before EIP-1193 that records its calls and answers when the test says so. */
function calledBack() {
  const calls = /** @type {{self: unknown, args: any[]}[]} */ ([]);
  const keep = function keep(/** @type {any[]} */ ...args) {
    // @ts-ignore `this` is the point
    calls.push({ self: this, args });
    return wallet.returns;
  };
  const wallet = Object.assign(new PlainWallet(), {
    send: keep,
    sendAsync: keep,
    returns: /** @type {unknown} */ (undefined),
  });
  return { wallet, calls };
}
const payload = { id: 7, jsonrpc: '2.0', ...transaction };

test('a late send with a callback is reported, and its end', async () => {
  for (const name of /** @type {const} */ (['send', 'sendAsync'])) {
    const { wallet, calls } = calledBack();
    const { provider, clock, sent } = await knownPage(wallet);
    const heard = /** @type {any[]} */ ([]);
    assert.equal(
      provider[name](payload, (/** @type {any[]} */ ...args) => {
        heard.push(args);
      }),
      undefined,
    );
    await clock.pass(14_999);
    assert.deepEqual(told(sent), []);
    await clock.pass(2);
    const [waits] = told(sent);
    assert.deepEqual(
      { ...waits, since_ms: 0 },
      { type: 'wallet-waits', id: waits.id, chain: 1, method: 'eth_sendTransaction', since_ms: 0 },
    );
    assert.ok(!JSON.stringify(sent).includes('5ec7e7'));
    assert.equal(calls.length, 1);
    calls[0]?.args[1](null, { id: 7, result: '0xhash' });
    assert.deepEqual(told(sent).slice(1), [{ type: 'wallet-done', id: waits.id }]);
    assert.deepEqual(heard, [[null, { id: 7, result: '0xhash' }]]);
  }
});

test('wallet and callback are called exactly as without us', async () => {
  const { wallet, calls } = calledBack();
  const { provider, clock, sent } = await knownPage(wallet);
  const heard = /** @type {any[]} */ ([]);
  const callback = function callback(/** @type {any} */ error, /** @type {any} */ response) {
    // @ts-ignore `this` is the point
    heard.push([this, error, response]);
    if (error) throw error;
    return "the page's word";
  };
  const third = {};
  wallet.returns = third;
  assert.equal(provider.sendAsync(payload, callback, third), third);
  const [{ self, args } = { self: null, args: [] }] = calls;
  assert.deepEqual([self === wallet, args.length, args[0] === payload, args[2] === third], [true, 3, true, true]);
  assert.deepEqual([args[1].name, args[1].length], ['callback', 2]);
  const handed = args[1];
  assert.equal(handed.call(third, null, 1), "the page's word");
  const no = new Error('no');
  assert.throws(() => handed(no), no);
  assert.deepEqual(
    heard,
    [
      [third, null, 1],
      [undefined, no, undefined],
    ],
    'twice, if the wallet calls it twice',
  );
  await clock.pass(60_000);
  assert.deepEqual(told(sent), [], 'answered in time');
});

test('an array with a send is one call; others keep their callback', async () => {
  const { wallet, calls } = calledBack();
  const { provider, clock, sent } = await knownPage(wallet);
  const callback = () => {};
  const accounts = { id: 1, method: 'eth_accounts' };
  provider.sendAsync([accounts, { id: 2, method: 'personal_sign' }, payload], callback);
  provider.sendAsync([accounts], callback);
  provider.send(accounts, callback);
  provider.send('eth_sendTransaction', callback);
  assert.deepEqual(
    calls.map(({ args }) => args[1] === callback),
    [false, true, true, true],
  );
  await clock.pass(15_001);
  assert.deepEqual(
    told(sent).map((m) => m.method),
    ['personal_sign'],
  );
});

test("a callback wallet's promise counts as its answer", async () => {
  for (const [make, over] of /** @type {[() => Promise<unknown>, boolean][]} */ ([
    [() => Promise.resolve({ result: '0xhash' }), true],
    [() => Promise.reject(new Error('no')), true],
    [() => Promise.resolve(), false],
  ])) {
    const end = make();
    end.catch(() => {});
    const { wallet } = calledBack();
    const { provider, clock, sent } = await knownPage(wallet);
    wallet.returns = end;
    assert.equal(
      provider.send(payload, () => {}),
      end,
    );
    await clock.pass(15_001);
    assert.equal(told(sent).length, over ? 0 : 1);
  }
});

test('a send that throws, or comes while off, is not watched', async () => {
  const { wallet, calls } = calledBack();
  const { provider, client, clock, sent } = await knownPage(wallet);
  const { sendAsync } = wallet;
  const no = new Error('no');
  wallet.sendAsync = () => {
    throw no;
  };
  assert.throws(() => provider.sendAsync(payload, () => {}), no);
  await clock.pass(60_000);
  assert.deepEqual(told(sent), []);
  wallet.sendAsync = sendAsync;
  client.receive({ ...ON, on: false });
  const callback = () => {};
  provider.sendAsync(payload, callback);
  assert.equal(calls[0]?.args[1], callback);
});

test('a pending send is reported once the worker can be reached', async () => {
  const { wallet } = calledBack();
  const { provider, client, clock, sent } = await knownPage(wallet);
  client.receive({ type: 'down' });
  provider.sendAsync(payload, () => {});
  client.receive(ON);
  await clock.pass(15_001);
  assert.deepEqual(
    told(sent).map((m) => m.type),
    ['wallet-waits'],
  );
});
