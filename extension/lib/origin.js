// Our own requests carry no Origin, which in Firefox would identify this installation. They carry no cookies either:
// `fetch` can be told to leave them out, a WebSocket's handshake cannot.

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
