// Which file of the repository imports which, and where they import each other in a cycle.
import { dirname, join, normalize } from 'node:path';
import { code, files, text } from './repo.mjs';

/** @typedef {Map<string, Set<string>>} Graph files, and the files that each one uses */

/** Rust without comments, strings and unit tests. @param {string} path */
export const plain = (path) =>
  code(text(path))
    .split(/#\[cfg\(test\)\]\s*mod tests \{/)[0]
    .replace(/"(?:\\.|[^"\\])*"/gs, '""');

/** Paths inside a `use` tree. @param {string} tree @returns {string[]} */
function leaves(tree) {
  const open = tree.indexOf('{');
  if (open === -1) return [tree.replace(/\s+as\s+\w+$/, '').trim()];
  const [head, body] = [tree.slice(0, open).trim(), tree.slice(open + 1, tree.lastIndexOf('}'))];
  const parts = [''];
  let depth = 0;
  for (const c of body) {
    depth += c === '{' ? 1 : c === '}' ? -1 : 0;
    if (c === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts
    .filter((part) => part.trim())
    .flatMap((part) => leaves(part.trim()))
    .map((leaf) => (leaf === 'self' ? head.replace(/::$/, '') : head + leaf));
}

/** @param {string} path @returns {string[]} the names of a Rust file's module, from the crate's root */
const moduleOf = (path) =>
  path
    .replace(/^src\//, '')
    .replace(/(\/mod)?\.rs$/, '')
    .split('/')
    .filter((name) => name !== 'lib');

/**
 * The files of the core. A name that a module only re-exports (`pub use`) belongs to the file that defines it.
 * @param {string[]} paths @param {(path: string) => string} [read] @returns {Graph}
 */
export function rust(paths, read = plain) {
  const modules = new Map(paths.map((path) => [moduleOf(path).join('::'), path]));
  const sources = new Map(paths.map((path) => [path, read(path)]));
  /** @type {Map<string, Map<string, string[]>>} what each file re-exports, by name */
  const handed = new Map();
  /** @param {string[]} own @param {string} written @returns {string[]} */
  const absolute = (own, written) => {
    let names = written
      .split('::')
      .map((name) => name.trim())
      .filter(Boolean);
    if (names[0] === 'crate') return names.slice(1);
    if (names[0] === 'self') return [...own, ...names.slice(1)];
    let above = own;
    if (names[0] !== 'super') return modules.has([...own, names[0]].join('::')) ? [...own, ...names] : [];
    for (; names[0] === 'super'; names = names.slice(1)) above = above.slice(0, -1);
    return [...above, ...names];
  };
  for (const [path, source] of sources) {
    const names = new Map();
    for (const [, tree] of source.matchAll(/\bpub(?:\([^)]*\))? use ([^;]+);/g)) {
      for (const leaf of leaves(tree)) names.set(leaf.split('::').at(-1), absolute(moduleOf(path), leaf));
    }
    handed.set(path, names);
  }
  /** @param {string[]} names @returns {string | undefined} the file that defines this */
  const definedIn = (names) => {
    let end = names.length;
    while (end > 0 && !modules.has(names.slice(0, end).join('::'))) end -= 1;
    const path = modules.get(names.slice(0, end).join('::'));
    const on = path && handed.get(path)?.get(names[end]);
    return on && on.length ? definedIn(on) : path;
  };
  return new Map(
    [...sources].map(([path, source]) => {
      const used = new Set();
      const own = moduleOf(path);
      const without = source.replace(/\bpub(?:\([^)]*\))? use [^;]+;/g, '');
      const imports = [...without.matchAll(/\buse ([^;]+);/g)].flatMap(([, tree]) => leaves(tree));
      const inline = [...without.replace(/\buse [^;]+;/g, '').matchAll(/\b(?:\w+::)+\w+/g)]
        .map(([written]) => written)
        .filter((written) => !/^(in|std|core)\b/.test(written));
      const local = new Map(imports.map((leaf) => [/** @type {string} */ (leaf.split('::').at(-1)), leaf]));
      for (const written of [...imports, ...inline]) {
        const [first, ...rest] = written.split('::');
        const through = local.get(first);
        const names = absolute(own, through && through !== written ? [through, ...rest].join('::') : written);
        const file = names.length ? definedIn(names) : undefined;
        if (file && file !== path) used.add(file);
      }
      return [path, used];
    }),
  );
}

/** JavaScript without comments. @param {string} path */
const bare = (path) => text(path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

/**
 * Modules of JavaScript, by what they import. Types in comments are no imports.
 * @param {string[]} paths @param {(path: string) => string} [read] @returns {Graph}
 */
export function scripts(paths, read = bare) {
  return new Map(
    paths.map((path) => {
      const source = read(path);
      const written = [
        ...source.matchAll(/^(?:import|export)\b[^;]*?from\s*["'](\.[^"']+)["']/gm),
        ...source.matchAll(/^import\s*["'](\.[^"']+)["']/gm),
        ...source.matchAll(/\bimport\(\s*["'`](\.[^"'`]+)["'`]\s*\)/gm),
      ];
      const used = written.map(([, to]) => normalize(join(dirname(path), to)));
      return [path, new Set(used.filter((to) => to !== path && paths.includes(to)))];
    }),
  );
}

/**
 * Every set of files that import each other, directly or through others (Tarjan's algorithm).
 * @param {Graph} graph @returns {string[][]}
 */
export function circles(graph) {
  /** @type {Map<string, { index: number, low: number, on: boolean }>} */
  const seen = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const found = [];
  /** @param {string} path */
  const visit = (path) => {
    const own = { index: seen.size, low: seen.size, on: true };
    seen.set(path, own);
    stack.push(path);
    for (const next of graph.get(path) ?? []) {
      const other = seen.get(next);
      if (!other) own.low = Math.min(own.low, visit(next).low);
      else if (other.on) own.low = Math.min(own.low, other.index);
    }
    if (own.low === own.index) {
      const knot = stack.splice(stack.indexOf(path));
      for (const name of knot) /** @type {{ on: boolean }} */ (seen.get(name)).on = false;
      if (knot.length > 1) found.push(knot.sort());
    }
    return own;
  };
  for (const path of graph.keys()) if (!seen.has(path)) visit(path);
  return found.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** Every Rust file of the core. */
export const CORE = files(/^src\/.*\.rs$/).filter((path) => path !== 'src/lib.rs');
