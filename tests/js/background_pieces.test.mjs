// Large texts reach the background in pieces. It joins them, and holds a limited amount.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { aroundWorker, connected, coreWith, run, wait } from './lib/core.mjs';

before(aroundWorker);

const ask = (/** @type {number} */ id) => JSON.stringify({ type: 'ask', id, chain: 1 });

/** @param {string} text @returns {import('../../extension/lib/pieces.js').Part[]} */
const inPieces = (text) => {
  const parts = [];
  for (let from = 0; from < text.length; from += 60_000) {
    parts.push({ text: text.slice(from, from + 60_000), start: from === 0, end: from + 60_000 >= text.length });
  }
  return parts;
};

test('a text in pieces is handled once it is complete', async () => {
  const { calls, makeGlue } = coreWith();
  const { api } = await run(makeGlue);
  const [one, other] = [await connected(api), await connected(api)];
  const texts = ['x', 'y'].map((fill) =>
    JSON.stringify({ type: 'ask', id: 1, chain: 1, params: fill.repeat(200_000) }),
  );
  const [mine, theirs] = texts.map(inPieces);
  one.onMessage.fire([Date.now(), mine[0]]); // given up: the next one starts over
  for (const [i, piece] of mine.entries()) {
    one.onMessage.fire([Date.now(), piece]);
    other.onMessage.fire([Date.now(), ask(7), theirs[i]]);
  }
  await wait();
  const heard = calls.filter(([m]) => m === 'message').map(([, client, text]) => `${client} ${text}`);
  assert.deepEqual(heard, [...Array(3).fill(`2 ${ask(7)}`), `1 ${texts[0]}`, `2 ${ask(7)}`, `2 ${texts[1]}`]);
});

test('pieces too long or without a text cost their document', async () => {
  const { calls, makeGlue } = coreWith();
  const { api } = await run(makeGlue);
  const piece = (/** @type {number} */ i) => ({ text: 'x'.repeat(1 << 20), start: i === 0, end: false });
  for (const parts of [[0, 1, 2, 3, 4].map(piece), [{ text: 5, start: true, end: true }], [{ text: 'x' }], [null]]) {
    const port = await connected(api);
    for (const part of parts) port.onMessage.fire([Date.now(), part]);
    await wait();
    assert.ok(port.closed, JSON.stringify(parts).slice(0, 40));
  }
  assert.ok(!calls.some(([m]) => m === 'message'));
});

test('documents of one site hold at most 16 MiB in pieces', async () => {
  const { makeGlue } = coreWith();
  const { api } = await run(makeGlue);
  const sender = (/** @type {string} */ site, frameId = 0) => ({
    id: api.runtime.id,
    frameId,
    origin: site,
    url: `${site}/`,
    tab: { url: `${site}/` },
  });
  const starts = async (/** @type {any} */ from) => {
    const port = await connected(api, from);
    port.onMessage.fire([Date.now(), { text: 'x'.repeat(4 << 20), start: true, end: false }]);
    await wait();
    return port;
  };
  const evil = [];
  for (let frame = 0; frame < 6; frame++) evil.push(await starts(sender('https://evil.test', frame)));
  const good = await starts(sender('https://good.test'));
  assert.deepEqual(
    evil.map(({ closed }) => closed),
    [false, false, false, false, true, true],
  );
  assert.ok(!good.closed);
});
