// Situations of `fetch`: what a page does, and everything it can observe of the outcome. Runs in the page.

import { descriptorOf, faceOf, outcome, post, responseOf, rpcBody, ticks, wordsOf } from './tools.mjs';

/** @typedef {{page: string, rpc: string, ws: string, dead: string}} World */
/** @type {[string, (world: World) => unknown][]} */
export const FETCH = [
  ['fetch: name, length, keys, text', () => faceOf(fetch)],
  ['fetch: property of window', () => descriptorOf(window, 'fetch')],
  ['fetch: is no constructor', () => outcome(() => Reflect.construct(fetch, ['/file/text']))],
  ['fetch: `this` of another kind', () => outcome(() => fetch.call(/** @type {any} */ ({}), '/file/text'))],
  ['fetch: without arguments', () => outcome(() => Reflect.apply(fetch, undefined, []))],
  ['fetch: GET text', async () => responseOf(await fetch('/file/text'))],
  ['fetch: GET with an empty init', async () => responseOf(await fetch('/file/json', {}))],
  ['fetch: URL object', async () => responseOf(await fetch(new URL('/file/text', location.href)))],
  [
    'fetch: object with toString',
    async () => responseOf(await fetch(/** @type {any} */ ({ toString: () => '/file/text' }))),
  ],
  ['fetch: redirect followed', async () => responseOf(await fetch('/file/redirect'))],
  ['fetch: redirect refused', () => outcome(() => fetch('/file/redirect', { redirect: 'error' }))],
  ['fetch: redirect by hand', async () => (await fetch('/file/redirect', { redirect: 'manual' })).type],
  ['fetch: other origin', async ({ rpc }) => responseOf(await fetch(`${rpc}/file/text`))],
  ['fetch: no-cors', async ({ rpc }) => responseOf(await fetch(`${rpc}/file/text`, { mode: 'no-cors' }))],
  [
    'fetch: no-cors JSON-RPC',
    async ({ rpc }) =>
      responseOf(await fetch(`${rpc}/rpc/good`, { method: 'POST', mode: 'no-cors', body: rpcBody('eth_call') })),
  ],
  ['fetch: 404', async () => responseOf(await fetch('/nowhere'))],
  ['fetch: 204', async () => responseOf(await fetch('/file/empty'))],
  [
    'fetch: data and blob URLs',
    async () => {
      const address = URL.createObjectURL(new Blob(['inside']));
      return [await (await fetch('data:text/plain,hi')).text(), await (await fetch(address)).text()];
    },
  ],
  [
    'fetch: body types',
    async () => {
      const form = new FormData();
      form.set('a', '1');
      const bodies = [
        'plain',
        form,
        new URLSearchParams({ a: '1' }),
        new Blob(['{"x":1}'], { type: 'x/y' }),
        new Uint8Array([1, 2, 3]).buffer,
        new Uint8Array([123, 125]),
        new DataView(new ArrayBuffer(2)),
        12,
        null,
      ];
      return Promise.all(
        bodies.map(async (body) => (await fetch('/echo', { method: 'POST', body: /** @type {any} */ (body) })).json()),
      );
    },
  ],
  [
    'fetch: PUT, DELETE, odd methods',
    async () =>
      Promise.all(
        ['PUT', 'delete', 'Post', 'PATCH'].map(async (method) => (await fetch('/echo', { method, body: '{}' })).json()),
      ),
  ],
  ['fetch: GET with a body', () => outcome(() => fetch('/echo', { method: 'GET', body: '{"jsonrpc":"2.0"}' }))],
  [
    'fetch: cookies in and out',
    async () => {
      await fetch('/file/cookie');
      const sent = async (/** @type {RequestCredentials} */ credentials) =>
        (await (await fetch('/echo', post(rpcBody('eth_call'), { credentials }))).json()).cookie;
      return [await sent('omit'), await sent('include')];
    },
  ],
  [
    'fetch: headers as pairs, object and Headers',
    async () => {
      const given = [[['x-test', 'a']], { 'X-Test': 'b' }, new Headers({ 'x-test': 'c' })];
      return Promise.all(
        given.map(
          async (headers) =>
            (
              await (
                await fetch('/echo', {
                  method: 'POST',
                  body: rpcBody('eth_call'),
                  headers: /** @type {any} */ (headers),
                })
              ).json()
            ).test,
        ),
      );
    },
  ],
  [
    'fetch: init with a prototype',
    async () => {
      class Options {
        get method() {
          return 'POST';
        }
        get body() {
          return rpcBody('eth_call');
        }
      }
      return (await fetch('/rpc/good', /** @type {any} */ (new Options()))).json();
    },
  ],
  [
    'fetch: keepalive',
    async () => responseOf(await fetch('/rpc/good', post(rpcBody('eth_call'), { keepalive: true }))),
  ],
  [
    'fetch: Request object',
    async () => {
      const request = new Request('/rpc/good', post(rpcBody('eth_getBalance')));
      return { response: await responseOf(await fetch(request)), used: request.bodyUsed };
    },
  ],
  [
    'fetch: Request object with init',
    async () =>
      responseOf(await fetch(new Request('/rpc/good', { headers: { 'x-test': 'r' } }), post(rpcBody('eth_getCode')))),
  ],
  [
    'fetch: stream as a body',
    () =>
      outcome(async () => {
        const body = new Blob([rpcBody('eth_call')]).stream();
        return (await fetch('/echo', /** @type {any} */ ({ method: 'POST', body, duplex: 'half' }))).status;
      }),
  ],
  [
    'fetch: response in pieces',
    async () => {
      const reader = /** @type {any} */ ((await fetch('/file/dribble')).body).getReader();
      const pieces = [];
      for (let step = await reader.read(); !step.done; step = await reader.read())
        pieces.push(new TextDecoder().decode(step.value));
      return pieces;
    },
  ],
  ['fetch: integrity', () => outcome(() => fetch('/file/text', { integrity: 'sha256-AAAA' }))],
  [
    'fetch: every way to read',
    async () => {
      const get = (/** @type {string} */ name) => fetch(`/file/${name}`);
      return [
        await (await get('json')).json(),
        (await (await get('text')).arrayBuffer()).byteLength,
        (await (await get('text')).blob()).type,
        [...(await (await get('form')).formData()).keys()],
      ];
    },
  ],
  [
    'fetch: clone and read twice',
    async () => {
      const response = await fetch('/rpc/good', post(rpcBody('eth_call')));
      const clone = response.clone();
      return [await response.text(), await clone.text(), await outcome(() => response.text())];
    },
  ],
  [
    'fetch: no microtask added',
    async () => {
      const bad = 'http://[';
      return [
        await ticks(fetch(bad)),
        await ticks(fetch(bad, {})),
        await ticks(fetch(bad, { method: 'POST', body: '{"a":1}' })),
        await ticks(fetch(bad, post(rpcBody('eth_sendRawTransaction')))),
      ];
    },
  ],
  [
    'fetch: wrapped by the page',
    async () => {
      const before = window.fetch;
      /** @type {any[]} */
      const seen = [];
      window.fetch = function fetch(...args) {
        seen.push(this === window, args.length);
        return before.apply(this, args);
      };
      const text = await (await window.fetch('/rpc/good', post(rpcBody('eth_call')))).text();
      window.fetch = before;
      return { seen, text };
    },
  ],
  [
    'fetch: unhandled rejection is reported',
    async () => {
      const reported = new Promise((resolve) => {
        window.addEventListener(
          'unhandledrejection',
          (event) => {
            event.preventDefault();
            resolve(wordsOf(event.reason));
          },
          { once: true },
        );
      });
      void fetch('http://[', post(rpcBody('eth_call')));
      return reported;
    },
  ],
];
