// The part of Node's EventEmitter that dApps use on a provider.

export class Emitter {
  /** @type {Map<string, {listener: Function, once: boolean}[]>} */
  #events = new Map();

  /** @param {string} name @param {Function} listener @param {boolean} once */
  #add(name, listener, once) {
    this.#events.set(name, [...(this.#events.get(name) ?? []), { listener, once }]);
    return this;
  }

  /** @param {string} name @param {Function} listener */
  on(name, listener) {
    return this.#add(name, listener, false);
  }

  /** @param {string} name @param {Function} listener */
  addListener(name, listener) {
    return this.#add(name, listener, false);
  }

  /** @param {string} name @param {Function} listener */
  once(name, listener) {
    return this.#add(name, listener, true);
  }

  /** @param {string} name @param {Function} listener */
  removeListener(name, listener) {
    const list = [...(this.#events.get(name) ?? [])];
    const at = list.findLastIndex((entry) => entry.listener === listener);
    if (at >= 0) list.splice(at, 1);
    this.#events.set(name, list);
    return this;
  }

  /** @param {string} name @param {Function} listener */
  off(name, listener) {
    return this.removeListener(name, listener);
  }

  /** @param {string} [name] */
  removeAllListeners(name) {
    if (name === undefined) this.#events.clear();
    else this.#events.delete(name);
    return this;
  }

  /** @param {string} name */
  listenerCount(name) {
    return this.#events.get(name)?.length ?? 0;
  }

  /** @param {string} name @param {...unknown} args */
  emit(name, ...args) {
    const list = this.#events.get(name) ?? [];
    for (const { listener, once } of list) {
      if (once) this.removeListener(name, listener);
      try {
        Reflect.apply(listener, this, args);
      } catch (error) {
        setTimeout(() => {
          throw error;
        }); // an error in one listener must not stop the next
      }
    }
    return list.length > 0;
  }
}
