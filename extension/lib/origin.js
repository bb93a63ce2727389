// Our own requests carry no Origin: in Firefox it would be an identifier of this one installation.

/** @param {any} api */
export function hideOrigin(api) {
  const own = new URL(api.runtime.getURL('')).host;
  const rule = {
    id: 1,
    condition: { initiatorDomains: [own], tabIds: [-1], resourceTypes: ['xmlhttprequest', 'other'] },
    action: { type: 'modifyHeaders', requestHeaders: [{ header: 'origin', operation: 'remove' }] },
  };
  return api.declarativeNetRequest
    .updateSessionRules({ removeRuleIds: [1], addRules: [rule] })
    .catch((/** @type {unknown} */ error) => console.warn('Breakwater: the Origin header stays', error));
}
