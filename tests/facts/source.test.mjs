// The rules of the source that no compiler checks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FILES, code, exists, files, text } from "./repo.mjs";

/** Layers of the core, from the outside in: a module may use its own layer and those below. */
const LAYERS = [["web"], ["guard"],
  ["race", "route", "health", "budget", "heads", "cloud", "settings", "protocol", "trail", "classify", "confirmed", "shape", "inner_error",
    "wallet_error", "sketch", "load", "room"],
  ["jsonrpc", "endpoint", "hidden", "secret", "lang", "redact", "fair", "line"]];

/** What must not know each other, whatever the layer. @type {Record<string, string[]>} */
const STRANGERS = {
  race: ["cloud", "jsonrpc", "endpoint", "settings", "protocol"],
  cloud: ["race", "health", "budget", "heads", "jsonrpc"],
  settings: ["race", "health", "budget", "heads", "jsonrpc"],
};

/** @param {string} path @returns {string} the top-level module a Rust file belongs to */
const moduleOf = (path) => path.split("/")[1].replace(/\.rs$/, "");

/** @param {string} path @returns {Set<string>} top-level modules it uses */
const uses = (path) => new Set([...withoutTests(code(text(path))).matchAll(/\bcrate::(\w+)|\bcrate::\{([^}]*)\}/g)]
  .flatMap(([, one, many]) => (one ? [one] : (many ?? "").split(",").map((part) => part.trim().split("::")[0]))).filter(Boolean));

/** @param {string} source */
const withoutTests = (source) => source.split(/#\[cfg\(test\)\]\s*mod tests \{/)[0];

const RUST = files(/^src\/.*\.rs$/).filter((path) => path !== "src/lib.rs");

test("every module of the core has its layer", () => {
  const known = new Set(LAYERS.flat());
  for (const path of RUST) assert.ok(known.has(moduleOf(path)), `${path}: give ${moduleOf(path)} a layer in this test`);
});

test("dependencies run one way", () => {
  const layer = (/** @type {string} */ name) => LAYERS.findIndex((names) => names.includes(name));
  for (const path of RUST) {
    const own = moduleOf(path);
    for (const used of uses(path)) {
      if (layer(used) === -1) continue; // a macro or a constant at the crate's root
      assert.ok(layer(used) >= layer(own), `${path} (${own}) uses ${used}, which is above it`);
      assert.ok(!(STRANGERS[own] ?? []).includes(used), `${path}: ${own} must not know ${used}`);
    }
  }
});

test("no web crate, no clock and no chance outside src/web", () => {
  const forbidden = /\b(web_sys|js_sys|wasm_bindgen|wasm_bindgen_futures|serde_wasm_bindgen|gloo\w*|getrandom|rand|tokio|Instant::now|SystemTime)\b/;
  for (const path of RUST.filter((name) => !name.startsWith("src/web/"))) {
    const found = withoutTests(code(text(path))).match(forbidden);
    assert.equal(found?.[0], undefined, `${path} uses ${found?.[0]}`);
  }
});

test("files stay small enough to read in one go", () => {
  for (const path of files(/\.rs$/)) assert.ok(text(path).split("\n").length <= 500, `${path} has more than 500 lines`);
  for (const path of files(/\.m?js$/)) assert.ok(text(path).split("\n").length <= 300, `${path} has more than 300 lines`);
});

/** Put together here, so that this file does not contain what it looks for. */
const FORBIDDEN = [
  ["/wo", "rk/"], ["/ro", "ot/"], ["/tm", "p/"], ["../sha", "red"], ["registry.npm", "js.org"], ["registry.yarn", "pkg.com"],
  ["files.python", "hosted.org"], ["static.cra", "tes.io"], ["deb.deb", "ian.org"], ["TO", "DO:"], ["FIX", "ME"],
].map((parts) => parts.join(""));

test("no path of one machine, no registry's address, nothing left to do", () => {
  for (const path of FILES.filter((name) => !/\.(png|bin|woff2?)$/.test(name))) {
    for (const word of FORBIDDEN) assert.ok(!text(path).includes(word), `${path} contains ${word}`);
  }
});

test("no test is skipped or focused", () => {
  const forbidden = new RegExp(["#\\[ign", "ore|\\b(test|it|describe)\\.(sk", "ip|on", "ly|to", "do)\\(|\\bsk", "ip: ?true"].join(""));
  for (const path of files(/^tests\/.*\.(rs|m?js)$|^src\/.*\.rs$/)) {
    assert.equal(text(path).match(forbidden)?.[0], undefined, path);
  }
});

test("documents link to files that are there", () => {
  for (const path of files(/\.md$/)) {
    for (const [, target] of text(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      const file = new URL(target, `file:///${path}`).pathname.slice(1);
      assert.ok(exists(file) || FILES.some((name) => name.startsWith(`${file.replace(/\/$/, "")}/`)), `${path} links to ${target}`);
    }
  }
});
