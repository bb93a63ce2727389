// Errors as EIP-1193 has them (https://eips.ethereum.org/EIPS/eip-1193#errors): `code`, `message`, `data`.

/** Codes we make ourselves: JSON-RPC 2.0 and EIP-1193. */
export const CODES = Object.freeze({
  INVALID_REQUEST: -32600,
  INVALID_PARAMS: -32602,
  INTERNAL: -32603,
  UNAUTHORIZED: 4100,
  UNSUPPORTED: 4200,
  DISCONNECTED: 4900,
  UNKNOWN_CHAIN: 4902,
});

/**
 * @param {number} code
 * @param {string} message
 * @param {unknown} [data] left out if undefined, because some dApps check whether it exists
 * @returns {Error & {code: number, data?: unknown}}
 */
export function rpcError(code, message, data) {
  const error = /** @type {Error & {code: number, data?: unknown}} */ (new Error(message));
  error.code = code;
  if (data !== undefined) error.data = data;
  return error;
}
