// What a page sees when the endpoint of its own JSON-RPC fails, in every way, and lanes can answer.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openBrowser } from './platform/open.mjs';
import { ownData, startWorld } from './platform/server.mjs';

const BROWSER = /** @type {'chromium' | 'firefox'} */ (process.env.BROWSER ?? 'chromium');
const JSON_TYPE = 'content-type: application/json\r\n';

/** @param {string} method @param {unknown} [id] */
const lane = (method, id = 7) => ({ jsonrpc: '2.0', id, result: `lane:${method}` });
const OWN = ownData('eth_call', ['0x1', 'latest']);
const BALANCE = lane('eth_getBalance');
const TEXT = JSON.stringify(BALANCE);
/** Every event of an ordinary success. A response that had already begun goes on from there. */
const SUCCESS = [
  'readystatechange 1/0',
  'loadstart 0',
  'readystatechange 2/200',
  'readystatechange 3/200',
  'progress',
  'readystatechange 4/200',
  'load n',
  'loadend n',
];

describe(`direct reads, ${BROWSER}`, () => {
  /** @type {Record<string, any>} */
  let saw;
  /** @type {import('./platform/server.mjs').World['hits']} */
  let hits;

  before(async () => {
    const world = await startWorld();
    const browser = await openBrowser(BROWSER);
    try {
      const page = await browser.newPage();
      await page.goto(`${world.page}/site`);
      const { page: origin, rpc, ws, dead } = world;
      const text = await page.evaluate(
        async (given) => {
          const address = '/src/tests/browser/platform/rescue.mjs';
          return (await import(address)).rescueAll(given);
        },
        { page: origin, rpc, ws, dead },
      );
      saw = JSON.parse(text);
      hits = world.hits;
    } finally {
      await browser.close();
      await world.close();
    }
  });

  for (const fault of ['429', '503', 'html', 'limit', 'reset', 'half-reset', 'half-hang', 'hang']) {
    it(`fetch, ${fault}: a real response with the lane's answer`, () => {
      assert.deepEqual(saw[`fetch ${fault}`], {
        status: 200,
        statusText: 'OK',
        ok: true,
        type: 'cors',
        url: true,
        redirected: false,
        own: null,
        headers: [['content-type', 'application/json']],
        real: true,
        used: false,
        text: TEXT,
        usedAfter: true,
        clone: [true, 'cors', BALANCE],
      });
    });

    it(`XMLHttpRequest, ${fault}: one ordinary success`, () => {
      const { log, ...rest } = saw[`xhr ${fault}`];
      assert.deepEqual(log, SUCCESS);
      const { headers, ...state } = rest;
      assert.ok(headers.includes(JSON_TYPE), headers);
      assert.deepEqual(state, { status: 200, statusText: 'OK', readyState: 4, response: TEXT, text: TEXT, url: true });
    });
  }

  for (const name of ['503', 'hang', 'reset', 'clone', 'of a Request', 'that names its referrer']) {
    it(`a Request object, ${name}: a real response from the lanes`, () => {
      const { text, status, type, url, real, request } = saw[`Request ${name}`];
      assert.deepEqual(
        { text, status, type, url, real, request },
        { text: TEXT, status: 200, type: 'cors', url: true, real: true, request: true },
      );
    });
  }

  it('a Request object: a send or one with an init is not touched', () => {
    assert.deepEqual(saw['Request send is never rescued'], [503, 0]);
    assert.deepEqual(saw["Request with an init is the platform's"], [503, 0]);
    assert.deepEqual(saw['Request aborted while the lanes think'], [
      { name: 'RangeError', kind: 'RangeError', code: null },
      1,
    ]);
    assert.deepEqual(saw['Request chain learnt'], lane('eth_call'));
  });

  it('XMLHttpRequest: the same events as without a fault', () => {
    assert.deepEqual(saw['xhr good'].log, SUCCESS);
  });

  it('XMLHttpRequest: every response type', () => {
    assert.deepEqual(saw['xhr json'].response, BALANCE);
    assert.equal(saw['xhr json'].text.name, 'InvalidStateError');
    assert.equal(saw['xhr arraybuffer'].response, TEXT);
    assert.equal(saw['xhr blob'].response, TEXT);
  });

  it('binary bodies and batches keep ids and order', () => {
    assert.deepEqual(saw['fetch bytes'], lane('eth_call'));
    assert.deepEqual(saw['fetch batch'], [lane('eth_call', 9), lane('eth_getLogs', 'b')]);
  });

  it('a chain id the page has seen is answered without a lane', () => {
    assert.deepEqual(saw['fetch chain id'], [{ jsonrpc: '2.0', id: 7, result: '0x1' }, 0]);
  });

  it("a good answer stays the platform's object; no lane is asked", () => {
    const [own, reply, asked] = saw["fetch good is the platform's own object"];
    assert.deepEqual([own, reply.result, asked], [[], OWN, 0]);
  });

  it('a send is never rescued, alone or in a batch', () => {
    assert.deepEqual(saw['fetch send is never rescued'], [503, 503, 0]);
  });

  it('an unknown or unguarded chain is not guessed', () => {
    assert.deepEqual(saw['fetch chain never named'], [503, 0]);
    assert.deepEqual(saw['fetch chain not guarded'], [503, 0]);
    assert.deepEqual(saw['fetch switched off'], [503, 0]);
  });

  it('when no lane can answer, the page gets its own failure', () => {
    const [status, broken, asked] = saw['fetch no lane'];
    assert.deepEqual([status, broken.error.name, asked], [503, 'TypeError', 2]);
    assert.deepEqual(saw['fetch lanes silent'], [503, 1]);
  });

  it("the page's abort and timeout also reach the lanes", () => {
    assert.deepEqual(saw['fetch aborted while the lanes think'], [
      { name: 'RangeError', kind: 'RangeError', code: null },
      1,
    ]);
    const [log, readyState, status, own] = saw['xhr aborted while the lanes think'];
    assert.deepEqual(log, ['readystatechange 1/0', 'loadstart 0', 'readystatechange 4/0', 'abort 0', 'loadend 0']);
    assert.deepEqual([readyState, status, own], [0, 0, []]);
    assert.deepEqual(saw['xhr timeout while the lanes think'][1], 503);
  });

  it("an XMLHttpRequest reused after a rescue is the platform's", () => {
    const [rescued, after] = saw['xhr used again after a rescue'];
    assert.deepEqual(rescued.slice(0, 3), [1, 200, 'lane:eth_call']);
    assert.deepEqual(after, [1, 200, OWN, 0]);
  });

  it('WebSocket: lanes answer a stalled or refused read', () => {
    assert.deepEqual(saw['socket stalls'], [[JSON.stringify(lane('eth_getBalance', 5))], 1]);
    assert.deepEqual(saw['socket refuses'], [JSON.stringify(lane('eth_getBalance', 5))]);
  });

  it("WebSocket: the endpoint's late answer is not delivered again", () => {
    const [rescued, next, ...more] = saw['socket late answer is dropped'];
    assert.deepEqual(JSON.parse(rescued), lane('eth_getBalance', 5));
    assert.deepEqual([JSON.parse(next).id, more], [6, []]);
  });

  it('WebSocket: reads in flight are answered before `close`', () => {
    const answer = JSON.stringify(lane('eth_getBalance', 5));
    assert.deepEqual(
      saw['socket dies'].filter((/** @type {string} */ line) => line !== 'error'),
      [answer, 'close 1006'],
    );
    assert.deepEqual(saw['socket leaves politely'], [answer, 'close 1012']);
  });

  it("the chain is asked once, with the page's headers, unseen", () => {
    assert.deepEqual(saw['fetch chain learnt the way the page asks'], lane('eth_call'));
    assert.deepEqual(saw['xhr chain learnt'], lane('eth_call'));
    const log = saw["socket chain learnt between the page's own requests"].map((/** @type {string} */ text) =>
      JSON.parse(text),
    );
    assert.deepEqual(
      log.map((/** @type {any} */ reply) => [reply.id, reply.result]),
      [
        [1, OWN],
        [2, 'lane:eth_getCode'],
      ],
    );
    assert.equal(hits.filter(({ path, body }) => path.startsWith('/ws') && JSON.parse(body).id >= 2 ** 52).length, 1);
  });

  it('destroy restores the platform', () => assert.equal(saw.destroyed, true));
});
