// Our own requests carry no Origin: in Firefox it would be an identifier of this one installation. Nor cookies, which
// `fetch` leaves out when it is told to and a WebSocket's handshake never.

/** @param {any} api */
export function hideOrigin(api) {
  const own = new URL(api.runtime.getURL('')).host;
  const rule = {
    id: 1,
    condition: { initiatorDomains: [own], tabIds: [-1], resourceTypes: ['xmlhttprequest', 'websocket', 'other'] },
    action: {
      type: 'modifyHeaders',
      requestHeaders: ['origin', 'cookie'].map((header) => ({ header, operation: 'remove' })),
    },
  };
  return api.declarativeNetRequest
    .updateSessionRules({ removeRuleIds: [1], addRules: [rule] })
    .catch((/** @type {unknown} */ error) => console.warn('Breakwater: the Origin header stays', error));
}
