// Removes the comments from a script and half of its indentation, and nothing else. Names and lines stay, so that it
// remains readable.
// Every document parses every byte of a content script, and nearly half of ours are comments.
import { parseAst } from 'rollup/parseAst';

/**
 * Where text is not code: strings, templates, regular expressions.
 * @param {any} node of the syntax tree
 * @param {[number, number][]} found
 */
function literals(node, found) {
  if (Array.isArray(node)) return node.forEach((one) => literals(one, found));
  if (typeof node !== 'object' || node === null) return;
  if (node.type === 'TemplateElement' || node.type === 'Literal') found.push([node.start, node.end]);
  for (const part of Object.values(node)) literals(part, found);
}

/** Of the syntax tree: where things stand, and the bundler's own notes, which are comments. */
const NO_MEANING = new Set(['start', 'end', '_rollupAnnotations']);

/** The syntax tree without them. @param {string} text */
const meaning = (text) => JSON.stringify(parseAst(text), (key, value) => (NO_MEANING.has(key) ? undefined : value));

/** @param {string} text @returns {[number, number][]} from and to, in order */
function comments(text) {
  /** @type {[number, number][]} */
  const code = [];
  literals(parseAst(text), code);
  code.sort((a, b) => a[0] - b[0]);
  /** @type {[number, number][]} */
  const found = [];
  for (let at = 0, next = 0; at < text.length;) {
    while ((code[next]?.[1] ?? Infinity) <= at) next += 1;
    const [start, end] = code[next] ?? [Infinity, Infinity];
    if (at >= start) {
      at = end;
    } else if (text.startsWith('//', at) || text.startsWith('/*', at)) {
      const [mark, length] = text[at + 1] === '/' ? ['\n', 0] : ['*/', 2];
      const closes = text.indexOf(mark, at + 2);
      const to = closes < 0 ? text.length : closes + length;
      found.push([at, to]);
      at = to;
    } else at += 1;
  }
  return found;
}

/**
 * @param {string} text a script
 * @returns {string} the same without comments; lines that held nothing else are gone
 */
export function withoutComments(text) {
  let out = '';
  let at = 0;
  for (const [from, to] of comments(text)) {
    const begins = text.lastIndexOf('\n', from) + 1;
    const alone = text.slice(begins, from).trim() === '' && (text[to] ?? '\n') === '\n';
    // Lines of code that a comment separated stay separate.
    out +=
      text.slice(at, alone ? Math.max(at, begins) : from) + (!alone && text.slice(from, to).includes('\n') ? '\n' : '');
    at = alone || text[to] === ' ' ? to + 1 : to;
  }
  out = (out + text.slice(at)).replaceAll(/[ \t]+$/gm, '').replaceAll(/\n{3,}/g, '\n\n');
  if (meaning(out) !== meaning(text)) throw new Error('taking the comments out changed the script');
  return out;
}

/**
 * @param {string} text a script, indented by two spaces a level
 * @returns {string} the same, indented by one
 */
export function narrowed(text) {
  const out = text.replaceAll(/^(?: {2})+/gm, (indent) => ' '.repeat(indent.length / 2));
  if (meaning(out) !== meaning(text)) throw new Error('indenting less changed the script');
  return out;
}
