// One table of examples, two readers: what the page takes for a plain answer of its own endpoint is what the core takes
// for an answer of a lane. tests/catalogue.rs holds the core against the same examples.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isPlain } from '../../extension/inpage/direct/judge.js';

/** @typedef {{is: string, method?: string, status?: number, body: string}} Example */

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const CATALOGUE = JSON.parse(read('data/errors.json'));

/** @type {Example[]} what nodes and vendors have said */
const REPLIES = read('tests/fixtures/replies.jsonl')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** @type {Example[]} of every row of the catalogue, and what only looks like one */
const ERRORS = [
  ...[...CATALOGUE.rules, ...CATALOGUE.broadcast].map((row) => ({ is: row.class, ...row.example })),
  ...CATALOGUE.lookalikes,
].map(({ code, message, data, ...about }) => ({
  ...about,
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message, data } }),
}));

/** @param {Example} example */
const passes = ({ method = 'eth_call', status = 200, body }) =>
  isPlain({ text: '', batch: false, items: [{ id: 1, method }] }, status, null, body);

/** What the page may keep without asking: of nothing, `null` where a node says so of what is not there. */
const ANSWERS = new Set(['answer', 'word', 'chain', 'empty']);

test('what passes for plain in the page is an answer in the core', () => {
  const wrong = [...REPLIES, ...ERRORS].filter((example) => passes(example) && !ANSWERS.has(example.is));
  assert.deepEqual(wrong, []);
});

test('nothing but a revert passes of all errors', () => {
  const errors = ERRORS.filter(passes);
  assert.ok(errors.length > 0 && errors.every(({ is }) => is === 'chain'), JSON.stringify(errors));
});

/** The results that a node gave to standard reads (https://github.com/ethereum/execution-apis). @type {Example[]} */
const RESULTS = read('tests/fixtures/execution_apis.jsonl')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .filter(({ method, reply }) => /^(eth|net|web3)_(?!sendRaw)/.test(method) && reply.startsWith('"result":'))
  .map(({ method, reply }) => ({ is: 'answer', method, body: `{"jsonrpc":"2.0","id":1,${reply}}` }));

/** Seldom asked: whatever comes, the core judges it. */
const SELDOM = new Set([
  'eth_capabilities',
  'eth_config',
  'eth_createAccessList',
  'eth_getProof',
  'eth_getStorageValues',
  'eth_syncing',
  'net_listening',
  'web3_clientVersion',
]);

test('what nodes answer to common reads costs no message', () => {
  assert.ok(RESULTS.length > 100);
  const asked = RESULTS.filter((example) => !passes(example) && !SELDOM.has(example.method ?? ''));
  assert.deepEqual(asked, []);
});
