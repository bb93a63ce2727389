// `fetch(url, { method: 'POST', body: '{"jsonrpc"…' })`: viem, wagmi, ethers and most dApps read this way.

import { CHAIN_CALL } from './guard.js';
import { LEARN_TIMEOUT_MS } from '../generated.js';
import { PEEK, isPlain, mayAnswer } from './judge.js';
import { candidate } from './rpc.js';
import { standIn } from './response.js';
import { wrapConstructor, wrapMethod } from './wrap.js';
import { SafeWeakMap } from '../safe.js';

/**
 * @param {import('./guard.js').Guard} guard
 * @returns {() => void} undo
 */
export function installFetch(guard) {
  const { scope } = guard.env;
  /** Bodies of the page's `Request` objects: afterwards they could only be read by cloning a stream.
   * @type {WeakMap<Request, string>} */
  const bodies = new SafeWeakMap();
  const undo = [
    wrapMethod(scope, 'fetch', (native, self, args) => {
      const [input, init] = args;
      const watched = init === undefined ? recogniseRequest(guard, input, bodies) : recognise(guard, input, init);
      if (!watched) return Reflect.apply(native, self, args);
      const call = new FetchCall(guard, watched, native, self, args);
      return call.send();
    }),
  ];
  if (scope.Request) undo.push(...rememberBodies(scope, bodies));
  return () => undo.forEach((one) => one());
}

/**
 * @param {typeof globalThis} scope
 * @param {WeakMap<Request, string>} bodies
 * @returns {(() => void)[]} undo
 */
function rememberBodies(scope, bodies) {
  const keep = (/** @type {Request} */ request, /** @type {string | null | undefined} */ text) => {
    if (typeof text === 'string') bodies.set(request, text);
  };
  return [
    wrapConstructor(scope, 'Request', (request, [input, init]) => {
      keep(request, init?.body ? candidate(init.body) : bodies.get(input));
    }),
    wrapMethod(scope.Request.prototype, 'clone', (native, self, args) => {
      const copy = Reflect.apply(native, self, args);
      keep(copy, bodies.get(self));
      return copy;
    }),
  ];
}

/**
 * `fetch(request)`. With a second argument it is the platform's alone: what becomes of the two is for it to say.
 *
 * @param {import('./guard.js').Guard} guard
 * @param {any} input
 * @param {WeakMap<Request, string>} bodies
 * @returns {import('./guard.js').Watched | null}
 */
function recogniseRequest(guard, input, bodies) {
  const text = bodies.get(input);
  if (text === undefined || input.method !== 'POST' || input.bodyUsed) return null;
  return input.mode === 'no-cors' || input.signal.aborted ? null : guard.consider(input.url, text);
}

/**
 * @param {import('./guard.js').Guard} guard
 * @param {any} input
 * @param {any} init
 * @returns {import('./guard.js').Watched | null}
 */
function recognise(guard, input, init) {
  if (typeof init !== 'object' || init === null) return null;
  const { body, method } = init;
  if (!body || typeof method !== 'string' || method.toUpperCase() !== 'POST') return null;
  const text = candidate(body);
  if (text === null || init.mode === 'no-cors' || init.signal?.aborted) return null;
  if (typeof input !== 'string' && !(input instanceof URL)) return null;
  return guard.consider(String(input), text);
}

/** One `fetch` of the page that may be rescued. */
class FetchCall {
  /**
   * @param {import('./guard.js').Guard} guard
   * @param {import('./guard.js').Watched} watched
   * @param {Function} native
   * @param {any} self
   * @param {any[]} args
   */
  constructor(guard, watched, native, self, args) {
    this.guard = guard;
    this.watched = watched;
    /** @param {any} init @returns {Promise<Response>} */
    this.fetch = (init) => Reflect.apply(native, self, [args[0], init, ...args.slice(2)]);
    this.input = args[0];
    this.init = args[1];
    const { signal } = this.init ?? this.input;
    /** @type {AbortSignal | null} */
    this.signal = signal instanceof AbortSignal ? signal : null;
    this.own = this.init ? stoppable(this.init, this.signal) : stoppableRequest(this.input);
    /** Hands the page what its own call has come to so far: an error, or a response whose body may still come.
     * @type {(() => void) | null} */
    this.stand = null;
    this.hopeless = false;
  }

