// Bundles each of the two content scripts into one readable classic script. A script in the page's own world cannot be
// a module, and must leave nothing in the page's global scope.
import { rollup } from 'rollup';
import { existsSync } from 'node:fs';
import { narrowed, withoutComments } from './comments.mjs';
import { at } from './run.mjs';

/** Where each bundle starts. */
const ENTRIES = { 'inpage.js': 'extension/inpage/main.js', 'bridge.js': 'extension/bridge.js' };

/** For whoever reads the package. */
const HEAD =
  '// Bundled from the modules of extension/, which carry the comments: see docs/adr/0002-page-script-bundle.md.\n';

/**
 * @param {string} entry path inside the repository
 * @returns {Promise<string>} the bundle's text
 */
async function one(entry) {
  const bundle = await rollup({
    input: at(entry),
    onwarn(warning) {
      throw new Error(`rollup: ${warning.message}`);
    },
  });
  const { output } = await bundle.generate({ format: 'iife', strict: true, indent: false });
  await bundle.close();
  return HEAD + narrowed(withoutComments(output[0].code));
}

/** @returns {Promise<Map<string, string>>} file name → text */
export async function bundle() {
  const files = new Map();
  for (const [name, entry] of Object.entries(ENTRIES)) {
    if (!existsSync(at(entry))) throw new Error(`${entry} is missing`);
    files.set(name, await one(entry));
  }
  return files;
}
