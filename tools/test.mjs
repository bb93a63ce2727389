// `./build.sh test [PART] [ARGS]`: every check, each with its time and count, and one sum at the end.
import { build } from "./build.mjs";
import { run, top } from "./lib/run.mjs";
import { count, parts } from "./lib/parts.mjs";

/** Parts that look at what was built. */
const NEED_BUILD = new Set(["types", "facts", "lint", "sizes", "browser-chromium", "browser-firefox", "hostile-chromium", "hostile-firefox"]);

/**
 * @param {import("./lib/parts.mjs").Part} part @param {string[]} args for its last command
 * @returns {Promise<{passed: number, failed: number}>}
 */
async function one(part, args) {
  let output = "";
  let ok = 0;
  let bad = 0;
  for (const [i, [command, ...fixed]] of part.commands.entries()) {
    const last = i === part.commands.length - 1;
    const extra = last ? (args.length ? args : part.defaults ?? []) : [];
    const code = await run(command, [...fixed, ...extra], { env: part.env, tee: (text) => { output += text; } });
    if (code === 0) ok += 1; else bad += 1;
  }
  return count(part, output, ok, bad);
}

/** Everything a part can be called. @param {import("./lib/parts.mjs").Part[]} all */
const names = (all) => [...new Set(all.flatMap((part) => (part.group ? [part.group, part.name] : [part.name])))];

/** @param {string} name @returns {import("./lib/parts.mjs").Part[]} */
function chosen(name) {
  const all = parts();
  if (name === "all") return all.filter((part) => !part.group);
  const found = all.filter((part) => part.name === name || part.group === name);
  if (found.length === 0) throw new Error(`no part "${name}"; there are ${names(all).join(", ")}`);
  return found;
}

/** A build that fails is one failed check, and says so as the others do. @returns {Promise<{passed: number, failed: number}>} */
const built = () => build().then(() => ({ passed: 1, failed: 0 }), (error) => {
  console.error(error.message);
  return { passed: 0, failed: 1 };
});

await top(async () => {
  const [name = "all", ...args] = process.argv.slice(2);
  if (name === "list") return void console.log(names(parts()).join("\n"));
  const sum = { passed: 0, failed: 0 };
  /** @type {string[]} */
  const lines = [];
  /** @param {string} title @param {() => Promise<{passed: number, failed: number}>} work */
  const timed = async (title, work) => {
    console.log(`\n== ${title}`);
    const start = performance.now();
    const { passed, failed } = await work();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    lines.push(`${failed ? "FAILED" : "ok    "}  ${title.padEnd(18)} ${String(passed).padStart(6)} passed  ${String(failed).padStart(4)} failed  ${seconds.padStart(7)} s`);
    console.log(lines.at(-1));
    sum.passed += passed;
    sum.failed += failed;
  };
  const list = chosen(name);
  if (list.some((part) => NEED_BUILD.has(part.name))) await timed("build", built);
  for (const part of list) await timed(part.name, () => one(part, args));
  console.log(`\n${lines.join("\n")}\n\n${sum.passed} passed, ${sum.failed} failed`);
  if (sum.failed > 0) process.exitCode = 1;
});
