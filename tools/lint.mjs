// Runs Mozilla's own linter on the Firefox folder, offline, and checks that packing twice gives the same bytes.
import { spawnSync } from 'node:child_process';
import { zip } from './package.mjs';
import { at, top } from './lib/run.mjs';

/**
 * Warnings we accept, by code and file, with the reason.
 * @type {Record<string, string>}
 */
const EXPECTED = {
  'KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION manifest.json':
    'Android knows data_collection_permissions from 142 on; it is not offered there',
  'UNSAFE_VAR_ASSIGNMENT lib/vendor/lit-html.js': 'how lit-html parses its own constant templates',
};

/** @returns {any} the linter's report */
function report() {
  const args = ['lint', '--source-dir', at('dist/firefox'), '--output', 'json', '--no-config-discovery'];
  const { stdout, stderr } = spawnSync(at('node_modules/.bin/web-ext'), args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (!stdout.includes('{')) throw new Error(`web-ext lint said nothing: ${stderr}`);
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
}

await top(async () => {
  const { errors, warnings } = report();
  const found = [...errors, ...warnings].filter(({ code, file }) => !(`${code} ${file}` in EXPECTED));
  for (const { _type, code, message, file } of found) console.log(`${_type}: ${code} ${file ?? ''} ${message}`);
  let wrong = found.length;
  for (const browser of /** @type {const} */ (['chrome', 'firefox'])) {
    if (Buffer.compare(await zip(browser), await zip(browser)) !== 0) {
      wrong += 1;
      console.log(`${browser}: packing twice differs`);
    }
  }
  console.log(`${Math.max(3 - wrong, 0)} checked\n${wrong} wrong`);
  if (wrong > 0) process.exitCode = 1;
});
