// A core that crashes or does not start: who is let go, who comes back, and when the next core starts.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fakePort } from './lib/browser.mjs';
import { aroundWorker, connected, coreWith, run, wait } from './lib/core.mjs';

before(aroundWorker);

/**
 * One glue after the other; the last one is used from then on.
 * @param {{makeGlue: import('../../extension/lib/life.js').MakeGlue}[]} cores
 */
const oneByOne = (...cores) => {
  let next = 0;
  return (/** @type {any} */ ...parts) =>
    /** @type {any} */ (cores[Math.min(next++, cores.length - 1)]).makeGlue(...parts);
};

/** @param {any} port */
const heard = (port) => port.said.map((/** @type {string} */ text) => JSON.parse(text));
const ask = (/** @type {number} */ id) => JSON.stringify({ type: 'ask', id, chain: 1 });

const trap = () => {
  throw new WebAssembly.RuntimeError('unreachable');
};

test('after a trap its document is let go and others come back', async () => {
  const first = coreWith((method, [client]) => (method === 'message' && client === 1 ? trap() : undefined));
  const second = coreWith();
  const { api, shell, clock } = await run(oneByOne(first, second));
  const [bad, good] = [await connected(api), await connected(api)];
  bad.onMessage.fire(ask(1));
  await wait();
  assert.deepEqual(
    heard(bad).map(({ type }) => type),
    ['state', 'let-go'],
  );
  assert.ok(bad.closed);
  assert.deepEqual(
    heard(good).map(({ type, on }) => [type, on]),
    [['state', false]],
  );
  good.onMessage.fire(ask(2));
  await wait();
  assert.equal(heard(good)[1].on, false, 'nobody waits for the next core');
  await clock.pass(1_000);
  await shell.ready;
  assert.deepEqual(
    second.calls.filter(([m]) => m === 'open').map(([, client]) => client),
    [2],
  );
  good.onMessage.fire(ask(3));
  await wait();
  assert.deepEqual(second.calls.at(-1), ['message', 2, ask(3)]);
});

test('a core that keeps failing is started again, ever more slowly', async () => {
  let lives = 0;
  const broken = {
    makeGlue: () => {
      lives += 1;
      return {
        init: async () => {
          throw new Error('no wasm');
        },
        Core: /** @type {any} */ (Object),
      };
    },
  };
  const { api, shell, clock } = await run(broken.makeGlue);
  const port = await connected(api);
  assert.equal(heard(port).at(-1).on, false);
  port.onMessage.fire(ask(2));
  await wait();
  assert.equal(heard(port).at(-1).on, false);
  // The text is from _locales; the stand-in returns its key.
  assert.deepEqual(await shell.panel({ type: 'trail' }), {
    type: 'problem',
    field: '',
    code: 'core-failed',
    message: 'coreFailed',
  });
  const pauses = [];
  for (let before = clock.now(); pauses.length < 9;) {
    const known = lives;
    while (lives === known) await clock.pass(1_000);
    pauses.push((clock.now() - before) / 1_000);
    before = clock.now();
    await shell.ready;
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('an origin that crashed three cores is not served again', async () => {
  const fragile = coreWith((method, [client]) => (method === 'message' && client < 9 ? trap() : undefined));
  const { api, shell, clock } = await run(fragile.makeGlue);
  for (let i = 0; i < 3; i++) {
    const port = await connected(api);
    port.onMessage.fire(ask(1));
    await wait();
    await clock.pass(60_000);
    await shell.ready;
  }
  const late = await connected(api);
  assert.deepEqual(heard(late), [{ type: 'let-go' }]);
  const other = await connected(api, { ...fakePort().sender, origin: 'https://other.example' });
  assert.equal(other.closed, false);
  assert.equal(fragile.calls.at(-1)[0], 'open');
});
