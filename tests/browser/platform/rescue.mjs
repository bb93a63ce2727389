// Runs in the page: reads whose own endpoint fails, with a core that can answer. Each situation returns what the
// page saw; direct.test.mjs says what it should have seen.

import { Lanes } from './lanes.mjs';
import { REQUESTS } from './rescue-request.mjs';
import { SOCKETS } from './rescue-socket.mjs';
import { meet, pause, scene } from './scene.mjs';
import { outcome, post, record, responseOf, rpcBody, shape, stateOf, wordsOf } from './tools.mjs';

/** @param {string} fault @returns {(scene: import('./scene.mjs').Scene) => Promise<unknown>} */
const fetchUnder = (fault) => async (at) => {
  await meet(at);
  await at.fault(fault);
  const response = await fetch(at.url, post(rpcBody('eth_getBalance')));
  const clone = response.clone();
  return {
    ...(await responseOf(response)),
    own: null,
    url: response.url === at.url,
    clone: [clone.url === at.url, clone.type, await clone.json()],
  };
};

/**
 * @param {string} fault
 * @param {XMLHttpRequestResponseType} type
 * @returns {(scene: import('./scene.mjs').Scene) => Promise<unknown>}
 */
const xhrUnder = (fault, type) => async (at) => {
  await meet(at);
  await at.fault(fault);
  const xhr = new XMLHttpRequest();
  const { log, done } = record(xhr);
  xhr.open('POST', at.url);
  xhr.responseType = type;
  xhr.send(rpcBody('eth_getBalance'));
  await done;
  const { status, statusText, readyState, headers, response, text } = stateOf(xhr);
  return {
    log: log.map((line) => line.replace(/ \d\d+$/, ' n')),
    status,
    statusText,
    readyState,
    headers,
    text,
    response: response?.buffer
      ? new TextDecoder().decode(xhr.response)
      : response?.blob
        ? await xhr.response.text()
        : response,
    url: xhr.responseURL === at.url,
  };
};

