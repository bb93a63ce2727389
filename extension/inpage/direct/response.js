// The `Response` a rescued `fetch` gets.

/**
 * A real `Response` that reads like one from the page's own endpoint. The constructor of the platform
 * cannot set `url` and `type`, so the instance carries them itself, and so do its clones.
 *
 * @param {string} text
 * @param {URL} url  the address the page asked, without fragment
 * @param {import('./env.js').Env} env
 * @returns {Response}
 */
export function standIn(text, url, env) {
  const response = new Response(text, {
    status: 200,
    statusText: 'OK',
    headers: { 'content-type': 'application/json' },
  });
  const sameOrigin = url.origin === new URL(env.base()).origin;
  return dress(response, url.href, sameOrigin ? 'basic' : 'cors');
}

/**
 * @param {Response} response
 * @param {string} url
 * @param {ResponseType} type
 * @returns {Response}
 */
function dress(response, url, type) {
  const clone = () => dress(Response.prototype.clone.call(response), url, type);
  return Object.defineProperties(response, {
    url: { value: url, configurable: true },
    type: { value: type, configurable: true },
    clone: { value: clone, configurable: true, writable: true },
  });
}
