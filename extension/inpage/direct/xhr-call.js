// One XMLHttpRequest of the page that may be rescued; the states are drawn in xhr.js.

import { LEARN_TIMEOUT_MS } from '../generated.js';
import { PEEK, isPlain, mayAnswer } from './judge.js';
import { XhrView } from './xhr-view.js';

export class XhrCall {
  /**
   * @param {import('./guard.js').Guard} guard
   * @param {import('./guard.js').Watched} watched
   * @param {XMLHttpRequest} xhr
   * @param {import('./xhr.js').Platform} platform
   */
  constructor(guard, watched, xhr, platform) {
    this.guard = guard;
    this.watched = watched;
    this.xhr = xhr;
    this.platform = platform;
    this.view = new XhrView(xhr, watched);
    /** @type {'watching' | 'holding' | 'passing' | 'ours'} */
    this.phase = 'watching';
    this.hopeless = false;
    this.timer = 0;
    this.began = guard.env.now();
    this.watch = guard.watch(watched, {
      answer: (text) => this.answer(text),
      nothing: () => this.nothing(),
      ask: (body) => this.askAlike(body),
    });
  }

  /** @param {() => void} native */
  send(native) {
    try {
      native();
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** @param {Event} event */
  onEvent(event) {
    if (this.view.playing || this.phase === 'passing') return;
    if (this.phase === 'ours') return event.stopImmediatePropagation();
    if (event.type === 'abort' || event.type === 'timeout') return this.letThrough();
    if (event.type === 'readystatechange') this.onState();
    if (this.phase === 'holding') {
      this.view.hold(event);
      if (event.type === 'error') this.failed();
    }
  }

  onState() {
    const { xhr } = this;
    const type = xhr.readyState >= 2 ? xhr.getResponseHeader('content-type') : null;
    if (xhr.readyState === 2 && (xhr.status >= 400 || !mayAnswer(xhr.status, type))) this.hold();
    if (xhr.readyState === 4) {
      const text = xhr.status === 0 ? null : bodyOf(xhr);
      if (xhr.status !== 0 && isPlain(this.watched.call, xhr.status, type, text)) {
        this.watch.good(text);
        this.letThrough();
        return;
      }
      this.hold();
      // Status 0: `error`, `abort` or `timeout` follows and says which.
      if (xhr.status !== 0) this.failed(text === null ? null : { status: xhr.status, text });
    }
    if (this.phase === 'watching') this.view.seen = xhr.readyState;
  }

  hold() {
    if (this.hopeless) return this.letThrough();
    this.phase = 'holding';
  }

  /**
   * The page's own call came to nothing, or to what may be no answer. Its own time limit goes on.
   *
   * @param {import('./judge.js').Said | null} [said]
   */
  failed(said = null) {
    if (this.phase !== 'holding') return;
    const { env } = this.guard;
    this.watch.want(said);
    const left = this.began + this.xhr.timeout - env.now();
    if (this.xhr.timeout > 0) this.timer = env.setTimeout(() => this.letThrough(), left);
  }

  nothing() {
    this.hopeless = true;
    if (this.phase === 'holding') this.letThrough();
  }

  letThrough() {
    const held = this.phase === 'holding';
    this.end('passing');
    if (held) this.view.replay();
  }

  /** @param {string} text */
  answer(text) {
    this.phase = 'ours';
    if (this.xhr.readyState !== 4) {
      Reflect.apply(this.platform.abort, this.xhr, []); // frees the connection; its events are for nobody
    }
    this.end('ours');
    this.view.succeed(text);
  }

  /** The page calls `abort()`; the platform's own follows. */
  abort() {
    const unseen = this.phase === 'holding' && this.xhr.readyState === 4;
    this.forget();
    if (unseen) this.view.abort();
  }

  /** The page opens the object anew. */
  forget() {
    this.view.clear();
    this.end('passing');
  }

  /** @param {'passing' | 'ours'} phase */
  end(phase) {
    this.phase = phase;
    this.watch.stop();
    this.guard.env.clearTimeout(this.timer);
  }

  /**
   * @param {string} body
   * @returns {Promise<string | null>}
   */
  askAlike(body) {
    const { Xhr, open, send } = this.platform;
    return new Promise((resolve) => {
      const xhr = new Xhr();
      Reflect.apply(open, xhr, ['POST', this.watched.url.href]);
      xhr.setRequestHeader('content-type', 'application/json');
      xhr.withCredentials = this.xhr.withCredentials;
      xhr.timeout = LEARN_TIMEOUT_MS;
      xhr.onloadend = () => resolve(xhr.status === 200 ? xhr.responseText : null);
      Reflect.apply(send, xhr, [body]);
    });
  }
}

/**
 * The body as text, where it can be had at once. A `blob` cannot: then its status speaks for it.
 *
 * @param {XMLHttpRequest} xhr
 * @returns {string | null}
 */
function bodyOf(xhr) {
  const { response, responseType } = xhr;
  if (responseType === '' || responseType === 'text') return response.length > PEEK ? null : response;
  if (responseType === 'json') return response === null ? '' : JSON.stringify(response);
  if (responseType !== 'arraybuffer' || !response || response.byteLength > PEEK) return null;
  return new TextDecoder().decode(response);
}
