// Gives the two worlds of a document a private line: a MessagePort inside a cancelable event, while both scripts run at
// document_start and no script of the page has run yet. Either side may come first.
//
//   MAIN first:      MAIN offers (nobody cancels), waits;  ISOLATED asks → MAIN offers again → taken
//   ISOLATED first:  ISOLATED asks (nobody answers), waits;  MAIN offers → taken
//
// Both listeners are removed afterwards. Nothing stays on `window`.

/** The name need not be secret: the handover is over before a page could listen. */
export const HANDOVER = 'port-handover';
/**
 * Dispatched by MAIN on the port it has given away, which no page can reach. A live ISOLATED side cancels it in the
 * same tick. A browser that ends an extension does not tell the page.
 */
export const ALIVE = 'alive';

const { apply } = Reflect;
const { addEventListener, removeEventListener, dispatchEvent } = EventTarget.prototype;
const { stopImmediatePropagation } = Event.prototype;
const { MessageEvent } = globalThis;
const CAPTURE = Object.freeze({ capture: true });

/**
 * ISOLATED side.
 * @param {EventTarget} target the window
 * @param {(port: MessagePort) => void} taken
 */
export function takePort(target, taken) {
  const listener = (/** @type {any} */ event) => {
    const port = event.ports?.[0];
    if (!port) return; // our own question
    event.preventDefault();
    event.stopImmediatePropagation();
    target.removeEventListener(HANDOVER, listener, CAPTURE);
    taken(port);
  };
  target.addEventListener(HANDOVER, listener, CAPTURE);
  target.dispatchEvent(new Event(HANDOVER));
}

/**
 * MAIN side, with the platform's own functions, because a page may have replaced them before the other side comes.
 * @param {EventTarget} target the window
 * @param {() => {port1: MessagePort, port2: MessagePort}} makeChannel
 * @param {(near: MessagePort, far: MessagePort) => void} given our end, once the other one was taken
 * @returns {() => void} gives up waiting
 */
export function offerPort(target, makeChannel, given) {
  let offering = false;
  const offer = () => {
    const { port1, port2 } = makeChannel();
    offering = true;
    const taken = !apply(dispatchEvent, target, [new MessageEvent(HANDOVER, { cancelable: true, ports: [port2] })]);
    offering = false;
    if (taken) given(port1, port2);
    return taken;
  };
  const listener = (/** @type {Event} */ event) => {
    if (offering) return; // our own offer
    apply(stopImmediatePropagation, event, []);
    if (offer()) stop();
  };
  const stop = () => {
    apply(removeEventListener, target, [HANDOVER, listener, CAPTURE]);
  };
  if (!offer()) apply(addEventListener, target, [HANDOVER, listener, CAPTURE]);
  return stop;
}
