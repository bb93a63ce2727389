// `./build.sh bench ground`: what the ground costs in wasm, run by Node's V8. `cargo bench --bench ground` runs the
// same work natively. Medians of many rounds and the best one: they show orders of magnitude and are not for comparing
// commits. Without wasm-opt, the last step of the build.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { at, must, targetDir, wasmCargo } from '../../tools/lib/run.mjs';

const ROUNDS = 21;
const OUT = at('.cache/bench-ground');

const { command, args, env } = wasmCargo(['--example', 'ground_wasm']);
await must(command, args, { env });
await must('breakwater-bindgen', [`${targetDir()}/wasm32-unknown-unknown/release/examples/ground_wasm.wasm`, OUT]);
const { default: init, Bench } = await import(`${OUT}/breakwater.js`);
await init({ module_or_path: await readFile(`${OUT}/breakwater_bg.wasm`) });

const table = await readFile(at('data/cloud.bin'));
console.log(`the table\t${table.length} bytes, ${gzipSync(table, { level: 9 }).length} gzip`);
const bench = new Bench();
for (let i = 0; ; i += 1) {
  const step = bench.step(i);
  if (step === undefined) break;
  const [name, unit, word, calls] = step.split('\t');
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    bench.round(i);
    return ((performance.now() - start) * 1e6) / Number(calls) / Number(unit);
  }).sort((a, b) => a - b);
  const [best, median] = [times[0], times[ROUNDS >> 1]].map((time) => /** @type {number} */ (time).toFixed(2));
  console.log(`${name}\t${median} ${word}, best ${best}`);
}
