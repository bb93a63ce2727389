// When to check again. While the page loads, a wallet may redefine our accessor, and `document.open()` removes every
// listener of the window. Both change the document's tree, and observers run before the parser's next script.

import { wrapMethod } from './direct/wrap.js';
import { CAPTURE, originals } from './originals.js';

/**
 * @param {Document} doc
 * @param {(again: boolean) => void} see `again`: a wallet may have changed without a visible sign
 * @returns {() => void} stops
 */
export function watchLoading(doc, see) {
  const look = () => see(false);
  const again = () => see(true);
  const opened = new originals.MutationObserver(look); // the root element is removed when the document is reopened
  opened.observe(doc, { childList: true });
  const growing = new originals.MutationObserver(look);
  growing.observe(doc, { childList: true, subtree: true });
  const loaded = () => {
    growing.disconnect();
    again();
  };
  if (doc.readyState === 'loading') doc.addEventListener('DOMContentLoaded', loaded, { once: true, capture: true });
  else loaded();
  const names = ['ethereum#initialized', 'load'];
  for (const name of names) originals.addEventListener(name, again, CAPTURE);
  const unpatch = ['open', 'write', 'writeln'].map((name) =>
    lookAfter(/** @type {any} */ (Document.prototype), name, look),
  );
  return () => {
    opened.disconnect();
    growing.disconnect();
    for (const name of names) originals.removeEventListener(name, again, CAPTURE);
    for (const undo of unpatch) undo();
  };
}

/**
 * No observer runs within the task that opens the document, so check as soon as the call is over.
 * @param {any} prototype
 * @param {string} name
 * @param {() => void} look
 */
function lookAfter(prototype, name, look) {
  return wrapMethod(prototype, name, (native, self, args) => {
    const result = originals.apply(native, self, args);
    look();
    return result;
  });
}
