// How the two worlds of a document get a private line: a MessagePort inside a cancelable event, while both
// scripts run at document_start and no script of the page has run yet. Either side may come first.
//
//   MAIN first:      MAIN offers (nobody cancels), waits;  ISOLATED asks → MAIN offers again → taken
//   ISOLATED first:  ISOLATED asks (nobody answers), waits;  MAIN offers → taken
//
// Both listeners are gone afterwards. Nothing stays on `window`.

/** Only a word on the way: it is over before a page could listen. */
export const HANDOVER = 'port-handover';

/**
 * ISOLATED side.
 * @param {EventTarget} target the window
 * @param {(port: MessagePort) => void} taken
 */
export function takePort(target, taken) {
  const listener = (/** @type {Event} */ event) => {
    const port = /** @type {MessageEvent} */ (event).ports?.[0];
    if (!port) return; // our own question
    event.preventDefault();
    event.stopImmediatePropagation();
    target.removeEventListener(HANDOVER, listener, { capture: true });
    taken(port);
  };
  target.addEventListener(HANDOVER, listener, { capture: true });
  target.dispatchEvent(new Event(HANDOVER));
}

/**
 * MAIN side.
 * @param {EventTarget} target the window
 * @param {() => MessageChannel} makeChannel
 * @param {(port: MessagePort) => void} given our end, once the other one was taken
 * @returns {() => void} gives up waiting
 */
export function offerPort(target, makeChannel, given) {
  const offer = () => {
    const { port1, port2 } = makeChannel();
    const taken = !target.dispatchEvent(new MessageEvent(HANDOVER, { cancelable: true, ports: [port2] }));
    if (taken) given(port1);
    return taken;
  };
  const listener = (/** @type {Event} */ event) => {
    if (/** @type {MessageEvent} */ (event).ports?.length) return; // our own offer
    event.stopImmediatePropagation();
    if (offer()) stop();
  };
  const stop = () => target.removeEventListener(HANDOVER, listener, { capture: true });
  if (!offer()) target.addEventListener(HANDOVER, listener, { capture: true });
  return stop;
}
