// Checks what a document says before anything else reads it. The document may be hostile, so its limits apply here, in
// its own process, where they cost nobody else anything.

import { isFlat } from './depth.js';
import {
  MAX_DOCUMENT_BYTES,
  MAX_IN_FLIGHT,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGE_DEPTH,
  MAX_MESSAGE_VALUES,
  ORIGIN_MESSAGES,
  ORIGIN_MESSAGES_PER_S,
  TOO_LARGE,
  TOO_MANY,
} from './generated.js';
import { OWES, bytesOf, headOf, wellFormed } from './message.js';

/** The messages a page may send, with the types of their fields where somebody waits for an answer. */
const FIELDS = new Map(
  /** @type {[string, Record<string, string>][]} */ ([
    ['ask', { id: 'number', chain: 'number', method: 'string', params: 'string', wallet: 'boolean' }],
    ['rescue', { id: 'number', chain: 'number', body: 'string' }],
    ...'use wants abort wallet resume wallet-waits wallet-done met locked hello given'
      .split(' ')
      .map((type) => [type, {}]),
  ]),
);

/** JSON-RPC codes: https://www.jsonrpc.org/specification#error_object. */
const NO_MESSAGE = { code: -32600, message: 'Breakwater: this is no request.' };

/** @typedef {{code: number, message: string}} Refusal */
/** @typedef {{message: any, text: string, bytes: number, refusal?: undefined}} Taken */
/** @typedef {{message: {type: string, id: number | undefined, wallet?: unknown}, refusal: Refusal}} Refused */

/**
 * A document may send what the core lets its origin send. More would only be refused there, and each message costs
 * everybody's worker some time. What it may send in a second is what it may have unanswered.
 */
export class Intake {
  /** @param {() => number} now in ms @param {{size: number}} waiting the requests that wait for an answer */
  constructor(now, waiting) {
    this.now = now;
    this.waiting = waiting;
    this.since = -Infinity;
    this.bytes = 0;
    /** Messages it may still send, and when that was computed. */
    this.left = ORIGIN_MESSAGES;
    this.at = now();
    /** Bytes that wait for an answer; the relay keeps count. */
    this.unanswered = 0;
  }

  /**
   * @param {unknown} data what arrived by the port
   * @returns {Taken | Refused | null} null: nothing that could be answered
   */
  take(data) {
    const free = this.count(data);
    if (typeof data !== 'string') return null;
    const head = headOf(data);
    const flat = data.length <= MAX_MESSAGE_BYTES && isFlat(data, MAX_MESSAGE_DEPTH, MAX_MESSAGE_VALUES);
    if (!flat) return answerable(head, free ? TOO_LARGE : TOO_MANY);
    if (!free) return answerable(head, TOO_MANY);
    const text = wellFormed(data);
    const message = parsed(text);
    const bytes = bytesOf(text);
    if (!isMessage(message)) return answerable({ type: '', id: message?.id }, NO_MESSAGE);
    if (bytes > MAX_MESSAGE_BYTES) return { message, refusal: TOO_LARGE };
    const owes = OWES.has(message.type);
    if (owes && (this.unanswered + bytes > MAX_DOCUMENT_BYTES || this.waiting.size >= MAX_IN_FLIGHT))
      return { message, refusal: TOO_MANY };
    return { message, text, bytes };
  }

  /** @param {unknown} data @returns {boolean} whether the document may go on now */
  count(data) {
    const now = this.now();
    if (now - this.since >= 1000) {
      this.since = now;
      this.bytes = 0;
    }
    this.left = Math.min(ORIGIN_MESSAGES, this.left + ((now - this.at) * ORIGIN_MESSAGES_PER_S) / 1000);
    this.at = now;
    const free = this.left >= 1;
    if (free) this.left -= 1;
    if (typeof data === 'string') this.bytes += data.length;
    return free && this.bytes <= MAX_DOCUMENT_BYTES;
  }
}

/** @param {{type: string, id: unknown, wallet?: unknown}} head @param {Refusal} refusal @returns {Refused | null} */
function answerable({ type, id, wallet }, refusal) {
  return typeof id === 'number' ? { message: { type, id, wallet }, refusal } : null;
}

/** @param {any} message */
function isMessage(message) {
  if (typeof message !== 'object' || message === null || typeof message.type !== 'string') return false;
  const fields = FIELDS.get(message.type);
  return fields !== undefined && Object.entries(fields).every(([name, kind]) => typeof message[name] === kind);
}

/** @param {string} text @returns {any} undefined when it is not JSON */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
