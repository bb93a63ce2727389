// Texts of a page on our screens. A page is hostile, and its wallet may be too. The text is cleaned, cut and kept apart
// from ours, and the sentence around it says whose it is.

/** A wallet's error is one sentence; nobody reads more of it here. */
const LONGEST = 200;
/** First strong isolate … pop directional isolate: right-to-left text must not reorder ours (UAX 9). */
const [ISOLATE, END] = ['\u2068', '\u2069'];
/** Letters of some languages take two marks; a hundred would cover the lines above. */
const PILED_MARKS = /(\p{M}{2})\p{M}+/gu;
/** Quotation marks could end the quotation and pretend to start our own text. */
const QUOTES = /[\u0022\u00ab\u00bb\u2018-\u201f\u2039\u203a\u300c-\u300f\uff02]/gu;

/** A foreign text inside our own sentence. @param {string} text */
export const isolated = (text) => `${ISOLATE}${text}${END}`;

/**
 * A page's text, to be put between quotation marks.
 * @param {unknown} words
 * @returns {string}
 */
export function said(words) {
  // Shortened before it is cleaned: a million spaces are not worth scanning.
  const text = (typeof words === 'string' || typeof words === 'number' ? String(words) : '')
    .slice(0, LONGEST * 20)
    .replace(/\s+/gu, ' ')
    .replace(/\p{C}/gu, '')
    .replace(QUOTES, "'")
    .replace(PILED_MARKS, '$1')
    .trim();
  const letters = [...text];
  return isolated(letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : text);
}
