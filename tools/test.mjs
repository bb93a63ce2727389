// `./build.sh test [PART] [ARGS]`: every check with its time and count, and one sum at the end.
import { build } from './build.mjs';
import { flaky } from './flaky.mjs';
import { run, top } from './lib/run.mjs';
import { count, parts } from './lib/parts.mjs';

/** @typedef {import("./lib/parts.mjs").Part} Part */
/** @typedef {{passed: number, failed: number}} Sum */

/** Parts that check what was built. */
const NEED_BUILD = new Set([
  'types',
  'facts',
  'lint',
  'sizes',
  'browser-chromium',
  'browser-firefox',
  'hostile-chromium',
  'hostile-firefox',
]);

/**
 * @param {Part} part @param {string[]} args for its last command
 * @param {boolean} beside others: its output is printed at its end, in one piece
 * @returns {Promise<Sum>}
 */
async function one(part, args, beside) {
  let output = '';
  let ok = 0;
  let bad = 0;
  for (const [i, [command, ...fixed]] of part.commands.entries()) {
    const last = i === part.commands.length - 1;
    const extra = last ? (args.length ? args : (part.defaults ?? [])) : [];
    const tee = (/** @type {string} */ text) => {
      output += text;
    };
    const options = { env: part.env, tee, silent: beside, givesWay: beside && part.lane === 'core' };
    const code = await run(command, [...fixed, ...extra], options);
    if (code === 0) ok += 1;
    else bad += 1;
  }
  if (beside) process.stdout.write(`\n== ${part.name}, which ran beside others\n${output}`);
  return count(part, output, ok, bad);
}

/** Every name that a part can be called by. @param {Part[]} all */
const names = (all) => [...new Set(all.flatMap((part) => (part.group ? [part.group, part.name] : [part.name])))];

/** @param {string} name @returns {Part[]} */
function chosen(name) {
  const all = parts();
  if (name === 'all') return all.filter((part) => !part.group);
  const found = all.filter((part) => part.name === name || part.group === name);
  if (found.length === 0) throw new Error(`no part "${name}"; there are ${[...names(all), 'flaky'].join(', ')}`);
  return found;
}

/** A build that fails counts as one failed check and is reported like the others. @returns {Promise<Sum>} */
const built = () =>
  build().then(
    () => ({ passed: 1, failed: 0 }),
    (error) => {
      console.error(error.message);
      return { passed: 0, failed: 1 };
    },
  );

await top(async () => {
  const [name = 'all', ...args] = process.argv.slice(2);
  if (name === 'list') return void console.log([...names(parts()), 'flaky'].join('\n'));
  const sum = { passed: 0, failed: 0 };
  /** @type {string[]} */
  const lines = [];
  /** @param {string} title @param {() => Promise<Sum>} work @param {boolean} [beside] */
  const timed = async (title, work, beside = false) => {
    if (!beside) console.log(`\n== ${title}`);
    const start = performance.now();
    const { passed, failed } = await work();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const counts = `${String(passed).padStart(6)} passed  ${String(failed).padStart(4)} failed`;
    const line = `${failed ? 'FAILED' : 'ok    '}  ${title.padEnd(18)} ${counts}  ${seconds.padStart(7)} s`;
    lines.push(line);
    console.log(line);
    sum.passed += passed;
    sum.failed += failed;
  };
  const list = name === 'flaky' ? [] : chosen(name);
  // A single part shows its output as it comes.
  const laneOf = (/** @type {Part} */ part) => (list.length > 1 ? part.lane : undefined);
  const needed = name === 'flaky' || list.some((part) => NEED_BUILD.has(part.name));
  const building = needed ? timed('build', built) : Promise.resolve();
  /** @param {Part["lane"]} lane */
  const work = async (lane) => {
    for (const part of list.filter((each) => laneOf(each) === lane)) {
      if (NEED_BUILD.has(part.name)) await building;
      await timed(part.name, () => one(part, args, lane !== undefined), lane !== undefined);
    }
  };
  await Promise.all([work('core'), work('firefox'), building.then(() => work(undefined))]);
  if (name === 'flaky') await timed('flaky', () => flaky(args));
  console.log(`\n${lines.join('\n')}\n\n${sum.passed} passed, ${sum.failed} failed`);
  if (sum.failed > 0) process.exitCode = 1;
});
