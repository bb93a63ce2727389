// Runs in the page: reads passed to `fetch` as a `Request` whose endpoint fails, with a core that can answer.

import { meet, pause } from './scene.mjs';
import { post, responseOf, rpcBody, wordsOf } from './tools.mjs';

/**
 * @param {string} fault
 * @param {(request: Request) => Request} [change]
 * @returns {(at: import('./scene.mjs').Scene) => Promise<unknown>}
 */
const requestUnder =
  (fault, change = (request) => request) =>
  async (at) => {
    await meet(at);
    await at.fault(fault);
    const request = change(new Request(at.url, post(rpcBody('eth_getBalance'))));
    const response = await fetch(request);
    return { ...(await responseOf(response)), own: null, url: response.url === at.url, request: request.bodyUsed };
  };

/** @type {Record<string, (at: import('./scene.mjs').Scene) => Promise<unknown>>} */
export const REQUESTS = {
  'Request 503': requestUnder('503'),
  'Request hang': requestUnder('hang'),
  'Request reset': requestUnder('reset'),
  'Request clone': requestUnder('503', (request) => request.clone()),
  'Request of a Request': requestUnder('503', (request) => new Request(request)),
  'Request that names its referrer': requestUnder(
    'hang',
    (request) => new Request(request, { referrerPolicy: 'no-referrer' }),
  ),
  'Request send is never rescued': async (at) => {
    await meet(at);
    await at.fault('503');
    return [(await fetch(new Request(at.url, post(rpcBody('eth_sendRawTransaction'))))).status, at.lanes.asked.length];
  },
  "Request with an init is the platform's": async (at) => {
    await meet(at);
    await at.fault('503');
    return [
      (await fetch(new Request(at.url, post(rpcBody('eth_call'))), { cache: 'no-store' })).status,
      at.lanes.asked.length,
    ];
  },
  'Request aborted while the lanes think': async (at) => {
    await meet(at);
    at.lanes.mood = 'silent';
    await at.fault('503');
    const stop = new AbortController();
    const asking = fetch(new Request(at.url, post(rpcBody('eth_call'), { signal: stop.signal })));
    while (at.lanes.asked.length === 0) await pause(10);
    stop.abort(new RangeError('mine'));
    return [await asking.then(() => 'no', wordsOf), at.lanes.aborted];
  },
  'Request chain learnt': async (at) => {
    const read = async () => (await fetch(new Request(at.url, post(rpcBody('eth_call'))))).json();
    await read();
    await at.learnt();
    await at.fault('503');
    return read();
  },
};
