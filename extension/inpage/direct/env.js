// The platform as it was at document_start, before any script of the page could replace it.

/**
 * @typedef {object} Env
 * @property {typeof globalThis} scope  the object that carries fetch, XMLHttpRequest and WebSocket
 * @property {(run: () => void, ms: number) => number} setTimeout
 * @property {(timer: number) => void} clearTimeout
 * @property {() => number} now  monotonic, in ms
 * @property {() => string} base  the document's base URL, for relative addresses
 */

/** @typedef {{[K in keyof Env]?: Env[K] | Function}} Given */

/**
 * @param {Given} [given]  what the caller captured itself, or a test's own clock
 * @returns {Env}
 */
export function captureEnv(given = {}) {
  const scope = given.scope ?? globalThis;
  const { setTimeout, clearTimeout, performance } = scope;
  return {
    scope,
    setTimeout: given.setTimeout
      ?? ((run, ms) => /** @type {any} */ (Reflect.apply(setTimeout, scope, [run, ms]))),
    clearTimeout: given.clearTimeout ?? ((timer) => Reflect.apply(clearTimeout, scope, [timer])),
    now: given.now ?? performance.now.bind(performance),
    base: given.base ?? (() => scope.document?.baseURI ?? scope.location?.href ?? 'http://localhost/'),
  };
}
