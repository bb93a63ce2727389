// Parses the arguments of `./build.sh test flaky` and sums up its runs. tools/flaky.mjs starts the processes.

/** @typedef {"chromium" | "firefox" | "node"} Where */
/** @typedef {{file: string, where: Where}} Task one file in one browser, or in Node alone */
/** @typedef {{runs: number, tasks: Task[]}} Plan */
/** @typedef {Task & {failed: string[], seconds: number}} Run the names of the tests that failed in one run of a file */

const BROWSERS = /** @type {const} */ (['chromium', 'firefox']);
const RUNS = 10;

/**
 * Which runs the arguments ask for.
 * @param {string[]} args `[--runs N] [--browser chromium|firefox] NAME…`
 * @param {string[]} files every test file, by its path in the repository
 * @returns {Plan}
 */
export function plan(args, files) {
  let runs = RUNS;
  /** @type {readonly Where[]} */
  let browsers = BROWSERS;
  /** @type {string[]} */
  const names = [];
  const words = args.flatMap((arg) => (arg.startsWith('--') ? arg.split('=') : [arg]));
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--runs') {
      runs = Number(words[++i]);
      if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a number of runs, 1 or more');
    } else if (words[i] === '--browser') {
      const name = BROWSERS.find((known) => known === words[i + 1]);
      if (!name) throw new Error('--browser takes chromium or firefox');
      browsers = [name];
      i += 1;
    } else if (words[i].startsWith('--')) throw new Error(`flaky does not know "${words[i]}"`);
    else names.push(words[i]);
  }
  if (names.length === 0) throw new Error('name the test files to repeat, for example: flaky --runs 10 hostile-load');
  const tasks = names
    .map((name) => found(name, files))
    .flatMap((file) => {
      const places = file.startsWith('tests/browser/') ? browsers : /** @type {const} */ (['node']);
      return places.map((where) => ({ file, where }));
    });
  return { runs, tasks };
}

/** @param {string} name a path, or a file's name without `.test.mjs` @param {string[]} files */
function found(name, files) {
  const file = files.find((path) => path === name || path.endsWith(`/${name}.test.mjs`));
  if (!file) throw new Error(`no test file "${name}"`);
  return file;
}

/**
 * One line for each file and browser, then the tests that ever failed.
 * @param {Run[]} all @returns {string[]}
 */
export function table(all) {
  const keys = [...new Set(all.map(({ file, where }) => `${file}\n${where}`))];
  const rows = keys.map((key) => {
    const [file, where] = key.split('\n');
    const runs = all.filter((run) => run.file === file && run.where === where);
    const failed = runs.filter((run) => run.failed.length > 0);
    /** @type {Map<string, number>} */
    const names = new Map();
    for (const name of failed.flatMap((run) => [...new Set(run.failed)])) names.set(name, (names.get(name) ?? 0) + 1);
    const seconds = runs.map((run) => run.seconds);
    return { file, where, runs: runs.length, failed: failed.length, longest: Math.max(...seconds), names };
  });
  const width = Math.max(4, ...rows.map(({ file }) => file.length));
  /** @param {string} file @param {string} where @param {...(string | number)} numbers */
  const line = (file, where, ...numbers) =>
    [file.padEnd(width), where.padEnd(8), ...numbers.map((each) => String(each).padStart(10))].join('  ');
  return [
    line('file', 'browser', 'runs', 'failed', 'longest, s'),
    ...rows.flatMap(({ names, longest, ...row }) => [
      line(row.file, row.where, row.runs, row.failed, longest.toFixed(1)),
      ...[...names].map(([name, count]) => `    ${count} of ${row.runs}: ${name}`),
    ]),
  ];
}

/** @param {Run[]} all */
export const sum = (all) => {
  const failed = all.filter((run) => run.failed.length > 0).length;
  return { passed: all.length - failed, failed };
};
