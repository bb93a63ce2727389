// Runs other programs, and knows the folders of this repository.
import { spawn, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @param {...string} parts @returns {string} an absolute path inside the repository */
export const at = (...parts) => join(ROOT, ...parts);

/** @returns {string} cargo's output folder, wherever the person has put it */
export const targetDir = () => process.env.CARGO_TARGET_DIR ?? at('target');

/**
 * Runs a program to its end. Its output goes where ours goes.
 * @param {string} command
 * @param {string[]} args
 * @param {{env?: Record<string, string>, tee?: (text: string) => void, silent?: boolean, givesWay?: boolean}} [options]
 *   `tee` also gets the output, and is the only one to get it when `silent`; `givesWay` lowers the priority
 * @returns {Promise<number>} its exit status
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const [program, ...rest] = options.givesWay ? ['nice', '-n', '10', command, ...args] : [command, ...args];
    const child = spawn(program, rest, {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: options.tee ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    for (const stream of /** @type {const} */ (['stdout', 'stderr'])) {
      child[stream]?.setEncoding('utf8').on('data', (text) => {
        if (!options.silent) process[stream].write(text);
        options.tee?.(text);
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/**
 * The same, but a failure ends the verb.
 * @param {string} command @param {string[]} args @param {Parameters<typeof run>[2]} [options]
 */
export async function must(command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with status ${code}`);
}

/** @param {string} command @param {string[]} args @returns {string} what it printed */
export const read = (command, args) => execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 });

/**
 * Cargo for the wasm target: rustup's, or Debian's own compiler building the target from source (setup.sh leaves a mark
 * when it had to do that).
 * @param {string[]} [what] the library by default
 * @returns {{command: string, args: string[], env: Record<string, string>}}
 */
export function wasmCargo(what = ['--lib']) {
  const args = ['build', '--release', ...what, '--target', 'wasm32-unknown-unknown'];
  if (!existsSync(at('.cache/debian-rust'))) return { command: 'cargo', args, env: {} };
  return {
    command: '/usr/bin/cargo',
    args: [...args, '-Zbuild-std=std,panic_abort'],
    env: {
      PATH: `/usr/bin:${process.env.PATH}`,
      RUSTC: '/usr/bin/rustc',
      RUSTC_BOOTSTRAP: '1',
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: 'wasm-ld-22',
    },
  };
}

/**
 * When a tool fails, ends the process with a clear line instead of a stack trace.
 * @param {() => Promise<unknown>} main
 */
export async function top(main) {
  try {
    await main();
  } catch (error) {
    console.error(`failed: ${error instanceof Error ? error.message : error}`);
    if (process.env.DEBUG && error instanceof Error) console.error(error.stack);
    process.exitCode = 1;
  }
}
