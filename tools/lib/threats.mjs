// docs/THREATS.md as data: its rows, and the tests that each row names. `test hostile` runs exactly these.
import { readFileSync } from 'node:fs';
import { at } from './run.mjs';

/**
 * @typedef {{file: string, title: string}} Named a test
 * @typedef {{threat: string, tests: Named[]}} Row
 */

/** Every row of every table. @param {string} [text] @returns {Row[]} */
export function rows(text = readFileSync(at('docs/THREATS.md'), 'utf8')) {
  const lines = text.split('\n');
  const cells = lines.filter((line, at) => line.startsWith('| ') && !lines[at + 1]?.startsWith('|---'));
  return cells.map((line) => {
    const [threat, , held = ''] = line
      .slice(1)
      .replace(/\|\s*$/, '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    const tests = [...held.matchAll(/`([^`›]+?) › ([^`]+)`/g)].map(([, file, title]) => ({ file, title }));
    return { threat, tests };
  });
}

/** All tests that are named, by file. @param {Row[]} [all] @returns {Map<string, string[]>} */
export function named(all = rows()) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const { file, title } of all.flatMap((row) => row.tests)) {
    found.set(file, (found.get(file) ?? new Set()).add(title));
  }
  return new Map([...found].sort().map(([file, titles]) => [file, [...titles]]));
}

/** The cargo target that a Rust file belongs to. @param {string} file @returns {string[]} */
export function cargoTarget(file) {
  const name = file.match(/^tests\/(\w+?)(?:\.rs|\/.*)$/)?.[1];
  return name ? ['--test', name] : ['--lib'];
}

/**
 * A `--test-name-pattern` that matches exactly these titles. The pattern sees a title after those of its groups. An
 * interpolation in a title (`${fault}`) matches any text.
 * @param {string[]} titles
 */
export function pattern(titles) {
  const one = (/** @type {string} */ title) =>
    title
      .split(/\$\{[^}]*\}/)
      .map(escaped)
      .join('.+');
  return `/(^| )(${titles.map(one).join('|')})$/`;
}

const escaped = (/** @type {string} */ text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
