// Messages cross every hop as one JSON text. What can be said of such a text without reading all of it.

import { MAX_MESSAGE_DEPTH, MAX_MESSAGE_VALUES } from './generated.js';

/** What the bridge says by itself to keep the worker awake. */
export const PING = '{"type":"ping"}';
/** The worker's last word to a bridge: this document is not served any more. */
export const LET_GO = '{"type":"let-go"}';

const HEAD = /^\{"type":"([a-z-]{1,20})"(?:,"id":(\d{1,15})\b)?(?:,"wallet":(true|false))?/;

/**
 * A message starts with its type and its id, so that megabytes need not be read to hand it on, or to refuse it.
 * @param {string} text
 * @returns {{type: string, id: number | undefined, wallet: boolean}} `type` is empty when this is no message
 */
export function headOf(text) {
  const head = HEAD.exec(text);
  return { type: head?.[1] ?? '', id: head?.[2] === undefined ? undefined : Number(head[2]), wallet: head?.[3] === 'true' };
}

/** @param {string} text @returns {number} its length in UTF-8 */
export function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}

/**
 * Whether a parser may be given this text: brackets and commas outside strings are counted, nothing is built.
 * @param {string} text
 */
export function isFlat(text) {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) { // a string: on to its end
      i = endOf(text, i);
      if (i < 0) return true; // no JSON at all, which the parser says at once
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_MESSAGE_DEPTH || ++values > MAX_MESSAGE_VALUES) return false;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
    else if (code === 0x2c && ++values > MAX_MESSAGE_VALUES) return false;
  }
  return true;
}

/** @param {string} text @param {number} start of a string @returns {number} its closing quote; -1: none */
function endOf(text, start) {
  for (let end = text.indexOf('"', start + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}

/**
 * Half of a surrogate pair cannot be UTF-8, which is what the core reads: it becomes U+FFFD, as `fetch` has it.
 * @param {string} text written by JSON.stringify, which escapes such halves
 */
export function wellFormed(text) {
  if (!text.includes('\\ud')) return text;
  return text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|[^])/g, (escape) => (escape.length === 6 ? '\\ufffd' : escape));
}
