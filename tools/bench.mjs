// `./build.sh bench NAME [ARGS]`: measurements. None of them is a check: machines differ.
import { existsSync } from 'node:fs';
import { build } from './build.mjs';
import { at, must, top } from './lib/run.mjs';

/** @type {Record<string, (args: string[]) => Promise<void>>} */
const BENCHES = {
  overhead: async (args) => {
    await build();
    await must('node', [at('tests/bench/overhead.mjs'), ...args]);
  },
  peers: async (args) => {
    await build();
    if (!existsSync(at('tests/peers/node_modules'))) {
      await must('npm', ['ci', '--prefix', at('tests/peers'), '--ignore-scripts', '--loglevel=error']);
    }
    await must('node', [at('tests/peers/bench.mjs'), ...args]);
  },
  'page-cost': async (args) => {
    await build();
    await must('node', [at('tests/bench/page-cost.mjs'), ...args]);
  },
  direct: async (args) => {
    await build();
    await must('node', [at('tests/bench/direct.mjs'), ...args]);
  },
  life: async (args) => {
    await build();
    await must('node', [at('tests/bench/life.mjs'), ...args]);
  },
  flood: async (args) => {
    await build();
    await must('node', [at('tests/bench/flood.mjs'), ...args]);
  },
  crowd: async (args) => {
    await build();
    await must('node', [at('tests/bench/crowd.mjs'), ...args]);
  },
  ground: (args) => must('node', [at('tests/bench/ground.mjs'), ...args]),
  native: (args) => must('cargo', ['bench', '--quiet', ...args]),
};

await top(async () => {
  const [name, ...args] = process.argv.slice(2);
  const bench = BENCHES[name ?? ''];
  if (!bench) throw new Error(`no bench "${name ?? ''}"; there are ${Object.keys(BENCHES).join(', ')}`);
  await bench(args);
});
