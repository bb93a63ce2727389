// Turns wasm-bindgen's glue into a function that makes glue. The generated module holds one instance forever, and a
// service worker cannot import a second one. After a failure the core needs a fresh instance with its own glue.

/** Texts to replace, with their replacements. Each occurs in the glue exactly once. @type {[string, string][]} */
const CHANGES = [
  ['export class Core {', 'class Core {'],
  ['export { initSync, __wbg_init as default };', 'return { init: __wbg_init, Core };'],
  ['    wasm = instance.exports;', '    wasm = watched(instance.exports);'],
];

/** The types of what comes out. */
export const TYPES = `export function makeGlue(
  watched: (exports: any) => any, platform: { WebSocket: any },
): { init: () => Promise<unknown>, Core: new (host: object) => any };
`;

/** @param {string} glue of `--target web` @returns {string} */
export function asFactory(glue) {
  const open = 'export function makeGlue(watched, { WebSocket }) {';
  const body = CHANGES.reduce((text, [from, to]) => {
    const parts = text.split(from);
    if (parts.length !== 2)
      throw new Error(`the glue of wasm-bindgen has changed: "${from}" stands in it ${parts.length - 1} times`);
    return parts.join(to);
  }, glue);
  if (/^(import|export)\b/m.test(body)) throw new Error('the glue of wasm-bindgen imports or exports something more');
  return `${open}\n${body}}\n`;
}
