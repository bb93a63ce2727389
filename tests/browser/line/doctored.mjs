// Packages that are broken on purpose. None of this ships.
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BROWSER } from '../harness.mjs';

const DIST = fileURLToPath(new URL(`../../../dist/${BROWSER === 'chromium' ? 'chrome' : 'firefox'}`, import.meta.url));

/**
 * A copy of the built extension in which some files have one change each.
 * @param {Record<string, [string, string]>} changes file → what is replaced, and by what
 * @returns {Promise<string>} its folder
 */
export async function doctored(changes) {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-doctored-'));
  await cp(DIST, folder, { recursive: true });
  for (const [file, [from, to]] of Object.entries(changes)) {
    const text = await readFile(join(folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
    await writeFile(
      join(folder, file),
      text.replace(from, () => to),
    );
  }
  return folder;
}

/** An address outside the core's memory: the core traps, as it does when it panics. */
const TRAP = 'wasm.core_close(0xfffffff0, 1)';

/**
 * The core traps on a message with this word, and on a reply to a request with the other one.
 * @type {Record<string, [string, string]>}
 */
export const PLANTED = {
  'wasm/breakwater.js': [
    'function __wbg_get_imports() {',
    `
    const { message } = Core.prototype;
    Core.prototype.message = function (client, text) {
      if (text.includes("0x${'dead'.repeat(10)}")) ${TRAP};
      return message.call(this, client, text);
    };
    const fetch = async (request, ...rest) => {
      const planted = typeof request !== "string" && request.clone
        && (await request.clone().text()).includes("0x${'beef'.repeat(10)}");
      const response = await globalThis.fetch(request, ...rest);
      if (planted) ${TRAP};
      return response;
    };
    function __wbg_get_imports() {`,
  ],
};

/** The core traps while it handles a reply with this word. @type {Record<string, [string, string]>} */
export const PLANTED_REPLY = {
  'lib/host.js': [
    'post(client, text) {',
    `post(client, text) {
    if (text.startsWith('{"type":"answer"') && text.includes("${'beef'.repeat(10)}")) {
      throw new WebAssembly.RuntimeError("planted");
    }`,
  ],
};

/**
 * A browser that is offline when the worker starts and fires no event when it comes online.
 * @type {Record<string, [string, string]>}
 */
export const STARTS_OFFLINE = {
  'background.js': [
    'const api =',
    `
    let looks = 0;
    Object.defineProperty(navigator, "onLine", { get: () => looks++ > 0 });
    const api =`,
  ],
};

/**
 * A page script that gives its port away, unlike the real one, to test what the bridge withstands.
 * @type {Record<string, [string, string]>}
 */
export const STOLEN = {
  'inpage.js': [
    '(function () {',
    `{
    const { postMessage } = MessagePort.prototype;
    MessagePort.prototype.postMessage = function (...args) {
      globalThis.stolen = (message) => postMessage.call(this, message);
      return postMessage.apply(this, args);
    };
  }
  (function () {`,
  ],
};
