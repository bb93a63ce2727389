// Virtual time: timers fire when the test says so, in order.

/** Lets everything finish that only waits for promises or for a stream in memory. @returns {Promise<void>} */
export const settle = () =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

export class Clock {
  time = 0;
  next = 1;
  /** @type {Map<number, {at: number, run: () => void}>} */
  timers = new Map();
  setTimeout = (/** @type {() => void} */ run, ms = 0) => {
    const id = this.next++;
    this.timers.set(id, { at: this.time + ms, run });
    return id;
  };
  clearTimeout = (/** @type {number} */ id) => {
    this.timers.delete(id);
  };
  now = () => this.time;
  /** A turn of the event loop. A test of bursts brings its own. */
  soon = (/** @type {() => void} */ run) => {
    run();
  };

  /** @param {number} ms */
  async pass(ms) {
    const end = this.time + ms;
    for (;;) {
      await settle();
      const due = [...this.timers].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].run();
    }
    this.time = end;
    await settle();
  }
}
