// What our functions look like. The text of a function shows who wrote it, and some scripts check it before they use
// one (`function fetch() { [native code] }`). A stand-in shows the text of its original. A Proxy already has its name,
// length and properties.

const { apply } = Reflect;
const { toString } = Function.prototype;
const { get } = WeakMap.prototype;

/** @type {WeakMap<Function, Function | string>} stand-in → its original, or its text */
const shown = new WeakMap();

/**
 * @template {Function} F
 * @param {F} standIn
 * @param {Function | string} original its original (which may be a stand-in itself), or a text
 * @returns {F}
 */
export function looksLike(standIn, original) {
  shown.set(standIn, original);
  return standIn;
}

/** @param {any} f @returns {any} the function behind all stand-ins, or its text */
function behind(f) {
  for (;;) {
    const next = apply(get, shown, [f]);
    if (next === undefined) return f;
    f = next;
  }
}

/**
 * The text that a native getter or setter of this name would have: engines differ.
 * @param {any} win
 * @param {'get' | 'set'} part
 * @param {string} name
 * @returns {string}
 */
export function accessorText(win, part, name) {
  const native = Reflect.getOwnPropertyDescriptor(win, 'name')?.[part];
  return native ? apply(toString, native, []).replace('name', name) : `function ${part} ${name}() { [native code] }`;
}

/** @returns {() => void} undo */
export function installLooks() {
  const before = /** @type {PropertyDescriptor} */ (Reflect.getOwnPropertyDescriptor(Function.prototype, 'toString'));
  const value = looksLike(
    new Proxy(before.value, {
      apply: (f, self, args) => {
        const real = behind(self);
        return typeof real === 'string' && real !== self ? real : apply(f, real, args);
      },
    }),
    before.value,
  );
  Reflect.defineProperty(Function.prototype, 'toString', { ...before, value });
  return () => {
    if (Function.prototype.toString === value) Reflect.defineProperty(Function.prototype, 'toString', before);
  };
}
