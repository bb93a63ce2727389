// Methods that take seconds on every endpoint, so that the usual deadline and stall delay are too short.

import { SLOW, SLOW_MS } from './generated.js';

/** @param {string} method */
export function isSlow(method) {
  return SLOW.some((start) => method.startsWith(start));
}

/** @param {string} method @param {number} usual how long any other request may take, in ms */
export function deadlineOf(method, usual) {
  return isSlow(method) ? Math.max(usual, SLOW_MS) : usual;
}
