// The channel to the bridge: messages as JSON texts, through a port that no script of the page can reach.
//
// It captures the platform's functions before any page script runs, and never looks up a property on a port, an event
// or a message later. So a page that overrides `MessagePort.prototype.postMessage`, the getter of
// `MessageEvent.prototype.data` or `Object.prototype.toJSON` gets neither the port nor a message.

import { originals } from './originals.js';
import { ALIVE, offerPort } from '../lib/handover.js';

const { apply, parse, stringify } = originals;
const { Event, MessageChannel } = globalThis;
const { addEventListener, dispatchEvent } = EventTarget.prototype;
const { postMessage, start } = MessagePort.prototype;

/** @param {any} prototype @param {string} name @returns {(object: any) => any} */
function reader(prototype, name) {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  return get ? (object) => apply(get, object, []) : (object) => object[name];
}

const dataOf = reader(globalThis.MessageEvent.prototype, 'data');
const port1Of = reader(MessageChannel.prototype, 'port1');
const port2Of = reader(MessageChannel.prototype, 'port2');

function makeChannel() {
  const channel = new MessageChannel();
  return { port1: port1Of(channel), port2: port2Of(channel) };
}

/**
 * @param {EventTarget} target the window
 * @param {(message: any) => void} heard
 * @returns {{post: (message: object) => void, alive: () => boolean, close: () => boolean}} `alive`: whether the bridge
 *   still exists and has its extension; `close` gives up a bridge that has not appeared, and returns whether there is
 *   none
 */
export function openChannel(target, heard) {
  /** @type {MessagePort | null} */
  let near = null;
  /** @type {MessagePort | null} */
  let far = null;
  /** @type {string[]} */
  const early = [];
  const send = (/** @type {MessagePort} */ port, /** @type {string} */ text) => {
    apply(postMessage, port, [text]);
  };
  const stop = offerPort(target, makeChannel, (port, other) => {
    near = port;
    far = other;
    apply(addEventListener, port, ['message', (/** @type {Event} */ event) => heard(parse(dataOf(event)))]);
    apply(start, port, []);
    for (let i = 0; i < early.length; i++) send(port, /** @type {string} */ (early[i]));
  });
  return {
    post(message) {
      const text = stringify({ __proto__: null, ...message });
      if (near === null) early[early.length] = text;
      else send(near, text);
    },
    alive: () => far === null || !apply(dispatchEvent, far, [new Event(ALIVE, { cancelable: true })]),
    close() {
      stop();
      return near === null;
    },
  };
}
