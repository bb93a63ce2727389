// Replaces the extension API and the core, so that our pages can be tested alone. Runs in the page before its scripts.
// `window.told` holds the messages it received; `window.world` holds what it answers.

/** @param {{messages: Record<string, {message: string}>, world: any}} given */
export function fake({ messages, world }) {
  const w = /** @type {any} */ (window);
  w.world = world;
  w.told = [];
  const never = { addListener() {} };
  /** @param {any} edit */
  const change = (edit) => {
    const chain = world.snapshot.chains.find((/** @type {any} */ c) => c.id === edit.chain);
    const place = chain?.endpoints.findIndex((/** @type {any} */ e) => e.key === edit.key);
    const one = chain?.endpoints[place];
    if (edit.op === 'rename') one.name = edit.name;
    if (edit.op === 'enable') one.enabled = edit.enabled;
    if (edit.op === 'move') chain.endpoints.splice(edit.to, 0, ...chain.endpoints.splice(place, 1));
    if (edit.op === 'remove-endpoint') chain.endpoints.splice(place, 1);
    if (edit.op === 'set-mode') chain.mode = edit.mode;
    if (edit.op === 'set-dispute') chain.dispute = edit.dispute;
    if (edit.op === 'set-unconfirmed') chain.unconfirmed = edit.unconfirmed;
    if (edit.op === 'consent') world.snapshot.site.asks = edit.allow === null ? world.asks : [];
    if (edit.op === 'ask-sites') chain.ask_sites = edit.on;
    if (edit.op === 'site') world.snapshot.site.on = edit.on;
    if (edit.op === 'add-endpoint') chain.endpoints.splice(edit.at ?? 99, 0, { ...world.added, name: edit.name });
  };
  /** @param {any} message */
  const core = (message) => {
    switch (message.type) {
      case 'snapshot':
        return { type: 'snapshot', ...world.snapshot };
      case 'trail':
        return { type: 'trail', races: world.races };
      case 'export':
        return { type: 'text', text: JSON.stringify(world.settings) };
      case 'presets':
        return { type: 'presets', presets: world.presets };
      case 'probe':
        return world.probe[message.url] ?? world.probe.other;
      case 'edit': {
        const problem = world.refuse?.[message.edit.op];
        if (problem) return { type: 'problem', ...problem };
        change(message.edit);
        return { type: 'done' };
      }
      case 'import-preview':
        return world.checked ?? { type: 'changes', sections: world.sections ?? [] };
      case 'import':
        return { type: 'done' };
      default:
        return { type: 'done' };
    }
  };
  w.chrome = {
    runtime: {
      id: 'fake',
      getURL: (/** @type {string} */ path) => `/${path}`,
      openOptionsPage() {},
      sendMessage: async (/** @type {any} */ message) => {
        if (message.type !== 'snapshot') w.told.push(message);
        return structuredClone(core(message));
      },
    },
    i18n: {
      getMessage: (/** @type {string} */ key, /** @type {string[]} */ values = []) =>
        (messages[key]?.message ?? '').replace(/\$(\d)/g, (_, n) => values[n - 1] ?? ''),
    },
    permissions: {
      contains: async () => world.permitted,
      request: async () => (world.permitted = true),
      onAdded: never,
      onRemoved: never,
    },
    storage: { onChanged: never },
    tabs: {
      query: async () => [{ id: 1, url: 'https://app.example.org/swap' }],
      create() {},
      sendMessage: async (/** @type {number} */ _tab, /** @type {any} */ message) => {
        w.told.push(message);
        return world.given ?? { ok: true };
      },
    },
  };
}
