// Reads this repository's own files, for the tests in this folder.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @param {string} path @returns {string} */
export const text = (path) => readFileSync(join(ROOT, path), 'utf8');

/** @param {string} path @returns {any} */
export const json = (path) => JSON.parse(text(path));

/** Files of the repository, tracked or new, that exist. */
export const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path && exists(path));

/** @param {string} path */
export function exists(path) {
  try {
    return statSync(join(ROOT, path)).isFile();
  } catch {
    return false;
  }
}

/** @param {RegExp} pattern @returns {string[]} */
export const files = (pattern) => FILES.filter((path) => pattern.test(path));

/** All matching files as one text. @param {RegExp} pattern */
export const joined = (pattern) => files(pattern).map(text).join('\n');

/** Rust without comments. @param {string} source */
export const code = (source) => source.replace(/^\s*\/\/.*$/gm, '').replace(/\s\/\/ .*$/gm, '');
