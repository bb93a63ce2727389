// Who the own provider says it is, by EIP-6963.

import { originals } from './originals.js';

const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" rx="20" fill="#0b3954"/>'
  + '<path d="M14 62c9-9 17-9 26 0s17 9 26 0 12-8 16-5" fill="none" stroke="#8ecae6" stroke-width="7" stroke-linecap="round"/>'
  + '<path d="M28 44h40l-8-20H36z" fill="#fff"/></svg>';

/** @param {object} provider @returns {object} the frozen `detail` of its announcement */
export function detailOf(provider) {
  const info = Object.freeze({
    uuid: uuid(), name: 'Breakwater', icon: `data:image/svg+xml,${encodeURIComponent(ICON)}`, rdns: 'invalid.breakwater',
  });
  return Object.freeze({ info, provider });
}

/** Version 4 of RFC 9562. `crypto.randomUUID` is missing on http pages. */
function uuid() {
  const bytes = new Uint8Array(16);
  originals.random?.(bytes);
  bytes[6] = (/** @type {number} */ (bytes[6]) & 0x0f) | 0x40;
  bytes[8] = (/** @type {number} */ (bytes[8]) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
