// Installs our wrappers in the page or removes them, as the core's state says.

/**
 * @param {import('./client.js').Client} client
 * @param {{install: () => void, destroy: () => void, setDirect: (wanted: boolean) => void}} parts
 */
export function followState(client, { install, destroy, setDirect }) {
  client.onState((state) => {
    // An unreachable worker may be back for the next read. Until then the wrappers pass everything on; without them,
    // nothing would ever try again.
    if (state.down) return;
    if (state.on) install();
    else destroy();
    setDirect(state.on && state.direct);
  });
}
