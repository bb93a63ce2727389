// Messages cross every hop as one JSON text. This file reads what it needs from the start of such a text.

/** Sent by the bridge to keep the worker awake. */
export const PING = '{"type":"ping"}';
/** The worker's last message to a bridge: this document is no longer served. */
export const LET_GO = '{"type":"let-go"}';
/** Messages that the core must answer. */
export const OWES = new Set(['ask', 'rescue']);
/** Messages that settle an id. `ask-wallet` does not: the core goes on. */
export const SETTLES = new Set(['answer', 'error', 'body', 'no-rescue', 'use-wallet', 'created', 'changes']);
/** Messages whose refusal is reported; an invalid message has an empty type. */
export const ANSWERED = new Set(['ask', '']);
/** Messages that a newly opened port need not be sent. */
export const OPENS = new Set(['use', 'hello', 'resume', 'wallet-waits']);
/** The core's messages that the bridge reads; for all others the head is enough. */
export const READ = new Set(['state', 'created', 'changes', 'notify', 'floor']);

const HEAD = /^\{"type":"([a-z-]{1,20})"(?:,"id":(\d{1,15})\b)?(?:,"wallet":(true|false))?/;

/**
 * A message starts with its type and id, so that megabytes need not be read to pass it on or to refuse it.
 * @param {string} text
 * @returns {{type: string, id: number | undefined, wallet: boolean}} `type` is empty if this is not a message
 */
export function headOf(text) {
  const head = HEAD.exec(text);
  return {
    type: head?.[1] ?? '',
    id: head?.[2] === undefined ? undefined : Number(head[2]),
    wallet: head?.[3] === 'true',
  };
}

/** JSON-RPC "limit exceeded" (EIP-1474). */
export const LIMIT = -32005;

/** Whether the core refuses because the document asks too much. @param {string} text of a CoreToPage */
export const asksTooMuch = (text) =>
  text.startsWith('{"type":"error"') && text.slice(0, 60).includes(`"code":${LIMIT},`);

/** @param {string} text @returns {number} its length in UTF-8 */
export function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}

/**
 * Half of a surrogate pair cannot be UTF-8, which the core needs. It becomes U+FFFD, as in `fetch`.
 * @param {string} text written by JSON.stringify, which escapes such halves
 */
export function wellFormed(text) {
  if (!text.includes('\\ud')) return text;
  return text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|[^])/g, (escape) => (escape.length === 6 ? '\\ufffd' : escape));
}
