// Whether a text may be parsed in a page. Millions of levels would hold it up for seconds, so the core refuses them; this
// is the second look.

import { MAX_JSON_DEPTH } from '../lib/generated.js';

/** Shorter texts are parsed in a moment, however deep they are. */
const SHORT = 64 * 1024;

/** @param {string} text JSON, read by index only: methods are the page's to change */
export function isShallow(text) {
  if (text.length <= SHORT) return true;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    else if (quoted) {
      if (char === '\\') i += 1;
    } else if (char === '[' || char === '{') {
      if (++depth > MAX_JSON_DEPTH) return false;
    } else if (char === ']' || char === '}') depth -= 1;
  }
  return true;
}
