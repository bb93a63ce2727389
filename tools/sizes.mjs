// `./build.sh test sizes`: compares what ships with size-budget.json. Lower a budget when you save bytes.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { filesIn, zip } from './package.mjs';
import { at, top } from './lib/run.mjs';

/** @typedef {{raw: number, gzip: number}} Size */

/** @param {string} path file, or folder whose files are summed @returns {Promise<Size>} */
async function measure(path) {
  const files = existsSync(path) ? await filesIn(path).catch(() => ['']) : [];
  const size = { raw: 0, gzip: 0 };
  for (const name of files) {
    const bytes = await readFile(name ? join(path, name) : path);
    size.raw += bytes.length;
    size.gzip += gzipSync(bytes, { level: 9 }).length;
  }
  return size;
}

await top(async () => {
  /** @type {Record<string, Size>} */
  const budget = JSON.parse(await readFile(at('size-budget.json'), 'utf8'));
  let wrong = 0;
  console.log(
    `${''.padEnd(24)} ${'raw'.padStart(9)} ${'budget'.padStart(9)} ${'gzip'.padStart(9)} ${'budget'.padStart(9)}`,
  );
  for (const [name, limit] of Object.entries(budget)) {
    const packed = name.endsWith('.zip')
      ? (await zip(/** @type {any} */ (name.replace('.zip', '')))).length
      : undefined;
    const size = packed === undefined ? await measure(at('dist/chrome', name)) : { raw: packed, gzip: packed };
    const over = size.raw > limit.raw || size.gzip > limit.gzip || size.raw === 0;
    if (over) wrong += 1;
    const cells = [size.raw, limit.raw, size.gzip, limit.gzip].map((n) => String(n).padStart(9));
    console.log(`${name.padEnd(24)} ${cells.join(' ')}${over ? '  OVER' : ''}`);
  }
  console.log(`${Object.keys(budget).length - wrong} checked\n${wrong} wrong`);
  if (wrong > 0) process.exitCode = 1;
});
