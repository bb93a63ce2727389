// When to look again: while the page loads a wallet may define over us, and `document.open()` takes away every
// listener of the window. Both show in the document's tree, and observers run before the parser's next script.

import { wrapMethod } from './direct/wrap.js';
import { CAPTURE, originals } from './originals.js';

/**
 * @param {Document} doc
 * @param {(again: boolean) => void} see `again`: a wallet may have moved where nothing shows it
 * @returns {() => void} stops
 */
export function watchLoading(doc, see) {
  const look = () => see(false);
  const again = () => see(true);
  const opened = new originals.MutationObserver(look); // the root element goes when the document is opened anew
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
  const unpatch = ['open', 'write', 'writeln'].map((name) => lookAfter(/** @type {any} */ (Document.prototype), name, look));
  return () => {
    opened.disconnect();
    growing.disconnect();
    for (const name of names) originals.removeEventListener(name, again, CAPTURE);
    for (const undo of unpatch) undo();
  };
}

/**
 * Within the task that opens the document no observer runs: look as soon as the call is over.
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
