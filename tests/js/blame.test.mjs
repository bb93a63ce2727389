// Which document made a core fail, so that others have no more pauses because of it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Blame } from '../../extension/lib/blame.js';
import { fakePort } from './lib/browser.mjs';
import { aroundWorker, coreWith, run, wait } from './lib/core.mjs';

before(aroundWorker);

const GOOD = { origin: 'https://good.example', host: 'good.example' };
const EVIL = { origin: 'https://evil.example', host: 'evil.example' };

/** @param {any} api @param {{origin: string, host: string}} [page] */
async function connected(api, { origin, host } = EVIL) {
  const port = fakePort({
    id: api.runtime.id,
    origin,
    url: `${origin}/`,
    tab: { url: `https://${host}/` },
    frameId: 0,
  });
  api.runtime.onConnect.fire(port);
  await wait();
  return port;
}

/** @param {any} port @returns {string[]} */
const heard = (port) => port.said.map((/** @type {string} */ text) => JSON.parse(text).type);
const ask = (/** @type {number} */ id) => JSON.stringify({ type: 'ask', id, chain: 1 });

/** A core whose instance traps on command. @param {any} port @param {any} shell */
const asks = async (port, shell, id = 1) => {
  port.onMessage.fire([Date.now(), ask(id)]);
  await wait();
  return shell.life;
};

/** A reply to a document's read arrives, and the core traps on it. @param {any} shell @param {number} number */
function trapsOverReply(shell, number) {
  shell.host.serves(number);
  shell.life.fail(new WebAssembly.RuntimeError('unreachable'));
}

/** @param {any} shell @param {any} clock */
async function nextCore(shell, clock) {
  await clock.pass(60_000);
  await shell.ready;
}

test('a fatal reply is blamed on the document that asked', async () => {
  const { api, shell, clock } = await run(coreWith().makeGlue);
  const good = await connected(api, GOOD);
  for (let time = 1; time <= 3; time++) {
    const evil = await connected(api);
    assert.equal(evil.closed, false);
    await asks(evil, shell);
    trapsOverReply(shell, time + 1);
    assert.deepEqual(heard(evil), ['state', 'let-go']);
    await nextCore(shell, clock);
  }
  assert.deepEqual(heard(await connected(api)), ['let-go'], 'it is not served again');
  assert.deepEqual(heard(good), ['state', 'state', 'state'], 'it had to wait, and is not let go');
  assert.equal(good.closed, false);
});

test('a reply is handled once the core says so', async () => {
  const { api, shell, clock } = await run(coreWith().makeGlue);
  for (let time = 1; time <= 4; time++) {
    const port = await connected(api);
    shell.host.serves(time);
    shell.host.serves(0);
    trapsOverReply(shell, 0);
    assert.deepEqual(heard(port), ['state']);
    await nextCore(shell, clock);
  }
});

test('closed documents and others of the origin are blamed too', async () => {
  const { api, shell, clock } = await run(coreWith().makeGlue);
  const other = await connected(api);
  for (let time = 1; time <= 3; time++) {
    const first = await connected(api);
    first.onDisconnect.fire(first);
    trapsOverReply(shell, time + 1);
    await nextCore(shell, clock);
  }
  assert.equal(heard(other).at(-1), 'let-go');
  assert.ok(other.closed);
});

test('a timer blames a lone waiting origin after three traps', async () => {
  const { api, shell, clock } = await run(coreWith().makeGlue);
  const [evil, good] = [await connected(api), await connected(api, GOOD)];
  /** @param {any[]} who have reads waiting @param {boolean} [settled] */
  const timer = async (who, settled = false) => {
    for (const [i, port] of who.entries()) await asks(port, shell, i);
    if (settled)
      who.forEach((port, i) =>
        shell.host.post(port === evil ? 1 : 2, JSON.stringify({ type: 'answer', id: i, result: '1' })),
      );
    shell.life.fail(new WebAssembly.RuntimeError('unreachable'));
    await nextCore(shell, clock);
  };
  for (const who of [[evil], [evil], [evil, good], [evil], [evil], []]) await timer(who);
  await timer([evil], true);
  for (const who of [[evil], [evil], [good], [evil], [evil]]) await timer(who);
  assert.deepEqual([evil.closed, good.closed], [false, false]);
  await timer([evil]);
  assert.deepEqual([evil.closed, good.closed], [true, false]);
});

test('our own requests are blamed on nobody', async () => {
  const fragile = coreWith((method) => {
    if (method === 'panel') throw new WebAssembly.RuntimeError('unreachable');
  });
  const { api, shell, clock } = await run(fragile.makeGlue);
  const port = await connected(api);
  for (let time = 1; time <= 4; time++) {
    await asks(port, shell);
    assert.equal(/** @type {any} */ (await shell.panel({ type: 'trail' })).code, 'core-failed');
    await nextCore(shell, clock);
  }
  assert.equal(port.closed, false);
});

test('frames with ever new origins are shut out, not their tab', () => {
  const blame = new Blame();
  const frame = (/** @type {number} */ i) => ({ origin: `https://a${i}.evil.example`, host: 'evil.example' });
  for (let i = 1; i <= 9; i++) {
    assert.equal(blame.isOver(frame(i)), false, `${i}`);
    blame.meet(i, frame(i));
    blame.put(i);
  }
  assert.deepEqual(
    [blame.isOver(frame(10)), blame.isOver(EVIL), blame.isOver({ ...EVIL, origin: 'https://evil.example:8443' })],
    [true, false, false],
  );
});

test('what is remembered of documents is bounded', () => {
  const blame = new Blame();
  for (let i = 1; i <= 20_000; i++) blame.meet(i, GOOD);
  assert.equal(blame.pages.size, 10_000);
  assert.ok(blame.pages.has(20_000));
});
