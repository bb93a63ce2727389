// Reading a page's own JSON-RPC: is it a read, and is the reply plainly an answer?

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { candidate, chainNamed, localReply, parseCall } from '../../extension/inpage/direct/rpc.js';
import { isPlain, mayAnswer } from '../../extension/inpage/direct/judge.js';

/** Chain ids as endpoints write them, as JSON, and what the core makes of them. @type {[string, number | null][]} */
const CHAIN_IDS = JSON.parse(readFileSync(new URL('../fixtures/chain_ids.json', import.meta.url), 'utf8'));
const read = '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[]}';

describe('candidate', () => {
  it('takes JSON texts and bytes that name jsonrpc near an end', () => {
    assert.equal(candidate(read), read);
    const ethers = `{"method":"eth_call","params":["${'0'.repeat(5000)}"],"id":1,"jsonrpc":"2.0"}`;
    assert.equal(candidate(ethers), ethers);
    assert.equal(candidate(new TextEncoder().encode(ethers)), ethers);
    assert.equal(candidate(new TextEncoder().encode(read).buffer), read);
    const inside = new Uint8Array(new TextEncoder().encode(`xx${read}xx`).buffer, 2, read.length);
    assert.equal(candidate(inside), read);
  });

  it('leaves everything else alone', () => {
    const bodies = [
      '',
      'jsonrpc',
      ' {"jsonrpc":"2.0"}',
      '{"a":1}',
      `{"a":"${'x'.repeat(500)}","jsonrpc":"${'y'.repeat(500)}"}`,
      new Uint8Array(0),
      new Uint8Array([123]),
      new DataView(new ArrayBuffer(4)),
      new Blob([read]),
      7,
      true,
      {},
      null,
      undefined,
      `{"jsonrpc":"2.0","params":"${'x'.repeat(4 * 1024 * 1024)}"}`,
    ];
    for (const body of bodies) assert.equal(candidate(body), null);
  });
});

describe('parseCall', () => {
  it('accepts reads and the chain id, alone and in batches', () => {
    assert.deepEqual(parseCall(read)?.items, [{ id: 1, method: 'eth_call' }]);
    const batch = parseCall(`[${read},{"jsonrpc":"2.0","id":"b","method":"eth_chainId"}]`);
    assert.equal(batch?.batch, true);
    assert.deepEqual(batch?.items, [
      { id: 1, method: 'eth_call' },
      { id: 'b', method: 'eth_chainId' },
    ]);
  });

  it('refuses a body with anything in it that is not a read', () => {
    const with_ = (/** @type {string} */ method) =>
      `[${read},{"jsonrpc":"2.0","id":2,"method":${JSON.stringify(method)}}]`;
    for (const method of [
      'eth_sendRawTransaction',
      'eth_sendTransaction',
      'personal_sign',
      'eth_subscribe',
      'eth_newFilter',
      'wallet_addEthereumChain',
      'my_method',
      'toString',
      '__proto__',
      'constructor',
    ]) {
      assert.equal(parseCall(with_(method)), null, method);
    }
  });

  it('refuses notifications, broken bodies and odd shapes', () => {
    for (const text of [
      '{"jsonrpc":"2.0","method":"eth_call"}',
      '{"jsonrpc":"2.0","id":null,"method":"eth_call"}',
      '[]',
      '[1]',
      '{"jsonrpc"',
      '{"jsonrpc":"2.0","id":1,"method":5}',
      '[[]]',
      '{"jsonrpc":"2.0","id":{},"method":"eth_call"}',
    ]) {
      assert.equal(parseCall(text), null, text);
    }
  });
});

