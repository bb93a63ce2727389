// @ts-nocheck: they imitate wallets, whose types vary; to tests they are `any`
// Ways in which a wallet comes into a page, for any toy.

/** EIP-6963, with a frozen detail as the EIP requires. */
export function announce(win, provider, name = provider.name) {
  const info = Object.freeze({
    uuid: `00000000-0000-4000-8000-${name.padStart(12, '0')}`,
    name,
    icon: 'data:,',
    rdns: `toy.${name}`,
  });
  const detail = Object.freeze({ info, provider });
  const tell = () => win.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
  win.addEventListener('eip6963:requestProvider', tell);
  tell();
  return tell;
}

/** The usual way. */
export function assign(win, provider) {
  win.ethereum = provider;
  win.dispatchEvent(new Event('ethereum#initialized'));
}

/** Rabby's way: a locked getter without a setter. */
export function lock(win, provider) {
  Object.defineProperty(win, 'ethereum', { get: () => provider, enumerable: true, configurable: false });
  win.dispatchEvent(new Event('ethereum#initialized'));
}

/** Defined as a property, but not locked. */
export function define(win, provider) {
  let value = provider;
  Object.defineProperty(win, 'ethereum', {
    get: () => value,
    set: (v) => {
      value = v;
    },
    enumerable: true,
    configurable: true,
  });
}

/** Another wallet guard: installs its own `request` again whenever it is missing. */
export function patcher(win, log) {
  const patch = () => {
    const provider = win.ethereum;
    if (!provider || provider.request?.patchedBy === log) return;
    const before = provider.request;
    const request = (args) => {
      log.push(args.method);
      return before.call(provider, args);
    };
    request.patchedBy = log;
    provider.request = request;
  };
  patch();
  return patch;
}
