// A page's words on our screens: a page is hostile, and so may be the wallet in it. What it says is cleaned, cut and
// kept apart from our own words; the sentence around it says whose words they are.

/** A wallet's error is one sentence; nobody reads more of it here. */
const LONGEST = 200;
/** First strong isolate … pop directional isolate: right-to-left words do not turn ours around (UAX 9). */
const [ISOLATE, END] = ['\u2068', '\u2069'];
/** Letters of some languages take two marks; a hundred cover the lines above. */
const PILED_MARKS = /(\p{M}{2})\p{M}+/gu;
/** Quotation marks could end the quotation and begin a sentence of ours. */
const QUOTES = /[\u0022\u00ab\u00bb\u2018-\u201f\u2039\u203a\u300c-\u300f\uff02]/gu;

/** A word of somebody else's in a sentence of ours. @param {string} text */
export const isolated = (text) => `${ISOLATE}${text}${END}`;

/**
 * What a page said, to be put between quotation marks.
 * @param {unknown} words
 * @returns {string}
 */
export function said(words) {
  // Long before it is cut: a million spaces are not worth looking at.
  const text = (typeof words === 'string' || typeof words === 'number' ? String(words) : '').slice(0, LONGEST * 20)
    .replace(/\s+/gu, ' ').replace(/\p{C}/gu, '').replace(QUOTES, '\'').replace(PILED_MARKS, '$1').trim();
  const letters = [...text];
  return isolated(letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : text);
}
