// One call and the lanes behind it, in virtual time.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settle } from './lib/clock.mjs';
import { answer, endpoint, json, page, post, request } from './lib/direct.mjs';

const URL_ = 'https://rpc.example.org/key';

describe("a page's own fetch", () => {
  it('a good answer: the same object, nothing asked', async () => {
    const given = json(answer(request('eth_call')));
    const { fetch, client } = page(() => Promise.resolve(given));
    assert.equal(await fetch(URL_, post(request('eth_call'))), given);
    assert.equal(await given.text(), answer(request('eth_call')));
    assert.equal(client.asked.length, 0);
  });

  it('a long body passes unread, by length or after 64 KiB', async () => {
    const text = `{"jsonrpc":"2.0","id":1,"result":"${'a'.repeat(200_000)}"}`;
    for (const headers of [{ 'content-length': String(text.length) }, {}]) {
      const given = new Response(text, { headers });
      const { fetch, client } = page(() => Promise.resolve(given));
      assert.equal(await fetch(URL_, post(request('eth_getLogs'))), given);
      assert.equal(await given.text(), text);
      assert.equal(client.asked.length, 0);
    }
  });

  it('a refusal with a length is read and rescued', async () => {
    const text = '{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"limit exceeded"}}';
    const { fetch, client } = page(() =>
      Promise.resolve(new Response(text, { headers: { 'content-length': String(text.length) } })),
    );
    const asking = fetch('https://mainnet.infura.io/v3/key', post(request('eth_call')));
    await settle();
    client.answerAll();
    assert.equal((await (await asking).json()).result, 'lane');
  });

  it('the core judges an error; if it stands, so does the response', async () => {
    const text = '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"header not found"}}';
    const given = new Response(text, { status: 400 });
    const { fetch, client } = page(() => Promise.resolve(given));
    const asking = fetch('https://mainnet.infura.io/v3/key', post(request('eth_call')));
    await settle();
    assert.deepEqual(client.said, [{ status: 400, text }]);
    client.answerAll(null);
    assert.equal(await asking, given);
    assert.equal(await given.text(), text);
  });

  it('a revert stands, and nobody is asked', async () => {
    const given = json('{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"0x01"}}');
    const { fetch, client } = page(() => Promise.resolve(given));
    assert.equal(await fetch('https://mainnet.infura.io/v3/key', post(request('eth_call'))), given);
    assert.equal(client.asked.length, 0);
  });

  it('a late answer reaches the core before the abort', async () => {
    for (const [text, stands] of /** @type {[string, boolean][]} */ ([
      ['{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"odd"}}', false],
      ['{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted"}}', true],
    ])) {
      /** @type {(response: Response) => void} */
      let reply = () => {};
      const given = json(text);
      const { fetch, client, clock } = page(
        () =>
          new Promise((resolve) => {
            reply = resolve;
          }),
      );
      const asking = fetch('https://mainnet.infura.io/v3/key', post(request('eth_call')));
      await clock.pass(1500);
      reply(given);
      await settle();
      assert.equal(client.aborted, 1);
      assert.deepEqual(client.said, stands ? [null] : [null, { status: 200, text }]);
      client.answerAll(null);
      assert.equal(await asking, given);
    }
  });

  it('a stalled call: lanes are asked after the delay', async () => {
    const { state, serve } = endpoint();
    const { fetch, client, clock, sent } = page(serve);
    for (let i = 0; i < 3; i++) await fetch(URL_, post(request('eth_call')));
    await fetch(URL_, post(request('eth_chainId')));
    state.dark = true;
    const asking = fetch(URL_, post(request('eth_call')));
    await clock.pass(399);
    assert.equal(client.asked.length, 0);
    await clock.pass(1);
    assert.deepEqual(client.asked, [[1, request('eth_call')]]);
    client.answerAll();
    assert.equal((await (await asking).json()).result, 'lane');
    assert.equal(sent.at(-1)?.[1].signal.aborted, true);
  });

  it('a trace gets 20 s before a lane is asked', async () => {
    const { state, serve } = endpoint();
    const { fetch, client, clock } = page(serve);
    await fetch(URL_, post(request('eth_chainId')));
    state.dark = true;
    const asking = fetch(URL_, post(request('debug_traceTransaction')));
    await clock.pass(19_999);
    assert.equal(client.asked.length, 0);
    await clock.pass(1);
    assert.equal(client.asked.length, 1);
    await clock.pass(30_000);
    client.answerAll();
    assert.equal((await (await asking).json()).result, 'lane');
  });

  it('a stalled call that answers first stops the lanes', async () => {
    /** @type {(response: Response) => void} */
    let reply = () => {};
    const first = json(answer(request('eth_chainId')));
    const late = json(answer(request('eth_call')));
    const { fetch, client, clock } = page((_url, init) =>
      init.body.includes('chainId')
        ? Promise.resolve(first)
        : new Promise((resolve) => {
            reply = resolve;
          }),
    );
    await fetch(URL_, post(request('eth_chainId')));
    const asking = fetch(URL_, post(request('eth_call')));
    await clock.pass(1500);
    assert.equal(client.asked.length, 1);
    reply(late);
    assert.equal(await asking, late);
    assert.equal(client.aborted, 1);
  });

  it('a stalled call that no lane can answer goes on untouched', async () => {
    const { state, serve } = endpoint();
    const { fetch, client, clock } = page(serve);
    await fetch(URL_, post(request('eth_chainId')));
    state.dark = true;
    const stop = new AbortController();
    const asking = fetch(URL_, { ...post(request('eth_call')), signal: stop.signal });
    await clock.pass(1500);
    client.answerAll(null);
    await settle();
    stop.abort(new Error('the page gives up'));
    await assert.rejects(asking, { message: 'the page gives up' });
  });

  it('a body that hangs: the page gets what has arrived', async () => {
    const open = new Response(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode('{"jsonrpc"')) }));
    const { fetch, clock } = page(() => Promise.resolve(open));
    const asking = fetch('https://mainnet.infura.io/v3/key', post(request('eth_call')));
    await clock.pass(1500);
    await clock.pass(10_000);
    assert.equal(await asking, open);
  });

  it("an endless lane ends at the person's deadline", async () => {
    const { fetch, client, clock } = page(() => Promise.reject(new TypeError('Failed to fetch')));
    const asking = fetch('https://mainnet.infura.io/v3/key', post(request('eth_call')));
    await settle();
    assert.equal(client.asked.length, 1);
    const failed = assert.rejects(asking, { name: 'TypeError' });
    await clock.pass(10_000);
    await failed;
    assert.equal(client.aborted, 1);
  });
});