/** @type {Record<string, (scene: import('./scene.mjs').Scene) => Promise<unknown>>} */
const SCENES = {
  ...Object.fromEntries(
    ['429', '503', 'html', 'limit', 'reset', 'half-reset', 'half-hang', 'hang'].flatMap((fault) => [
      [`fetch ${fault}`, fetchUnder(fault)],
      [`xhr ${fault}`, xhrUnder(fault, '')],
    ]),
  ),
  'xhr json': xhrUnder('503', 'json'),
  'xhr arraybuffer': xhrUnder('503', 'arraybuffer'),
  'xhr blob': xhrUnder('503', 'blob'),
  'xhr good': xhrUnder('good', ''),
  'fetch bytes': async (at) => {
    await meet(at);
    await at.fault('503');
    return (await fetch(at.url, post(/** @type {any} */ (new TextEncoder().encode(rpcBody('eth_call')))))).json();
  },
  'fetch batch': async (at) => {
    await meet(at);
    await at.fault('429');
    return (await fetch(at.url, post(`[${rpcBody('eth_call', 9)}, ${rpcBody('eth_getLogs', 'b')}]`))).json();
  },
  'fetch chain id': async (at) => {
    await meet(at);
    await at.fault('503');
    const before = at.lanes.asked.length;
    return [await meet(at), at.lanes.asked.length - before];
  },
  "fetch good is the platform's own object": async (at) => {
    await meet(at);
    const response = await fetch(at.url, post(rpcBody('eth_call')));
    return [Object.getOwnPropertyNames(response), await response.json(), at.lanes.asked.length];
  },
  'fetch send is never rescued': async (at) => {
    await meet(at);
    await at.fault('503');
    return [
      (await fetch(at.url, post(rpcBody('eth_sendRawTransaction')))).status,
      (await fetch(at.url, post(`[${rpcBody('eth_call', 1)},${rpcBody('eth_sendRawTransaction', 2)}]`))).status,
      at.lanes.asked.length,
    ];
  },
  'fetch chain never named': async (at) => {
    await at.fault('503');
    return [(await fetch(at.url, post(rpcBody('eth_call')))).status, at.lanes.asked.length];
  },
  'fetch chain not guarded': async (at) => {
    await at.fault('chain-5');
    await meet(at);
    await at.fault('503');
    return [(await fetch(at.url, post(rpcBody('eth_call')))).status, at.lanes.asked.length];
  },
  'fetch switched off': async (at) => {
    await meet(at);
    at.lanes.state = { ...at.lanes.state, direct: false };
    await at.fault('503');
    return [(await fetch(at.url, post(rpcBody('eth_call')))).status, at.lanes.asked.length];
  },
  'fetch no lane': async (at) => {
    await meet(at);
    at.lanes.mood = 'nothing';
    await at.fault('503');
    const { status } = await fetch(at.url, post(rpcBody('eth_call')));
    await at.fault('reset');
    return [status, await outcome(() => fetch(at.url, post(rpcBody('eth_call')))), at.lanes.asked.length];
  },
  'fetch aborted while the lanes think': async (at) => {
    await meet(at);
    at.lanes.mood = 'silent';
    await at.fault('503');
    const stop = new AbortController();
    const asking = fetch(at.url, post(rpcBody('eth_call'), { signal: stop.signal }));
    while (at.lanes.asked.length === 0) await pause(10);
    stop.abort(new RangeError('mine'));
    return [await asking.then(() => 'no', wordsOf), at.lanes.aborted];
  },
  'fetch lanes silent': async (at) => {
    at.lanes.state = { ...at.lanes.state, deadlineMs: 200 };
    await meet(at);
    at.lanes.mood = 'silent';
    await at.fault('503');
    return [(await fetch(at.url, post(rpcBody('eth_call')))).status, at.lanes.aborted];
  },
  'xhr aborted while the lanes think': async (at) => {
    await meet(at);
    at.lanes.mood = 'silent';
    await at.fault('503');
    const xhr = new XMLHttpRequest();
    const { log, done } = record(xhr);
    xhr.open('POST', at.url);
    xhr.send(rpcBody('eth_call'));
    while (at.lanes.asked.length === 0) await pause(10);
    xhr.abort();
    await done;
    return [log, xhr.readyState, xhr.status, Object.getOwnPropertyNames(xhr)];
  },
  'xhr timeout while the lanes think': async (at) => {
    await meet(at);
    at.lanes.mood = 'silent';
    await at.fault('503');
    const xhr = new XMLHttpRequest();
    const { log, done } = record(xhr);
    xhr.open('POST', at.url);
    xhr.timeout = 150;
    xhr.send(rpcBody('eth_call'));
    await done;
    return [log.map((each) => each.replace(/ \d\d+$/, ' n')), xhr.status];
  },
  'xhr used again after a rescue': async (at) => {
    await meet(at);
    await at.fault('503');
    const xhr = new XMLHttpRequest();
    const texts = [];
    for (const fault of ['503', 'good']) {
      await at.fault(fault);
      xhr.open('POST', at.url);
      const opened = xhr.readyState;
      const { done } = record(xhr);
      xhr.send(rpcBody('eth_call'));
      await done;
      texts.push([opened, xhr.status, JSON.parse(xhr.responseText).result, Object.getOwnPropertyNames(xhr).length]);
    }
    return texts;
  },
  'fetch chain learnt the way the page asks': async (at) => {
    await (
      await fetch(
        at.url,
        post(rpcBody('eth_call'), { headers: { 'content-type': 'application/json', 'x-test': 'key' } }),
      )
    ).json();
    await at.learnt();
    await at.fault('503');
    return (await fetch(at.url, post(rpcBody('eth_call')))).json();
  },
  'xhr chain learnt': async (at) => {
    const xhr = new XMLHttpRequest();
    const { done } = record(xhr);
    xhr.open('POST', at.url);
    xhr.send(rpcBody('eth_call'));
    await done;
    await at.learnt();
    await at.fault('503');
    return (await fetch(at.url, post(rpcBody('eth_call')))).json();
  },
};

/** @param {import('./fetch.mjs').World} world */
export async function rescueAll(world) {
  const { installDirect } = await import('../../../extension/inpage/direct/index.js');
  /** @type {Record<string, unknown>} */
  const results = {};
  const now = () => [fetch, Request, Request.prototype.clone, XMLHttpRequest, WebSocket, XMLHttpRequest.prototype.send];
  const before = now();
  let number = 0;
  for (const [name, play] of Object.entries({ ...SCENES, ...SOCKETS, ...REQUESTS })) {
    const lanes = new Lanes();
    const destroy = installDirect({ client: lanes });
    results[name] = await Promise.race([
      play(scene(world, lanes, (number += 1))).catch((error) => ({ threw: String(error.stack ?? error) })),
      pause(8000).then(() => 'did not end'),
    ]);
    destroy();
  }
  results.destroyed = now().every((each, at) => each === before[at]);
  return JSON.stringify(results, (_, value) => (value === undefined ? null : shape(value)));
}
