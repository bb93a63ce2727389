// A page that asks a crowd of questions at once: several share an HTTP request, each gets its own answer, and an
// endpoint that takes no batches is no worse for it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { stage } from './stage.mjs';

const READS = 400;

/** @type {Awaited<ReturnType<typeof stage>>} */
let on;
/** @type {import("puppeteer-core").Page} */
let page;

before(async () => {
  on = await stage();
  page = await on.dapp();
});
after(() => on?.close());
beforeEach(() => on.net.heal());

/**
 * Calls of the identity precompile, which gives back what it is given: how many were told their own number.
 * @param {number} from
 */
const echoed = (from) =>
  page.evaluate(
    async (first, all) => {
      const { found } = /** @type {any} */ (window);
      const to = '0x0000000000000000000000000000000000000004';
      const one = async (/** @type {number} */ n) => {
        const data = `0x${n.toString(16).padStart(64, '0')}`;
        return (await found.request({ method: 'eth_call', params: [{ to, data }, 'latest'] })) === data;
      };
      const own = await Promise.all(Array.from({ length: all }, (_, i) => one(first + i)));
      return own.filter(Boolean).length;
    },
    from,
    READS,
  );

const posts = () => on.net.nodes.reduce((sum, node) => sum + node.counts.posts, 0);

test('many reads share HTTP requests, and each gets its own answer', async () => {
  const before = posts();
  assert.equal(await echoed(1), READS);
  const more = posts() - before;
  // On a busy machine the page asks more slowly, and fewer wait together.
  assert.ok(more < READS, `${more} HTTP requests for ${READS} reads`);
});

test('an endpoint that takes no batches is asked one by one', async () => {
  const settings = on.net.settings();
  // Another path is another endpoint: nothing is known of these.
  for (const endpoint of settings.chains[0].endpoints) endpoint.url += 'single';
  await on.session.setSettings(settings);
  for (const node of on.net.nodes) await node.setFault('no-batches');
  const before = posts();
  assert.equal(await echoed(1_000_000), READS);
  assert.ok(posts() - before >= READS, 'one by one');
  const chains = (await on.session.send({ type: 'snapshot', lang: 'en' })).chains;
  for (const endpoint of chains[0].endpoints) assert.equal(endpoint.health, 'good', endpoint.name);
});
