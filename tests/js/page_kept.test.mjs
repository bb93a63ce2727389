// What the bridge keeps of filters and subscriptions for the next core.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kept } from '../../extension/lib/kept.js';

const newFilter = { method: 'eth_newFilter', params: [{ address: '0x01' }] };
const subscribe = { method: 'eth_subscribe', params: ['newHeads'] };

/** @param {number} number @param {string[]} [results] @param {boolean} [removed] */
const block = (number, results = [], removed = false) => ({ number, hash: `0x${number}`, results, removed });

/** What the bridge keeps. @param {any} [request] */
function kept(request = newFilter) {
  const k = new Kept();
  k.fromPage({ type: 'ask', id: 1, chain: 1, method: request.method, params: JSON.stringify(request.params) });
  k.fromCore({ type: 'created', id: 1, subscription: '0xf1', block: block(5) });
  const blocks = () => /** @type {any} */ (k.resumes()[0])?.blocks.map((/** @type {any} */ b) => b.number);
  return { k, blocks };
}

test("kept: a filter's request and its delivered blocks", () => {
  const { k } = kept();
  k.fromCore({ type: 'changes', id: 2, subscription: '0xf1', blocks: [block(6, ['1'])] });
  assert.deepEqual(k.resumes(), [
    {
      type: 'resume',
      subscription: '0xf1',
      chain: 1,
      method: 'eth_newFilter',
      params: '[{"address":"0x01"}]',
      blocks: [block(5), block(6, ['1'])],
    },
  ]);
  assert.equal(k.pushes, false);
  assert.equal(kept(subscribe).k.pushes, true);
});

test('kept: removed blocks are forgotten, the position is not', () => {
  const { k, blocks } = kept();
  k.fromCore({
    type: 'notify',
    subscription: '0xf1',
    blocks: [block(6), block(7), block(7, [], true), block(6, [], true), block(6), block(7)],
  });
  assert.deepEqual(blocks(), [5, 6, 7]);
  k.fromCore({ type: 'notify', subscription: '0xf1', blocks: [7, 6, 5].map((n) => block(n, [], true)) });
  assert.deepEqual(blocks(), [4]);
});

test('kept: at most 128 blocks and 1 MiB, always the newest', () => {
  const { k, blocks } = kept();
  for (let n = 6; n < 300; n++) k.fromCore({ type: 'notify', subscription: '0xf1', blocks: [block(n)] });
  assert.deepEqual([blocks().length, blocks()[0]], [128, 172]);
  k.fromCore({ type: 'notify', subscription: '0xf1', blocks: [block(300, ['x'.repeat(2_000_000)])] });
  assert.deepEqual(blocks(), [300]);
  k.fromCore({ type: 'notify', subscription: '0xf1', blocks: [block(301, ['x'])] });
  assert.deepEqual(blocks(), [301]);
});

test('kept: ended and never made subscriptions are forgotten', () => {
  const { k } = kept();
  k.fromPage({ type: 'ask', id: 7, chain: 1, method: 'eth_uninstallFilter', params: '["0xf1"]' });
  k.fromCore({ type: 'answer', id: 7, result: 'true' });
  assert.deepEqual(k.resumes(), []);
  k.fromPage({ type: 'ask', id: 8, chain: 1, method: 'eth_newFilter', params: '[]' });
  k.fromCore({ type: 'use-wallet', id: 8 });
  assert.equal(k.asked.size, 0);
});

test("kept: own-socket subscriptions up to the core's limit", () => {
  const kept = new Kept();
  for (let i = 0; i < 70; i++)
    kept.goesOn({
      subscription: `0x${i}`,
      chain: 1,
      method: 'eth_subscribe',
      params: '["newHeads"]',
      blocks: [block(i)],
    });
  assert.equal(kept.resumes().length, 64);
});

test('kept: the newest block the document was shown, by chain', () => {
  const kept = new Kept();
  for (const [chain, number] of [
    [1, 5],
    [10, 70],
    [1, 6],
  ])
    kept.fromCore({ type: 'floor', chain, number });
  assert.deepEqual(kept.resumes(), [
    { type: 'floor', chain: 1, number: 6 },
    { type: 'floor', chain: 10, number: 70 },
  ]);
});
