// Match patterns for hosts only: a star in a host would match every site.

/**
 * The core's rule (`host_name` in src/endpoint.rs).
 * @param {unknown} host
 * @returns {host is string}
 */
export function isHost(host) {
  if (typeof host !== 'string' || host.length > 253) return false;
  return /^([a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]{2,45}\])$/.test(host);
}

/** @param {unknown} host @returns {string} the pattern; empty if it is not a host */
export const hostPattern = (host) => (isHost(host) ? `*://${host}/*` : '');
