// How our own provider identifies itself by EIP-6963.

import { originals } from './originals.js';

/** extension/icons/breakwater.svg. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128">' +
  '<rect width="128" height="128" rx="30" fill="#0b4a5c"/>' +
  '<g fill="none" stroke-linecap="round" stroke-linejoin="round">' +
  '<path stroke="#8fe0ea" stroke-width="9" d="M13 52c6-15 12-15 17 0s11 15 17 0M13 84c6-15 12-15 17 0s11 15 17 0"/>' +
  '<path stroke="#8fe0ea" stroke-width="9" d="M90 56h25M93 86h22"/>' +
  '<path fill="#fff" stroke="#fff" stroke-width="6" d="M64 28h10l9 72H59z"/>' +
  '</g>' +
  '</svg>';

/** @param {object} provider @returns {object} the frozen `detail` of its announcement */
export function detailOf(provider) {
  const info = Object.freeze({
    uuid: uuid(),
    name: 'Breakwater',
    icon: `data:image/svg+xml,${encodeURIComponent(ICON)}`,
    rdns: 'invalid.breakwater',
  });
  return Object.freeze({ info, provider });
}

/** Version 4 of RFC 9562. `crypto.randomUUID` is missing on http pages. */
function uuid() {
  const bytes = new Uint8Array(16);
  originals.random?.(bytes);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