describe('the chain', () => {
  const ask = '{"jsonrpc":"2.0","id":4,"method":"eth_chainId"}';

  it("is read from an answer to the page's own question", () => {
    const call = /** @type {any} */ (parseCall(`[${read},${ask}]`));
    const reply = (/** @type {string} */ result) =>
      `[{"id":1,"result":"0x5"},{"jsonrpc":"2.0","id":4,"result":${result}}]`;
    assert.equal(chainNamed(call, reply('"0xa4b1"')), 42161);
    for (const [result, chain] of CHAIN_IDS) assert.equal(chainNamed(call, reply(result)), chain, result);
    assert.equal(
      chainNamed(/** @type {any} */ (parseCall(read)), '{"id":1,"result":"0x1"}'),
      null,
      'an eth_call is no such question',
    );
    assert.equal(chainNamed(call, 'not json'), null);
  });

  it('is answered by us when nothing else is asked', () => {
    const version = '{"jsonrpc":"2.0","id":"v","method":"net_version"}';
    assert.equal(localReply(/** @type {any} */ (parseCall(ask)), 10), '{"jsonrpc":"2.0","id":4,"result":"0xa"}');
    assert.equal(
      localReply(/** @type {any} */ (parseCall(`[${ask},${version}]`)), 10),
      '[{"jsonrpc":"2.0","id":4,"result":"0xa"},{"jsonrpc":"2.0","id":"v","result":"10"}]',
    );
    assert.equal(localReply(/** @type {any} */ (parseCall(`[${ask},${read}]`)), 10), null);
  });
});

describe('isPlain', () => {
  const error = (/** @type {number} */ code, /** @type {string} */ message) =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message } });
  const gives = (/** @type {string} */ text) => `{"jsonrpc":"2.0","id":1,"result":${text}}`;
  const result = gives('"0x"');
  const one = (/** @type {string} */ method = 'eth_call') => ({ text: '', batch: false, items: [{ id: 1, method }] });
  const three = { text: '', batch: true, items: [1, 'b', 3].map((id) => ({ id, method: 'eth_call' })) };
  const reply = (/** @type {unknown} */ id) => JSON.stringify({ id, result: '0x1' });
  const table = /** @type {[boolean, number, string | null, string | null, string, any?][]} */ ([
    [true, 200, 'application/json', result, 'a result'],
    [true, 200, 'text/plain', '{"id":"1","result":"0x1"}', 'odd type, and an id as a text'],
    [true, 200, null, gives('null'), 'null, of a receipt', one('eth_getTransactionReceipt')],
    [true, 200, null, error(3, 'execution reverted: rate limit'), 'a contract that speaks of limits'],
    [true, 500, null, error(-32000, 'execution reverted'), 'a revert with 500'],
    [true, 200, null, error(-32603, 'VM Exception while processing transaction: revert'), 'a revert in other words'],
    [true, 200, null, null, 'a long answer'],
    [true, 200, null, `[${reply(3)},${reply(1)},${reply('b')}]`, 'a batch in another order', three],
    [true, 200, null, gives('{"number":"0x1","hash":"0x2"}'), 'a block', one('eth_getBlockByNumber')],
    [false, 200, null, gives('{}'), 'an empty block', one('eth_getBlockByNumber')],
    [false, 200, null, gives('null'), 'null, of a call'],
    [false, 200, null, gives('"Error while processing"'), 'a sentence'],
    [false, 200, null, gives('1e99999'), 'no number'],
    [false, 200, null, '{"id":2,"result":"0x"}', "another request's id"],
    [false, 200, null, `[${reply(1)},${reply(3)}]`, 'a batch of three answered by two', three],
    [
      false,
      200,
      null,
      '[{"id":null,"error":{"code":-32600,"message":"no"}}]',
      'a batch refused in an array of one',
      three,
    ],
    [false, 200, null, `[${result}]`, 'an array to a single call'],
    [false, 200, null, result, 'a single answer to a batch', three],
    [false, 400, null, error(-32602, 'invalid params'), 'an error'],
    [false, 200, null, error(-32000, 'header not found'), "the node's own error"],
    [false, 500, null, result, 'a result with 500'],
    [false, 200, 'text/html', result, 'HTML by its type'],
    [false, 200, 'text/html; charset=utf-8', null, 'a long page'],
    [false, 200, 'application/json', '<html>', 'HTML by its body'],
    [false, 200, null, '', 'nothing'],
    [false, 200, null, '[]', 'an empty list'],
    [false, 200, null, '{"message":"sign up"}', 'no envelope'],
    [false, 429, null, result, '429'],
    [false, 502, null, null, 'a long 502'],
  ]);
  for (const [plain, status, type, text, name, call = one()] of table) {
    it(`${name}: ${plain ? 'stands' : 'is for the core to judge'}`, () =>
      assert.equal(isPlain(call, status, type, text), plain));
  }

  it('the head alone can tell', () => {
    assert.equal(mayAnswer(429, null), false);
    assert.equal(mayAnswer(200, 'text/html'), false);
    assert.equal(mayAnswer(400, 'application/json'), true);
  });
});
