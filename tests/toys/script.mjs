// The toy wallets as text, for a page in which a wallet runs before us or after us.
import { readFileSync } from 'node:fs';

const read = (/** @type {string} */ name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .replaceAll(/^export /gm, '')
    .replaceAll(/^import [^;]*;\n/gm, '');
const text = ['wallets.js', 'places.js', 'strange.js'].map(read).join('');

/** @param {string} code that uses the toys @returns {string} a script that leaves only what `code` puts on `window` */
export const withToys = (code) => `(() => {\n${text}\n${code}\n})();`;
