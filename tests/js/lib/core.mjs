// A background around a core that only records its calls.
import { Shell } from '../../../extension/lib/shell.js';
import { listen } from '../../../extension/lib/listeners.js';
import { fakeBrowser, fakePort } from './browser.mjs';
import { Clock } from './clock.mjs';

const g = /** @type {any} */ (globalThis);
/** Waits until the messages sent have been handled. */
export const wait = () =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

/** Globals that a worker has and Node lacks. */
export function aroundWorker() {
  g.self = new EventTarget();
  g.navigator ??= { onLine: true };
  g.fetch = async () => ({ arrayBuffer: async () => new Uint8Array([7]).buffer });
  console.error = () => {};
  console.warn = () => {};
}

/**
 * A glue whose core records its calls.
 * @param {(method: string, args: any[], host: any) => any} [act]
 */
export function coreWith(act = () => undefined) {
  const calls = /** @type {any[]} */ ([]);
  class Core {
    /** @param {any} host */
    constructor(host) {
      return new Proxy(
        {},
        {
          get:
            (_, method) =>
            (/** @type {any[]} */ ...args) => {
              calls.push([method, ...args]);
              return act(String(method), args, host);
            },
        },
      );
    }
  }
  return { calls, makeGlue: () => ({ init: async () => {}, Core: /** @type {any} */ (Core) }) };
}

/** @param {import('../../../extension/lib/life.js').MakeGlue} makeGlue @param {any} [api] */
export async function run(makeGlue, api = fakeBrowser()) {
  const clock = new Clock();
  const shell = new Shell(api, makeGlue, clock);
  listen(api, shell);
  await shell.ready;
  return { api, shell, clock };
}

/**
 * A page's connected port. The test fires a text, or an array that crosses unchanged.
 * @param {any} api
 * @param {any} [sender]
 */
export async function connected(api, sender) {
  const port = fakePort(sender);
  const { fire } = port.onMessage;
  port.onMessage.fire = (said) => fire.call(port.onMessage, typeof said === 'string' ? [Date.now(), said] : said);
  api.runtime.onConnect.fire(port);
  await wait();
  return port;
}