  /** @returns {Promise<Response>} the very object the platform made, whenever the page's own call wins */
  send() {
    const sent = this.fetch(this.own.init);
    return new Promise((resolve, reject) => {
      const watch = this.guard.watch(this.watched, {
        answer: (text) => {
          settle(() => resolve(standIn(text, this.watched.url, this.guard.env)));
          this.own.stop();
        },
        nothing: () => {
          this.hopeless = true;
          if (this.stand) settle(this.stand);
        },
        ask: (body) => this.askAlike(body),
      });
      const aborted = () => {
        watch.stop();
        if (this.stand) settle(() => reject(this.signal?.reason));
      };
      const settle = (/** @type {() => void} */ hand) => {
        this.signal?.removeEventListener('abort', aborted);
        hand();
      };
      const failed = (/** @type {import('./judge.js').Said | null} */ said = null) => {
        if (this.hopeless && this.stand) settle(this.stand);
        else watch.want(said);
      };
      this.signal?.addEventListener('abort', aborted);
      sent.then(
        async (response) => {
          this.stand = () => resolve(response);
          const seen = await read(response, this.watched.call);
          if (!seen.answer) return failed(seen.said);
          watch.good(seen.text);
          settle(this.stand);
        },
        (error) => {
          this.stand = () => reject(error);
          if (!this.signal?.aborted && !(this.init && isArgumentError(this.input, this.init))) return failed();
          watch.stop();
          settle(this.stand);
        },
      );
    });
  }

  /**
   * The same address, headers, credentials and mode as the page's call, with another body.
   *
   * @param {string} body
   * @returns {Promise<string | null>}
   */
  async askAlike(body) {
    const signal = AbortSignal.timeout(LEARN_TIMEOUT_MS);
    const response = await this.fetch({ ...this.init, body, signal, keepalive: false });
    const { answer, text } = await read(response, CHAIN_CALL);
    return answer ? text : null;
  }
}

/**
 * The page's `init`, with a way for us to hang up once the lanes have answered: a call left hanging on a
 * dark endpoint would hold one of the few connections the browser opens to a host. Only the signal differs,
 * and only for a plain object; anything else goes through as it is, and simply runs on.
 *
 * @param {any} init
 * @param {AbortSignal | null} signal
 */
function stoppable(init, signal) {
  const plain = Object.getPrototypeOf(init) === Object.prototype || Object.getPrototypeOf(init) === null;
  if (!plain || (init.signal && !signal)) return { init, stop() {} };
  const stopper = new AbortController();
  const joined = signal ? AbortSignal.any([signal, stopper.signal]) : stopper.signal;
  return { init: { ...init, signal: joined }, stop: () => stopper.abort() };
}

/**
 * The same for a `Request`. An `init` makes the platform forget where a request said it came from: one that says so
 * goes through as it is.
 *
 * @param {Request} request
 */
function stoppableRequest(request) {
  if (request.referrer !== 'about:client' || request.referrerPolicy !== '') return { init: undefined, stop() {} };
  return stoppable({}, request.signal);
}

/**
 * Look at a response without taking anything from it: the page gets this very object, unread.
 *
 * @param {Response} response
 * @param {import('./rpc.js').Call} call  what was asked
 * @returns {Promise<{answer: boolean, text: string | null, said: import('./judge.js').Said | null}>}
 */
async function read(response, call) {
  const { status } = response;
  const nothing = { answer: false, text: null, said: null };
  if (response.type.startsWith('opaque')) return { answer: true, text: null, said: null };
  const type = response.headers.get('content-type');
  if (!mayAnswer(status, type)) return nothing;
  try {
    const text = await peek(response);
    return { answer: isPlain(call, status, type, text), text, said: text === null ? null : { status, text } };
  } catch {
    return nothing; // the connection broke in the middle of the body
  }
}

/**
 * @param {Response} response
 * @returns {Promise<string | null>} null when it is longer than `PEEK`
 */
async function peek(response) {
  const length = Number(response.headers.get('content-length') ?? NaN);
  if (length > PEEK) return null;
  if (length > 0) return response.clone().text(); // the engine's own loop: half a millisecond less than ours
  const reader = response.clone().body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > PEEK) {
      reader.cancel().catch(() => {});
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * Whether the platform refused the call before sending it: that is the page's own mistake to see.
 *
 * @param {any} input
 * @param {any} init
 */
function isArgumentError(input, init) {
  try {
    return !new Request(input, init);
  } catch {
    return true;
  }
}
