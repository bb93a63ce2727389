// The reads of the load benchmarks.

/** Answers take 20, 40 and 60 ms; the first lane is the fastest. */
export const LATENCIES = [20, 40, 60].map((median, i) => ({ median, seed: i + 1 }));

/**
 * Milliseconds that reads take, `width` at once.
 * @param {import("puppeteer-core").Page} page
 * @param {number} count
 * @param {number} width
 */
export const timed = (page, count, width) =>
  page.evaluate(
    async (all, lines) => {
      const { found } = /** @type {any} */ (window);
      /** @type {number[]} */
      const times = [];
      let next = 0;
      let failed = 0;
      const mark = Math.floor(Math.random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
      const line = async () => {
        while (next < all) {
          const who = `0x${mark}${(next += 1).toString(16).padStart(32, '0')}`;
          const start = performance.now();
          await found.request({ method: 'eth_getBalance', params: [who, 'latest'] }).catch(() => {
            failed += 1;
          });
          times.push(performance.now() - start);
        }
      };
      await Promise.all(Array.from({ length: lines }, line));
      return { times: times.sort((a, b) => a - b), failed };
    },
    count,
    width,
  );
