// The ISOLATED-world half of a document: takes the port from inpage.js, and relays to the background.

import { Relay } from './lib/relay.js';
import { takePort } from './lib/handover.js';
import { answerGive } from './lib/give.js';
import { fromOwnPage } from './lib/senders.js';

const api = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;

takePort(window, (page) => {
  const relay = new Relay({
    page,
    connect: () => api.runtime.connect({ name: 'page' }),
    // After an update or a removal the old bridge stays in the page, without an extension behind it.
    alive: () => Boolean(api.runtime?.id),
  });
  answerGive(api, window, relay);
  api.runtime.onMessage.addListener((/** @type {any} */ message, /** @type {any} */ sender) => {
    if (message?.type === 'panel-opened' && fromOwnPage(api, sender)) relay.look();
    return false;
  });
});
