// "Give my wallet a healthy endpoint": passes the popup's click to the wallet.

import { fromOwnPage } from './senders.js';

/** The person reads the wallet's own dialog. After this many ms, the popup is told that no answer came. */
const PATIENCE_MS = 120_000;

/**
 * ISOLATED side: popup → inpage → popup. Only the top document answers, because the popup means that one.
 * @param {any} api
 * @param {import('./relay.js').Relay} relay
 */
export function answerGive(api, relay) {
  if (relay.framed) return;
  /** @type {((outcome: object) => void) | null} */
  let reply = null;
  const settle = (/** @type {object} */ outcome) => {
    reply?.(outcome);
    reply = null;
  };
  relay.onPage = ({ ok, code, message }) => settle(ok === true ? { ok } : { ok: false, code, message });
  api.runtime.onMessage.addListener(
    (/** @type {any} */ message, /** @type {any} */ sender, /** @type {any} */ respond) => {
      if (message?.type !== 'give-endpoint' || !fromOwnPage(api, sender)) return false;
      settle({ ok: false, code: 'again' });
      reply = respond;
      relay.tell({ type: 'give-endpoint', chain: message.chain });
      setTimeout(() => reply === respond && settle({ ok: false, code: 'no-answer' }), PATIENCE_MS);
      return true; // the reply comes later
    },
  );
}
