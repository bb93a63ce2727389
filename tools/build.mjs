// `./build.sh build`: what the scripts share with the core, the Rust core to wasm, the page scripts to one file each,
// and both extensions to dist/.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './lib/bundle.mjs';
import { assemble } from './lib/assemble.mjs';
import { TYPES, asFactory } from './lib/glue.mjs';
import { at, must, targetDir, top, wasmCargo } from './lib/run.mjs';

/**
 * The wasm features that our oldest supported browsers know (Chrome 111, Firefox 140). They are listed one by one
 * because `--all-features` makes modules that engines refuse.
 */
const WASM_FEATURES = [
  '--enable-bulk-memory',
  '--enable-bulk-memory-opt',
  '--enable-mutable-globals',
  '--enable-sign-ext',
  '--enable-nontrapping-float-to-int',
  '--enable-reference-types',
  '--enable-multivalue',
];

/**
 * A function with one caller is not inlined into it once it is larger than this, in wasm-opt's units: huge functions
 * compress worse and compile later (docs/adr/0012-size-of-the-core.md).
 */
const WASM_OPTIONS = [
  '-Oz',
  '--one-caller-inline-max-function-size=30',
  '--strip-debug',
  '--strip-producers',
  ...WASM_FEATURES,
];

const GLUE = at('extension/wasm');

/** Cargo, tools/bindgen, wasm-opt → extension/wasm/. The slow last steps run only when their input changed. */
async function core() {
  const cargo = wasmCargo();
  await must(cargo.command, cargo.args, { env: cargo.env });
  const raw = join(targetDir(), 'wasm32-unknown-unknown/release/breakwater.wasm');
  const stamp = at('.cache/wasm-stamp');
  const hash = createHash('sha256')
    .update(await readFile(raw))
    .update(WASM_OPTIONS.join())
    .update(await readFile(at('tools/lib/glue.mjs')))
    .digest('hex');
  const old = existsSync(stamp) ? await readFile(stamp, 'utf8') : '';
  if (old === hash && existsSync(join(GLUE, 'breakwater_bg.wasm'))) return;

  const fresh = at('.cache/wasm');
  await rm(fresh, { recursive: true, force: true });
  await must('breakwater-bindgen', [raw, fresh]);
  const wasm = join(fresh, 'breakwater_bg.wasm');
  await must(at('node_modules/.bin/wasm-opt'), [...WASM_OPTIONS, wasm, '-o', wasm]);
  const glue = join(fresh, 'breakwater.js');
  await writeFile(glue, asFactory(await readFile(glue, 'utf8')));
  await writeFile(join(fresh, 'breakwater.d.ts'), TYPES);
  await rm(GLUE, { recursive: true, force: true });
  await cp(fresh, GLUE, { recursive: true });
  await writeFile(stamp, hash);
}

/** Lists and numbers that stand in src/ and data/, written for the scripts; a table of data/ for the core. */
const generate = () => must('cargo', ['run', '--quiet', '--bin', 'generate']);

/** Everything `./build.sh build` does. @returns {Promise<void>} */
export async function build() {
  await mkdir(at('.cache'), { recursive: true });
  await generate();
  await core();
  const scripts = await bundle();
  for (const browser of /** @type {const} */ (['chrome', 'firefox'])) await assemble(browser, scripts);
  console.log('built dist/chrome and dist/firefox');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await top(build);
