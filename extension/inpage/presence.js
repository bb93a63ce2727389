// What the core's state does to the page: whether our wrappers stand in it.

/**
 * @param {import('./client.js').Client} client
 * @param {{install: () => void, destroy: () => void, setDirect: (wanted: boolean) => void}} parts
 */
export function followState(client, { install, destroy, setDirect }) {
  client.onState((state) => {
    // A worker that cannot be reached may be there for the next read. The wrappers pass everything on until then:
    // without them nothing would ever knock.
    if (state.down) return;
    if (state.on) install();
    else destroy();
    setDirect(state.on && state.direct);
  });
}
