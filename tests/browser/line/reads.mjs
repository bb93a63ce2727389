// Many reads of a page through its provider at once.

/**
 * Makes `count` different reads. Returns how many were answered, and the codes of the others.
 * @param {import("puppeteer-core").Page} page
 * @param {number} count
 * @param {number} [lines] at once; all when left out
 */
export const reads = (page, count, lines = count) =>
  page.evaluate(
    async (all, width) => {
      const { found } = /** @type {any} */ (window);
      /** @type {Record<string, number>} */
      const seen = {};
      let next = 0;
      const line = async () => {
        while (next < all) {
          const salt = (1e9 + Math.floor(Math.random() * 1e9)).toString(16);
          const who = `0x${salt}${(next += 1).toString(16).padStart(32, '0')}`;
          const code = await found.request({ method: 'eth_getBalance', params: [who.slice(0, 42), 'latest'] }).then(
            () => 'answered',
            (/** @type {any} */ error) => String(error.code),
          );
          seen[code] = (seen[code] ?? 0) + 1;
        }
      };
      await Promise.all(Array.from({ length: width }, line));
      return seen;
    },
    count,
    lines,
  );
