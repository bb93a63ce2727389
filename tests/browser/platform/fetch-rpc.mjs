// Situations of `fetch` with JSON-RPC bodies: answers, failures that no lane rescues, and aborts. Runs in the page.

import { outcome, post, responseOf, rpcBody } from './tools.mjs';

/** @type {[string, (world: import('./fetch.mjs').World) => unknown][]} */
export const FETCH_RPC = [
  ['fetch: JSON-RPC read', async ({ rpc }) => responseOf(await fetch(`${rpc}/rpc/good`, post(rpcBody('eth_call'))))],
  [
    'fetch: JSON-RPC read, relative address',
    async () =>
      responseOf(
        await fetch('rpc/good', post(rpcBody('eth_call'))).then(
          (r) => r,
          () => new Response('?'),
        ),
      ),
  ],
  [
    'fetch: JSON-RPC bytes',
    async ({ rpc }) =>
      responseOf(
        await fetch(`${rpc}/rpc/good`, post(/** @type {any} */ (new TextEncoder().encode(rpcBody('eth_call'))))),
      ),
  ],
  [
    'fetch: JSON-RPC batch',
    async ({ rpc }) =>
      responseOf(await fetch(`${rpc}/rpc/good`, post(`[${rpcBody('eth_call', 1)},${rpcBody('eth_getLogs', 'two')}]`))),
  ],
  [
    'fetch: JSON-RPC send and unknown method',
    async ({ rpc }) =>
      Promise.all(
        ['eth_sendRawTransaction', 'my_method'].map(async (method) =>
          responseOf(await fetch(`${rpc}/rpc/good`, post(rpcBody(method)))),
        ),
      ),
  ],
  [
    'fetch: JSON-RPC 5 MB',
    async ({ rpc }) => (await (await fetch(`${rpc}/rpc/big`, post(rpcBody('eth_getLogs')))).json()).result.length,
  ],
  [
    'fetch: JSON-RPC revert with status 400',
    async ({ rpc }) => responseOf(await fetch(`${rpc}/rpc/revert400`, post(rpcBody('eth_call')))),
  ],
  [
    'fetch: JSON-RPC 429, no lane',
    async ({ rpc }) => responseOf(await fetch(`${rpc}/rpc/429`, post(rpcBody('eth_call')))),
  ],
  [
    'fetch: JSON-RPC 503, no lane',
    async ({ rpc }) => responseOf(await fetch(`${rpc}/rpc/503`, post(rpcBody('eth_call')))),
  ],
  [
    'fetch: JSON-RPC HTML, no lane',
    async ({ rpc }) => responseOf(await fetch(`${rpc}/rpc/html`, post(rpcBody('eth_call')))),
  ],
  [
    'fetch: JSON-RPC limit, no lane',
    async ({ rpc }) => responseOf(await fetch(`${rpc}/rpc/limit`, post(rpcBody('eth_call')))),
  ],
  ['fetch: JSON-RPC refused, no lane', ({ dead }) => outcome(() => fetch(`${dead}/rpc`, post(rpcBody('eth_call'))))],
  ['fetch: JSON-RPC reset, no lane', ({ rpc }) => outcome(() => fetch(`${rpc}/rpc/reset`, post(rpcBody('eth_call'))))],
  [
    'fetch: JSON-RPC broken off in the body',
    async ({ rpc }) => {
      const response = await fetch(`${rpc}/rpc/half-reset`, post(rpcBody('eth_call')));
      return [response.status, (await outcome(() => response.text())).error?.kind];
    },
  ],
  ['fetch: JSON-RPC to an invalid address', () => outcome(() => fetch('http://[', post(rpcBody('eth_call'))))],
  [
    'fetch: JSON-RPC with an invalid header',
    () => outcome(() => fetch('/rpc/good', { ...post(rpcBody('eth_call')), headers: { 'a b': 'c' } })),
  ],
  [
    'fetch: JSON-RPC with an invalid signal',
    () => outcome(() => fetch('/rpc/good', post(rpcBody('eth_call'), { signal: {} }))),
  ],
  [
    'fetch: aborted before',
    async () => {
      const reason = { my: 'reason' };
      return fetch('/rpc/good', post(rpcBody('eth_call'), { signal: AbortSignal.abort(reason) })).then(
        () => 'no',
        (error) => error === reason,
      );
    },
  ],
  [
    'fetch: JSON-RPC aborted while it hangs',
    async ({ rpc }) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 60);
      return outcome(() => fetch(`${rpc}/rpc/hang`, post(rpcBody('eth_call'), { signal: stop.signal })));
    },
  ],
  [
    'fetch: JSON-RPC aborted with a reason',
    async ({ rpc }) => {
      const stop = new AbortController();
      const reason = new RangeError('mine');
      setTimeout(() => stop.abort(reason), 60);
      return fetch(`${rpc}/rpc/hang`, post(rpcBody('eth_call'), { signal: stop.signal })).then(
        () => 'no',
        (error) => error === reason,
      );
    },
  ],
  [
    'fetch: JSON-RPC timeout signal',
    ({ rpc }) =>
      outcome(() => fetch(`${rpc}/rpc/hang`, post(rpcBody('eth_call'), { signal: AbortSignal.timeout(80) }))),
  ],
  [
    'fetch: JSON-RPC aborted in the body',
    async ({ rpc }) => {
      const stop = new AbortController();
      const response = await fetch(`${rpc}/rpc/half-hang`, post(rpcBody('eth_call'), { signal: stop.signal }));
      setTimeout(() => stop.abort(), 20);
      return [response.status, await outcome(() => response.text())];
    },
  ],
];
