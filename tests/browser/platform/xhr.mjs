// Situations of `XMLHttpRequest`. Runs in the page.

import { XHR_EVENTS, descriptorOf, faceOf, outcome, record, rpcBody, stateOf } from './tools.mjs';

/**
 * One whole request: every event, and everything that can be read at the end.
 * @param {string} method
 * @param {string} url
 * @param {any} [body]
 * @param {{set?: (xhr: XMLHttpRequest) => void, after?: (xhr: XMLHttpRequest) => void, upload?: boolean}} [options]
 */
async function run(method, url, body, { set, after, upload } = {}) {
  const xhr = new XMLHttpRequest();
  xhr.open(method, url);
  if (typeof body === 'string') xhr.setRequestHeader('content-type', 'application/json');
  set?.(xhr);
  const { log, done } = record(xhr, { upload });
  xhr.send(body);
  after?.(xhr);
  await done;
  return { log, state: stateOf(xhr) };
}

const read = rpcBody('eth_getBalance');

/** @type {[string, (world: import('./fetch.mjs').World) => unknown][]} */
export const XHR = [
  [
    'xhr: constructor',
    () => ({ face: faceOf(XMLHttpRequest), where: descriptorOf(window, 'XMLHttpRequest'), done: XMLHttpRequest.DONE }),
  ],
  [
    'xhr: methods',
    () =>
      ['open', 'send', 'abort', 'setRequestHeader'].map((name) => [
        faceOf(/** @type {any} */ (XMLHttpRequest.prototype)[name]),
        descriptorOf(XMLHttpRequest.prototype, name),
      ]),
  ],
  [
    'xhr: instance',
    () => {
      const xhr = new XMLHttpRequest();
      return {
        own: Reflect.ownKeys(xhr),
        is: xhr instanceof XMLHttpRequest && xhr instanceof EventTarget,
        made: xhr.constructor === XMLHttpRequest,
      };
    },
  ],
  [
    'xhr: subclass',
    async ({ rpc }) => {
      class Mine extends XMLHttpRequest {
        /** @param {any} body */
        send(body) {
          super.send(body);
        }
        get mine() {
          return this.status;
        }
      }
      const xhr = new Mine();
      xhr.open('POST', `${rpc}/rpc/good`);
      const { done } = record(xhr);
      xhr.send(read);
      await done;
      return [xhr.mine, xhr.responseText];
    },
  ],
  [
    'xhr: misuse',
    async () => [
      await outcome(() => new XMLHttpRequest().send()),
      await outcome(() => new XMLHttpRequest().open('BAD METHOD', '/')),
      await outcome(() => new XMLHttpRequest().open('POST', 'http://[')),
      await outcome(() => Reflect.apply(XMLHttpRequest.prototype.open, {}, ['POST', '/'])),
      await outcome(() => XMLHttpRequest.prototype.send.call(/** @type {any} */ ({}), read)),
      await outcome(() => Reflect.apply(XMLHttpRequest.prototype.open, new XMLHttpRequest(), [])),
      await outcome(() => XMLHttpRequest.prototype.abort.call(/** @type {any} */ ({}))),
    ],
  ],
  ['xhr: GET text', () => run('GET', '/file/text')],
  ['xhr: GET redirect', () => run('GET', '/file/redirect')],
  ['xhr: GET 404', () => run('GET', '/nowhere')],
  [
    'xhr: GET document',
    () =>
      run('GET', '/file/xml', null, {
        set: (xhr) => {
          xhr.responseType = 'document';
        },
      }),
  ],
  [
    'xhr: GET with overridden type',
    () => run('GET', '/file/text', null, { set: (xhr) => xhr.overrideMimeType('text/xml') }),
  ],
  ['xhr: GET refused', ({ dead }) => run('GET', `${dead}/file/text`)],
  [
    'xhr: GET timeout',
    () =>
      run('GET', '/file/hang', null, {
        set: (xhr) => {
          xhr.timeout = 60;
        },
      }),
  ],
  ['xhr: GET aborted', () => run('GET', '/file/hang', null, { after: (xhr) => setTimeout(() => xhr.abort(), 40) })],
  ['xhr: JSON-RPC text', ({ rpc }) => run('POST', `${rpc}/rpc/good`, read)],
  [
    'xhr: JSON-RPC json',
    ({ rpc }) =>
      run('POST', `${rpc}/rpc/good`, read, {
        set: (xhr) => {
          xhr.responseType = 'json';
        },
      }),
  ],
  [
    'xhr: JSON-RPC arraybuffer',
    ({ rpc }) =>
      run('POST', `${rpc}/rpc/good`, read, {
        set: (xhr) => {
          xhr.responseType = 'arraybuffer';
        },
      }),
  ],
  [
    'xhr: JSON-RPC blob',
    ({ rpc }) =>
      run('POST', `${rpc}/rpc/good`, read, {
        set: (xhr) => {
          xhr.responseType = 'blob';
        },
      }),
  ],
  [
    'xhr: JSON-RPC with credentials',
    () =>
      run('POST', '/rpc/good', read, {
        set: (xhr) => {
          xhr.withCredentials = true;
        },
      }),
  ],
  [
    'xhr: JSON-RPC batch',
    ({ rpc }) => run('POST', `${rpc}/rpc/good`, `[${rpcBody('eth_call', 1)},${rpcBody('eth_call', 2)}]`),
  ],
  ['xhr: JSON-RPC send', ({ rpc }) => run('POST', `${rpc}/rpc/good`, rpcBody('eth_sendRawTransaction'))],
  ['xhr: JSON-RPC bytes', ({ rpc }) => run('POST', `${rpc}/rpc/good`, new TextEncoder().encode(read))],
  ['xhr: JSON-RPC with upload events', ({ rpc }) => run('POST', `${rpc}/rpc/good`, read, { upload: true })],
  ['xhr: upload of 1 MB', () => run('POST', '/echo', new Blob([new Uint8Array(1 << 20)]), { upload: true })],
  ['xhr: JSON-RPC 429, no lane', ({ rpc }) => run('POST', `${rpc}/rpc/429`, read)],
  ['xhr: JSON-RPC 503, no lane', ({ rpc }) => run('POST', `${rpc}/rpc/503`, read)],
  ['xhr: JSON-RPC HTML, no lane', ({ rpc }) => run('POST', `${rpc}/rpc/html`, read)],
  ['xhr: JSON-RPC limit, no lane', ({ rpc }) => run('POST', `${rpc}/rpc/limit`, read)],
  ['xhr: JSON-RPC revert with status 400', ({ rpc }) => run('POST', `${rpc}/rpc/revert400`, read)],
  ['xhr: JSON-RPC refused, no lane', ({ dead }) => run('POST', `${dead}/rpc`, read)],
  ['xhr: JSON-RPC refused with upload events', ({ dead }) => run('POST', `${dead}/rpc`, read, { upload: true })],
  [
    'xhr: JSON-RPC timeout',
    ({ rpc }) =>
      run('POST', `${rpc}/rpc/hang`, read, {
        set: (xhr) => {
          xhr.timeout = 80;
        },
      }),
  ],
  [
    'xhr: JSON-RPC aborted',
    ({ rpc }) => run('POST', `${rpc}/rpc/hang`, read, { after: (xhr) => setTimeout(() => xhr.abort(), 40) }),
  ],
  [
    'xhr: JSON-RPC aborted at once',
    async ({ rpc }) => {
      const xhr = new XMLHttpRequest();
      xhr.open('POST', `${rpc}/rpc/good`);
      const { log } = record(xhr);
      xhr.send(read);
      xhr.abort();
      await new Promise((resolve) => {
        setTimeout(resolve, 60);
      });
      return { log, state: stateOf(xhr) };
    },
  ],
  [
    'xhr: synchronous',
    () => {
      const get = new XMLHttpRequest();
      get.open('GET', '/file/text', false);
      get.send();
      const ask = new XMLHttpRequest();
      ask.open('POST', '/rpc/good', false);
      const { log } = record(ask);
      ask.send(read);
      return [get.responseText, ask.responseText, log];
    },
  ],
  [
    'xhr: used twice',
    async ({ rpc }) => {
      const xhr = new XMLHttpRequest();
      const texts = [];
      for (const method of ['eth_call', 'eth_getCode']) {
        xhr.open('POST', `${rpc}/rpc/good`);
        const { done } = record(xhr);
        xhr.send(rpcBody(method));
        await done;
        texts.push(xhr.responseText);
      }
      return texts;
    },
  ],
  [
    'xhr: opened again in a handler',
    async ({ rpc }) => {
      const xhr = new XMLHttpRequest();
      /** @type {string[]} */
      const log = [];
      const over = new Promise((resolve) => {
        for (const type of XHR_EVENTS) xhr.addEventListener(type, () => log.push(`${type} ${xhr.readyState}`));
        xhr.onload = () => {
          if (log.filter((line) => line.startsWith('load ')).length === 2) return setTimeout(resolve, 30);
          xhr.open('POST', `${rpc}/rpc/good`);
          return xhr.send(read);
        };
      });
      xhr.open('POST', `${rpc}/rpc/503`);
      xhr.send(read);
      await over;
      return log.filter((line, at) => line !== log[at - 2] || !/progress|change 3/.test(line));
    },
  ],
  [
    'xhr: handlers, `this` and target',
    async ({ rpc }) => {
      const xhr = new XMLHttpRequest();
      xhr.open('POST', `${rpc}/rpc/good`);
      const seen = new Promise((resolve) => {
        xhr.onload = function onload(event) {
          resolve([
            this === xhr,
            event.target === xhr,
            event.currentTarget === xhr,
            event.isTrusted,
            event instanceof ProgressEvent,
          ]);
        };
      });
      xhr.send(read);
      return seen;
    },
  ],
];
