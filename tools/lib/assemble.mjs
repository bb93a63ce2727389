// Builds one browser's extension folder: the files of extension/ (scripts and styles without their comments), the
// bundles, the core, the address table, the licences, and the manifest merged from the base and that browser's overlay.
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { withoutComments } from './comments.mjs';
import { at } from './run.mjs';
import { notices } from './notices.mjs';

/** Folders and files of extension/ that ship. */
const SHIPPED = ['background.js', 'lib', 'popup', 'options', '_locales', 'icons'];

/** @typedef {Record<string, any>} Json */

/**
 * The overlay wins; objects are merged key by key, lists are replaced, `null` removes.
 * @param {Json} base @param {Json} overlay @returns {Json}
 */
export function merge(base, overlay) {
  /** @type {Json} */
  const out = { ...base };
  for (const [key, value] of Object.entries(overlay)) {
    const both = isObject(value) && isObject(out[key]);
    if (value === null) delete out[key];
    else out[key] = both ? merge(out[key], value) : value;
  }
  return out;
}

/** @param {unknown} value */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {"chrome"|"firefox"} browser @returns {Promise<Json>} */
export async function manifest(browser) {
  const [base, overlay] = await Promise.all(
    ['base', browser].map(async (name) => JSON.parse(await readFile(at(`extension/manifest.${name}.json`), 'utf8'))),
  );
  return merge(base, overlay);
}

/**
 * @param {"chrome"|"firefox"} browser
 * @param {Map<string, string>} scripts bundles by file name
 */
export async function assemble(browser, scripts) {
  const out = at('dist', browser);
  await rm(out, { recursive: true, force: true });
  await mkdir(join(out, 'lib/vendor'), { recursive: true });
  for (const name of SHIPPED) {
    if (existsSync(at('extension', name)))
      await cp(at('extension', name), join(out, name), { recursive: true, filter: ships });
  }
  for (const path of await filesIn(out, '.js')) await writeFile(path, withoutComments(await readFile(path, 'utf8')));
  for (const path of await filesIn(out, '.css'))
    await writeFile(path, (await readFile(path, 'utf8')).replace(/\/\*[^]*?\*\/\n*/g, ''));
  for (const [name, text] of scripts) await writeFile(join(out, name), text);
  await cp(at('extension/wasm'), join(out, 'wasm'), { recursive: true, filter: ships });
  await mkdir(join(out, 'data'));
  if (existsSync(at('data/cloud.bin'))) await cp(at('data/cloud.bin'), join(out, 'data/cloud.bin'));
  await writeFile(join(out, 'lib/vendor/lit-html.js'), await withoutMap(at('node_modules/lit-html/lit-html.js')));
  await withoutUnused(out);
  await writeFile(join(out, 'NOTICES.txt'), await notices());
  await writeFile(join(out, 'manifest.json'), `${JSON.stringify(await manifest(browser), null, 2)}\n`);
}

/**
 * Our own files of a kind in an extension folder; those of others are not there yet.
 * @param {string} out
 * @param {string} end of the name
 */
const filesIn = async (out, end) =>
  (await readdir(out, { recursive: true })).filter((name) => name.endsWith(end)).map((name) => join(out, name));

/** Modules that ship as files of their own. All others are in the bundles. */
const ENTRIES = ['background.js', 'popup/popup.js', 'options/options.js'];

/** Removes modules that no shipped module imports. @param {string} out */
async function withoutUnused(out) {
  const used = new Set(ENTRIES.map((name) => join(out, name)));
  for (const path of used) {
    const text = await readFile(path, 'utf8');
    for (const [, name = ''] of text.matchAll(/(?:^import |\bfrom )["'](\.[^"']+)["']/gm))
      used.add(join(dirname(path), name));
  }
  for (const name of await readdir(join(out, 'lib'))) {
    const path = join(out, 'lib', name);
    if (name.endsWith('.js') && !used.has(path)) await rm(path);
  }
}

/** Type declarations and editor leftovers stay behind. @param {string} path */
const ships = (path) => !path.endsWith('.d.ts') && !basename(path).startsWith('.') && extname(path) !== '.md';

/** A library without its pointer to a source map, which does not ship. @param {string} path */
const withoutMap = async (path) => (await readFile(path, 'utf8')).replace(/\n\/\/# sourceMappingURL=.*\n?/, '\n');
