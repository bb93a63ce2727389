// What is known of a method.

import { KINDS } from './generated.js';

const WALLETS = ['wallet'];

/** @param {string} method @returns {string[]} class, shape, and `null` where that is an answer */
export function kindOf(method) {
  return (Object.hasOwn(KINDS, method) && KINDS[method]) || WALLETS;
}
