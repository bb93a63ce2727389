// Counts an endpoint's requests by method, and keeps the last ones with their headers.

const KEPT = 300;

/** Counts JSON-RPC requests; every item of a batch is one. */
export class Counts {
  /** HTTP requests. */
  posts = 0;
  /** JSON-RPC requests. */
  sends = 0;
  /** By method. @type {Record<string, number>} */
  methods = {};
  /**
   * The last requests, oldest first.
   * @type {{method: string, headers: import("node:http").IncomingHttpHeaders, at: number}[]}
   */
  seen = [];

  /** @param {string} body @param {import("node:http").IncomingHttpHeaders} headers */
  add(body, headers) {
    this.posts += 1;
    /** @type {any} */
    let parsed;
    try {
      parsed = JSON.parse(body);
    } catch {
      parsed = { method: '(not JSON)' };
    }
    for (const request of Array.isArray(parsed) ? parsed : [parsed]) {
      const method = String(request?.method);
      this.sends += 1;
      this.methods[method] = (this.methods[method] ?? 0) + 1;
      this.seen.push({ method, headers, at: Date.now() });
    }
    if (this.seen.length > KEPT) this.seen.splice(0, this.seen.length - KEPT);
  }

  reset() {
    this.posts = this.sends = 0;
    this.methods = {};
    this.seen = [];
  }

  /** @returns {{posts: number, sends: number, methods: Record<string, number>}} a copy */
  snapshot() {
    return { posts: this.posts, sends: this.sends, methods: { ...this.methods } };
  }
}
