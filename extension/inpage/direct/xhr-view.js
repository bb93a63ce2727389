// What the page sees of a rescued XMLHttpRequest: held events, replayed events, or one ordinary success.
// Own properties cover the platform's accessors on this one object, and only while it is rescued.

import { parseJson } from './rpc.js';

const CONTENT_TYPE = 'application/json';

/**
 * @typedef {object} Held
 * @property {string} type
 * @property {number} readyState
 * @property {ProgressEventInit | null} progress
 */

export class XhrView {
  /**
   * @param {XMLHttpRequest} xhr
   * @param {import('./guard.js').Watched} watched
   */
  constructor(xhr, { url }) {
    this.xhr = xhr;
    this.url = url.href;
    /** @type {Held[]} */
    this.held = [];
    /** Last `readyState` the page has been told. */
    this.seen = 1;
    /** True while our own events run: they are for the page, not for us. */
    this.playing = false;
    /** True once nothing more of this request may be told. */
    this.over = false;
  }

  /** @param {Event} event */
  hold(event) {
    event.stopImmediatePropagation();
    const progress =
      event instanceof ProgressEvent
        ? { lengthComputable: event.lengthComputable, loaded: event.loaded, total: event.total }
        : null;
    this.held.push({ type: event.type, readyState: this.xhr.readyState, progress });
  }

  /** Everything held, in its order, with the `readyState` it had. */
  replay() {
    const held = this.held;
    this.begin();
    for (const { type, readyState, progress } of held) {
      if (!this.over) this.cover({ readyState: () => readyState });
      this.fire(type, progress);
    }
    this.clear();
  }

  begin() {
    this.held = [];
    this.over = false;
  }

  /** The page aborts while a failed call of its own is held. */
  abort() {
    const none = () => '';
    this.begin();
    this.cover({
      readyState: () => 4,
      status: () => 0,
      statusText: none,
      responseURL: none,
      response: () => (isText(this.xhr) ? '' : null),
      responseText: none,
    });
    this.fire('readystatechange', null);
    this.fire('abort', { loaded: 0, total: 0 });
    this.fire('loadend', { loaded: 0, total: 0 });
    this.clear();
  }

  /** @param {string} text  what the lanes answered */
  succeed(text) {
    this.begin();
    let readyState = 1;
    this.coverAll(text, () => readyState);
    const size = byteLength(text);
    const whole = { lengthComputable: true, loaded: size, total: size };
    for (const state of [2, 3, 4]) {
      readyState = state;
      if (state === 4) this.fire('progress', whole);
      if (state > this.seen) this.fire('readystatechange', null);
    }
    this.fire('load', whole);
    this.fire('loadend', whole);
  }

  /**
   * @param {string} text
   * @param {() => number} readyState
   */
  coverAll(text, readyState) {
    const { xhr } = this;
    const soFar = () => (readyState() >= 3 ? text : '');
    /** @type {unknown} */
    let made;
    this.cover({
      readyState,
      status: () => (readyState() >= 2 ? 200 : 0),
      statusText: () => (readyState() >= 2 ? 'OK' : ''),
      responseURL: () => (readyState() >= 2 ? this.url : ''),
      responseXML: () => null,
      response: () => {
        if (isText(xhr)) return soFar();
        if (readyState() !== 4) return null;
        return (made ??= asType(text, xhr.responseType));
      },
      responseText: () => {
        if (!isText(xhr)) throw new DOMException('The response type is not text.', 'InvalidStateError');
        return soFar();
      },
      getResponseHeader: () => (/** @type {string} */ name) =>
        String(name).toLowerCase() === 'content-type' ? CONTENT_TYPE : null,
      getAllResponseHeaders: () => () => `content-type: ${CONTENT_TYPE}\r\n`,
    });
  }

  /** @param {Record<string, () => unknown>} getters */
  cover(getters) {
    for (const [name, get] of Object.entries(getters)) {
      Object.defineProperty(this.xhr, name, { get, configurable: true, enumerable: false });
    }
  }

  /** The platform's own accessors show through again. */
  clear() {
    this.held = [];
    this.over = true;
    for (const name of COVERED) Reflect.deleteProperty(this.xhr, name);
  }

  /**
   * @param {string} type
   * @param {ProgressEventInit | null} progress
   */
  fire(type, progress) {
    if (this.over) return; // the page opened or aborted the object in a handler
    this.playing = true;
    this.xhr.dispatchEvent(progress ? new ProgressEvent(type, progress) : new Event(type));
    this.playing = false;
  }
}

const COVERED = [
  'readyState',
  'status',
  'statusText',
  'responseURL',
  'responseXML',
  'response',
  'responseText',
  'getResponseHeader',
  'getAllResponseHeaders',
];

/** @param {XMLHttpRequest} xhr */
function isText(xhr) {
  return xhr.responseType === '' || xhr.responseType === 'text';
}

/**
 * @param {string} text
 * @param {XMLHttpRequestResponseType} type
 */
function asType(text, type) {
  if (type === 'json') return parseJson(text) ?? null;
  if (type === 'arraybuffer') return new TextEncoder().encode(text).buffer;
  if (type === 'blob') return new Blob([text], { type: CONTENT_TYPE });
  return null;
}

/** @param {string} text */
function byteLength(text) {
  return new TextEncoder().encode(text).byteLength;
}
