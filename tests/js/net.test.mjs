// The demo network itself, on which the other tests depend.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { balanceOfData, transferData } from '../net/chain.mjs';
import { parseFault } from '../net/faults.mjs';
import { Latency } from '../net/latency.mjs';
import { startNetwork } from '../net/network.mjs';

/** @type {Awaited<ReturnType<typeof startNetwork>>} */
let net;
before(async () => {
  net = await startNetwork();
});
after(() => net?.close());
beforeEach(() => net.heal());

/** @param {string} method @param {unknown[]} [params] @param {number} [node] @param {RequestInit} [init] */
const post = (method, params = [], node = 0, init = {}) =>
  fetch(net.nodes[node].url, {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }),
    ...init,
  });
/** @param {string} method @param {unknown[]} [params] @param {number} [node] @returns {Promise<any>} */
const ask = async (method, params, node) => (await post(method, params, node)).json();

test('every node has the same chain', async () => {
  const blocks = await Promise.all([0, 1, 2].map((i) => ask('eth_getBlockByNumber', ['latest', false], i)));
  assert.ok(Number(blocks[0].result.number) > 400, 'long enough for an endpoint 300 blocks behind');
  assert.deepEqual(blocks[1], blocks[0]);
  assert.deepEqual(blocks[2], blocks[0]);
});

test('the contracts answer, log and revert with custom errors', async () => {
  const { token, oddity } = net.contracts;
  const balance = await ask('eth_call', [{ to: token.address, data: balanceOfData(net.accounts[1]) }, 'latest']);
  assert.ok(BigInt(balance.result) > 0n);
  const logs = await ask('eth_getLogs', [{ address: token.address, fromBlock: '0x0', toBlock: 'latest' }]);
  assert.equal(logs.result.length, 49);
  const refused = await ask('eth_call', [
    { from: net.accounts[3], to: token.address, data: transferData(net.accounts[0], 10n ** 30n) },
    'latest',
  ]);
  assert.equal(refused.error.code, 3);
  assert.match(refused.error.data, /^0xdb42144d/);
  assert.ok((await ask('eth_getCode', [oddity.address, 'latest'])).result.length > 1000);
});

test('a transaction reaches every node, and its block is the same', async () => {
  const { result: hash } = await (
    await fetch(net.wallet.url, {
      method: 'POST',
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'eth_sendTransaction',
        params: [{ from: net.accounts[0], to: net.accounts[1], value: '0x1' }],
      }),
    })
  ).json();
  let receipts = [];
  do
    receipts = await Promise.all(
      [0, 1, 2].map(async (i) => (await ask('eth_getTransactionReceipt', [hash], i)).result),
    );
  while (receipts.some((receipt) => receipt === null));
  assert.deepEqual(receipts[1], receipts[0]);
  assert.deepEqual(receipts[2], receipts[0]);
});

test('dark hangs, refuse and reset fail at once, and all recover', async () => {
  const { url } = net.nodes[0];
  await net.nodes[0].setFault('dark');
  const abort = new AbortController();
  const silent = post('eth_chainId', [], 0, { signal: abort.signal });
  await ask('eth_chainId', [], 1); // other methods are not affected
  abort.abort();
  await assert.rejects(silent, { name: 'AbortError' });
  for (const fault of ['refuse', 'reset']) {
    await net.nodes[0].setFault(fault);
    await assert.rejects(post('eth_chainId'), TypeError, fault);
    await net.nodes[0].setFault('none');
    assert.equal((await ask('eth_chainId')).result, '0x1');
  }
  assert.equal(net.nodes[0].url, url);
});

