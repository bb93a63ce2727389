// Where a test file bundles its pages. Each process has a folder of its own, so that files can run side by side.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder, which is removed when the process ends. @returns {string} its path, with a slash at the end */
export function folderForPages() {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-pages-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return `${folder}/`;
}
