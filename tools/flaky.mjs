// `./build.sh test flaky [--runs N] [--browser B] NAME…`: repeats test files while every core is busy, and reports
// which of them ever fail. A test that passes only on a quiet machine waits for time instead of an event.
import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import { run } from 'node:test';
import { at } from './lib/run.mjs';
import { plan, sum, table } from './lib/runs.mjs';

const FOLDERS = ['tests/browser', 'tests/js', 'tests/facts'];
/** A file that hangs is ended after this long, as in `./build.sh test`. */
const LIMIT_MS = 600_000;
/** The load runs at a lower priority than the tests, so that it slows them but does not block them. */
const NICE = 10;

const testFiles = () =>
  FOLDERS.flatMap((folder) =>
    readdirSync(at(folder))
      .filter((name) => name.endsWith('.test.mjs'))
      .sort()
      .map((name) => `${folder}/${name}`),
  );

/** One busy process for each core. @returns {() => void} ends them */
function load() {
  const busy = Array.from({ length: availableParallelism() }, () => fork(at('tools/lib/busy.mjs')));
  for (const { pid } of busy) if (pid !== undefined) setPriority(pid, NICE);
  return () => {
    for (const child of busy) child.kill('SIGKILL');
  };
}

/** @param {any} error what node:test reports about a failed test */
const reason = (error) =>
  String(error?.cause?.message ?? error?.message ?? error)
    .split('\n')
    .slice(0, 12)
    .join('\n');

/** Runs one file once. @param {import("./lib/runs.mjs").Task} task @returns {Promise<import("./lib/runs.mjs").Run>} */
async function once({ file, where }) {
  /** @type {string[]} */
  const failed = [];
  const start = performance.now();
  process.env.BROWSER = where === 'node' ? '' : where;
  const events = run({ files: [at(file)], concurrency: 1, timeout: LIMIT_MS });
  for await (const { type, data } of /** @type {AsyncIterable<{type: string, data: any}>} */ (events)) {
    // A file or a group fails because of its tests, which are reported by name.
    if (type !== 'test:fail' || data.details?.error?.failureType === 'subtestsFailed') continue;
    failed.push(data.name);
    console.log(`    FAILED  ${data.name}\n${reason(data.details?.error).replace(/^/gm, '            ')}`);
  }
  return { file, where, failed, seconds: (performance.now() - start) / 1000 };
}

/** @param {string[]} args @returns {Promise<{passed: number, failed: number}>} */
export async function flaky(args) {
  const { runs, tasks } = plan(args, testFiles());
  const quiet = load();
  process.once('exit', quiet);
  /** @type {import("./lib/runs.mjs").Run[]} */
  const done = [];
  try {
    // Round by round, so that each file runs after different neighbours.
    for (let round = 1; round <= runs; round++) {
      for (const task of tasks) {
        const result = await once(task);
        done.push(result);
        const verdict = result.failed.length ? 'FAILED' : 'ok    ';
        console.log(`  ${round}/${runs}  ${verdict}  ${task.file}, ${task.where}, ${result.seconds.toFixed(1)} s`);
      }
    }
  } finally {
    quiet();
    console.log(`\n${table(done).join('\n')}`);
  }
  return sum(done);
}
