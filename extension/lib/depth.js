// Measures how deeply a JSON text is nested, without building a value. It also runs in the page, so it looks up nothing
// on a prototype that a page could change.

const codeAt = Function.prototype.call.bind(String.prototype.charCodeAt);
const find = Function.prototype.call.bind(String.prototype.indexOf);

/**
 * Whether this text is safe to parse.
 * @param {string} text
 * @param {number} depth most levels outside strings
 * @param {number} [values] most values outside strings, about
 */
export function isFlat(text, depth, values = Infinity) {
  let level = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code === 0x22) {
      i = endOf(text, i);
      if (i < 0) return true; // not JSON, which the parser finds at once
    } else if (code === 0x5b || code === 0x7b) {
      if (++level > depth || ++count > values) return false;
    } else if (code === 0x5d || code === 0x7d) level -= 1;
    else if (code === 0x2c && ++count > values) return false;
  }
  return true;
}

/** @param {string} text @param {number} start of a string @returns {number} its closing quote; -1: none */
function endOf(text, start) {
  for (let end = find(text, '"', start + 1); end > 0; end = find(text, '"', end + 1)) {
    let slashes = 0;
    while (codeAt(text, end - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}
