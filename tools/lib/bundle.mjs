// The two content scripts, each as one readable classic script: a script in the page's own world cannot be a
// module, and must leave nothing behind in the page's global scope.
import { rollup } from "rollup";
import { existsSync } from "node:fs";
import { at } from "./run.mjs";

/** Where each bundle starts. */
const ENTRIES = { "inpage.js": "extension/inpage/main.js", "bridge.js": "extension/bridge.js" };

/**
 * @param {string} entry path inside the repository
 * @returns {Promise<string>} the bundle's text
 */
async function one(entry) {
  const bundle = await rollup({
    input: at(entry),
    onwarn(warning) { throw new Error(`rollup: ${warning.message}`); },
  });
  const { output } = await bundle.generate({ format: "iife", strict: true, indent: "  " });
  await bundle.close();
  return output[0].code;
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