test('broken answers: status, page, limit, bad text, cut, doubled', async () => {
  const [node] = net.nodes;
  await node.setFault('429:2');
  const limited = await post('eth_chainId');
  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '2']);
  await node.setFault('503');
  assert.equal((await post('eth_chainId')).status, 503);
  await node.setFault('html');
  assert.match(await (await post('eth_chainId')).text(), /^<!doctype html>/);
  await node.setFault('limit');
  assert.equal((await ask('eth_chainId')).error.code, -32005);
  await node.setFault('wrong-id');
  assert.equal((await ask('eth_chainId')).id, 8);
  await node.setFault('utf8');
  assert.throws(
    () => new TextDecoder('utf8', { fatal: true }).decode(new Uint8Array([0xff])),
    'the decoder itself refuses',
  );
  const bytes = await (await post('eth_chainId')).arrayBuffer();
  assert.throws(() => new TextDecoder('utf8', { fatal: true }).decode(bytes));
  await node.setFault('two-replies');
  assert.equal((await (await post('eth_chainId')).text()).split('\n').length, 2);
  await node.setFault('cut');
  await assert.rejects(post('eth_chainId').then((reply) => reply.text()));
  await node.setFault('huge:3');
  assert.ok((await (await post('eth_chainId')).text()).length > 3_000_000);
});

test('wrong answers: stale, null, no receipt, lie, other chain', async () => {
  const [node] = net.nodes;
  const head = Number((await ask('eth_blockNumber')).result);
  const newest = (await ask('eth_getBlockByNumber', ['latest', false])).result;
  const owner = net.accounts[1];
  const before5 = (await ask('eth_getBalance', [owner, `0x${(head - 5).toString(16)}`])).result;
  const truth = (await ask('eth_getBalance', [owner, 'latest'])).result;

  await node.setFault('stale:5');
  assert.equal(Number((await ask('eth_blockNumber')).result), head - 5);
  assert.equal((await ask('eth_getBalance', [owner, 'latest'])).result, before5);
  assert.equal((await ask('eth_getBlockByHash', [newest.hash, false])).result, null);
  assert.equal(Number((await ask('eth_getBlockByNumber', ['latest', false])).result.number), head - 5);
  await node.setFault('null');
  assert.equal((await ask('eth_getBlockByHash', [newest.hash, false])).result, null);
  await node.setFault('missing-receipt');
  assert.equal((await ask('eth_getTransactionReceipt', [newest.transactions[0]])).result, null);
  assert.notEqual((await ask('eth_getTransactionByHash', [newest.transactions[0]])).result, null);
  await node.setFault('lie');
  assert.equal(BigInt((await ask('eth_getBalance', [owner, 'latest'])).result) - BigInt(truth), 10n ** 18n);
  await node.setFault('wrong-chain');
  assert.equal((await ask('eth_chainId')).result, '0x5');
});

test('batch items are counted, and pages may read cross-origin', async () => {
  const one = { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] };
  const reply = await fetch(net.nodes[0].url, { method: 'POST', body: JSON.stringify([one, { ...one, id: 2 }]) });
  assert.equal(reply.headers.get('access-control-allow-origin'), '*');
  assert.deepEqual(net.nodes[0].counts.snapshot(), { posts: 1, sends: 2, methods: { eth_chainId: 2 } });
  const preflight = await fetch(net.nodes[0].url, { method: 'OPTIONS' });
  assert.equal(preflight.status, 204);
});

test('short forms of faults', () => {
  assert.deepEqual(parseFault('tail:0.2,50'), { name: 'tail', p: 0.2, ms: 50 });
  assert.deepEqual(parseFault('stale', { n: 3 }), { name: 'stale', n: 3 });
  assert.throws(() => parseFault('sleepy'), /no fault "sleepy"/);
  assert.throws(() => parseFault('slow:soon'), /numbers were expected/);
});

test('latency has a seed, a median and a tail', () => {
  const profile = { median: 20, tail: { p: 0.02, ms: 150 }, seed: 5 };
  const [a, b] = [new Latency(profile), new Latency(profile)];
  const draws = Array.from({ length: 1000 }, () => a.next());
  assert.deepEqual(
    draws,
    Array.from({ length: 1000 }, () => b.next()),
  );
  const sorted = draws.toSorted((x, y) => x - y);
  assert.ok(Math.abs(sorted[500] - 20) < 2);
  assert.ok(sorted[990] > 150 && sorted[950] < 25);
});