describe('the chain behind a URL', () => {
  it('a known host that is dark from the start is rescued', async () => {
    const { fetch, client } = page(() => Promise.reject(new TypeError('Failed to fetch')));
    const asking = fetch('https://mainnet.infura.io/v3/key', post(request('eth_call')));
    await settle();
    client.answerAll();
    assert.equal((await (await asking).json()).result, 'lane');
  });

  it("it is asked once, after a second, with the page's headers", async () => {
    const { serve } = endpoint();
    const { fetch, clock, sent } = page(serve);
    for (let i = 0; i < 3; i++) {
      await fetch(URL_, { ...post(request('eth_call')), headers: { authorization: 'k' } });
      await settle();
    }
    await clock.pass(999);
    assert.equal(sent.length, 3);
    await clock.pass(1);
    assert.equal(sent.length, 4);
    assert.equal(JSON.parse(sent[3]?.[1].body).method, 'eth_chainId');
    assert.deepEqual(sent[3]?.[1].headers, { authorization: 'k' });
    await clock.pass(100_000);
    assert.equal(sent.length, 4);
  });

  it('it is not asked if the page asks or the host is known', async () => {
    const { serve } = endpoint();
    const { fetch, clock, sent } = page(serve);
    await fetch(URL_, post(request('eth_chainId')));
    await fetch('https://mainnet.base.org/', post(request('eth_call')));
    await clock.pass(100_000);
    assert.equal(sent.length, 2);
  });

  it('a failed look-up is repeated every 30 s at most', async () => {
    const { fetch, client, clock, sent } = page(() => Promise.reject(new TypeError('Failed to fetch')));
    for (let i = 0; i < 5; i++) await assert.rejects(fetch(URL_, post(request('eth_call'))));
    assert.equal(sent.filter(([, init]) => init.body.includes('eth_chainId')).length, 1);
    await clock.pass(30_000);
    await assert.rejects(fetch(URL_, post(request('eth_call'))));
    assert.equal(sent.filter(([, init]) => init.body.includes('eth_chainId')).length, 2);
    assert.equal(client.asked.length, 0);
  });

  it('it follows another chain the page sees named', async () => {
    const { state, serve } = endpoint();
    const { fetch, client, clock } = page(serve);
    await fetch(URL_, post(request('eth_chainId')));
    state.chain = '0x5';
    await fetch(URL_, post(request('eth_chainId')));
    state.dark = true;
    void fetch(URL_, post(request('eth_call')));
    await clock.pass(1500);
    assert.equal(client.asked.length, 0, 'chain 5 is not guarded');
  });
});
