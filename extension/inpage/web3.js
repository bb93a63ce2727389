// `window.web3.currentProvider`, from before EIP-1193: a wallet puts the object there that it puts on
// `window.ethereum`, and pages compare the two. We read it through its descriptor, because a getter may write to the
// console.

import { isProvider } from './members.js';

/**
 * @param {any} win
 * @param {import('./registry.js').Registry} registry
 */
export function alignWeb3(win, registry) {
  const shim = Reflect.getOwnPropertyDescriptor(win, 'web3')?.value;
  if (typeof shim !== 'object' || shim === null) return;
  const there = Reflect.getOwnPropertyDescriptor(shim, 'currentProvider');
  if (!there?.writable || !isProvider(there.value)) return;
  const value = registry.wrap(there.value);
  if (value === there.value || !Reflect.defineProperty(shim, 'currentProvider', { ...there, value })) return;
  registry.patches.add(() => {
    if (Reflect.getOwnPropertyDescriptor(shim, 'currentProvider')?.value !== value) return;
    Reflect.defineProperty(shim, 'currentProvider', there);
  });
}
