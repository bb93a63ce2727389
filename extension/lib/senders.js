// Checks who sent a message.

/**
 * Only popup and options page. Content scripts carry our id too, but have the URL of their page.
 * @param {any} api
 * @param {any} sender runtime.MessageSender
 */
export function fromOwnPage(api, sender) {
  if (!sender || sender.id !== api.runtime.id || typeof sender.url !== 'string') return false;
  const own = originOf(api.runtime.getURL(''));
  if (sender.origin !== undefined && sender.origin !== own) return false;
  return originOf(sender.url) === own;
}

/**
 * A document with our bridge in it, inside a tab.
 * @param {any} api
 * @param {any} port runtime.Port
 * @returns {{origin: string, host: string, top: string | undefined} | null} the document's origin, the tab's host
 *   name, and the origin of the tab's top document unless it is this one
 */
export function pageBehind(api, port) {
  const { sender } = port;
  if (port.name !== 'page' || sender?.id !== api.runtime.id || !sender.tab) return null;
  const origin = typeof sender.origin === 'string' ? sender.origin : originOf(sender.url);
  const site = sender.tab.url ?? sender.url;
  return { origin, host: hostOf(site), top: sender.frameId === 0 ? undefined : originOf(site) };
}

/**
 * `null` for documents with an opaque origin, as the platform writes it.
 * @param {unknown} url
 */
function originOf(url) {
  try {
    return originOfParsed(new URL(String(url)));
  } catch {
    return 'null';
  }
}

/**
 * Extension schemes have an opaque origin for the URL parser of some runtimes: build it from its parts.
 * @param {URL} url
 */
function originOfParsed(url) {
  if (url.origin !== 'null') return url.origin;
  return url.protocol.endsWith('-extension:') ? `${url.protocol}//${url.host}` : 'null';
}

/** @param {unknown} url */
function hostOf(url) {
  try {
    return new URL(String(url)).hostname;
  } catch {
    return '';
  }
}
