// The licences of everything in the package: our own code, the crates linked into the wasm, lit-html, the data.
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { at, read } from './run.mjs';

/** Crates that run at build time only, or that only expand to code of ours. */
const kinds = (/** @type {any} */ dep) => dep.dep_kinds.some((/** @type {any} */ k) => k.kind === null);

/** @returns {{name: string, version: string, license: string, dir: string}[]} crates linked into the wasm */
function crates() {
  const meta = JSON.parse(
    read('cargo', [
      'metadata',
      '--format-version',
      '1',
      '--locked',
      '--offline',
      '--filter-platform',
      'wasm32-unknown-unknown',
    ]),
  );
  const packages = new Map(meta.packages.map((/** @type {any} */ p) => [p.id, p]));
  const nodes = new Map(meta.resolve.nodes.map((/** @type {any} */ n) => [n.id, n]));
  const seen = new Set([meta.resolve.root]);
  const queue = [meta.resolve.root];
  for (let id = queue.pop(); id; id = queue.pop()) {
    for (const dep of nodes.get(id).deps.filter(kinds)) {
      if (!seen.has(dep.pkg)) {
        seen.add(dep.pkg);
        queue.push(dep.pkg);
      }
    }
  }
  seen.delete(meta.resolve.root);
  return [...seen]
    .map((id) => packages.get(id))
    .filter((p) => !p.targets.some((/** @type {any} */ t) => t.kind.includes('proc-macro')))
    .map((p) => ({ name: p.name, version: p.version, license: p.license, dir: dirname(p.manifest_path) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The permissive text a crate ships, MIT first. @param {string} dir */
async function licenceText(dir) {
  const files = readdirSync(dir)
    .filter((name) => /^(licen[cs]e|copying|unlicense)/i.test(name))
    .sort();
  const best = files.find((name) => /mit/i.test(name)) ?? files[0];
  return best ? (await readFile(join(dir, best), 'utf8')).trim() : '';
}

/** @returns {Promise<string>} one text file; equal licence texts are given once */
export async function notices() {
  /** @type {Map<string, string[]>} */
  const byText = new Map();
  const add = (/** @type {string} */ what, /** @type {string} */ text) =>
    byText.set(text, [...(byText.get(text) ?? []), what]);
  for (const crate of crates()) add(`${crate.name} ${crate.version} (${crate.license})`, await licenceText(crate.dir));
  const lit = at('node_modules/lit-html');
  add(
    `lit-html ${JSON.parse(await readFile(join(lit, 'package.json'), 'utf8')).version} (BSD-3-Clause)`,
    await licenceText(lit),
  );
  const parts = ['Breakwater is licensed under MIT OR Apache-2.0. It contains the work of others:'];
  for (const [text, names] of byText) parts.push(`${names.join('\n')}\n\n${text}`);
  for (const name of ['data/NOTICE.txt', 'data/NOTICE.md', 'data/LICENSES.md']) {
    if (existsSync(at(name))) parts.push((await readFile(at(name), 'utf8')).trim());
  }
  return `${parts.join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}
