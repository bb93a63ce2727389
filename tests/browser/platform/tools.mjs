// Helpers for all situations. Runs in the page.

/** @param {string} method @param {unknown} [id] */
export const rpcBody = (method, id = 7) => JSON.stringify({ jsonrpc: '2.0', id, method, params: ['0x1', 'latest'] });

/** @param {string} body @param {object} [more] */
export const post = (body, more = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
  ...more,
});

/** What a page can see of an error. @param {any} error */
export const wordsOf = (error) => ({ name: error?.name, kind: error?.constructor?.name, code: error?.code });

/** @param {() => unknown} act */
export async function outcome(act) {
  try {
    return { value: await act() };
  } catch (error) {
    return { error: wordsOf(error) };
  }
}

/** @param {Response} response */
export async function responseOf(response) {
  return {
    status: response.status,
    statusText: response.statusText,
    ok: response.ok,
    type: response.type,
    url: new URL(response.url || 'about:blank').pathname,
    redirected: response.redirected,
    headers: [...response.headers]
      .filter(([name]) => name !== 'date')
      .map(([name, value]) => [name, name === 'content-length' ? '…' : value]),
    real: response instanceof Response && Object.getPrototypeOf(response) === Response.prototype,
    own: Object.getOwnPropertyNames(response),
    used: response.bodyUsed,
    text: await response.text(),
    usedAfter: response.bodyUsed,
  };
}

/** What a function looks like from outside. @param {any} f */
export const faceOf = (f) => ({
  name: f.name,
  length: f.length,
  prototype: typeof f.prototype,
  own: Reflect.ownKeys(f).map(String).sort(),
  text: f.toString(),
  native: /native code/.test(Function.prototype.toString.call(f)),
  type: typeof f,
});

/** @param {any} owner @param {string} key */
export const descriptorOf = (owner, key) => {
  const { value, ...flags } = Object.getOwnPropertyDescriptor(owner, key) ?? {};
  return { ...flags, value: typeof value };
};

export const XHR_EVENTS = ['loadstart', 'readystatechange', 'progress', 'load', 'error', 'abort', 'timeout', 'loadend'];

/**
 * Every event of a request as the page sees it. Repeated `progress` and state 3 depend on the network's chunks and
 * become one line.
 * @param {XMLHttpRequest} xhr
 */
export function record(xhr, { upload = false } = {}) {
  /** @type {string[]} */
  const log = [];
  const note = (/** @type {string} */ line) => log.at(-1) === line || log.at(-2) === line || log.push(line);
  for (const type of XHR_EVENTS) {
    xhr.addEventListener(type, (/** @type {any} */ event) => {
      const about =
        type === 'readystatechange' ? `${xhr.readyState}/${xhr.status}` : type === 'progress' ? '' : event.loaded;
      note(`${type} ${about}`.trim());
    });
    if (upload)
      xhr.upload.addEventListener(type, (/** @type {any} */ event) =>
        note(`upload ${type}${type === 'progress' ? '' : ` ${event.loaded}`}`),
      );
  }
  const done = new Promise((resolve) => {
    xhr.addEventListener('loadend', () => setTimeout(resolve, 20));
  });
  return { log, done };
}

/** Everything that can be read at the end. @param {XMLHttpRequest} xhr */
export function stateOf(xhr) {
  const safe = (/** @type {() => any} */ read) => {
    try {
      return read();
    } catch (error) {
      return wordsOf(error);
    }
  };
  return {
    readyState: xhr.readyState,
    status: xhr.status,
    statusText: xhr.statusText,
    url: xhr.responseURL && new URL(xhr.responseURL).pathname,
    type: xhr.getResponseHeader('content-type'),
    headers: xhr
      .getAllResponseHeaders()
      .replace(/(date|content-length|keep-alive|connection|transfer-encoding): .*\r\n/g, ''),
    text: safe(() => xhr.responseText.slice(0, 400)),
    response: safe(() => shape(xhr.response)),
    own: Object.getOwnPropertyNames(xhr),
  };
}

/** @param {any} value */
export function shape(value) {
  if (value instanceof ArrayBuffer) return { buffer: value.byteLength };
  if (value instanceof Blob) return { blob: value.size, type: value.type };
  if (value instanceof Document) return { document: value.documentElement.outerHTML };
  return typeof value === 'string' ? value.slice(0, 400) : value;
}

/** @param {WebSocket} socket @param {string} type @returns {Promise<any>} */
export const once = (socket, type) =>
  new Promise((resolve) => {
    socket.addEventListener(type, resolve, { once: true });
  });

/** How many microtasks pass before a promise settles. @param {Promise<unknown>} promise */
export async function ticks(promise) {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  let count = 0;
  while (!settled && count < 50) {
    await null;
    count += 1;
  }
  return count;
}
