// `./build.sh package`: both extensions as zips that are the same, byte for byte, on every machine.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { build } from './build.mjs';
import { at, top } from './lib/run.mjs';

/** Every entry has the earliest time a zip can store. Local noon, so that no time zone moves the day. */
const MTIME = new Date(1980, 0, 1, 12);

/** @param {string} dir @returns {Promise<string[]>} files under it, relative, in byte order */
export async function filesIn(dir) {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** @param {"chrome"|"firefox"} browser @returns {Promise<Uint8Array>} */
export async function zip(browser) {
  const dir = at('dist', browser);
  /** @type {import("fflate").Zippable} */
  const entries = {};
  for (const name of await filesIn(dir)) {
    entries[name] = [await readFile(join(dir, name)), { mtime: MTIME, level: 9, os: 3, attrs: 0o644 << 16 }];
  }
  return zipSync(entries);
}

/** Zips the contents of dist/. */
export async function pack() {
  for (const browser of /** @type {const} */ (['chrome', 'firefox'])) {
    const bytes = await zip(browser);
    await writeFile(at(`dist/breakwater-${browser}.zip`), bytes);
    const hash = createHash('sha256').update(bytes).digest('hex');
    console.log(`dist/breakwater-${browser}.zip  ${bytes.length} bytes  sha256 ${hash}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await top(async () => {
    await build();
    await pack();
    const { run } = await import('./lib/run.mjs');
    for (const script of ['tools/lint.mjs', 'tools/sizes.mjs']) if (await run('node', [script])) process.exitCode = 1;
  });
}
