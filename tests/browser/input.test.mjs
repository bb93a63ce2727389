// Wrong input from people and pages: each case ends clearly, and nothing is lost.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { ask, stage } from './stage.mjs';

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

/** @param {string} url @param {number} [chain] */
const probe = (url, chain = 1) => on.session.send({ type: 'probe', chain, url, lang: 'en' });
/** @param {string} url */
const add = (url) => on.session.send({ type: 'edit', edit: { op: 'add-endpoint', chain: 1, url }, lang: 'en' });

for (const [what, url] of [
  ['empty', ''],
  ['of another kind', 'ftp://a.example/'],
  ['without a host', 'https://'],
  ['not a URL', 'what is this'],
]) {
  test(`an endpoint URL that is ${what}`, async () => {
    const before = await on.session.send({ type: 'export' });
    for (const reply of [await probe(url), await add(url)]) {
      assert.equal(reply.type, 'problem', JSON.stringify(reply));
      assert.ok(reply.message.length > 10);
    }
    assert.deepEqual(await on.session.send({ type: 'export' }), before);
  });
}

test('a duplicate endpoint', async () => {
  const reply = await add(on.net.nodes[0].url);
  assert.deepEqual([reply.type, reply.code], ['problem', 'duplicate']);
});

for (const [fault, code] of [
  ['wrong-chain', 'wrong-chain'],
  ['html', 'not-json-rpc'],
  ['refuse', 'no-answer'],
  ['dark', 'no-answer'],
  ['503', /./],
]) {
  test(`a new endpoint that answers ${fault}`, async () => {
    await on.net.nodes[0].setFault(String(fault));
    const reply = await probe(`${on.net.nodes[0].url}tried`);
    assert.equal(reply.type, 'problem', JSON.stringify(reply));
    assert.match(reply.code, typeof code === 'string' ? new RegExp(`^${code}$`) : code);
    assert.ok(!reply.message.includes('/tried'), 'no path in a message');
  });
}

/**
 * What the popup says about a server that answers every request like this.
 * @param {import("node:http").RequestListener} serve
 */
async function told(serve) {
  const server = http.createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    return await probe(`http://127.0.0.1:${port}/v3/0123456789abcdef0123456789abcdef`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('an unsynced endpoint is quoted, without its key', async () => {
  const message = 'chain not synced beyond EIP-155 replay-protection fork block (0123456789abcdef0123456789abcdef)';
  const reply = await told(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { id } = JSON.parse(Buffer.concat(chunks).toString() || '{}');
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message } }));
  });
  assert.deepEqual([reply.type, reply.code], ['problem', 'not-ready']);
  assert.match(reply.message, /“chain not synced beyond EIP-155 replay-protection fork block \(…\)”/);
});

test('a redirect is reported and not followed', async () => {
  const there = on.net.nodes[1];
  there.counts.reset();
  const reply = await told((_, response) => {
    response.writeHead(308, { location: `${there.url}elsewhere` }).end();
  });
  assert.deepEqual([reply.type, reply.code], ['problem', 'redirect']);
  assert.ok(!(there.counts.seen ?? []).some((/** @type {any} */ { url = '' }) => url.includes('elsewhere')));
});

test('a refused connection is reported', async () => {
  await on.net.nodes[0].setFault('refuse');
  const reply = await probe(`${on.net.nodes[0].url}tried`);
  assert.deepEqual([reply.type, reply.code], ['problem', 'no-answer']);
  assert.match(reply.message, /refuses the connection/);
});

test('an endpoint that answers: its chain, its time, its ground', async () => {
  const reply = await probe(`${on.net.nodes[1].url}tried`);
  assert.deepEqual([reply.type, reply.chain, reply.ground.chip], ['probed', 1, 'Google europe-west3']);
});

test('credentials in a URL become a header and stay hidden', async () => {
  const url = on.net.nodes[2].url.replace('http://', 'http://anna:s3cr3t@');
  assert.equal((await probe(url)).type, 'probed');
  const { headers } = on.net.nodes[2].counts.seen.at(-1) ?? { headers: {} };
  assert.equal(/** @type {any} */ (headers).authorization, `Basic ${Buffer.from('anna:s3cr3t').toString('base64')}`);
  assert.equal((await add(url)).type, 'done');
  const shown = JSON.stringify([await on.session.snapshot(), await on.session.send({ type: 'trail', lang: 'en' })]);
  assert.doesNotMatch(shown, /s3cr3t|anna/);
  await on.session.setSettings(on.net.settings());
});

const many = {
  version: 1,
  chains: [
    { id: 1, name: 'E', endpoints: Array.from({ length: 10_000 }, (_, i) => ({ url: `https://e${i}.example/` })) },
  ],
};
for (const [what, text] of /** @type {[string, string][]} */ ([
  ['not JSON', '{nonsense'],
  ['of an unknown version', '{"version":99}'],
  ['with unknown fields', '{"version":1,"colour":"blue"}'],
  ['with a negative deadline', '{"version":1,"deadline_ms":-1}'],
  ['with 10,000 endpoints', JSON.stringify(many)],
  ['of 5 MB', `{"version":1,"sites_off":["${'a'.repeat(5_000_000)}"]}`],
])) {
  test(`an import that is ${what}`, async () => {
    const before = await on.session.send({ type: 'export' });
    const reply = await on.session.send({ type: 'import', text, lang: 'en' });
    assert.equal(reply.type, 'problem');
    assert.ok(reply.message.length > 10 && reply.message.length < 500, reply.message);
    assert.deepEqual(await on.session.send({ type: 'export' }), before);
  });
}

test('malformed requests end with an error, and reads go on', async () => {
  const codes = await page.evaluate(async () => {
    const provider = /** @type {any} */ (window).found;
    /** @type {any} */
    const cyclic = [];
    cyclic.push(cyclic);
    const wrong = [
      undefined,
      null,
      7,
      'eth_blockNumber',
      [],
      {},
      { method: 5 },
      { method: '' },
      { method: 'eth_call', params: cyclic },
      { method: 'eth_call', params: ['x'.repeat(10_000_000)] },
      { method: 'eth_call', params: [10n] },
      { method: 'e'.repeat(5000) },
      {
        method: 'eth_call',
        get params() {
          throw new Error('trap');
        },
      },
    ];
    return Promise.all(
      wrong.map((args) =>
        Promise.resolve()
          .then(() => provider.request(args))
          .then(
            (/** @type {any} */ value) => ({ value }),
            (/** @type {any} */ error) => (typeof error?.code === 'number' ? 'code' : String(error)),
          ),
      ),
    );
  });
  for (const [i, seen] of codes.entries())
    assert.ok(seen === 'code' || /trap/.test(String(seen)), `request ${i}: ${JSON.stringify(seen)}`);
  assert.ok((await ask(page, 'eth_blockNumber')).result);
});

test('a thousand requests at once are all settled', async () => {
  // A slow machine must not fail this test.
  await on.session.setSettings(on.net.settings({ deadline_ms: 60_000 }));
  const ends = await page.evaluate(async (accounts) => {
    const provider = /** @type {any} */ (window).found;
    const all = Array.from({ length: 1000 }, (_, i) =>
      provider.request({ method: 'eth_getStorageAt', params: [accounts[i % 4], `0x${i.toString(16)}`, 'latest'] }),
    );
    /** @type {Record<string, number>} */
    const counts = {};
    for (const end of await Promise.allSettled(all)) {
      const key = end.status === 'fulfilled' ? 'answered' : `${end.reason?.code}: ${end.reason?.message}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }, on.net.accounts);
  assert.deepEqual(ends, { answered: 1000 });
});
