// Situations of `Request` objects given to `fetch`. Runs in the page.

import { descriptorOf, faceOf, outcome, post, responseOf, rpcBody, ticks } from './tools.mjs';

/** Everything a page can read from a request. @param {Request} request */
const requestOf = (request) => ({
  url: new URL(request.url).pathname,
  method: request.method,
  headers: [...request.headers],
  mode: request.mode,
  credentials: request.credentials,
  cache: request.cache,
  redirect: request.redirect,
  referrer: request.referrer,
  policy: request.referrerPolicy,
  keepalive: request.keepalive,
  used: request.bodyUsed,
  own: Reflect.ownKeys(request).map(String),
  real: Object.getPrototypeOf(request) === Request.prototype,
  made: request.constructor === Request,
});

/** @type {[string, (world: import('./fetch.mjs').World) => unknown][]} */
export const REQUEST = [
  [
    'Request: constructor',
    () => ({
      face: faceOf(Request),
      where: descriptorOf(window, 'Request'),
      own: descriptorOf(Request.prototype, 'constructor'),
    }),
  ],
  [
    'Request: clone',
    () => ({
      face: faceOf(Request.prototype.clone),
      where: descriptorOf(Request.prototype, 'clone'),
      keys: Reflect.ownKeys(Request.prototype).map(String).sort(),
    }),
  ],
  [
    'Request: misuse',
    async () => [
      await outcome(() => Reflect.apply(/** @type {any} */ (Request), undefined, ['/echo'])),
      await outcome(() => Reflect.construct(Request, [])),
      await outcome(() => new Request('http://[')),
      await outcome(() => new Request('/echo', { body: '{"jsonrpc":"2.0"}' })),
      await outcome(() => Request.prototype.clone.call(/** @type {any} */ ({}))),
      await outcome(async () => {
        const request = new Request('/echo', post(rpcBody('eth_call')));
        await request.text();
        return request.clone();
      }),
    ],
  ],
  [
    'Request: as made',
    () => [
      requestOf(new Request('/echo')),
      requestOf(new Request('/echo', post(rpcBody('eth_call'), { keepalive: true, credentials: 'omit' }))),
      requestOf(new Request(new Request('/echo', post(rpcBody('eth_call'))))),
      requestOf(new Request('/echo', post(rpcBody('eth_call'))).clone()),
    ],
  ],
  [
    'Request: subclass',
    async () => {
      class Mine extends Request {
        mine = 1;
      }
      const request = new Mine('/rpc/good', post(rpcBody('eth_call')));
      return [request.mine, request instanceof Mine, request instanceof Request, await (await fetch(request)).json()];
    },
  ],
  [
    'Request: the body arrives as it was, with its length',
    async () => {
      const sent = (/** @type {Request} */ request) => fetch(request).then((response) => response.json());
      const request = new Request('/echo', post(rpcBody('eth_call')));
      return [
        await sent(request.clone()),
        await sent(new Request(request)),
        request.bodyUsed,
        await outcome(() => fetch(request)),
        await sent(new Request('/echo', post(/** @type {any} */ (new Blob([rpcBody('eth_call')]))))),
        await sent(new Request('/echo', { method: 'POST' })),
      ];
    },
  ],
  [
    'Request: with and without a referrer',
    async () => {
      const read = (/** @type {RequestInit} */ more) =>
        fetch(new Request('/rpc/good', post(rpcBody('eth_call'), more))).then(responseOf);
      return [
        await read({ referrerPolicy: 'no-referrer' }),
        await read({ referrer: '' }),
        await read({ cache: 'no-store', integrity: '' }),
      ];
    },
  ],
  [
    'Request: other origin, keepalive',
    async ({ rpc }) =>
      responseOf(await fetch(new Request(`${rpc}/rpc/good`, post(rpcBody('eth_call'), { keepalive: true })))),
  ],
  [
    'Request: 503 and limit, no lane',
    async ({ rpc }) => [
      await responseOf(await fetch(new Request(`${rpc}/rpc/503`, post(rpcBody('eth_call'))))),
      await responseOf(await fetch(new Request(`${rpc}/rpc/limit`, post(rpcBody('eth_call'))))),
    ],
  ],
  [
    'Request: refused, no lane',
    ({ dead }) => outcome(() => fetch(new Request(`${dead}/rpc`, post(rpcBody('eth_call'))))),
  ],
  [
    'Request: sent twice',
    async () => {
      const request = new Request('/rpc/good', post(rpcBody('eth_call')));
      return [(await fetch(request)).status, await outcome(() => fetch(request)), await outcome(() => request.text())];
    },
  ],
  [
    'Request: aborted before, while it hangs, with a reason, with an init of its own',
    async ({ rpc }) => {
      const stop = new AbortController();
      const request = (/** @type {AbortSignal} */ signal) =>
        new Request(`${rpc}/rpc/hang`, post(rpcBody('eth_call'), { signal }));
      setTimeout(() => stop.abort(new RangeError('mine')), 60);
      const { signal } = stop;
      return [
        await outcome(() => fetch(request(AbortSignal.abort()))),
        await outcome(() => fetch(request(signal))),
        await outcome(() => fetch(request(AbortSignal.timeout(60)))),
        await outcome(() => fetch(request(new AbortController().signal), { signal: AbortSignal.timeout(60) })),
      ];
    },
  ],
  [
    'Request: no microtask added',
    async () => [
      await ticks(fetch(new Request('/echo', { signal: AbortSignal.abort() }))),
      await ticks(fetch(new Request('/echo', post('{"a":1}', { signal: AbortSignal.abort() })))),
      await ticks(
        fetch(new Request('/echo', post(rpcBody('eth_sendRawTransaction'), { signal: AbortSignal.abort() }))),
      ),
    ],
  ],
];
