// Methods beyond the standard ones, from a page to the nodes: a trace where the switch allows it, and a transaction
// that is answered by its receipt.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, stage, until } from './stage.mjs';
import { signedTransfer } from './transfer.mjs';

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;

before(async () => {
  on = await stage();
  page = await on.dapp();
  on.net.keepMining(500);
});
after(() => on?.close());

/** @param {string} method @returns {number[]} how often each node was asked for it */
const counts = (method) => on.net.nodes.map((node) => node.counts.methods[method] ?? 0);

test('traces go only to the endpoint with the switch', async () => {
  const block = await on.net.nodes[0].anvil.rpc('eth_getBlockByNumber', ['latest', false]);
  const trace = () => ask(page, 'debug_traceBlockByNumber', [block.number, { tracer: 'callTracer' }]);
  assert.equal((await trace()).code, 4200);
  assert.deepEqual(counts('debug_traceBlockByNumber'), [0, 0, 0]);
  const settings = on.net.settings();
  Object.assign(settings.chains[0].endpoints[1], { traces: true });
  await on.session.setSettings(settings);
  const { result } = await trace();
  assert.deepEqual(
    result,
    await on.net.nodes[1].anvil.rpc('debug_traceBlockByNumber', [block.number, { tracer: 'callTracer' }]),
  );
  const [first, second, third] = counts('debug_traceBlockByNumber');
  assert.ok(second > 0, 'asked');
  assert.deepEqual([first, third], [0, 0]);
});

for (const patience of [[], [10_000]]) {
  const when = patience.length ? " within the page's patience" : '';
  test(`a transaction goes to all; its receipt returns${when}`, async () => {
    await on.net.heal();
    const { result, ...error } = await ask(page, 'eth_sendRawTransactionSync', [
      await signedTransfer(on.net),
      ...patience,
    ]);
    assert.deepEqual(error, {});
    assert.equal(result.status, '0x1');
    const look = () => on.net.nodes[0].anvil.rpc('eth_getTransactionReceipt', [result.transactionHash]);
    await until(
      look,
      (known) => known?.transactionHash === result.transactionHash,
      "the transaction in the first node's block",
    );
    assert.ok(
      counts('eth_sendRawTransactionSync').every((asked) => asked > 0),
      'every node was sent it',
    );
  });
}
