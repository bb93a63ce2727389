// The ISOLATED-world half of a document: takes the port from inpage.js, and relays to the background.

import { Relay } from './lib/relay.js';
import { ALIVE, takePort } from './lib/handover.js';
import { answerGive } from './lib/give.js';
import { fromOwnPage } from './lib/senders.js';

const api = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;

/** After an update or a removal, the old bridge stays in the page without an extension. */
function alive() {
  try {
    return Boolean(api.runtime?.id);
  } catch {
    return false;
  }
}

takePort(window, (port) => {
  port.addEventListener(ALIVE, (event) => {
    if (alive()) event.preventDefault();
  });
  const relay = new Relay({
    page: {
      post: (text) => port.postMessage(text),
      hear: (heard) => {
        port.onmessage = (event) => heard(event.data);
      },
    },
    connect: () => api.runtime.connect({ name: 'page' }),
    alive,
    framed: window !== window.top,
  });
  answerGive(api, relay);
  api.runtime.onMessage.addListener((/** @type {any} */ message, /** @type {any} */ sender) => {
    if (!fromOwnPage(api, sender)) return false;
    if (message?.type === 'panel-opened') relay.look();
    if (message?.type === 'settings-changed') relay.changed();
    return false;
  });
});
